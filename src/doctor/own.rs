//! Checks of our own presence and the marks of the keyset.

use std::time::Duration;

use super::finding::{CheckResult, Gravity, RECENT, format_times, list_channels, make_finding};
use crate::{
    duration::age,
    presence::{Channel, Moment, Trouble, rules::LEAST_SDK_PRESENCE_TIMEOUT, sanitize, sanitize_sentence},
    world::{Recurrence, World},
};

/// A heartbeat counts as late only after this, since its answer takes time, too.
const LATE: Duration = Duration::from_secs(5);

/// The failures of our heartbeat, if it has failed lately and not succeeded since.
fn find_failing_heartbeat(world: &World, now: Moment) -> Option<&(Recurrence, Trouble)> {
    world.symptoms.heartbeat.as_ref().filter(|(recurrence, _)| now.since(recurrence.last) < RECENT)
}

pub(super) fn check_heartbeat_failing(world: &World, now: Moment) -> CheckResult {
    let (recurrence, trouble) = find_failing_heartbeat(world, now)?;
    let last = format!("failed {}, last {} ago: ", format_times(recurrence.count), age(now.since(recurrence.last)));
    make_finding(
        Gravity::Wrong,
        "your heartbeat is not taken",
        last + &sanitize_sentence(&trouble.sentence),
        "it is sent again by itself while you are present; H sends one now",
    )
}

pub(super) fn check_heartbeat_late(world: &World, now: Moment) -> CheckResult {
    (!world.own_presence.places.is_empty()).then_some(())?;
    let due = world.own_presence.heartbeat_interval() + LATE;
    let late = |channel: &Channel, until: Moment| {
        let left = until.since(now);
        (left + due < world.own_presence.timeout)
            .then(|| format!("{channel}: timed out in {} unless it comes", age(left)))
    };
    let (_, evidence) = list_channels(world, |w| late(&w.channel, world.own_presence.place_on(&w.channel)?.until))?;
    find_failing_heartbeat(world, now).is_none().then_some(())?;
    make_finding(
        Gravity::Wrong,
        "your heartbeat is late",
        evidence,
        "H sends one now; requests that wait for the budget or a slow network hold it up",
    )
}

pub(super) fn check_short_timeout(world: &World, _now: Moment) -> CheckResult {
    let timeout = world.own_presence.timeout;
    (timeout < LEAST_SDK_PRESENCE_TIMEOUT).then_some(())?;
    let present = !world.own_presence.places.is_empty();
    make_finding(
        if present { Gravity::Suspect } else { Gravity::Remark },
        "the presence timeout is short",
        format!("{} s; official SDKs ask for at least {} s", timeout.as_secs(), LEAST_SDK_PRESENCE_TIMEOUT.as_secs()),
        "raise `presence-timeout`; a short one costs many heartbeats, and a lost one times you out",
    )
}

pub(super) fn check_marks(world: &World, _now: Moment) -> CheckResult {
    let session = &world.session;
    (session.production || session.read_only).then_some(())?;
    let name = session.name.as_deref().map(sanitize).unwrap_or_default();
    let region = session.region.as_deref().map(sanitize);
    let place = region.map(|region| format!(" ({region})")).unwrap_or_default();
    let mark = match (session.production, session.read_only) {
        (true, true) => "production and read-only",
        (true, false) => "production",
        _ => "read-only",
    };
    let remedy = if session.read_only {
        "nothing is changed there; take `read-only` away in the configuration to act"
    } else {
        "what others would notice is confirmed first"
    };
    make_finding(
        Gravity::Remark,
        format!("this keyset is marked {mark}"),
        format!("keyset {name}{place}").trim_end().to_owned(),
        remedy,
    )
}
