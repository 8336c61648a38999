//! `herenow watch`: the dashboard on the channels of a keyset.

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Failure, args::Watch, keyset::Unnamed, stand};
use crate::config::Typed;

pub(super) async fn run(args: Watch, broken: CancellationToken) -> Result<(), Failure> {
    let ours = Typed {
        presence_timeout: args.own.timeout(),
        theme: args.look.theme,
        slow: args.look.slow,
        ..Typed::default()
    };
    let typed = Typed {
        channels: args.channels,
        groups: args.groups,
        region: args.marks.region,
        production: args.marks.production,
        ..ours.clone()
    };
    let (session, client, all) = stand::session(&args.keyset, Unnamed::Watches, typed, "herenow watch").await?;
    stand::require_terminal()?;
    let speaker = &args.keyset.speaker;
    let switching = speaker.switching(speaker.config()?, session.user.clone(), ours);
    stand::dashboard(session, client, None, &all, switching, broken, JoinSet::new()).await
}
