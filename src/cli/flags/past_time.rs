//! Instants of a recording, as people write them.

use std::{fmt, str::FromStr, time::Duration};

use jiff::{Timestamp, civil, tz::TimeZone};

use crate::{
    duration::Span,
    presence::{Moment, Timetoken, sanitize},
};

/// A timetoken has so many digits; fewer are no instant.
const TOKEN_DIGITS: usize = 15;

/// An instant: `12:04:28`, `2026-11-21T12:04:28Z`, `-5m` before the end, `+5m` after the beginning, or a timetoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PastTime {
    /// The first such time of day after the beginning, by the clock here.
    OfDay(civil::Time),
    /// On this day, by the clock here.
    OnDay(civil::DateTime),
    /// Wherever one is.
    At(Moment),
    /// So long before the end.
    BeforeEnd(Duration),
    /// So long after the beginning.
    AfterBeginning(Duration),
}

/// What is no instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no time; write 12:04:28, 2026-11-21T12:04:28Z, -5m (before the end), +5m (after the beginning), or a timetoken"
)]
pub struct BadTime(String);

impl FromStr for PastTime {
    type Err = BadTime;

    fn from_str(text: &str) -> Result<Self, BadTime> {
        let bad = || BadTime(sanitize(&crate::wording::excerpt(text, 40)).into_owned());
        let span = |text: &str| text.parse::<Span>().map(|Span(span)| span).map_err(|_| bad());
        if let Some(span_text) = text.strip_prefix('-') {
            return span(span_text).map(Self::BeforeEnd);
        }
        if let Some(span_text) = text.strip_prefix('+') {
            return span(span_text).map(Self::AfterBeginning);
        }
        if text.len() >= TOKEN_DIGITS
            && let Some(token) = Timetoken::parse(text)
        {
            return Ok(Self::At(Moment::from_micros(token.ticks() / 10)));
        }
        if let Ok(stamp) = text.parse::<Timestamp>() {
            return u64::try_from(stamp.as_microsecond()).map(Moment::from_micros).map(Self::At).map_err(|_| bad());
        }
        if !text.contains(':') {
            return Err(bad());
        }
        // A bare time is no date and time.
        if let Ok(time) = text.parse::<civil::Time>()
            && !text.contains('-')
        {
            return Ok(Self::OfDay(time));
        }
        text.parse().map(Self::OnDay).map_err(|_| bad())
    }
}

impl PastTime {
    /// Whether the end has to be known.
    pub const fn needs_end(self) -> bool {
        matches!(self, Self::BeforeEnd(_))
    }

    /// The instant, of a recording from `began` to `ended`.
    pub fn resolve(self, began: Moment, ended: Moment, zone: &TimeZone) -> Moment {
        match self {
            Self::At(moment) => moment,
            Self::AfterBeginning(span) => began.plus(span),
            Self::BeforeEnd(span) => {
                let back = u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
                Moment::from_micros(ended.micros().saturating_sub(back))
            }
            Self::OnDay(when) => find_moment(when, zone),
            Self::OfDay(time) => {
                let day = read_stamp(began).to_zoned(zone.clone()).date();
                let moment = find_moment(day.to_datetime(time), zone);
                // One who writes 12:04:28 means the whole second, in the middle of which it may have begun.
                if moment.seconds() >= began.seconds() {
                    return moment.max(began);
                }
                day.tomorrow().map_or(moment, |next| find_moment(next.to_datetime(time), zone))
            }
        }
    }
}

fn read_stamp(moment: Moment) -> Timestamp {
    i64::try_from(moment.micros()).ok().and_then(|micros| Timestamp::from_microsecond(micros).ok()).unwrap_or_default()
}

fn find_moment(when: civil::DateTime, zone: &TimeZone) -> Moment {
    let stamp = zone.to_ambiguous_zoned(when).compatible().map(|zoned| zoned.timestamp()).unwrap_or_default();
    Moment::from_micros(u64::try_from(stamp.as_microsecond()).unwrap_or(0))
}

/// A moment as people read it, by the clock here.
pub struct ShownTime<'a>(pub Moment, pub &'a TimeZone);

impl fmt::Display for ShownTime<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", read_stamp(self.0).to_zoned(self.1.clone()).strftime("%Y-%m-%d %H:%M:%S"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21 12:00:00 UTC, a second and a half.
    const BEGAN: Moment = Moment::from_micros(1_795_262_401_500_000);

    fn resolve(text: &str) -> u64 {
        let ended = BEGAN.plus(Duration::from_secs(3_600));
        text.parse::<PastTime>().unwrap().resolve(BEGAN, ended, &TimeZone::UTC).micros() / 1_000
    }

    #[test]
    fn instants_are_read_in_whatever_way_people_write_them() {
        for (text, expected) in [
            ("12:04:28", 1_795_262_668_000),
            ("12:04", 1_795_262_640_000),
            ("12:00:01", 1_795_262_401_500),
            ("11:59:59", 1_795_348_799_000),
            ("-5m", 1_795_265_701_500),
            ("+1s", 1_795_262_402_500),
            ("17952624000000000", 1_795_262_400_000),
            ("2026-11-21T12:00:00Z", 1_795_262_400_000),
            ("2026-11-21T13:00:00+01:00", 1_795_262_400_000),
            ("2026-11-21 12:00:00", 1_795_262_400_000),
            ("2026-11-22 00:00", 1_795_305_600_000),
        ] {
            assert_eq!(resolve(text), expected, "{text}");
        }
        for bad in ["", "now", "12", "5m", "-", "25:00:00", "12:04:28 pm", "1e9"] {
            assert!(bad.parse::<PastTime>().is_err(), "{bad}");
        }
        let shown = ShownTime(BEGAN, &TimeZone::UTC).to_string();
        assert_eq!(shown, "2026-11-21 12:00:01");
    }
}
