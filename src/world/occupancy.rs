//! Occupancy over time: three rings of samples per channel, fine for the last minutes and coarse for the last hour.
//!
//! A sample is the highest occupancy of its step, so that a short peak survives in a coarse ring. Nothing is written
//! while the occupancy stays the same. So a quiet channel takes a few bytes, a busy one at most 1.5 KiB, and 10,000
//! busy ones 16 MB.

use std::{collections::VecDeque, time::Duration};

use crate::presence::Moment;

/// The number of samples in each ring.
const KEPT: usize = 128;

/// Seconds in the step of each ring: they reach back two minutes, ten, and an hour.
const STEPS: [u64; 3] = [1, 5, 30];

/// The ring that the last minute is drawn from.
const CALM: usize = 1;

/// The number of columns for the last minute.
const MINUTE: usize = 12;

/// The sample of a step in which nothing was heard.
const UNKNOWN: u32 = u32::MAX;

/// The newest samples of one step length.
#[derive(Debug, Clone, Default, PartialEq)]
struct Ring {
    highs: VecDeque<u32>,
    /// The step of the newest sample, counted from 1970.
    newest: u64,
}

impl Ring {
    /// Record that the value is `now` from `step` on, and was `before` until then.
    fn record(&mut self, step: u64, before: u32, now: u32) {
        if self.highs.is_empty() {
            self.newest = step;
            self.highs.push_back(now);
            return;
        }
        let gap = usize::try_from(step.saturating_sub(self.newest)).unwrap_or(usize::MAX).min(KEPT);
        for missed in (0..gap).rev() {
            if self.highs.len() >= KEPT {
                self.highs.pop_front();
            }
            self.highs.push_back(if missed == 0 { before.max(now) } else { before });
        }
        if gap == 0 {
            let known = |high: u32| if high == UNKNOWN { now } else { high.max(now) };
            self.highs.back_mut().into_iter().for_each(|high| *high = known(*high));
        }
        self.newest = self.newest.max(step);
    }

    /// Mark the steps between `from` and `to` as unknown. Until `from` the value was `last`.
    fn mark_unknown(&mut self, from: u64, to: u64, last: u32) {
        if self.highs.is_empty() || to <= from + 1 {
            return;
        }
        self.record(from, last, last);
        let gap = usize::try_from(to - 1 - from).unwrap_or(usize::MAX).min(KEPT);
        for _ in 0..gap {
            if self.highs.len() >= KEPT {
                self.highs.pop_front();
            }
            self.highs.push_back(UNKNOWN);
        }
        self.newest = to - 1;
    }

    /// The sample of one step; `None` before the first.
    fn at(&self, step: u64, last: u32) -> Option<u32> {
        let Some(back) = self.newest.checked_sub(step) else { return (!self.highs.is_empty()).then_some(last) };
        let place = self.highs.len().checked_sub(1 + usize::try_from(back).ok()?)?;
        self.highs.get(place).copied().filter(|high| *high != UNKNOWN)
    }
}

/// The occupancy of one channel over time.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OccupancyHistory {
    rings: [Ring; STEPS.len()],
    /// The last known occupancy, capped just below four billion.
    last: u32,
    /// When the occupancy was first known.
    first: Option<Moment>,
    /// When it last changed.
    changed: Option<Moment>,
    /// Since when the link has been down, if it is: from then on the occupancy is unknown.
    blind: Option<Moment>,
}

impl OccupancyHistory {
    /// The number of columns for the last minute.
    pub const MINUTE: usize = MINUTE;

    /// Record the current occupancy.
    pub fn record(&mut self, occupancy: u64, now: Moment) {
        self.regain_sight(now);
        let told = u32::try_from(occupancy).unwrap_or(UNKNOWN).min(UNKNOWN - 1);
        if self.first.is_some() && told == self.last {
            return;
        }
        if self.first.is_some() {
            self.changed = Some(now);
        }
        let before = if self.first.is_some() { self.last } else { told };
        for (ring, seconds) in self.rings.iter_mut().zip(STEPS) {
            ring.record(now.seconds() / seconds, before, told);
        }
        self.first.get_or_insert(now);
        self.last = told;
    }

    /// The link went down: from now on the occupancy is unknown.
    pub fn lose_sight(&mut self, now: Moment) {
        if self.first.is_some() && self.blind.is_none() {
            (self.blind, self.changed) = (Some(now), Some(now));
        }
    }

    /// The link is up again.
    pub fn regain_sight(&mut self, now: Moment) {
        let Some(since) = self.blind.take() else { return };
        for (ring, seconds) in self.rings.iter_mut().zip(STEPS) {
            ring.mark_unknown(since.seconds() / seconds, now.seconds() / seconds, self.last);
            ring.record(now.seconds() / seconds, self.last, self.last);
        }
        self.changed = Some(now);
    }

