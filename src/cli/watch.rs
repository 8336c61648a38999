//! `herenow watch`: the dashboard on the channels of a keyset.

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    Failure,
    args::Watch,
    keyset::{self, Deed, Unnamed},
    stand,
};
use crate::{
    client::Keyset,
    clock::Clock,
    config::{Effective, Typed},
    model::Session,
    presence::Subscription,
};

pub(super) async fn run(args: Watch, broken: CancellationToken) -> Result<(), Failure> {
    let (speaker, presence_timeout) = (args.keyset.speaker.clone(), args.own.timeout());
    let typed = Typed { channels: args.channels, groups: args.groups, presence_timeout, ..Typed::default() };
    let (all, keyset) = args.keyset.keyset(Unnamed::Watches, Deed::Reads, typed).await?;
    let watching = watching(&all);
    if watching.is_empty() {
        return Err(Failure::usage(
            "no channel to watch; name at least one, as in `herenow watch --subscribe-key sub-c-… lobby`, or a --group",
        ));
    }
    stand::require_terminal()?;
    let session = session(&all, &keyset, watching);
    let switching = speaker.switching(speaker.config()?, keyset.user.clone(), presence_timeout);
    let client = keyset::client(keyset, &all, Clock::start())?;
    let timeout = all.presence_timeout.value;
    Box::pin(stand::dashboard(session, client, None, timeout, switching, broken, JoinSet::new())).await
}

/// What counts of what is to be watched.
pub(super) fn watching(all: &Effective) -> Vec<Subscription> {
    let groups = all.groups.value.iter().cloned().map(Subscription::Group);
    all.channels.value.iter().cloned().chain(groups).collect()
}

/// Whom we watch, and as whom.
pub(super) fn session(all: &Effective, keyset: &Keyset, watching: Vec<Subscription>) -> Session {
    Session {
        origin: keyset.origin.to_string(),
        name: all.keyset.as_ref().map(|keyset| keyset.value.clone()),
        region: all.region.as_ref().map(|region| region.value.clone()),
        production: all.production.value,
        read_only: all.read_only.value,
        budget: all.budget.value,
        announce_max: None,
        subscribe_key: keyset.subscribe_key.clone(),
        user: keyset.user.clone(),
        watching,
        join_hint: None,
    }
}
