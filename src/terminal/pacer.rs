//! When to draw: the first change at once, the following ones folded into one frame per span. Pure.

use std::time::Duration;

use crate::presence::Moment;

/// At most thirty frames a second.
const SPAN: Duration = Duration::from_millis(33);

/// Knows when the last frame was drawn and whether something has changed since.
#[derive(Debug, Default)]
pub struct Pacer {
    dirty: bool,
    drawn: Option<Moment>,
}

impl Pacer {
    /// Something has changed.
    pub fn mark(&mut self) {
        self.dirty = true;
    }

    /// When to draw: `None` if nothing has changed.
    pub fn due(&self) -> Option<Moment> {
        self.dirty.then(|| self.drawn.map_or(Moment::default(), |at| at.plus(SPAN)))
    }

    /// A frame was drawn.
    pub fn drawn(&mut self, now: Moment) {
        self.dirty = false;
        self.drawn = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_change_draws_at_once_and_a_storm_draws_thirty_times_a_second() {
        let mut pacer = Pacer::default();
        assert_eq!(pacer.due(), None);
        let mut now = Moment::from_micros(1_000_000);
        let end = now.plus(Duration::from_secs(1));
        let mut frames = 0;
        while now < end {
            pacer.mark();
            if pacer.due().is_some_and(|at| at <= now) {
                pacer.drawn(now);
                frames += 1;
            }
            now = now.plus(Duration::from_micros(100));
        }
        assert!((29..=31).contains(&frames), "{frames}");
    }
}
