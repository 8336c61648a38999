//! When to draw: the first change at once, the following ones folded into one frame per span. Pure.

use std::time::Duration;

use crate::presence::Moment;

/// Knows when the last frame was drawn and whether something has changed since.
#[derive(Debug)]
pub struct Pacer {
    span: Duration,
    dirty: bool,
    drawn: Option<Moment>,
}

impl Pacer {
    /// Nothing is drawn yet; at most so many frames a second, at least 1.
    pub fn new(per_second: u32) -> Self {
        Self { span: Duration::from_secs(1) / per_second.max(1), dirty: false, drawn: None }
    }

    /// Something has changed.
    pub fn mark_changed(&mut self) {
        self.dirty = true;
    }

    /// When to draw next: `None` if nothing has changed.
    pub fn next_frame(&self) -> Option<Moment> {
        self.dirty.then(|| self.drawn.map_or(Moment::default(), |at| at.plus(self.span)))
    }

    /// A frame was drawn.
    pub fn mark_drawn(&mut self, now: Moment) {
        self.dirty = false;
        self.drawn = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames in a second in which something changes ten thousand times.
    fn frames_in_a_storm(mut pacer: Pacer) -> usize {
        assert_eq!(pacer.next_frame(), None);
        let mut now = Moment::from_micros(1_000_000);
        let end = now.plus(Duration::from_secs(1));
        let mut frames = 0;
        while now < end {
            pacer.mark_changed();
            if pacer.next_frame().is_some_and(|at| at <= now) {
                pacer.mark_drawn(now);
                frames += 1;
            }
            now = now.plus(Duration::from_micros(100));
        }
        frames
    }

    #[test]
    fn the_first_change_draws_at_once_and_a_storm_draws_as_often_as_is_allowed() {
        assert!((29..=31).contains(&frames_in_a_storm(Pacer::new(30))));
        assert!((9..=11).contains(&frames_in_a_storm(Pacer::new(10))));
    }
}
