//! How the occupancy of a channel went in the last minute, and whether that is unusual for it.

use super::{Extent, OccupancyHistory, TimeSpan};
use crate::presence::Moment;

/// A fall of fewer users is one of the coming and going.
const FEW: u64 = 3;

/// Of as many as are there, the coming and going in a minute differs by about their square root. A fall that is this
/// many times as great is none of it: in tenths.
const TIMES: u64 = 16;

/// The samples of ten minutes and of a minute that are compared, each of five seconds.
const PAST: usize = 120;
const MINUTE: usize = 12;

/// How the occupancy went in the last minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Trend {
    /// The change in a minute; `None` until there is a minute to compare with.
    pub change: Option<i64>,
    /// The greatest fall within the minute, from a high to a later low.
    pub fall: u64,
    /// Whether the fall is beyond what is usual for the channel.
    pub beyond: bool,
}

impl Trend {
    /// The trend of an occupancy.
    pub fn of(history: &OccupancyHistory, now: Moment) -> Self {
        let change = history.change_within(TimeSpan::Minute, now);
        let moved = history.last_changed().and_then(|at| OccupancyHistory::minute_moves_at(at, now));
        if change.is_none() || moved.is_none() {
            return Self { change, ..Self::default() };
        }
        let minute: Vec<Extent> = history.sample(TimeSpan::Minute, MINUTE, now).into_iter().flatten().collect();
        let high = minute.iter().map(|extent| extent.high).max().unwrap_or(0);
        let fall = find_fall(&minute, minute.len());
        let beyond = is_notable(fall, high) && fall > find_usual_fall(history, now);
        Self { change, fall, beyond }
    }

    /// The fall, if it says more than the change does.
    pub fn worst(&self) -> Option<u64> {
        let change = self.change?;
        (self.fall >= FEW && i64::try_from(self.fall).unwrap_or(i64::MAX) > change.abs()).then_some(self.fall)
    }
}

/// The lowest of each step of the last minute: a fall that is over is still in sight.
pub fn list_minute_lows(history: &OccupancyHistory, now: Moment) -> Vec<Option<u64>> {
    let minute = history.sample(TimeSpan::Minute, MINUTE, now);
    minute.into_iter().map(|extent| extent.map(|extent| extent.low)).collect()
}

/// Whether a fall from so many is more than a coming and going.
fn is_notable(fall: u64, high: u64) -> bool {
    let (fall, high) = (u128::from(fall), u128::from(high));
    fall >= u128::from(FEW) && fall * fall * 100 >= high * u128::from(TIMES * TIMES)
}

/// The greatest fall from the high of one sample to the low of a later one, at most so many further.
fn find_fall(samples: &[Extent], within: usize) -> u64 {
    let falls = samples.iter().enumerate().map(|(at, first)| {
        let later = samples[at + 1..].iter().take(within);
        first.high.saturating_sub(later.map(|extent| extent.low).min().unwrap_or(first.high))
    });
    falls.max().unwrap_or(0)
}

/// The greatest fall within a minute before the last one, as far as it is remembered.
fn find_usual_fall(history: &OccupancyHistory, now: Moment) -> u64 {
    let samples = history.sample(TimeSpan::TenMinutes, PAST, now);
    let past: Vec<Extent> = samples[..PAST - MINUTE].iter().copied().flatten().collect();
    find_fall(&past, MINUTE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: u64) -> Moment {
        Moment::from_micros((1_000_000_000 + second) * 1_000_000)
    }

    #[test]
    fn f06_a_fall_within_the_minute_is_told_although_it_is_over() {
        let mut history = OccupancyHistory::default();
        history.record(18, at(0));
        history.record(4, at(300));
        history.record(20, at(312));
        let trend = Trend::of(&history, at(330));
        assert_eq!((trend.change, trend.fall, trend.beyond), (Some(2), 14, true));
        assert_eq!(trend.worst(), Some(14));
        assert_eq!(Trend::of(&history, at(400)), Trend { change: Some(0), fall: 0, beyond: false });
    }

    #[test]
    fn f48_until_there_is_a_minute_to_compare_with_there_is_no_change() {
        let mut history = OccupancyHistory::default();
        (0..31).for_each(|second| history.record(second, at(second)));
        assert_eq!(Trend::of(&history, at(30)).change, None);
        assert_eq!(Trend::of(&history, at(59)).change, None);
        assert!(Trend::of(&history, at(61)).change.is_some());
    }

    #[test]
    fn a_fall_that_comes_every_few_minutes_is_usual() {
        let mut history = OccupancyHistory::default();
        for second in 0..600 {
            history.record(if second % 120 < 60 { 20 } else { 10 }, at(second));
        }
        assert!(!Trend::of(&history, at(600)).beyond);
        history.record(20, at(600));
        history.record(2, at(605));
        assert!(Trend::of(&history, at(611)).beyond);
    }
}
