//! The past, one thing after the other: lines, and what time alone does between them.

use crate::{
    presence::Moment,
    recording::{Past, PastStep},
    world::Listener,
};

/// Goes through a part of a recording.
pub(super) struct PastDriver {
    /// When to stop, if before the end.
    pub until: Option<Moment>,
    /// When to look again, if nothing happens before.
    pub wake: Option<Moment>,
}

/// What has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DriverStep {
    /// Something, or time has passed.
    Passed,
    /// From here on lines are missing.
    Hole,
}

impl PastDriver {
    /// Let the next thing happen; `None` at the end.
    pub fn advance(&mut self, past: &mut Past, listener: &mut dyn Listener) -> Option<DriverStep> {
        let now = past.world().now();
        let bound = self.until.unwrap_or(Moment::from_micros(u64::MAX));
        let next = past.next_moment();
        // Nothing is known of the time after the last line.
        let last = if next.is_some() { bound } else { now };
        let wake = self.wake.take().filter(|wake| *wake > now && *wake <= last);
        if let Some(wake) = wake.filter(|wake| next.is_none_or(|next| *wake < next)) {
            past.pass_time(wake, listener);
            return Some(DriverStep::Passed);
        }
        if next.is_none_or(|next| next > bound) {
            if next.is_some() && now < bound {
                past.pass_time(bound, listener);
                return Some(DriverStep::Passed);
            }
            return None;
        }
        match past.step_next(listener) {
            Some((_, _, PastStep::Hole)) => Some(DriverStep::Hole),
            Some(_) => Some(DriverStep::Passed),
            None => None,
        }
    }
}
