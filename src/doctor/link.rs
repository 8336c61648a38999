//! Checks of the connection: link, queues, clocks, budget.

use std::time::Duration;

use super::finding::{CheckResult, Gravity, RECENT, describe_recurrence, format_times, make_finding};
use crate::{
    duration::age,
    presence::Moment,
    wording::shorten_reason,
    world::{CLOCK_SKEW_LIMIT, LinkState, World},
};

/// This many losses within the period are more than bad luck.
const FLAPPING: usize = 3;

/// The first answer should not take longer than this.
const PATIENCE: Duration = Duration::from_secs(10);

/// An event should not take longer than this from the service to us.
const LAG: Duration = Duration::from_secs(5);

pub(super) fn check_link(world: &World, now: Moment) -> CheckResult {
    let lasted = age(now.since(world.link.since));
    match &world.link.state {
        LinkState::Live => None,
        // A recording that ends is nothing to look at.
        LinkState::Lost { .. } if world.link.is_over() => None,
        LinkState::Connecting if now.since(world.link.since) < PATIENCE => None,
        LinkState::Connecting => make_finding(
            Gravity::Suspect,
            "no answer yet",
            format!("connecting for {lasted}"),
            "check the origin, the network and any proxy",
        ),
        LinkState::Lost { why, attempt, .. } => make_finding(
            Gravity::Wrong,
            "the link is lost: what is shown was true then",
            format!("for {lasted}, try {attempt}: {}", shorten_reason(why)),
            "herenow goes on trying; check the origin, the network and any proxy",
        ),
        LinkState::Refused { why, .. } => make_finding(
            Gravity::Wrong,
            "the service refuses all that is asked for",
            // The second row of the screen says all of it.
            shorten_reason(why),
            "check the subscribe key and the token; herenow asks again now and then",
        ),
    }
}

pub(super) fn check_flapping(world: &World, now: Moment) -> CheckResult {
    let lost = world.symptoms.lost.iter().rev().take_while(|at| now.since(**at) < RECENT).count();
    let last = world.symptoms.lost.back().filter(|_| lost > 0 && world.link.is_live())?;
    let gravity = if lost >= FLAPPING { Gravity::Suspect } else { Gravity::Remark };
    make_finding(
        gravity,
        if lost >= FLAPPING { "the link comes and goes" } else { "the link was lost for a while" },
        format!("lost {} in the last 10 minutes, last {} ago", format_times(lost as u64), age(now.since(*last))),
        "lists were asked for each time; a proxy that ends long requests does this, or a weak network",
    )
}

pub(super) fn check_over_limit(world: &World, now: Moment) -> CheckResult {
    let (_, evidence) = describe_recurrence(world.symptoms.over_limit.as_ref(), now)?;
    make_finding(
        Gravity::Wrong,
        "replies held more events than are read",
        evidence,
        "no service of PubNub's sends so many; see what answers at this origin",
    )
}

pub(super) fn check_out_of_view(world: &World, _now: Moment) -> CheckResult {
    let events = world.counters.out_of_view;
    (events > 0).then_some(())?;
    make_finding(
        Gravity::Wrong,
        "more channels than are kept in view",
        format!("{events} events on channels beyond the first {}", world.channels.len()),
        "watch a narrower pattern or group",
    )
}

pub(super) fn check_missing_events(world: &World, now: Moment) -> CheckResult {
    let (_, evidence) = describe_recurrence(world.symptoms.missing.as_ref(), now)?;
    let full = format_times(world.channels.full_replies());
    make_finding(
        Gravity::Suspect,
        "events are missing: the service dropped them, or they were lost on the way",
        format!("the occupancies told did not add up {evidence}; replies came as full as replies get {full}"),
        if world.session.follows {
            "here now was asked for; if replies come full, watch fewer channels with one herenow"
        } else {
            "here now was asked for; if replies come full, leave `budget` unset, so that polls follow at once, or raise it"
        },
    )
}

