//! What an event or a list does against a claim about a span of time, in words.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{
    Facts, Place,
    ast::{QuietKind, Who},
    evaluate::{KnownScope, can_filter, list_names},
};
use crate::presence::{Channel, EventKind, PresenceEvent, State, Subscription, UserId};

/// Who came by an event, by name.
pub(super) fn users_arriving(event: &PresenceEvent) -> impl Iterator<Item = &UserId> {
    let (one, many) = match &event.what {
        EventKind::Joined { user, .. } | EventKind::StateChanged { user, .. } => (Some(user), &[][..]),
        EventKind::Interval { joined, .. } => (None, &joined[..]),
        _ => (None, &[][..]),
    };
    one.into_iter().chain(many)
}

/// Whether somebody is meant, by what is known of them where the event was, or by what it says.
pub(super) fn is_meant(who: &Who, user: &UserId, event: &PresenceEvent, facts: &impl Facts) -> bool {
    let listed = facts.channel(&event.channel).and_then(|seen| seen.roster.get(user)?.state().cloned());
    let told: Option<&State> = match &event.what {
        EventKind::Joined { state, .. } => state.as_ref(),
        EventKind::StateChanged { state, .. } => Some(state),
        _ => None,
    };
    who.is(user, told.or(listed.as_ref()))
}

/// Where somebody is seen, if that is on too many channels. On the channel of an event the list can be
/// believed as far as the event goes, even where nothing else is known.
pub(super) fn describe_crowding(
    user: &UserId,
    count: u64,
    place: &Place,
    heard: Option<&Channel>,
    facts: &impl Facts,
) -> Option<String> {
    let scope = KnownScope::find(place, facts);
    let believed = scope.seen.iter().filter(|seen| seen.names || Some(seen.channel) == heard);
    let mut on: Vec<String> =
        believed.filter(|seen| seen.roster.get(user).is_some()).map(|seen| seen.channel.to_string()).collect();
    on.sort_unstable();
    (on.len() as u64 >= count).then(|| format!("{user} was in {}", list_names(on.iter(), on.len())))
}

/// Anybody who is meant and seen on too many channels.
pub(super) fn find_crowding(
    who: &Who,
    count: u64,
    place: &Place,
    scope: &KnownScope<'_>,
    facts: &impl Facts,
) -> Option<String> {
    let filter = match who {
        Who::One(user) => return describe_crowding(user, count, place, None, facts),
        Who::Anybody(filter) => filter,
    };
    let mut on: HashMap<&UserId, u64, foldhash::fast::RandomState> = HashMap::default();
    for seen in scope.seen.iter().filter(|seen| can_filter(seen, filter)) {
        for (user, here) in seen.roster.iter() {
            if filter.matches(user.as_str(), here.state()) {
                *on.entry(user).or_default() += 1;
            }
        }
    }
    let first = on.into_iter().filter(|(_, seen)| *seen >= count).map(|(user, _)| user).min()?;
    describe_crowding(first, count, place, None, facts)
}

/// Whether intervals have to name who changed, for this kind to be seen.
pub(super) fn needs_names(kind: QuietKind) -> bool {
    matches!(kind, QuietKind::Join | QuietKind::Leave | QuietKind::Timeout)
}

/// What the event did that should not have been, in words.
pub(super) fn describe_violation(
    kind: QuietKind,
    who: Option<&Who>,
    event: &PresenceEvent,
    facts: &impl Facts,
) -> Option<String> {
    let meant = |user: &&UserId| who.is_none_or(|who| is_meant(who, user, event, facts));
    let (joins, leaves) =
        (matches!(kind, QuietKind::Join | QuietKind::Event), matches!(kind, QuietKind::Leave | QuietKind::Event));
    let timeouts = matches!(kind, QuietKind::Timeout | QuietKind::Event);
    let told = |did: &str, users: Vec<&UserId>| {
        let names = list_names(users.iter(), users.len());
        (!users.is_empty()).then(|| format!("{names} {did} {} {}", event.channel, time_of(event)))
    };
    let one = |wanted: bool, did: &str, user: &UserId| {
        (wanted && meant(&user)).then(|| format!("{user} {did} {} {}", event.channel, time_of(event)))
    };
    match &event.what {
        EventKind::Joined { user, .. } => one(joins, "joined", user),
        EventKind::Left { user } => one(leaves, "left", user),
        EventKind::TimedOut { user } => one(timeouts, "timed out in", user),
        EventKind::StateChanged { user, .. } => {
            one(matches!(kind, QuietKind::State | QuietKind::Event), "changed state in", user)
        }
        EventKind::Interval { joined, left, timed_out, refresh } => {
            let those = |wanted: bool, users: &'_ [UserId]| -> Vec<UserId> {
                users.iter().filter(|user| wanted && meant(user)).cloned().collect()
            };
            let (joined, left, timed_out) = (those(joins, joined), those(leaves, left), those(timeouts, timed_out));
            told("timed out in", timed_out.iter().collect())
                .or_else(|| told("left", left.iter().collect()))
                .or_else(|| told("joined", joined.iter().collect()))
                .or_else(|| {
                    let some = kind == QuietKind::Event && who.is_none() && *refresh;
                    some.then(|| format!("more changes than named in {} {}", event.channel, time_of(event)))
                })
        }
        EventKind::Unknown { action, .. } => {
            let action = crate::presence::sanitize(action);
            (kind == QuietKind::Event && who.is_none())
                .then(|| format!("`{action}` in {} {}", event.channel, time_of(event)))
        }
    }
}

/// When it happened, by the service's clock.
pub(super) fn time_of(event: &PresenceEvent) -> String {
    format_time(event.published.seconds())
}

pub(super) fn format_time(seconds: u64) -> String {
    let time = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    time.map(|time| format!("at {time}")).unwrap_or_default()
}

pub(super) fn describe_place(count: u64, place: &Place) -> String {
    match place {
        Place::At(Subscription::Channel(channel)) if count == 1 => channel.to_string(),
        _ => format!("{count} of {place}"),
    }
}

pub(super) fn describe_quiet(kind: QuietKind, who: Option<&Who>, place: &Place) -> String {
    let of = who.map(|who| format!(" of {who}")).unwrap_or_default();
    let at = if kind == QuietKind::Gap { String::new() } else { format!(" in {place}") };
    format!("no {}{of}{at}", kind.name())
}
