//! `herenow watch`: the dashboard on the channels of a keyset.

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Failure, args::Watch, keyset::Unnamed, stand};
use crate::config::Typed;

pub(super) async fn run(args: Watch, broken: CancellationToken) -> Result<(), Failure> {
    let typed = Typed {
        channels: args.channels,
        groups: args.groups,
        presence_timeout: args.own.timeout(),
        region: args.marks.region,
        production: args.marks.production,
        theme: args.look.theme,
        ..Typed::default()
    };
    let (session, client, all) = stand::session(&args.keyset, Unnamed::Watches, typed, "herenow watch").await?;
    stand::require_terminal()?;
    stand::dashboard(session, client, None, &all, broken, JoinSet::new()).await
}
