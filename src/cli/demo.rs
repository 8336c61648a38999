//! `herenow demo`: the dashboard on a service of its own, by HTTP over loopback like any other
//! client.

use std::net::Ipv4Addr;

use clap::Args as ClapArgs;
use tokio_util::sync::CancellationToken;

use super::{
    Failure,
    crowd::{self, ChosenPlay},
    disguise::Disguise,
    flags::{
        crowd::{Crowd, CrowdArgs},
        dashboard::DashboardFlags,
        keyset::SpeakerArgs,
        metrics::MetricsFlag,
        pseudonyms::PseudonymArgs,
        record::RecordArgs,
        service::ServiceArgs,
        setting_flags::SettingFlags,
    },
    join_in::describe_join_in,
    local_service::{self, Serving},
    open_dashboard::{Opening, open_dashboard, require_terminal},
    plain::{is_plain, open_plain},
    service_section::require_service_settings,
    switch::Switching,
    webhook_listening::WebhookListening,
};
use crate::{
    client::Keyset,
    clock::Clock,
    crowd::{Places, crowd_budget},
    presence::Subscription,
    world::Session,
};

/// `herenow demo`
#[derive(Debug, ClapArgs)]
pub struct DemoArgs {
    /// The port of the service on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// Write sentences instead of drawing a screen, and take actions by name: for screen readers and logs. The default
    /// if TERM is dumb.
    #[arg(long)]
    pub plain: bool,
    /// Who is there.
    #[arg(long, value_enum, default_value_t = Crowd::Steady)]
    pub crowd: Crowd,
    /// The crowd.
    #[command(flatten)]
    pub people: CrowdArgs,
    /// Open with the wall view, to be read from across a room.
    #[arg(long)]
    pub wall: bool,
    /// Whether it is kept what comes in.
    #[command(flatten)]
    pub record: RecordArgs,
    /// Whether people have other names.
    #[command(flatten)]
    pub pseudonyms: PseudonymArgs,
    /// Ourselves.
    #[command(flatten)]
    pub speaker: SpeakerArgs,
    /// Our own presence, and the colours.
    #[command(flatten)]
    pub dashboard: SettingFlags<DashboardFlags>,
    /// The service, last: its headings are for what follows them.
    #[command(flatten)]
    pub service: ServiceArgs,
}

pub(super) async fn run_demo(args: DemoArgs, broken: CancellationToken) -> Result<(), Failure> {
    let plain = is_plain(args.plain) || require_terminal().map(|()| false)?;
    let (config, all, user) = args.speaker.settings_at_home(args.dashboard.collect_typed())?;
    let settings = require_service_settings(&config)?;
    let play = crowd::choose_play(args.crowd, &args.people)?;
    // Where nobody comes by itself, these are good places to come to.
    let channels = play.as_ref().map_or_else(|| Places::default().channels().to_vec(), ChosenPlay::channels);
    let clock = Clock::start();
    local_service::warn_of_service(&args.service);
    let about_webhooks = args.service.find_webhook_entry();
    // A demo is there to be looked at: its intervals name who came and went.
    let service = crowd::settle_service(args.service, play.as_ref())?
        .over(settings)
        .over(ServiceArgs { deltas: Some(true), ..ServiceArgs::default() })
        .with_way_in();
    service.require_webhook(about_webhooks).map_err(|e| Failure::usage(e.to_string()))?;
    // It is our own service: a budget that nobody set is as large as the crowd needs.
    let disguise = Disguise::choose(args.pseudonyms.pseudonyms);
    let opening = Opening {
        wall: args.wall,
        record: args.record,
        metrics: MetricsFlag::default(),
        seed: play.as_ref().and_then(ChosenPlay::seed),
        disguise: disguise.clone(),
        webhooks: WebhookListening::default(),
    };
    let people = play.as_ref().map_or(0, ChosenPlay::count_people);
    let budget = if all.follows_streams() { crowd_budget(people) } else { all.budget.value };
    let at = (Ipv4Addr::LOCALHOST, args.port).into();
    let Serving { home, crowd, ledger_trouble } = local_service::start_local_service(at, &service, play, clock).await?;
    let origin = local_service::own_origin(&home.running);
    let (subscribe_key, auth) = service.own_way_in();
    let session = Session {
        origin: origin.to_string(),
        name: None,
        region: None,
        production: false,
        read_only: false,
        budget,
        follows: all.follows_streams(),
        announce_max: service.settings().ok().map(|settings| settings.announce_max as u64),
        subscribe_key: subscribe_key.clone(),
        user: user.clone(),
        watching: channels.iter().cloned().map(Subscription::Channel).collect(),
        join_in: Some(describe_join_in(&home.running, &subscribe_key, &channels)),
    };
    let keyset = Keyset { origin, subscribe_key, user: user.clone(), auth };
    let client = local_service::make_own_client(&home.running, keyset, budget, clock)?
        .with_most_names(all.most_names.value as usize);
    let client = if all.follows_streams() { client.follow_streams() } else { client };
    let beyond = (crowd, Some(home));
    if plain {
        Box::pin(open_plain(session, client, beyond, &all, opening, broken)).await?;
    } else {
        let typed = args.speaker.settings.collect_typed().and(args.dashboard.collect_typed());
        let switching = Switching { config, user, typed, demo: true, disguise };
        Box::pin(open_dashboard(session, client, beyond, &all, switching, opening, broken)).await?;
    }
    ledger_trouble.and_then(|mut trouble| trouble.try_recv().ok()).map_or(Ok(()), Err)
}
