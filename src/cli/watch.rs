//! `herenow watch`: the dashboard on the channels of a keyset.

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{
    Failure,
    args::Watch,
    keyset::{self, Deed, Unnamed},
    stand,
};
use crate::{clock::Clock, config::Typed, model::Session, presence::Subscription};

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
    let (all, keyset) = args.keyset.keyset(Unnamed::Watches, Deed::Reads, typed).await?;
    let groups = all.groups.value.iter().cloned().map(Subscription::Group);
    let watching: Vec<Subscription> = all.channels.value.iter().cloned().chain(groups).collect();
    if watching.is_empty() {
        return Err(Failure::usage(
            "no channel to watch; name at least one, as in `herenow watch --subscribe-key sub-c-… lobby`, or a --group",
        ));
    }
    stand::require_terminal()?;
    let session = Session {
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
    };
    let client = keyset::client(keyset, &all, Clock::start())?;
    stand::dashboard(session, client, None, &all, broken, JoinSet::new()).await
}