    /// The change since a minute ago, or since the first sample if that is younger. `None` before the first. It moves
    /// at most every five seconds, unless an event arrives.
    pub fn change_in_a_minute(&self, now: Moment) -> Option<i64> {
        let first = self.first?.seconds();
        let calm = now.seconds() / STEPS[CALM] * STEPS[CALM];
        let then = self.rings[0].at(calm.saturating_sub(60).max(first), self.last)?;
        Some(i64::from(self.last) - i64::from(then))
    }

    /// Since when the occupancy is known, if that is less than a minute ago.
    pub fn younger_than_a_minute(&self, now: Moment) -> Option<Moment> {
        self.first.filter(|first| now.since(*first) < Duration::from_secs(60))
    }

    /// The last minute in [`Self::MINUTE`] columns, oldest first; `None` where the occupancy is unknown.
    pub fn last_minute(&self, now: Moment) -> Vec<Option<u64>> {
        self.sample_columns(CALM, MINUTE, now)
    }

    /// At most `most` columns up to now, oldest first, and the duration of each. It uses the finest ring that holds
    /// the whole history. The newest column is the current occupancy.
    pub fn chart(&self, most: usize, now: Moment) -> (Vec<Option<u64>>, Duration) {
        let ring = self.select_ring(now);
        (self.sample_columns(ring, most.min(KEPT), now), Duration::from_secs(STEPS[ring]))
    }

    fn select_ring(&self, now: Moment) -> usize {
        let known = now.since(self.first.unwrap_or(now)).as_secs();
        STEPS.iter().position(|step| known < step * KEPT as u64).unwrap_or(STEPS.len() - 1)
    }

    fn sample_columns(&self, ring: usize, columns: usize, now: Moment) -> Vec<Option<u64>> {
        let newest = now.seconds() / STEPS[ring];
        let blind = self.blind.map_or(u64::MAX, |since| since.seconds() / STEPS[ring]);
        let sample = |back: usize| match newest.checked_sub(back as u64)? {
            step if step > blind => None,
            step if step == newest => self.first.map(|_| self.last),
            step => self.rings[ring].at(step, self.last),
        };
        (0..columns).rev().map(|back| sample(back).map(u64::from)).collect()
    }

    /// When the occupancy last changed or became known or unknown.
    pub const fn last_changed(&self) -> Option<Moment> {
        self.changed
    }

    /// When its chart moves by time alone: that of the last minute, and the long one if it is `charted`. `None` if it
    /// is flat and stays so until the next event.
    pub fn moves_at(&self, charted: bool, now: Moment) -> Option<Moment> {
        let changed = self.changed?;
        let chart = charted.then(|| moves_at(self.select_ring(now), KEPT, changed, now)).flatten();
        Self::minute_moves_at(changed, now).into_iter().chain(chart).min()
    }

    /// When a chart of the last minute moves by time alone, for an occupancy that last changed at that moment.
    pub fn minute_moves_at(changed: Moment, now: Moment) -> Option<Moment> {
        moves_at(CALM, MINUTE, changed, now)
    }
}

