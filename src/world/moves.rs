//! Joins, leaves and timeouts within each of the spans that the screen can show.
//!
//! They are counted in twelve steps of each span, so the count falls in steps as well. Counting takes constant time,
//! nothing is done while nothing happens, and a channel on which nothing ever happened takes a few bytes, any other
//! one less than half a KiB.

use serde::{Deserialize, Serialize};

use super::TimeSpan;
use crate::presence::{Change, Difference, EventKind, Moment};

/// The steps of a span: as many as a line of blocks has cells, so that both move together.
const STEPS: usize = 12;

/// How many joined, left, timed out, and were gone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MoveCounts {
    /// Users who joined.
    pub joined: u64,
    /// Users who left.
    pub left: u64,
    /// Users who timed out.
    pub timed_out: u64,
    /// Users whom a here now no longer listed: who left or timed out, which was not told.
    pub gone: u64,
}

impl MoveCounts {
    /// What a here now tells that was asked for because an interval names nobody.
    pub const fn between_lists(difference: &Difference) -> Self {
        let (joined, gone) = (difference.missing.len() as u64, difference.extra.len() as u64);
        Self { joined, left: 0, timed_out: 0, gone }
    }

    /// What an event tells. Users who are announced again while they are present did not move.
    pub fn of(event: &EventKind, change: Change) -> Self {
        match event {
            EventKind::Joined { .. } if !matches!(change, Change::SeenAgain { .. } | Change::None) => {
                Self { joined: 1, ..Self::default() }
            }
            EventKind::Left { .. } if change != Change::None => Self { left: 1, ..Self::default() },
            EventKind::TimedOut { .. } if change != Change::None => Self { timed_out: 1, ..Self::default() },
            EventKind::Interval { joined, left, timed_out, .. } => Self {
                joined: joined.len() as u64,
                left: left.len() as u64,
                timed_out: timed_out.len() as u64,
                gone: 0,
            },
            _ => Self::default(),
        }
    }

    /// Both together.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self {
            joined: self.joined + other.joined,
            left: self.left + other.left,
            timed_out: self.timed_out + other.timed_out,
            gone: self.gone + other.gone,
        }
    }
}

/// The moves within one span.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
struct MoveRing {
    /// By the step modulo [`STEPS`], the four counts.
    steps: [[u32; 4]; STEPS],
    /// The newest step, counted from 1970.
    newest: u64,
}

impl MoveRing {
    fn count(&mut self, counts: MoveCounts, step: u64) {
        let passed = usize::try_from(step.saturating_sub(self.newest)).unwrap_or(STEPS).min(STEPS);
        for back in 0..passed {
            self.steps[place(step.saturating_sub(back as u64))] = [0; 4];
        }
        self.newest = self.newest.max(step);
        let added = [counts.joined, counts.left, counts.timed_out, counts.gone];
        for (count, added) in self.steps[place(self.newest)].iter_mut().zip(added) {
            *count = count.saturating_add(u32::try_from(added).unwrap_or(u32::MAX));
        }
    }

    fn sum_up(&self, newest: u64) -> MoveCounts {
        let steps = (0..STEPS as u64).filter_map(|back| newest.checked_sub(back)).filter(|step| {
            // Later ones were not counted yet, and their place holds what is older than the span.
            *step <= self.newest && self.newest - *step < STEPS as u64
        });
        steps.map(|step| self.steps[place(step)]).fold(MoveCounts::default(), |sum, counts| {
            let [joined, left, timed_out, gone] = counts.map(u64::from);
            sum.plus(MoveCounts { joined, left, timed_out, gone })
        })
    }
}

/// The moves within each span.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Moves {
    /// Of each span, once something was counted.
    rings: Option<Box<[MoveRing; TimeSpan::ALL.len()]>>,
    /// When something was counted last.
    last: Option<Moment>,
}

impl Moves {
    /// Count what happened now.
    pub fn count(&mut self, counts: MoveCounts, now: Moment) {
        if counts == MoveCounts::default() {
            return;
        }
        let rings = self.rings.get_or_insert_default();
        for (ring, span) in rings.iter_mut().zip(TimeSpan::ALL) {
            ring.count(counts, find_step(span, now));
        }
        self.last = Some(now);
    }

    /// The counts of a span up to now.
    pub fn within(&self, span: TimeSpan, now: Moment) -> MoveCounts {
        let Some(rings) =
            self.rings.as_ref().filter(|_| self.last.is_some_and(|last| now.since(last) <= span.duration()))
        else {
            return MoveCounts::default();
        };
        let ring = TimeSpan::ALL.iter().zip(rings.iter()).find(|(of, _)| **of == span);
        ring.map_or_else(MoveCounts::default, |(_, ring)| ring.sum_up(find_step(span, now)))
    }

    /// When something was counted last.
    pub const fn last_counted(&self) -> Option<Moment> {
        self.last
    }
}

/// The step of a span in which a moment is, counted from 1970.
const fn find_step(span: TimeSpan, at: Moment) -> u64 {
    at.seconds() / (span.seconds() / STEPS as u64)
}

/// The place of a step in the ring.
#[expect(clippy::cast_possible_truncation, reason = "below the number of steps")]
const fn place(step: u64) -> usize {
    (step % STEPS as u64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: u64) -> Moment {
        Moment::from_micros((1_000_000_000 + second) * 1_000_000)
    }

    #[test]
    fn the_moves_of_a_minute_pass_with_it() {
        let mut moves = Moves::default();
        let some = |joined, left, timed_out| MoveCounts { joined, left, timed_out, gone: 0 };
        let minute = |moves: &Moves, second| moves.within(TimeSpan::Minute, at(second));
        assert_eq!(minute(&moves, 0), some(0, 0, 0));
        moves.count(some(2, 0, 1), at(0));
        moves.count(some(0, 3, 0), at(32));
        assert_eq!([0, 32, 59].map(|second| minute(&moves, second).joined), [2, 2, 2]);
        assert_eq!(minute(&moves, 40), some(2, 3, 1));
        assert_eq!(minute(&moves, 60), some(0, 3, 0));
        assert_eq!(minute(&moves, 95), some(0, 0, 0));
        moves.count(some(1, 0, 0), at(500));
        assert_eq!(minute(&moves, 501), some(1, 0, 0));
        let longer = [TimeSpan::TenMinutes, TimeSpan::Hour].map(|span| moves.within(span, at(520)));
        assert_eq!(longer, [some(3, 3, 1), some(3, 3, 1)], "each span counts on its own");
        assert_eq!(moves.within(TimeSpan::TenMinutes, at(650)), some(1, 0, 0));
    }

    proptest::proptest! {
        #[test]
        fn it_counts_what_a_list_of_all_would(news in proptest::collection::vec((0_u64..90, 0_u64..5), 0..60)) {
            let spans = TimeSpan::ALL.map(|span| (span, span.seconds() / STEPS as u64));
            let (mut moves, mut all, mut now) = (Moves::default(), Vec::new(), 0);
            for (pause, joined) in news {
                now += pause;
                moves.count(MoveCounts { joined, ..MoveCounts::default() }, at(now));
                all.push((now, joined));
                for look in [now, now + 13, now + 61] {
                    for (span, step) in spans {
                        let first = (at(look).seconds() / step + 1).saturating_sub(STEPS as u64) * step;
                        let seen = all.iter().filter(|(second, _)| at(*second).seconds() >= first);
                        let expected: u64 = seen.map(|(_, n)| n).sum();
                        proptest::prop_assert_eq!(moves.within(span, at(look)).joined, expected);
                    }
                }
            }
        }
    }
}
