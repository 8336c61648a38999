//! `herenow watch`: the dashboard on the channels of a keyset.

use clap::Args as ClapArgs;
use tokio_util::sync::CancellationToken;

use super::{
    Failure,
    disguise::Disguise,
    flags::{
        metrics::MetricsFlag, pseudonyms::PseudonymArgs, record::RecordArgs, watched::WatchedArgs,
        webhook_listen::WebhookListenFlags,
    },
    keyset::UnnamedUser,
    open_dashboard::{Opening, open_dashboard, require_terminal},
    plain::{is_plain, open_plain},
    session,
    switch::Switching,
    webhook_listening::WebhookListening,
};

/// `herenow watch`
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: herenow watch --subscribe-key sub-c-… lobby 'match.*'\n\
    With a configuration: herenow watch --keyset staging\n\
    A token for Access Manager is read from HERENOW_AUTH_TOKEN, or as the keyset says; it is never taken from the \
    command line.")]
pub struct WatchArgs {
    /// Write sentences instead of drawing a screen, and take actions by name: for screen readers and logs. The default
    /// if TERM is dumb.
    #[arg(long)]
    pub plain: bool,
    /// What is watched, and as whom.
    #[command(flatten)]
    pub watched: WatchedArgs,
    /// Open with the wall view, to be read from across a room.
    #[arg(long)]
    pub wall: bool,
    /// Whether channels are watched that webhooks tell of.
    #[command(flatten)]
    pub webhooks: WebhookListenFlags,
    /// Whether it is kept what comes in.
    #[command(flatten)]
    pub record: RecordArgs,
    /// Whether it is told to Prometheus.
    #[command(flatten)]
    pub metrics: MetricsFlag,
    /// Whether people have other names.
    #[command(flatten)]
    pub pseudonyms: PseudonymArgs,
}

pub(super) async fn run_watch(args: WatchArgs, broken: CancellationToken) -> Result<(), Failure> {
    let (ours, typed, keyset) =
        (args.watched.dashboard.collect_typed(), args.watched.collect_watched(), args.watched.keyset);
    let named = args.webhooks.name_channels("herenow watch");
    let (session, client, all) = session::open_session(&keyset, UnnamedUser::Watches, typed, named).await?;
    let webhooks = WebhookListening::begin(&args.webhooks, &session.subscribe_key).await?;
    let disguise = Disguise::choose(args.pseudonyms.pseudonyms);
    let opening = Opening {
        wall: args.wall,
        record: args.record,
        metrics: args.metrics,
        seed: None,
        disguise: disguise.clone(),
        webhooks,
    };
    if is_plain(args.plain) {
        return Box::pin(open_plain(session, client, (None, None), &all, opening, broken)).await;
    }
    require_terminal()?;
    let config = keyset.speaker.load_config()?;
    let switching = Switching {
        config,
        user: session.user.clone(),
        typed: keyset.speaker.settings.collect_typed().and(ours),
        demo: false,
        disguise,
    };
    Box::pin(open_dashboard(session, client, (None, None), &all, switching, opening, broken)).await
}
