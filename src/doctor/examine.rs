//! What is looked at.

use super::{Finding, finding::CheckResult, link, lists, own};
use crate::{presence::Moment, world::World};

/// What is looked at each time.
pub const CHECKED: &[&str] = &[
    "the link, now and in the last 10 minutes",
    "refused channels, and here nows that fail",
    "whether presence is enabled, as far as a heartbeat of yours can tell",
    "lists that drift, are partial or had to be repaired",
    "queues, full replies and unreadable events",
    "clocks and event lag",
    "your heartbeat and presence timeout",
    "the request budget",
];

/// Look at everything. The gravest comes first.
pub fn examine(world: &World, now: Moment) -> Vec<Finding> {
    let checks: &[fn(&World, Moment) -> CheckResult] = &[
        link::link,
        lists::refused,
        lists::unanswered,
        lists::unlisted,
        lists::silent,
        lists::drifting,
        own::heartbeat_failing,
        own::heartbeat_late,
        link::over_limit,
        link::out_of_view,
        link::flapping,
        lists::repaired,
        lists::nameless_intervals,
        lists::too_long,
        link::full_replies,
        link::busy,
        link::garbled,
        link::clock,
        link::lag,
        link::budget,
        own::short_timeout,
        lists::second_session,
        link::duplicates,
        lists::nobody,
        own::marks,
    ];
    let mut findings: Vec<Finding> = checks.iter().filter_map(|check| check(world, now)).collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.gravity));
    findings
}