/// When a chart with this many columns of a ring moves by time alone: as long as a change is visible.
fn moves_at(ring: usize, columns: usize, changed: Moment, now: Moment) -> Option<Moment> {
    let step = STEPS[ring];
    let next = (now.seconds() / step + 1) * step;
    let in_sight = now.since(changed).as_secs() <= step * (columns as u64 + 1);
    in_sight.then(|| Moment::from_micros(next * 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: u64) -> Moment {
        Moment::from_micros((1_000_000_020 + second) * 1_000_000)
    }

    fn told(news: &[(u64, u64)]) -> OccupancyHistory {
        let mut history = OccupancyHistory::default();
        for (second, occupancy) in news {
            history.record(*occupancy, at(*second));
        }
        history
    }

    #[test]
    fn what_was_told_holds_until_the_next_word() {
        let history = told(&[(0, 3), (2, 5), (4, 4)]);
        let some = |numbers: &[u64]| numbers.iter().map(|n| Some(*n)).collect::<Vec<_>>();
        assert_eq!(history.chart(5, at(4)), (some(&[3, 3, 5, 5, 4]), Duration::from_secs(1)));
        // At second 4 it was 5 for a while; now it is 4.
        assert_eq!(history.chart(4, at(6)).0, some(&[5, 5, 4, 4]));
        assert_eq!(history.chart(3, at(1_000)).0, some(&[4, 4, 4]));
        assert_eq!(history.chart(3, at(1)).0, [None, Some(3), Some(4)], "nothing was known before");
        assert_eq!(OccupancyHistory::default().chart(2, at(0)).0, [None, None]);
    }

    #[test]
    fn what_nobody_heard_is_a_gap_and_stays_one() {
        let mut history = told(&[(0, 3), (2, 5)]);
        history.lose_sight(at(4));
        history.lose_sight(at(6));
        assert_eq!(history.chart(6, at(7)).0, [Some(5), Some(5), Some(5), None, None, None]);
        assert_eq!(history.moves_at(true, at(7)), Some(at(8)));
        history.regain_sight(at(8));
        let gap = [Some(5), None, None, None, Some(5), Some(5)];
        assert_eq!(history.chart(6, at(9)).0, gap);
        history.record(9, at(9));
        assert_eq!(history.chart(6, at(9)).0, [Some(5), None, None, None, Some(5), Some(9)]);
        // Seconds within a coarse step are none of its own.
        assert!(history.last_minute(at(10)).iter().flatten().count() >= 2);
        // What is not known is no reason for a change.
        assert_eq!(history.change_in_a_minute(at(66)), None);
        // A gap of hours is no more than the rings hold.
        history.lose_sight(at(70));
        history.record(1, at(100_000));
        assert!(history.rings.iter().all(|ring| ring.highs.len() <= KEPT));
        assert_eq!(history.chart(3, at(100_000)).0, [None, None, Some(1)]);
        assert_eq!(OccupancyHistory::default().chart(2, at(0)).0, [None, None]);
    }

    #[test]
    fn a_short_crowd_is_seen_in_a_coarse_step_too() {
        let mut history = told(&[(0, 2)]);
        history.record(90, at(2_001));
        history.record(2, at(2_003));
        let (columns, step) = history.chart(80, at(2_100));
        assert_eq!(step, Duration::from_secs(30));
        assert_eq!(columns.iter().flatten().max(), Some(&90));
        assert_eq!(columns.last(), Some(&Some(2)));
    }

    #[test]
    fn the_chart_grows_coarser_with_what_is_known() {
        let history = told(&[(0, 2)]);
        let step = |second| history.chart(9, at(second)).1.as_secs();
        assert_eq!([step(0), step(127), step(128), step(639), step(640), step(1 << 40)], [1, 1, 5, 5, 30, 30]);
    }

    #[test]
    fn the_change_is_that_of_a_minute_or_of_what_is_known() {
        let history = told(&[(0, 10), (30, 13), (100, 4)]);
        assert_eq!(OccupancyHistory::default().change_in_a_minute(at(0)), None);
        let change = |second| history.change_in_a_minute(at(second));
        // The rings know the past; asked with the time of then, only `last` is newer.
        assert_eq!([change(100), change(155), change(170)], [Some(-9), Some(-9), Some(0)]);
        assert_eq!(told(&[(0, 10), (30, 13)]).change_in_a_minute(at(31)), Some(3));
    }

    #[test]
    fn it_is_bounded_and_moves_only_while_there_is_something_to_move() {
        let mut history = told(&[(0, 7)]);
        assert_eq!(history.moves_at(true, at(1)), None, "flat");
        for second in 1..20_000 {
            history.record(second % 50, at(second));
        }
        assert!(history.rings.iter().all(|ring| ring.highs.len() == KEPT && ring.highs.capacity() <= KEPT));
        assert_eq!(history.moves_at(false, at(20_002)), Some(at(20_005)));
        assert_eq!(history.moves_at(true, at(20_061)), Some(at(20_065)));
        assert_eq!(history.moves_at(false, at(20_070)), None);
        assert_eq!(history.moves_at(true, at(20_070)), Some(at(20_100)));
        assert_eq!(history.moves_at(true, at(30_000)), None);
    }

    proptest::proptest! {
        #[test]
        fn no_news_at_any_time_breaks_it(
            news in proptest::collection::vec((0_u64..200_000, proptest::num::u64::ANY, 0_u64..200), 0..40),
        ) {
            let mut history = OccupancyHistory::default();
            let mut now = 0;
            let mut heard_again = None;
            for (pause, occupancy, blind) in news {
                now += pause;
                if blind > 100 {
                    history.lose_sight(at(now));
                    now += blind;
                    heard_again = Some(now);
                }
                history.record(occupancy, at(now));
                let minute = history.last_minute(at(now));
                proptest::prop_assert_eq!(minute.len(), MINUTE);
                proptest::prop_assert_eq!(minute[MINUTE - 1], Some(occupancy.min(u64::from(UNKNOWN - 1))));
                proptest::prop_assert!(history.chart(500, at(now)).0.len() <= KEPT);
                // Only a gap in the last minute hides what the occupancy was a minute ago.
                let gap = heard_again.is_some_and(|then| now < then + 65);
                proptest::prop_assert!(gap || history.change_in_a_minute(at(now)).is_some());
            }
        }
    }
}
