//! When to try again. Pure: failure and seed in, delay out.

use std::time::Duration;

use super::Error;

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
        Self { shortest: Duration::from_secs(1), longest: Duration::from_secs(32) }
    }
}

/// The longest `Retry-After` that is honoured. A service that asks for more is asked again to see whether it still
/// does.
const LONGEST_ASKED: Duration = Duration::from_secs(300);

/// The delay after a refusal that does not pass by itself. Somebody may have changed a token or a setting meanwhile.
const REFUSED: Duration = Duration::from_secs(60);

impl Retry {
    /// How long to wait after the `attempt`th failure in a row (from 1); `chance` is uniform in
    /// 0..1. Never less than a tenth of a second, so that no failure can become a busy loop.
    pub fn delay(&self, attempt: u32, error: &Error, chance: f64) -> Duration {
        let chance = chance.clamp(0.0, 1.0);
        let jitter = Duration::from_secs_f64(chance);
        let own = if error.is_passing() {
            let doubled = self.shortest.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(self.longest);
            doubled.mul_f64(chance).max(Duration::from_millis(100))
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
        assert_eq!([delay(1, 1.0), delay(2, 1.0), delay(3, 1.0), delay(99, 1.0)], [1000, 2000, 4000, 32_000]);
        assert_eq!(delay(1, 0.0), 100);
    }

    #[test]
    fn retry_after_is_obeyed_within_reason_and_other_refusals_are_not_hammered() {
        let retry = Retry::default();
        assert_eq!(retry.delay(1, &refused(429, Some(5)), 0.0), Duration::from_secs(5));
        assert_eq!(retry.delay(1, &refused(429, Some(1 << 40)), 0.0), Duration::from_secs(300));
        assert_eq!(retry.delay(1, &refused(429, Some(0)), 0.0), Duration::from_millis(100));
        assert_eq!(retry.delay(6, &refused(503, Some(0)), 1.0), Duration::from_secs(32));
        for status in [400, 403, 404] {
            assert!(retry.delay(1, &refused(status, Some(0)), 0.0) >= Duration::from_secs(60), "{status}");
            assert!(retry.delay(1, &refused(status, None), 0.0) >= Duration::from_secs(60), "{status}");
        }
    }
}
