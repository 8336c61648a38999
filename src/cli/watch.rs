//! `herenow watch`: the dashboard on the channels of a keyset.

use std::collections::BTreeSet;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Failure, args::Watch, stand};
use crate::{
    client::{Client, Keyset, Origin},
    clock::Clock,
    model::Session,
    presence::{ChannelGroup, NameError, SubscribeKey, Subscription},
    wire::Auth,
};

/// The environment variable that holds a token for Access Manager.
const TOKEN: &str = "HERENOW_AUTH_TOKEN";

pub(super) async fn run(args: Watch, broken: CancellationToken) -> Result<(), Failure> {
    let usage = |e: NameError| Failure::usage(e.to_string());
    let Some(key) = args.subscribe_key.as_deref().filter(|k| !k.is_empty()) else {
        return Err(Failure::usage(
            "no subscribe key: a keyset's channels can't be watched without it; \
             give --subscribe-key sub-c-… or set HERENOW_SUBSCRIBE_KEY, or run `herenow demo`, which needs none",
        ));
    };
    let subscribe_key = SubscribeKey::parse(key).map_err(usage)?;
    let watching = watching(&args).map_err(usage)?;
    if watching.is_empty() {
        return Err(Failure::usage(
            "no channel to watch; name at least one, as in `herenow watch --subscribe-key sub-c-… lobby`, or a --group",
        ));
    }
    let origin = Origin::parse(&args.origin).map_err(|e| Failure::usage(e.to_string()))?;
    let user = stand::user_id(args.own.user_id.as_deref())?;
    stand::require_terminal()?;
    let auth = std::env::var(TOKEN).ok().filter(|token| !token.is_empty()).map(|token| Auth::new(&token));
    let session = Session {
        origin: origin.to_string(),
        subscribe_key: subscribe_key.clone(),
        user: user.clone(),
        watching,
        join_hint: None,
    };
    let keyset = Keyset { origin, subscribe_key, user, auth };
    let client = Client::new(keyset, args.own.budget, Clock::start()).map_err(|e| Failure::failed(e.to_string()))?;
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
