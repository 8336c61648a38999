//! All checks.

use super::{Finding, finding::CheckResult, link, lists, own};
use crate::{presence::Moment, world::World};

/// What the checks look at, for people.
pub const CHECKED: &[&str] = &[
    "the link, now and in the last 10 minutes",
    "refused channels, and here nows that fail",
    "whether presence is enabled, as far as a heartbeat of yours can tell",
    "lists that drift, are partial or had to be repaired",
    "queues, full replies and unreadable events",
    "clocks and event lag",
    "your heartbeat and presence timeout",
    "the request budget",
    "who timed out, left, came or flapped together in the last 10 minutes",
];

/// Run all checks. The gravest findings come first.
pub fn examine_world(world: &World, now: Moment) -> Vec<Finding> {
    let checks: &[fn(&World, Moment) -> CheckResult] = &[
        link::check_link,
        lists::check_refused,
        lists::check_unanswered,
        lists::check_unlisted,
        lists::check_silent,
        lists::check_drifting,
        own::check_heartbeat_failing,
        own::check_heartbeat_late,
        link::check_over_limit,
        link::check_out_of_view,
        link::check_flapping,
        lists::check_repaired,
        lists::check_nameless_intervals,
        lists::check_too_long,
        link::check_missing_events,
        link::check_busy,
        link::check_garbled,
        link::check_clock,
        link::check_lag,
        link::check_budget,
        own::check_short_timeout,
        lists::check_second_session,
        link::check_copies,
        link::check_repeats,
        lists::check_nobody,
        own::check_marks,
    ];
    let mut findings: Vec<Finding> = checks.iter().filter_map(|check| check(world, now)).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.gravity));
    findings
}
