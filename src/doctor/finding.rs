//! A finding, and the phrases that findings share.

use std::time::Duration;

use crate::{
    duration::age,
    presence::Moment,
    wording::count_more,
    world::{ChannelState, Recurrence, World},
};

/// Findings about the past look back this far.
pub(super) const RECENT: Duration = Duration::from_secs(600);

/// A finding names at most this many channels, so that it fits into a few lines.
const NAMED: usize = 4;

/// The gravity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    /// Nothing is wrong, but it is good to know.
    Remark,
    /// Something may be wrong, or was a short while ago.
    Suspect,
    /// The screen shows something wrong or misleading.
    Wrong,
}

/// A finding. All texts are safe to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its gravity.
    pub gravity: Gravity,
    /// The problem, in a few words.
    pub what: String,
    /// The evidence.
    pub evidence: String,
    /// The remedy.
    pub remedy: String,
}

pub(super) type CheckResult = Option<Finding>;

#[expect(clippy::unnecessary_wraps, reason = "what every check ends with")]
pub(super) fn make_finding(
    gravity: Gravity,
    what: impl Into<String>,
    evidence: impl Into<String>,
    remedy: impl Into<String>,
) -> CheckResult {
    Some(Finding { gravity, what: what.into(), evidence: evidence.into(), remedy: remedy.into() })
}

/// `12 s`, `3 min`, `2 h`.
pub(super) fn describe_recurrence(recurrence: Option<&Recurrence>, now: Moment) -> Option<(u64, String)> {
    let recurrence = recurrence.filter(|recurrence| now.since(recurrence.last) < RECENT)?;
    Some((
        recurrence.count,
        format!("{}, last {} ago", format_times(recurrence.count), age(now.since(recurrence.last))),
    ))
}

pub(super) fn format_times(count: u64) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{n} times"),
    }
}

/// The number of channels for which `said` returns a phrase, and the first few of them by name; nothing if there are
/// none.
pub(super) fn list_channels<'a>(
    world: &'a World,
    said: impl Fn(&'a ChannelState) -> Option<String>,
) -> Option<(usize, String)> {
    let (mut count, mut named) = (0_usize, Vec::new());
    for watched in world.channels.iter() {
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
    named.extend(count_more(count.saturating_sub(NAMED)));
    (count > 0).then(|| (count, named.join("; ")))
}

pub(super) fn format_count(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}
