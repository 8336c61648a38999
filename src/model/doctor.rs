//! THE DOCTOR: what herenow knows to be wrong or suspects, each with its evidence and what to do.

use std::time::Duration;

use super::{Cause, Certainty, LinkState, Mode, Model, Recent, Watched};
use crate::presence::{Channel, Moment};

/// What happened longer ago is told no more.
const RECENT: Duration = Duration::from_secs(600);

/// A link that was lost so often within that time is not just unlucky.
const FLAPPING: usize = 3;

/// A first answer takes no longer than this.
const PATIENCE: Duration = Duration::from_secs(10);

/// After so long without anybody and anything, one may wonder.
const SILENCE: Duration = Duration::from_secs(60);

/// Events take no longer than this from the service to here.
const LAG: Duration = Duration::from_secs(5);

/// A heartbeat may be late by so much: an answer takes its time, too.
const LATE: Duration = Duration::from_secs(5);

/// Clocks that differ by more seconds than this are off.
const SKEW: u64 = 60;

/// Official SDKs ask for no presence timeout below this.
const LEAST_TIMEOUT: Duration = Duration::from_secs(20);

/// A finding names at most so many channels.
const NAMED: usize = 4;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    /// Nothing wrong; good to know.
    Remark,
    /// Perhaps wrong, or wrong a short while ago.
    Suspect,
    /// What is shown is wrong, or is not what one would think.
    Wrong,
}

/// Something found. All texts are safe to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How grave.
    pub gravity: Gravity,
    /// What, in a few words.
    pub what: String,
    /// How one can tell.
    pub evidence: String,
    /// What to do.
    pub remedy: String,
}

/// What is looked at each time.
pub const CHECKED: &[&str] = &[
    "the link, now and in the last 10 minutes",
    "refused channels",
    "whether presence is enabled, as far as a heartbeat of yours can tell",
    "lists that drift, are partial or had to be repaired",
    "queues, full replies and unreadable events",
    "clocks and event lag",
    "your heartbeat and presence timeout",
    "the request budget",
];

type Found = Option<Finding>;

fn found(gravity: Gravity, what: impl Into<String>, evidence: impl Into<String>, remedy: impl Into<String>) -> Found {
    Some(Finding { gravity, what: what.into(), evidence: evidence.into(), remedy: remedy.into() })
}

/// Look at everything. The gravest comes first.
pub fn examine(model: &Model, now: Moment) -> Vec<Finding> {
    let checks: &[fn(&Model, Moment) -> Found] = &[
        link,
        refused,
        unlisted,
        silent,
        drifting,
        heartbeat_failing,
        heartbeat_late,
        over_limit,
        out_of_view,
        flapping,
        repaired,
        nameless_intervals,
        too_long,
        full_replies,
        busy,
        garbled,
        clock,
        lag,
        budget,
        short_timeout,
        second_session,
        duplicates,
        nobody,
        marks,
    ];
    let mut findings: Vec<Finding> = checks.iter().filter_map(|check| check(model, now)).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.gravity));
    findings
}

/// `12 s`, `3 min`, `2 h`.
fn span(span: Duration) -> String {
    match span.as_secs() {
        s @ 0..120 => format!("{s} s"),
        s @ 120..7200 => format!("{} min", s / 60),
        s => format!("{} h", s / 3600),
    }
}

fn recent(sign: Option<&Recent>, now: Moment) -> Option<(u64, String)> {
    let sign = sign.filter(|sign| now.since(sign.last) < RECENT)?;
    Some((sign.count, format!("{}, last {} ago", times(sign.count), span(now.since(sign.last)))))
}

fn times(count: u64) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{n} times"),
    }
}

/// The channels for which there is something to say, the first few by name, and how many there are;
/// nothing if there are none.
fn channels<'a>(model: &'a Model, said: impl Fn(&'a Watched) -> Option<String>) -> Option<(usize, String)> {
    let (mut count, mut named) = (0, Vec::new());
    for watched in model.channels.iter() {
        let Some(said) = said(watched) else { continue };
        count += 1;
        if named.len() < NAMED {
            named.push(if said.is_empty() {
                watched.channel.to_string()
            } else {
                format!("{}: {said}", watched.channel)
            });
        }
    }
    if count > NAMED {
        named.push(format!("and {} more", count - NAMED));
    }
    (count > 0).then(|| (count, named.join("; ")))
}

