//! Checks of the lists: refused, silent, drifting, partial, empty.

use std::time::Duration;

use super::finding::{CheckResult, Gravity, describe_recurrence, format_count, list_channels, make_finding};
use crate::{
    duration::age,
    presence::{Moment, sanitize_sentence},
    wording::shorten_reason,
    world::{Cause, Certainty, ChannelState, LinkState, Mode, World},
};

/// A channel without users and events for this long deserves a remark.
const SILENCE: Duration = Duration::from_secs(60);

pub(super) fn check_refused(world: &World, _now: Moment) -> CheckResult {
    let mut sentences: Vec<&str> =
        world.channels.iter().filter_map(|watched| Some(watched.refused.as_ref()?.sentence.as_str())).collect();
    sentences.dedup();
    // What is said of several is said once; where nothing is allowed, it is said of the link.
    let is_said_of_each = sentences.len() > 1;
    let (count, channels) = list_channels(world, |watched| {
        let sentence = watched.refused.as_ref()?.sentence.as_str();
        Some(if is_said_of_each { shorten_reason(sentence).to_owned() } else { String::new() })
    })?;
    let evidence = match sentences.as_slice() {
        [only] if !matches!(world.link.state, LinkState::Refused { .. }) => format!("{channels}: {only}"),
        _ => channels,
    };
    make_finding(
        Gravity::Wrong,
        format!("{} refused", format_count(count, "channel is", "channels are")),
        sanitize_sentence(&evidence),
        "use a token that grants `read` on the channel and on its -pnpres twin; then r asks again",
    )
}

pub(super) fn check_unanswered(world: &World, _now: Moment) -> CheckResult {
    let failing = |w: &ChannelState| w.reconciler.trouble.clone().filter(|_| w.refused.is_none());
    let (count, evidence) = list_channels(world, failing)?;
    make_finding(
        Gravity::Wrong,
        format!("here now fails for {}", format_count(count, "channel", "channels")),
        sanitize_sentence(&evidence),
        "events are heard all the same; herenow asks again by itself, ever less often, and r asks now",
    )
}

pub(super) fn check_unlisted(world: &World, _now: Moment) -> CheckResult {
    (!world.symptoms.unlisted.is_empty()).then_some(())?;
    let unlisted = |watched: &ChannelState| {
        let asked = world.symptoms.unlisted.contains_key(&watched.channel)
            && world.own_presence.place_on(&watched.channel).is_some();
        (asked && watched.roster.get(&world.session.user).is_none()).then(String::new)
    };
    let (count, evidence) = list_channels(world, unlisted)?;
    make_finding(
        Gravity::Wrong,
        format!("presence is hardly enabled on {}", format_count(count, "channel", "channels")),
        format!("{evidence}: took your heartbeat and does not list you"),
        "enable Presence for the channel in the Admin Portal, under Presence Management",
    )
}

pub(super) fn check_silent(world: &World, _now: Moment) -> CheckResult {
    let silent = |w: &ChannelState| {
        let found = w.reconciler.drift_found;
        (w.events == 0 && found > 0).then(|| format!("{found} changes found by here now, not one event"))
    };
    let (count, evidence) = list_channels(world, silent)?;
    make_finding(
        Gravity::Wrong,
        format!("{} tells of no changes", format_count(count, "channel", "channels")),
        evidence,
        "see whether presence events are enabled there, and whether the token grants `read` on the -pnpres channel",
    )
}

pub(super) fn check_drifting(world: &World, now: Moment) -> CheckResult {
    let drifting = |w: &ChannelState| {
        let since = w.reconciler.disagrees_since.filter(|_| world.certainty(w, now) == Certainty::Drifting)?;
        let (named, told) = (w.roster.len(), w.occupancy());
        Some(format!("{named} named, {told} counted, for {}", age(now.since(since))))
    };
    let (count, evidence) = list_channels(world, drifting)?;
    make_finding(
        Gravity::Wrong,
        format!("{} drifting", format_count(count, "list is", "lists are")),
        evidence,
        "events were lost on the way; here now is asked for by itself, r asks at once",
    )
}

/// The lists that were repaired lately, for causes that `which` selects.
fn list_repairs(world: &World, now: Moment, which: impl Fn(Cause) -> bool) -> Option<(usize, String)> {
    (!world.symptoms.drift.is_empty()).then_some(())?;
    list_channels(world, |w| {
        let (recurrence, cause) = world.symptoms.drift.get(&w.channel).filter(|(_, cause)| which(*cause))?;
        describe_recurrence(Some(recurrence), now).map(|(_, when)| format!("{when}, {cause}"))
    })
}

pub(super) fn check_repaired(world: &World, now: Moment) -> CheckResult {
    let (count, evidence) = list_repairs(world, now, |cause| cause != Cause::SecondSession)?;
    make_finding(
        Gravity::Suspect,
        format!("{} to be repaired", format_count(count, "list had", "lists had")),
        evidence,
        "now and then that is the network; if it goes on, watch fewer channels or look for what else uses this keyset",
    )
}

pub(super) fn check_second_session(world: &World, now: Moment) -> CheckResult {
    let (_, evidence) = list_repairs(world, now, |cause| cause == Cause::SecondSession)?;
    make_finding(
        Gravity::Remark,
        "somebody may be present through more than one session",
        evidence,
        "one user id on several devices: a leave of one is told while the other stays, unless a join was lost; give each its own id",
    )
}

fn list_partial(world: &World, now: Moment, which: impl Fn(&ChannelState) -> bool) -> Option<(usize, String)> {
    list_channels(world, |w| {
        let known = w.known_occupancy().is_some();
        let partial = known && which(w) && matches!(world.certainty(w, now), Certainty::Partial(_));
        partial.then(|| format!("{} of {} named", w.roster.len(), w.occupancy()))
    })
}

pub(super) fn check_nameless_intervals(world: &World, now: Moment) -> CheckResult {
    let (count, evidence) = list_partial(world, now, |w| w.mode == Mode::Interval { deltas: false })?;
    make_finding(
        Gravity::Remark,
        format!("{} in intervals that name nobody", format_count(count, "channel tells", "channels tell")),
        evidence,
        "each is followed by a here now; to be told the names at once, switch Presence Deltas on for the keyset",
    )
}

pub(super) fn check_too_long(world: &World, now: Moment) -> CheckResult {
    let (count, evidence) = list_partial(world, now, |w| w.mode != Mode::Interval { deltas: false })?;
    make_finding(
        Gravity::Suspect,
        format!("{} longer than a here now collects", format_count(count, "list is", "lists are")),
        evidence,
        "the count is right, the names are not all there; nothing is to be done about it",
    )
}

pub(super) fn check_nobody(world: &World, now: Moment) -> CheckResult {
    let watched_for = now.since(world.started);
    (watched_for >= SILENCE && world.link.is_live()).then_some(())?;
    let nobody = |w: &ChannelState| {
        let empty = w.events == 0 && w.peak == 0 && world.certainty(w, now) == Certainty::Exact;
        (empty && world.own_presence.place_on(&w.channel).is_none()).then(String::new)
    };
    let (count, evidence) = list_channels(world, nobody)?;
    make_finding(
        Gravity::Remark,
        format!("nobody was ever seen on {}", format_count(count, "channel", "channels")),
        format!("{evidence}: empty, and not one event in {}", age(watched_for)),
        "if somebody should be there: H makes you present, and shows whether presence is enabled",
    )
}
