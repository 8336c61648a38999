//! Joins, leaves and timeouts of the last minute.
//!
//! They are counted in steps of five seconds, so the count of a minute falls in steps as well. Counting takes constant
//! time, and nothing is done while nothing happens.

use std::time::Duration;

use crate::presence::{Change, EventKind, Moment};

/// Seconds of a step: that of the chart of the last minute, so that both move together.
const STEP: u64 = 5;

/// The steps of a minute.
const STEPS: usize = 12;

/// How many joined, left and timed out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MoveCounts {
    /// Users who joined.
    pub joined: u64,
    /// Users who left.
    pub left: u64,
    /// Users who timed out.
    pub timed_out: u64,
}

impl MoveCounts {
    /// What an event tells. Users who are announced again while they are present did not move.
    pub fn of(event: &EventKind, change: Change) -> Self {
        match event {
            EventKind::Joined { .. } if !matches!(change, Change::SeenAgain { .. } | Change::None) => {
                Self { joined: 1, ..Self::default() }
            }
            EventKind::Left { .. } if change != Change::None => Self { left: 1, ..Self::default() },
            EventKind::TimedOut { .. } if change != Change::None => Self { timed_out: 1, ..Self::default() },
            EventKind::Interval { joined, left, timed_out, .. } => {
                Self { joined: joined.len() as u64, left: left.len() as u64, timed_out: timed_out.len() as u64 }
            }
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
        }
    }
}

/// The moves of the last minute.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Moves {
    /// By the step modulo [`STEPS`], the three counts.
    steps: [[u32; 3]; STEPS],
    /// The newest step, counted from 1970.
    newest: u64,
    /// When something was counted last.
    last: Option<Moment>,
}

impl Moves {
    /// Count what happened now.
    pub fn count(&mut self, counts: MoveCounts, now: Moment) {
        if counts == MoveCounts::default() {
            return;
        }
        let step = now.seconds() / STEP;
        let passed = usize::try_from(step.saturating_sub(self.newest)).unwrap_or(STEPS).min(STEPS);
        for back in 0..passed {
            self.steps[place(step.saturating_sub(back as u64))] = [0; 3];
        }
        self.newest = self.newest.max(step);
        let added = [counts.joined, counts.left, counts.timed_out];
        for (count, added) in self.steps[place(self.newest)].iter_mut().zip(added) {
            *count = count.saturating_add(u32::try_from(added).unwrap_or(u32::MAX));
        }
        self.last = Some(now);
    }

    /// The counts of the last minute.
    pub fn last_minute(&self, now: Moment) -> MoveCounts {
        if self.last.is_none_or(|last| now.since(last) > Duration::from_secs(STEP * STEPS as u64)) {
            return MoveCounts::default();
        }
        let newest = now.seconds() / STEP;
        let steps = (0..STEPS as u64).filter_map(|back| newest.checked_sub(back)).filter(|step| {
            // Later ones were not counted yet, and their place holds what is older than a minute.
            *step <= self.newest && self.newest - *step < STEPS as u64
        });
        steps.map(|step| self.steps[place(step)]).fold(MoveCounts::default(), |sum, [joined, left, timed_out]| {
            sum.plus(MoveCounts { joined: joined.into(), left: left.into(), timed_out: timed_out.into() })
        })
    }

    /// When something was counted last.
    pub const fn last_counted(&self) -> Option<Moment> {
        self.last
    }
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
        let some = |joined, left, timed_out| MoveCounts { joined, left, timed_out };
        assert_eq!(moves.last_minute(at(0)), some(0, 0, 0));
        moves.count(some(2, 0, 1), at(0));
        moves.count(some(0, 3, 0), at(32));
        assert_eq!([0, 32, 59].map(|second| moves.last_minute(at(second)).joined), [2, 2, 2]);
        assert_eq!(moves.last_minute(at(40)), some(2, 3, 1));
        assert_eq!(moves.last_minute(at(60)), some(0, 3, 0));
        assert_eq!(moves.last_minute(at(95)), some(0, 0, 0));
        moves.count(some(1, 0, 0), at(500));
        assert_eq!(moves.last_minute(at(501)), some(1, 0, 0));
    }

    proptest::proptest! {
        #[test]
        fn it_counts_what_a_list_of_all_would(news in proptest::collection::vec((0_u64..90, 0_u64..5), 0..60)) {
            let (mut moves, mut all, mut now) = (Moves::default(), Vec::new(), 0);
            for (pause, joined) in news {
                now += pause;
                moves.count(MoveCounts { joined, ..MoveCounts::default() }, at(now));
                all.push((now, joined));
                for look in [now, now + 13, now + 61] {
                    let first = (look / STEP + 1).saturating_sub(STEPS as u64) * STEP;
                    let expected: u64 = all.iter().filter(|(second, _)| *second >= first).map(|(_, n)| n).sum();
                    proptest::prop_assert_eq!(moves.last_minute(at(look)).joined, expected);
                }
            }
        }
    }
}