fn many(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

fn link(model: &Model, now: Moment) -> Found {
    let lasted = span(now.since(model.link.since));
    match &model.link.state {
        LinkState::Live => None,
        LinkState::Connecting if now.since(model.link.since) < PATIENCE => None,
        LinkState::Connecting => found(
            Gravity::Suspect,
            "no answer yet",
            format!("connecting for {lasted}"),
            "check the origin, the network and any proxy",
        ),
        LinkState::Lost { why, attempt, .. } => found(
            Gravity::Wrong,
            "the link is lost: what is shown was true then",
            format!("for {lasted}, try {attempt}: {why}"),
            "herenow goes on trying; check the origin, the network and any proxy",
        ),
        LinkState::Refused { why, .. } => found(
            Gravity::Wrong,
            "the service refuses all that is asked for",
            why.clone(),
            "check the subscribe key and the token; herenow asks again now and then",
        ),
    }
}

fn flapping(model: &Model, now: Moment) -> Found {
    let lost = model.log.signs.lost.iter().rev().take_while(|at| now.since(**at) < RECENT).count();
    let last = model.log.signs.lost.back().filter(|_| lost > 0 && model.link.is_live())?;
    let gravity = if lost >= FLAPPING { Gravity::Suspect } else { Gravity::Remark };
    found(
        gravity,
        if lost >= FLAPPING { "the link comes and goes" } else { "the link was lost for a while" },
        format!("lost {} in the last 10 minutes, last {} ago", times(lost as u64), span(now.since(*last))),
        "lists were asked for anew each time; a proxy that ends long requests does this, or a weak network",
    )
}

fn refused(model: &Model, _now: Moment) -> Found {
    let (count, evidence) = channels(model, |w| w.refused.as_ref().map(|trouble| trouble.sentence.clone()))?;
    found(
        Gravity::Wrong,
        format!("{} refused", many(count, "channel is", "channels are")),
        crate::presence::shown(&evidence),
        "use a token that grants `read` on the channel and on its -pnpres twin; then r asks again",
    )
}

fn unlisted(model: &Model, _now: Moment) -> Found {
    let unlisted = |watched: &Watched| {
        let asked = model.log.signs.unlisted.contains_key(&watched.channel) && model.own.on(&watched.channel).is_some();
        (asked && watched.roster.get(&model.session.user).is_none()).then(String::new)
    };
    let (count, evidence) = channels(model, unlisted)?;
    found(
        Gravity::Wrong,
        format!("presence is hardly enabled on {}", many(count, "channel", "channels")),
        format!("{evidence}: took your heartbeat and does not list you"),
        "enable Presence for the channel in the Admin Portal, under Presence Management",
    )
}

fn silent(model: &Model, _now: Moment) -> Found {
    let silent = |w: &Watched| {
        let found = w.truth.drift_found;
        (w.events == 0 && found > 0).then(|| format!("{found} changes found by here now, not one event"))
    };
    let (count, evidence) = channels(model, silent)?;
    found(
        Gravity::Wrong,
        format!("{} tells of no changes", many(count, "channel", "channels")),
        evidence,
        "see whether presence events are enabled there, and whether the token grants `read` on the -pnpres channel",
    )
}

fn drifting(model: &Model, now: Moment) -> Found {
    let drifting = |w: &Watched| {
        let since = w.truth.disagrees_since.filter(|_| model.certainty(w, now) == Certainty::Drifting)?;
        let (named, told) = (w.roster.len(), w.occupancy());
        Some(format!("{named} named, {told} counted, for {}", span(now.since(since))))
    };
    let (count, evidence) = channels(model, drifting)?;
    found(
        Gravity::Wrong,
        format!("{} drifting", many(count, "list is", "lists are")),
        evidence,
        "events were lost on the way; here now is asked for by itself, r asks at once",
    )
}

/// Lists that turned out to be wrong a while ago, by what the causes have in common.
fn repairs(model: &Model, now: Moment, which: impl Fn(Cause) -> bool) -> Option<(usize, String)> {
    channels(model, |w| {
        let (sign, cause) = model.log.signs.drift.get(&w.channel).filter(|(_, cause)| which(*cause))?;
        recent(Some(sign), now).map(|(_, when)| format!("{when}, {cause}"))
    })
}

fn repaired(model: &Model, now: Moment) -> Found {
    let (count, evidence) = repairs(model, now, |cause| cause != Cause::SecondSession)?;
    found(
        Gravity::Suspect,
        format!("{} to be repaired", many(count, "list had", "lists had")),
        evidence,
        "now and then that is the network; if it goes on, watch fewer channels or look for what else uses this keyset",
    )
}

fn second_session(model: &Model, now: Moment) -> Found {
    let (_, evidence) = repairs(model, now, |cause| cause == Cause::SecondSession)?;
    found(
        Gravity::Remark,
        "somebody is present through more than one session",
        evidence,
        "one user id on several devices: a leave of one is told while the other stays; give each its own id to tell them apart",
    )
}

fn partial(model: &Model, now: Moment, which: impl Fn(&Watched) -> bool) -> Option<(usize, String)> {
    channels(model, |w| {
        let partial = matches!(model.certainty(w, now), Certainty::Partial(_)) && which(w);
        partial.then(|| format!("{} of {} named", w.roster.len(), w.occupancy()))
    })
}

fn nameless_intervals(model: &Model, now: Moment) -> Found {
    let (count, evidence) = partial(model, now, |w| w.mode == Mode::Interval { deltas: false })?;
    found(
        Gravity::Suspect,
        format!("{} in intervals that name nobody", many(count, "channel tells", "channels tell")),
        evidence,
        "switch Presence Deltas on for the keyset, or raise Announce Max; until then the list is kept by here now",
    )
}

fn too_long(model: &Model, now: Moment) -> Found {
    let (count, evidence) = partial(model, now, |w| w.mode != Mode::Interval { deltas: false })?;
    found(
        Gravity::Suspect,
        format!("{} longer than a here now collects", many(count, "list is", "lists are")),
        evidence,
        "the count is right, the names are not all there; nothing is to be done about it",
    )
}

fn over_limit(model: &Model, now: Moment) -> Found {
    let (_, evidence) = recent(model.log.signs.over_limit.as_ref(), now)?;
    found(
        Gravity::Wrong,
        "replies held more events than are read",
        evidence,
        "no service of PubNub's sends so many; see what answers at this origin",
    )
}

fn out_of_view(model: &Model, _now: Moment) -> Found {
    let events = model.counters.out_of_view;
    (events > 0).then_some(())?;
    found(
        Gravity::Wrong,
        "more channels than are kept in view",
        format!("{events} events on channels beyond the first {}", model.channels.len()),
        "watch a narrower pattern or group",
    )
}

fn full_replies(model: &Model, now: Moment) -> Found {
    let (_, evidence) = recent(model.log.signs.full.as_ref(), now)?;
    found(
        Gravity::Suspect,
        "events may have been dropped from the service's queue",
        format!("a reply was as full as replies get {evidence}"),
        "here now was asked for anew; raise `budget` so that polls come quicker, or watch fewer channels",
    )
}

fn busy(model: &Model, now: Moment) -> Found {
    let (_, evidence) = recent(model.log.signs.busy.as_ref(), now)?;
    found(
        Gravity::Suspect,
        "commands were not sent: too many were waiting",
        evidence,
        "raise `budget`, or ask for less at once",
    )
}

fn garbled(model: &Model, now: Moment) -> Found {
    let (_, evidence) = recent(model.log.signs.garbled.as_ref(), now)?;
    found(
        Gravity::Suspect,
        "events could not be read",
        evidence,
        "somebody may publish on a -pnpres channel, or a proxy changes answers; the log has them as they came",
    )
}

fn clock(model: &Model, now: Moment) -> Found {
    if let Some((_, evidence)) = recent(model.log.signs.set_back.as_ref(), now) {
        let what = "the service's clock was set back";
        return found(Gravity::Suspect, what, evidence, "lists were asked for anew; several servers may disagree");
    }
    let skew = model.clock.skew_seconds(now);
    (skew.unsigned_abs() > SKEW).then_some(())?;
    let way = if skew > 0 { "ahead of" } else { "behind" };
    found(
        Gravity::Suspect,
        "the clock of this machine is off",
        format!("{} {way} the service's", span(Duration::from_secs(skew.unsigned_abs()))),
        "set the clock by NTP; times of events and ages are the service's and right all the same",
    )
}

fn lag(model: &Model, _now: Moment) -> Found {
    let lag = model.counters.lag.filter(|lag| *lag > LAG && model.link.is_live())?;
    found(
        Gravity::Suspect,
        "events come late",
        format!("the last took {} longer than the quickest", span(lag)),
        "after a gap that is natural; if it stays, the network or this machine is too slow for so many events",
    )
}

/// When the service last took a heartbeat of ours, as far as a place that we hold tells.
fn failing(model: &Model, now: Moment) -> Option<&(Recent, crate::presence::Trouble)> {
    model.log.signs.heartbeat.as_ref().filter(|(sign, _)| now.since(sign.last) < RECENT)
}

fn heartbeat_failing(model: &Model, now: Moment) -> Found {
    let (sign, trouble) = failing(model, now)?;
    let last = format!("failed {}, last {} ago: ", times(sign.count), span(now.since(sign.last)));
    found(
        Gravity::Wrong,
        "your heartbeat is not taken",
        last + &crate::presence::shown(&trouble.sentence),
        "it is sent again by itself while you are present; H sends one now",
    )
}

fn heartbeat_late(model: &Model, now: Moment) -> Found {
    let due = model.own.interval() + LATE;
    let late = |channel: &Channel, until: Moment| {
        let left = until.since(now);
        (left + due < model.own.timeout).then(|| format!("{channel}: timed out in {} unless it comes", span(left)))
    };
    let (_, evidence) = channels(model, |w| late(&w.channel, model.own.on(&w.channel)?.until))?;
    failing(model, now).is_none().then_some(())?;
    found(
        Gravity::Wrong,
        "your heartbeat is late",
        evidence,
        "H sends one now; requests that wait for the budget or a slow network hold it up",
    )
}

fn short_timeout(model: &Model, _now: Moment) -> Found {
    let timeout = model.own.timeout;
    (timeout < LEAST_TIMEOUT).then_some(())?;
    let present = !model.own.places.is_empty();
    found(
        if present { Gravity::Suspect } else { Gravity::Remark },
        "the presence timeout is short",
        format!("{} s; official SDKs ask for at least {} s", timeout.as_secs(), LEAST_TIMEOUT.as_secs()),
        "raise `presence-timeout`; a short one costs many heartbeats, and a lost one times you out",
    )
}

fn budget(model: &Model, now: Moment) -> Found {
    let all = u64::from(model.session.budget.max(1));
    // Polls leave two fifths of it to what a person asks for.
    let polls = (all - all * 2 / 5).max(1);
    let pace = model.pace.tenths(now);
    (pace * 20 >= polls * 10 * 19).then_some(())?;
    let evidence = format!("{}.{} of {all} requests per second over the last 10 s", pace / 10, pace % 10);
    let what = "the request budget is reached: news and answers wait for it";
    found(Gravity::Suspect, what, evidence, "raise `budget`, or watch fewer channels with one herenow")
}

fn duplicates(model: &Model, _now: Moment) -> Found {
    let copies = model.counters.duplicates;
    (copies > 0).then_some(())?;
    found(
        Gravity::Remark,
        "events came more than once",
        format!("{copies} copies left out, beside {} events", model.counters.events),
        "nothing is to be done: channels that are watched by name and by a pattern or group do this",
    )
}

fn nobody(model: &Model, now: Moment) -> Found {
    let watched_for = now.since(model.started);
    (watched_for >= SILENCE && model.link.is_live()).then_some(())?;
    let nobody = |w: &Watched| {
        let empty = w.events == 0 && w.peak == 0 && model.certainty(w, now) == Certainty::Exact;
        (empty && model.own.on(&w.channel).is_none()).then(String::new)
    };
    let (count, evidence) = channels(model, nobody)?;
    found(
        Gravity::Remark,
        format!("nobody was ever seen on {}", many(count, "channel", "channels")),
        format!("{evidence}: empty, and not one event in {}", span(watched_for)),
        "if somebody should be there: H makes you present, and shows whether presence is enabled",
    )
}

fn marks(model: &Model, _now: Moment) -> Found {
    let session = &model.session;
    (session.production || session.read_only).then_some(())?;
    let name = session.name.as_deref().map(crate::presence::shown).unwrap_or_default();
    let region = session.region.as_deref().map(crate::presence::shown);
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
    found(
        Gravity::Remark,
        format!("this keyset is marked {mark}"),
        format!("keyset {name}{place}").trim_end().to_owned(),
        remedy,
    )
}

#[cfg(test)]
mod tests;
