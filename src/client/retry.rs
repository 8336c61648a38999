//! When to try again. Pure: failure and seed in, delay out.

use std::time::Duration;

use super::Error;
use crate::presence::Moment;

/// What a `Retry-After` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// To wait so long.
    Wait(Duration),
    /// To wait until then, in seconds since 1970.
    Until(u64),
}

impl RetryAfter {
    /// Read seconds or an HTTP date. `None` for anything else, such as a negative number: it says nothing.
    pub fn parse(header: &str) -> Option<Self> {
        let text = header.trim();
        let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        if !whole.is_empty() && is_number(whole) && is_number(fraction) {
            // More than a number holds is longer than anybody waits.
            let seconds = whole.parse().unwrap_or(u64::MAX);
            let begun = u64::from(fraction.bytes().any(|digit| digit != b'0'));
            return Some(Self::Wait(Duration::from_secs(seconds.saturating_add(begun))));
        }
        let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
        u64::try_from(date.as_second()).ok().map(Self::Until)
    }

    /// How long that is from `now` on; no time for a date that has passed.
    pub fn from(self, now: Moment) -> Duration {
        match self {
            Self::Wait(wait) => wait,
            Self::Until(seconds) => Moment::from_micros(seconds.saturating_mul(1_000_000)).since(now),
        }
    }
}

/// Exponential backoff with full jitter, capped; it never gives up by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// The first delay is at most this.
    pub shortest: Duration,
    /// No delay is ever longer.
    pub longest: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        // Many lose a service at the same instant: their first tries spread over seconds, or they would bring it down
        // again.
        Self { shortest: Duration::from_secs(3), longest: Duration::from_secs(32) }
    }
}

/// The longest `Retry-After` that is honoured. A service that asks for more is asked again to see whether it still
/// does.
const LONGEST_ASKED: Duration = Duration::from_secs(300);

/// The longest delay where no answer comes at all: a person who watches wants to be back soon after the network is.
const UNREACHED: Duration = Duration::from_secs(10);

/// The delay after a refusal that does not pass by itself. Somebody may have changed a token or a setting meanwhile.
const REFUSED: Duration = Duration::from_secs(60);

/// The delay after the first 403 in a row, or that of an empty group, which doubles up to that of any refusal: a grant
/// takes some seconds to spread, and who waits for seconds should see it.
const DENIED: Duration = Duration::from_secs(1);

impl Retry {
    /// How long to wait after the `attempt`th failure in a row (from 1); `chance` is uniform in
    /// 0..1. Never less than a tenth of a second, so that no failure can become a busy loop.
    pub fn delay(&self, attempt: u32, error: &Error, chance: f64) -> Duration {
        let chance = chance.clamp(0.0, 1.0);
        let jitter = Duration::from_secs_f64(chance);
        let own = if error.is_passing() {
            let unreached = matches!(error, Error::Unreachable { .. });
            let longest = if unreached { self.longest.min(UNREACHED) } else { self.longest };
            let doubled = self.shortest.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(longest);
            doubled.mul_f64(chance).max(Duration::from_millis(100))
        } else if error.may_be_granted() {
            DENIED.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(REFUSED) + jitter
        } else {
            REFUSED + jitter
        };
        match error {
            // "At once", asked for again and again, would be no backoff at all.
            Error::Refused { retry_after: Some(asked), .. } => own.max((*asked).min(LONGEST_ASKED) + jitter),
            _ => own,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{client::AskedOperation, wire::Refusal};

    fn refused(status: u16, retry_after: Option<u64>) -> Error {
        let asked = AskedOperation { kind: "here now", with_token: false };
        Error::Refused {
            refusal: Box::new(Refusal::presence(status, "")),
            retry_after: retry_after.map(Duration::from_secs),
            asked,
        }
    }

    #[test]
    fn delays_double_to_a_cap_and_keep_their_floor() {
        let retry = Retry::default();
        let delay = |attempt, chance| retry.delay(attempt, &refused(503, None), chance).as_millis();
        assert_eq!([delay(1, 1.0), delay(2, 1.0), delay(3, 1.0), delay(99, 1.0)], [3000, 6000, 12_000, 32_000]);
        assert_eq!(delay(1, 0.0), 100);
    }

    #[test]
    fn a_403_is_asked_again_soon_and_then_seldom() {
        let delay = |attempt| Retry::default().delay(attempt, &refused(403, None), 0.0).as_secs();
        assert_eq!([1, 2, 3, 6, 7, 99].map(delay), [1, 2, 4, 32, 60, 60]);
        assert_eq!(Retry::default().delay(1, &refused(403, Some(30)), 0.0), Duration::from_secs(30));
    }

    #[test]
    fn seconds_and_dates_are_read_and_nonsense_says_nothing() {
        let wait =
            |text: &str| RetryAfter::parse(text).map(|asked| asked.from(Moment::from_micros(784_111_770_000_000)));
        for (text, seconds) in [
            ("5", 5),
            (" 0 ", 0),
            ("1.5", 2),
            ("2.0", 2),
            ("1000000000000", 1_000_000_000_000),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 7),
            ("Sun, 06 Nov 1994 08:00:00 GMT", 0),
        ] {
            assert_eq!(wait(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(wait("99999999999999999999999"), Some(Duration::from_secs(u64::MAX)));
        for text in ["", "-1", "soon", "5 s", "1e3", "\u{663}"] {
            assert_eq!(wait(text), None, "{text}");
        }
    }

    #[test]
    fn retry_after_is_obeyed_within_reason_and_other_refusals_are_not_hammered() {
        let retry = Retry::default();
        assert_eq!(retry.delay(1, &refused(429, Some(5)), 0.0), Duration::from_secs(5));
        assert_eq!(retry.delay(1, &refused(429, Some(1 << 40)), 0.0), Duration::from_secs(300));
        assert_eq!(retry.delay(1, &refused(429, Some(0)), 0.0), Duration::from_millis(100));
        assert_eq!(retry.delay(6, &refused(503, Some(0)), 1.0), Duration::from_secs(32));
        for status in [400, 401, 404] {
            assert!(retry.delay(1, &refused(status, Some(0)), 0.0) >= Duration::from_secs(60), "{status}");
            assert!(retry.delay(1, &refused(status, None), 0.0) >= Duration::from_secs(60), "{status}");
        }
    }
}
