//! `herenow watch`: the dashboard on the channels of a keyset.

use clap::Args as ClapArgs;
use tokio_util::sync::CancellationToken;

use super::{Failure, flags::watched::WatchedArgs, keyset::Unnamed, stand};

/// `herenow watch`
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: herenow watch --subscribe-key sub-c-… lobby 'match.*'\n\
    With a configuration: herenow watch --keyset staging\n\
    A token for Access Manager is read from HERENOW_AUTH_TOKEN, or as the keyset says; it is never taken from the \
    command line.")]
pub struct Watch {
    /// What is watched, and as whom.
    #[command(flatten)]
    pub watched: WatchedArgs,
}

pub(super) async fn run(args: Watch, broken: CancellationToken) -> Result<(), Failure> {
    let (ours, typed, keyset) = (args.watched.ours(), args.watched.typed(), args.watched.keyset);
    let (session, client, all) = stand::session(&keyset, Unnamed::Watches, typed, "herenow watch").await?;
    stand::require_terminal()?;
    let speaker = &keyset.speaker;
    let switching = speaker.switching(speaker.config()?, session.user.clone(), ours);
    stand::dashboard(session, client, (None, None), &all, switching, broken).await
}
