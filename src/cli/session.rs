//! What is watched, through whom, and whether that worked.

use super::{
    Failure,
    flags::{keyset::KeysetArgs, webhook_listen::NamedBy},
    keyset::{self, KeysetUse, UnnamedUser},
    print,
};
use crate::{
    client::{Client, Keyset},
    clock::Clock,
    config::{ConfigValues, Typed},
    presence::Subscription,
    world::{LinkState, Session, World},
};

/// The things to watch, the client to watch them through, and the settings. A person who names
/// nothing is shown an example.
pub(super) async fn open_session(
    keyset: &KeysetArgs,
    unnamed: UnnamedUser,
    typed: Typed,
    named: NamedBy<'_>,
) -> Result<(Session, Client, ConfigValues), Failure> {
    let (all, keyset) = keyset.resolve(unnamed, KeysetUse::Reads, typed).await?;
    let watching = list_subscriptions(&all);
    if let NamedBy::Person(verb) = named
        && watching.is_empty()
    {
        return Err(Failure::usage(format!(
            "no channel to watch; name at least one, as in `{verb} --subscribe-key sub-c-… lobby`, or a --group"
        )));
    }
    print::warn_of_names(&watching);
    let (session, client) = prepare_session(watching, keyset, &all, Clock::start())?;
    Ok((session, client, all))
}

/// Which of the watched things count.
pub(super) fn list_subscriptions(all: &ConfigValues) -> Vec<Subscription> {
    let groups = all.groups.value.iter().cloned().map(Subscription::Group);
    all.channels.value.iter().cloned().chain(groups).collect()
}

/// The same, when the things to watch are already known.
pub(super) fn prepare_session(
    watching: Vec<Subscription>,
    keyset: Keyset,
    all: &ConfigValues,
    clock: Clock,
) -> Result<(Session, Client), Failure> {
    let session = Session {
        origin: keyset.origin.to_string(),
        name: all.keyset.as_ref().map(|keyset| keyset.value.clone()),
        region: all.region.as_ref().map(|region| region.value.clone()),
        production: all.production.value,
        read_only: all.read_only.value,
        budget: all.budget.value,
        follows: all.follows_streams(),
        announce_max: None,
        subscribe_key: keyset.subscribe_key.clone(),
        user: keyset.user.clone(),
        watching,
        join_in: None,
    };
    let client = keyset::make_client(keyset, all, clock)?;
    Ok((session, client))
}

/// Fails with the reason if the service was never reached, or refused all that was asked for.
pub(super) fn require_reached(world: &World) -> Result<(), Failure> {
    match &world.link.state {
        LinkState::Lost { why, .. } | LinkState::Refused { why, .. } if !world.link.was_live => {
            Err(Failure::error(why))
        }
        _ => Ok(()),
    }
}
