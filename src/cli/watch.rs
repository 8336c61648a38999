//! `herenow watch`: the dashboard on the channels of a keyset.

use std::collections::BTreeSet;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Failure, args::Watch, keyset::Unnamed, stand};
use crate::{
    model::Session,
    presence::{ChannelGroup, NameError, Subscription},
};

pub(super) async fn run(args: Watch, broken: CancellationToken) -> Result<(), Failure> {
    let keyset = args.keyset.keyset(Unnamed::Watches)?;
    let watching = watching(&args).map_err(|e| Failure::usage(e.to_string()))?;
    if watching.is_empty() {
        return Err(Failure::usage(
            "no channel to watch; name at least one, as in `herenow watch --subscribe-key sub-c-… lobby`, or a --group",
        ));
    }
    stand::require_terminal()?;
    let session = Session {
        origin: keyset.origin.to_string(),
        subscribe_key: keyset.subscribe_key.clone(),
        user: keyset.user.clone(),
        watching,
        join_hint: None,
    };
    let client = args.keyset.client_for(keyset)?;
    stand::dashboard(session, client, None, &args.own, broken, JoinSet::new()).await
}

/// Channels, patterns and groups, each once, in the order given.
fn watching(args: &Watch) -> Result<Vec<Subscription>, NameError> {
    let channels = args.channels.iter().map(|name| Subscription::parse(name));
    let groups = args.groups.iter().map(|name| ChannelGroup::parse(name).map(Subscription::Group));
    let mut seen = BTreeSet::new();
    let all: Vec<Subscription> = channels.chain(groups).collect::<Result<_, _>>()?;
    Ok(all.into_iter().filter(|s| seen.insert(s.clone())).collect())
}
