//! Two clocks: ours ([`Moment`]) and the service's ([`Timetoken`]). They are never compared but by way of a
//! [`ServiceClock`].

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

/// An instant of our own clock: microseconds since 1970 as it was when we started, plus time passed
/// since. It never runs backwards, whatever happens to the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Moment(u64);

impl Moment {
    /// From microseconds since 1970.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    pub const fn micros(self) -> u64 {
        self.0
    }

    /// Whole seconds since 1970.
    pub const fn seconds(self) -> u64 {
        self.0 / 1_000_000
    }

    /// How long after `earlier` this is; zero if it is not.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }

    /// The moment so long before, or the beginning of 1970.
    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(u64::try_from(by.as_micros()).unwrap_or(u64::MAX)))
    }

    /// This much later.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(by.as_micros()).unwrap_or(u64::MAX)))
    }
}

/// An instant of the service's clock, in units of 100 ns since 1970: 17 digits today. It is a JSON string in subscribe
/// replies and a bare number in the answer to time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Timetoken(u64);

impl Timetoken {
    /// The cursor of a handshake, which asks for a first one.
    pub const ZERO: Self = Self(0);

    /// From 100 ns units since 1970.
    pub const fn new(ticks: u64) -> Self {
        Self(ticks)
    }

    /// From the digits of a reply: 1 to 20 ASCII digits, and nothing else.
    pub fn parse(digits: &str) -> Option<Self> {
        let ascii = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        ascii.then(|| digits.parse().ok().map(Self)).flatten()
    }

    /// The first timetoken of the millisecond that `moment` falls in.
    pub const fn at(moment: Moment) -> Self {
        Self(moment.micros().saturating_mul(10))
    }

    /// 100 ns units since 1970.
    pub const fn ticks(self) -> u64 {
        self.0
    }

    /// Whole seconds since 1970.
    pub const fn seconds(self) -> u64 {
        self.0 / 10_000_000
    }

    /// Whole milliseconds since 1970.
    pub const fn millis(self) -> u64 {
        self.0 / 10_000
    }

    /// The same as [`since`](Self::since) in whole microseconds, for what is counted at every event.
    pub const fn micros_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0) / 10
    }

    /// How long after `earlier` this is; zero if it is not.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0).saturating_mul(100))
    }

    /// This much later.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(by.as_nanos() / 100).unwrap_or(u64::MAX)))
    }

    /// This much earlier; at the earliest 1970.
    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(u64::try_from(by.as_nanos() / 100).unwrap_or(u64::MAX)))
    }
}

impl fmt::Display for Timetoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// No cursor is older than this when it arrives: twice the poll window. A clock that seems further behind was set back.
const SET_BACK: Duration = Duration::from_secs(600);

/// What is known of the service's clock. Since answers take time to arrive, it is a lower bound. That is what comparing
/// a snapshot with events needs: an event that it calls newer is newer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ServiceClock {
    anchor: Option<(Timetoken, Moment)>,
}

impl ServiceClock {
    /// Take in a cursor or an answer to time. Of two lower bounds the later is the better, so that is kept. A time that
    /// is further behind than a cursor can be means that the clock was set back; then it replaces what was known.
    /// Returns whether it was set back.
    pub fn hear(&mut self, told: Timetoken, now: Moment) -> bool {
        let bound = self.lower_bound(now);
        let set_back = bound.is_some_and(|bound| bound.since(told) > SET_BACK);
        if set_back || bound.is_none_or(|bound| bound < told) {
            self.anchor = Some((told, now));
        }
        set_back
    }

    /// A lower bound of the service's time; `None` before anything was taken in.
    pub fn lower_bound(&self, now: Moment) -> Option<Timetoken> {
        // In whole numbers: a `Duration` would be taken apart again at every event.
        let passed = |heard: Moment| now.micros().saturating_sub(heard.micros()).saturating_mul(10);
        self.anchor.map(|(told, heard)| Timetoken::new(told.ticks().saturating_add(passed(heard))))
    }

    /// The service's time, as far as it is known; our own wall clock before anything was taken in.
    pub fn now(&self, now: Moment) -> Timetoken {
        self.lower_bound(now).unwrap_or_else(|| Timetoken::at(now))
    }

    /// By how much our wall clock is ahead (positive) or behind the service's, in whole seconds.
    pub fn skew_seconds(&self, now: Moment) -> i64 {
        let ours = i64::try_from(now.seconds()).unwrap_or(i64::MAX);
        let theirs = i64::try_from(self.now(now).seconds()).unwrap_or(i64::MAX);
        ours.saturating_sub(theirs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timetokens_are_digits_only() {
        assert_eq!(Timetoken::parse("17309129601106056"), Some(Timetoken::new(17_309_129_601_106_056)));
        for bad in ["", "+5", "-1", "1e9", "12 ", "99999999999999999999999"] {
            assert_eq!(Timetoken::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_service_clock_is_a_lower_bound_that_only_improves() {
        let mut clock = ServiceClock::default();
        let start = Moment::from_micros(1_000_000_000);
        // The service is an hour ahead of us.
        let told = Timetoken::at(start.plus(Duration::from_secs(3600)));
        clock.hear(told, start);
        let later = start.plus(Duration::from_secs(10));
        assert_eq!(clock.now(later), told.plus(Duration::from_secs(10)));
        // A cursor that steps back changes nothing.
        clock.hear(told, later);
        assert_eq!(clock.now(later), told.plus(Duration::from_secs(10)));
        assert_eq!(clock.skew_seconds(later), -3600);
        // But one that is an hour behind means that the clock was set.
        assert!(clock.hear(Timetoken::at(later), later));
        assert_eq!(clock.now(later), Timetoken::at(later));
    }
}
