//! How the occupancy of a channel went within a span, and whether that is unusual for it.

use super::{Extent, OccupancyHistory, TimeSpan};
use crate::presence::Moment;

/// A fall of fewer users is one of the coming and going.
const FEW: u64 = 3;

/// Of as many as are there, the coming and going in a minute differs by about their square root. A fall that is this
/// many times as great is none of it: in tenths.
const TIMES: u64 = 16;

/// Steps of five seconds in ten minutes and in a minute.
const PAST: usize = 120;
const MINUTE: usize = 12;

/// Steps of half a minute in an hour and in a minute.
const HOUR: usize = 120;
const HALVES: usize = 2;

/// How the occupancy went within a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Trend {
    /// The change within the span; `None` until there is a minute to compare with.
    pub change: Option<i64>,
    /// The greatest fall that took no longer than a minute, from a high to a later low, if it is more than a coming and
    /// going.
    pub fall: u64,
    /// Whether there is one in the last minute, beyond what is usual for the channel.
    pub beyond: bool,
}

impl Trend {
    /// The trend of an occupancy within a span.
    pub fn of(history: &OccupancyHistory, span: TimeSpan, now: Moment) -> Self {
        let change = history.change_within(span, now);
        let last = history.last_changed().filter(|_| history.is_settled(now));
        let moved = |span| last.is_some_and(|at| OccupancyHistory::span_moves_at(span, at, now).is_some());
        let recent = if moved(TimeSpan::Minute) { find_fall_within(history, TimeSpan::Minute, now) } else { 0 };
        let beyond = recent > 0 && recent > find_usual_fall(history, now);
        let longer = span != TimeSpan::Minute && moved(span);
        let fall = if longer { find_fall_within(history, span, now).max(recent) } else { recent };
        Self { change, fall, beyond }
    }

    /// The fall, if it says more than the change does.
    pub fn worst(&self) -> Option<u64> {
        let fall = i64::try_from(self.fall).unwrap_or(i64::MAX);
        (fall > 0 && self.change.is_none_or(|change| fall > change.abs())).then_some(self.fall)
    }
}

/// One number for each of so many columns of a span, oldest first: what the occupancy was at the end of it or, if it
/// went far down or up and came back within it, how far. So neither a fall nor a peak that is over is lost. `None`
/// where the occupancy is not known. The newest column ends now.
pub fn list_span_values(history: &OccupancyHistory, span: TimeSpan, columns: usize, now: Moment) -> Vec<Option<u64>> {
    if let Some(here) = history.same_within(span, now) {
        // Of thousands of channels most are still: they take no time.
        return vec![Some(here); columns];
    }
    let fine = usize::try_from(span.seconds() / OccupancyHistory::step_seconds(span)).unwrap_or(columns);
    let steps = history.sample(span, fine, now);
    let mut before = None;
    let mut values = Vec::with_capacity(columns);
    for column in 0..columns {
        let begin = column * fine / columns;
        let steps = &steps[begin..((column + 1) * fine / columns).max(begin + 1).min(fine)];
        let known = || steps.iter().flatten();
        let newest = (column + 1 == columns).then(|| history.current(now)).flatten();
        let Some(end) = newest.or_else(|| known().next_back().map(|step| step.low)) else {
            values.push(None);
            continue;
        };
        let low = known().map(|step| step.low).min().unwrap_or(end);
        let high = known().map(|step| step.high).max().unwrap_or(end);
        let start = before.unwrap_or(end);
        let (dip, peak) = (end.min(start).saturating_sub(low), high.saturating_sub(end.max(start)));
        let value = match () {
            () if is_notable(dip, high) && dip >= peak => low,
            () if is_notable(peak, high) => high,
            () => end,
        };
        values.push(Some(value));
        before = Some(end);
    }
    values
}

/// Whether a fall from so many is more than a coming and going.
fn is_notable(fall: u64, high: u64) -> bool {
    let (fall, high) = (u128::from(fall), u128::from(high));
    fall >= u128::from(FEW) && fall * fall * 100 >= high * u128::from(TIMES * TIMES)
}

/// The greatest fall from the high of one sample to the low of a later one, at most so many further, of those that
/// count, by their size and from how many they began.
fn find_fall(samples: &[Extent], within: usize, counts: impl Fn(u64, u64) -> bool) -> u64 {
    let lowest = samples.iter().map(|extent| extent.low).min().unwrap_or(0);
    let mut greatest = 0;
    for (at, first) in samples.iter().enumerate() {
        // From here it could not be greater: most samples are not looked at further.
        if first.high.saturating_sub(lowest) <= greatest {
            continue;
        }
        let later = samples[at + 1..].iter().take(within);
        let fall = first.high.saturating_sub(later.map(|extent| extent.low).min().unwrap_or(first.high));
        if fall > greatest && counts(fall, first.high) {
            greatest = fall;
        }
    }
    greatest
}