pub(super) fn check_busy(world: &World, now: Moment) -> CheckResult {
    let (_, evidence) = describe_recurrence(world.symptoms.busy.as_ref(), now)?;
    make_finding(
        Gravity::Suspect,
        "commands were not sent: too many were waiting",
        evidence,
        "raise `budget`, or ask for less at once",
    )
}

pub(super) fn check_garbled(world: &World, now: Moment) -> CheckResult {
    let (_, evidence) = describe_recurrence(world.symptoms.garbled.as_ref(), now)?;
    make_finding(
        Gravity::Suspect,
        "events could not be read",
        evidence,
        "somebody may publish on a -pnpres channel, or a proxy changes answers; the log has them as they came",
    )
}

pub(super) fn check_clock(world: &World, now: Moment) -> CheckResult {
    if let Some((_, evidence)) = describe_recurrence(world.symptoms.set_back.as_ref(), now) {
        let what = "the service's clock was set back";
        return make_finding(
            Gravity::Suspect,
            what,
            evidence,
            "lists were asked for again; several servers may disagree",
        );
    }
    let skew = world.clock.skew_seconds(now);
    (skew.unsigned_abs() > CLOCK_SKEW_LIMIT).then_some(())?;
    let way = if skew > 0 { "ahead of" } else { "behind" };
    make_finding(
        Gravity::Suspect,
        "the clock of this machine is off",
        format!("{} {way} the service's", age(Duration::from_secs(skew.unsigned_abs()))),
        "set the clock by NTP; times of events and ages are the service's and right all the same",
    )
}

pub(super) fn check_lag(world: &World, _now: Moment) -> CheckResult {
    let lag = world.counters.lag.filter(|lag| *lag > LAG && world.link.is_live())?;
    make_finding(
        Gravity::Suspect,
        "events come late",
        format!("the last took {} longer than the quickest", age(lag)),
        "after a gap that is natural; if it stays, the network or this machine is too slow for so many events",
    )
}

pub(super) fn check_budget(world: &World, now: Moment) -> CheckResult {
    let all = u64::from(world.session.budget.max(1));
    // Polls leave two fifths of the budget to a person's requests.
    let polls = (all - all * 2 / 5).max(1);
    // The busiest of the last minute: the current rate would make the finding come and go.
    let rate = world.request_rate.busiest_tenths(now);
    (rate * 20 >= polls * 10 * 19).then_some(())?;
    if world.session.follows && (world.ledger.followed > 0 || world.channels.full_replies() > 0) {
        return make_finding(
            Gravity::Remark,
            "polls follow a busy stream at once, beside the request budget",
            format!(
                "{} so far; up to {}.{} requests per second over 10 s of the last minute",
                world.ledger.followed,
                rate / 10,
                rate % 10
            ),
            "nothing is to be done: it keeps the service from dropping events; a `budget` that you set is a limit for them, too",
        );
    }
    let share = if polls < all { format!(", {polls} of {all} are for polls") } else { String::new() };
    let (whole, tenths) = (rate / 10, rate % 10);
    let evidence = format!("up to {whole}.{tenths} requests per second over 10 s of the last minute{share}");
    let what = if rate * 20 >= all * 10 * 19 {
        "the request budget is reached: news and answers wait for it"
    } else {
        "the share of the request budget that polls have is reached: news waits for it"
    };
    make_finding(Gravity::Suspect, what, evidence, "raise `budget`, or watch fewer channels with one herenow")
}

pub(super) fn check_copies(world: &World, _now: Moment) -> CheckResult {
    let copies = world.counters.copies;
    (copies > 0).then_some(())?;
    make_finding(
        Gravity::Remark,
        "events came more than once",
        format!("{copies} copies left out, beside {} events", world.counters.events),
        "nothing is to be done: channels that are watched by name and by a pattern or group do this",
    )
}

pub(super) fn check_repeats(world: &World, _now: Moment) -> CheckResult {
    let repeats = world.counters.repeats;
    (repeats > 0).then_some(())?;
    make_finding(
        Gravity::Remark,
        "events were repeated",
        format!("{repeats} repeats left out, beside {} events", world.counters.events),
        "after a lost link or a change of region that is natural; if it goes on, look for a proxy that repeats answers",
    )
}
