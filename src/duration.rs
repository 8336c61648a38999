//! Lengths of time as people write them: `10`, `10s`, `500ms`, `1m30s`.

use std::{fmt, str::FromStr, time::Duration};

use serde::Deserialize;

use crate::presence::sanitize;

/// A length of time; a bare number is seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Span(pub Duration);

/// What is not a length of time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a length of time; write 10, 500ms, 5s or 1m30s")]
pub struct BadSpan(String);

impl FromStr for Span {
    type Err = BadSpan;

    fn from_str(text: &str) -> Result<Self, BadSpan> {
        let bad = || BadSpan(sanitize(&crate::wording::excerpt(text, 40)).into_owned());
        let seconds = text.parse::<f64>().ok().filter(|_| text.starts_with(|c: char| c.is_ascii_digit()));
        if let Some(seconds) = seconds {
            return Duration::try_from_secs_f64(seconds).map(Self).map_err(|_| bad());
        }
        let span: jiff::SignedDuration = text.parse().map_err(|_| bad())?;
        Duration::try_from(span).map(Self).map_err(|_| bad())
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = self.0.as_millis();
        if millis.is_multiple_of(1000) { write!(f, "{}s", millis / 1000) } else { write!(f, "{millis}ms") }
    }
}

/// How long something has lasted, in at most six cells: `42 s`, `7 min`, `3 h`, `12 d`. Whatever people read is
/// written in this way; what they type has another form.
pub fn age(lasted: Duration) -> String {
    match lasted.as_secs() {
        s @ 0..60 => format!("{s} s"),
        s @ 60..3600 => format!("{} min", s / 60),
        s @ 3600..86_400 => format!("{} h", s / 3600),
        s => format!("{} d", (s / 86_400).min(999)),
    }
}

/// The cells of a column of ages.
pub const AGE: usize = 6;

/// Write a short time: below a second in milliseconds, then with tenths of a second as long as they matter.
pub fn show_briefly(lasted: Duration) -> String {
    match lasted.as_millis() {
        millis @ 0..1_000 => format!("{millis} ms"),
        millis @ 1_000..10_000 => format!("{}.{} s", millis / 1_000, millis % 1_000 / 100),
        _ => age(lasted),
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SpanVisitor;
        impl serde::de::Visitor<'_> for SpanVisitor {
            type Value = Span;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a length of time such as 10, \"500ms\" or \"1m30s\"")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Span, E> {
                text.parse().map_err(E::custom)
            }
            fn visit_i64<E: serde::de::Error>(self, seconds: i64) -> Result<Span, E> {
                let seconds = u64::try_from(seconds).map_err(|_| E::custom("a length of time is not negative"))?;
                Ok(Span(Duration::from_secs(seconds)))
            }
            fn visit_u64<E: serde::de::Error>(self, seconds: u64) -> Result<Span, E> {
                Ok(Span(Duration::from_secs(seconds)))
            }
            fn visit_f64<E: serde::de::Error>(self, seconds: f64) -> Result<Span, E> {
                seconds.to_string().parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_any(SpanVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_times_fit() {
        assert_eq!(
            [999, 9_999, 10_000, 90_000].map(|ms| show_briefly(Duration::from_millis(ms))),
            ["999 ms", "9.9 s", "10 s", "1 min"]
        );
    }

    #[test]
    fn people_write_lengths_of_time_in_many_ways() {
        for (text, millis) in [
            ("10", 10_000),
            ("0.5", 500),
            ("500ms", 500),
            ("1m30s", 90_000),
            ("1m 30s", 90_000),
            ("2 hours", 7_200_000),
        ] {
            assert_eq!(text.parse(), Ok(Span(Duration::from_millis(millis))), "{text}");
        }
        for text in ["", "soon", "-5", "-5s", "inf", "nan", "1e400", "5 apples", "99999999999999999999s"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
        assert_eq!(Span(Duration::from_millis(90_000)).to_string().parse(), Ok(Span(Duration::from_secs(90))));
        assert_eq!(Span(Duration::from_millis(50)).to_string(), "50ms");
    }
}