/// The greatest fall of a span that is more than a coming and going.
fn find_fall_within(history: &OccupancyHistory, span: TimeSpan, now: Moment) -> u64 {
    let (samples, minute) = match span {
        TimeSpan::Minute => (MINUTE, MINUTE),
        TimeSpan::TenMinutes => (PAST, MINUTE),
        TimeSpan::Hour => (HOUR, HALVES),
    };
    let unsettled = history.count_unsettled(span, samples, now);
    let samples: Vec<Extent> = history.sample(span, samples, now).into_iter().skip(unsettled).flatten().collect();
    find_fall(&samples, minute, is_notable)
}

/// The greatest fall within a minute before the last one, as far as it is remembered.
fn find_usual_fall(history: &OccupancyHistory, now: Moment) -> u64 {
    let samples = history.sample(TimeSpan::TenMinutes, PAST, now);
    let unsettled = history.count_unsettled(TimeSpan::TenMinutes, PAST, now);
    let past: Vec<Extent> = samples[..PAST - MINUTE].iter().skip(unsettled).copied().flatten().collect();
    find_fall(&past, MINUTE, |_, _| true)
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
        let trend = Trend::of(&history, TimeSpan::Minute, at(330));
        assert_eq!((trend.change, trend.fall, trend.beyond), (Some(2), 14, true));
        assert_eq!(trend.worst(), Some(14));
        assert_eq!(Trend::of(&history, TimeSpan::Minute, at(400)), Trend { change: Some(0), fall: 0, beyond: false });
        for (span, second) in [(TimeSpan::TenMinutes, 890), (TimeSpan::Hour, 3_000)] {
            let trend = Trend::of(&history, span, at(second));
            assert_eq!((trend.fall, trend.beyond, trend.worst()), (14, false, Some(14)), "{span:?}");
        }
    }

    #[test]
    fn f11_a_line_of_blocks_has_each_fall_peak_and_the_present() {
        let mut history = OccupancyHistory::default();
        for (second, occupancy) in [(0, 18), (900, 4), (912, 18), (1_200, 40), (1_210, 18), (1_300, 18), (1_333, 90)] {
            history.record(occupancy, at(second));
        }
        let values = list_span_values(&history, TimeSpan::TenMinutes, 12, at(1_334));
        let values: Vec<u64> = values.into_iter().map(Option::unwrap).collect();
        assert_eq!(values.len(), 12);
        assert!(values.contains(&4) && values.contains(&40) && values[11] == 90, "{values:?}");
        assert_eq!(values.iter().filter(|value| **value == 18).count(), 9, "{values:?}");
        let minute = list_span_values(&history, TimeSpan::Minute, 12, at(1_334));
        assert_eq!((minute[0], minute[11]), (Some(18), Some(90)));
        assert_eq!(list_span_values(&history, TimeSpan::Hour, 12, at(1_334))[0], None, "not known yet");
        let still = list_span_values(&history, TimeSpan::Minute, 3, at(1_500));
        assert_eq!(still, list_span_values(&history, TimeSpan::Minute, 3, at(1_410)), "as long as nothing changes");
        for columns in [0, 1, 7, 300] {
            assert_eq!(list_span_values(&history, TimeSpan::Minute, columns, at(1_334)).len(), columns);
        }
        history.lose_sight(at(1_334));
        assert_eq!(list_span_values(&history, TimeSpan::Minute, 12, at(1_360))[11], None, "the link is down");
    }

    #[test]
    fn f48_until_there_is_a_minute_to_compare_with_there_is_no_change() {
        let mut history = OccupancyHistory::default();
        (0..31).for_each(|second| history.record(second, at(second)));
        assert_eq!(Trend::of(&history, TimeSpan::Minute, at(30)).change, None);
        assert_eq!(Trend::of(&history, TimeSpan::Minute, at(59)).change, None);
        assert!(Trend::of(&history, TimeSpan::Minute, at(61)).change.is_some());
    }

    #[test]
    fn a_fall_in_the_first_minute_is_told() {
        let mut history = OccupancyHistory::default();
        history.record(4, at(0));
        history.record(70, at(2));
        history.record(1, at(9));
        assert_eq!(Trend::of(&history, TimeSpan::Minute, at(9)), Trend::default(), "a first look takes some seconds");
        history.record(70, at(10));
        history.record(38, at(25));
        for second in 25..86 {
            let trend = Trend::of(&history, TimeSpan::Minute, at(second));
            assert_eq!(
                (trend.change.is_some(), trend.fall, trend.beyond),
                (second >= 60, if second < 85 { 32 } else { 0 }, second < 85),
                "{second}"
            );
        }
    }

    #[test]
    fn a_fall_that_comes_every_few_minutes_is_usual() {
        let mut history = OccupancyHistory::default();
        for second in 0..600 {
            history.record(if second % 120 < 60 { 20 } else { 10 }, at(second));
        }
        assert!(!Trend::of(&history, TimeSpan::Minute, at(600)).beyond);
        history.record(20, at(600));
        history.record(2, at(605));
        assert!(Trend::of(&history, TimeSpan::Minute, at(611)).beyond);
    }
}
