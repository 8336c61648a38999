//! The past, one thing after the other: lines, and what time alone does between them.

use crate::{presence::Moment, recording::Past, world::Listener};

/// Goes through a part of a recording.
pub(super) struct PastDriver {
    /// When to stop, if before the end.
    pub until: Option<Moment>,
    /// When to look again, if nothing happens before.
    pub wake: Option<Moment>,
}

impl PastDriver {
    /// Let the next thing happen. Returns `false` at the end.
    pub fn advance(&mut self, past: &mut Past, listener: &mut dyn Listener) -> bool {
        let now = past.world().now();
        let bound = self.until.unwrap_or(Moment::from_micros(u64::MAX));
        let next = past.next_moment();
        // Nothing is known of the time after the last line.
        let last = if next.is_some() { bound } else { now };
        let wake = self.wake.take().filter(|wake| *wake > now && *wake <= last);
        if let Some(wake) = wake.filter(|wake| next.is_none_or(|next| *wake < next)) {
            past.pass_time(wake, listener);
            return true;
        }
        if next.is_none_or(|next| next > bound) {
            if next.is_some() && now < bound {
                past.pass_time(bound, listener);
                return true;
            }
            return false;
        }
        past.step_next(listener).is_some()
    }
}
