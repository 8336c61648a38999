//! `herenow watch`: the dashboard on the channels of a keyset.

use tokio_util::sync::CancellationToken;

use super::{Failure, args::Watch, keyset::Unnamed, stand};

pub(super) async fn run(args: Watch, broken: CancellationToken) -> Result<(), Failure> {
    let (ours, typed, keyset) = (args.watched.ours(), args.watched.typed(), args.watched.keyset);
    let (session, client, all) = stand::session(&keyset, Unnamed::Watches, typed, "herenow watch").await?;
    stand::require_terminal()?;
    let speaker = &keyset.speaker;
    let switching = speaker.switching(speaker.config()?, session.user.clone(), ours);
    stand::dashboard(session, client, (None, None), &all, switching, broken).await
}
