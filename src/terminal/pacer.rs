//! When to draw: the first change at once, the following ones folded into one frame per span. Pure.

use std::time::Duration;

use crate::presence::Moment;

/// By itself, what changes is drawn for no more than one part in so many of the time.
const SHARE: u32 = 20;

/// But a change is not put off any longer than this.
const LONGEST: Duration = Duration::from_millis(500);

/// Knows when the last frame was drawn and whether something has changed since.
#[derive(Debug)]
pub struct Pacer {
    span: Duration,
    dirty: bool,
    /// Whether a person waits for the next frame.
    awaited: bool,
    drawn: Option<Moment>,
    /// What the last two frames took: one alone may have been held up by another program.
    took: [Duration; 2],
}

impl Pacer {
    /// Nothing is drawn yet; at most so many frames a second, at least 1.
    pub fn new(per_second: u32) -> Self {
        let span = Duration::from_secs(1) / per_second.max(1);
        Self { span, dirty: false, awaited: false, drawn: None, took: [Duration::ZERO; 2] }
    }

    /// Something has changed. `awaited`: a person did it, and waits to see it.
    pub fn mark_changed(&mut self, awaited: bool) {
        self.dirty = true;
        self.awaited |= awaited;
    }

    /// When to draw next: `None` if nothing has changed. Where a frame takes long, they are fewer, but for those that
    /// a person waits for.
    pub fn next_frame(&self) -> Option<Moment> {
        let fair = (self.took[0].min(self.took[1]) * SHARE).min(LONGEST);
        let span = if self.awaited { self.span } else { self.span.max(fair) };
        self.dirty.then(|| self.drawn.map_or(Moment::default(), |at| at.plus(span)))
    }

    /// A frame was drawn, from `begun` on.
    pub fn mark_drawn(&mut self, begun: Moment, now: Moment) {
        (self.dirty, self.awaited) = (false, false);
        self.drawn = Some(begun);
        self.took = [self.took[1], now.since(begun)];
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
            pacer.mark_changed(false);
            if pacer.next_frame().is_some_and(|at| at <= now) {
                pacer.mark_drawn(now, now);
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

    #[test]
    fn frames_that_take_long_are_fewer_but_for_a_key() {
        let at = |millis: u64| Moment::from_micros(1_000_000 + millis * 1_000);
        let mut pacer = Pacer::new(30);
        let next = |pacer: &mut Pacer| {
            pacer.mark_changed(false);
            pacer.next_frame().unwrap()
        };
        pacer.mark_drawn(at(0), at(10));
        assert!(next(&mut pacer) < at(34), "one may be an accident");
        pacer.mark_drawn(at(1_000), at(1_010));
        assert_eq!(next(&mut pacer), at(1_200));
        pacer.mark_changed(true);
        assert!(next(&mut pacer) < at(1_034));
        pacer.mark_drawn(at(2_000), at(12_000));
        pacer.mark_drawn(at(20_000), at(30_000));
        assert_eq!(next(&mut pacer), at(20_500));
    }
}
