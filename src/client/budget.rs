//! How many requests we allow ourselves. Pure.

use std::time::Duration;

use crate::presence::Moment;

/// A token bucket: so many requests a second, and as many at once after a quiet second. Long polls
/// leave a reserve, so that a busy stream never holds up what a person asks for.
#[derive(Debug, Clone)]
pub struct Budget {
    per_second: f64,
    tokens: f64,
    filled: Moment,
}

impl Budget {
    /// A full budget of `per_second` requests, at least 1.
    pub fn new(per_second: u32, now: Moment) -> Self {
        let per_second = f64::from(per_second.max(1));
        Self { per_second, tokens: per_second, filled: now }
    }

    /// Take a request out of it, or learn how long to wait before asking again. With `spare`, only
    /// if two fifths of the budget are left for others.
    pub fn take(&mut self, spare: bool, now: Moment) -> Result<(), Duration> {
        let earned = now.since(self.filled).as_secs_f64() * self.per_second;
        self.tokens = (self.tokens + earned).min(self.per_second);
        self.filled = now;
        let needed = if spare { 1.0 + (self.per_second * 0.4).min(self.per_second - 1.0) } else { 1.0 };
        if self.tokens >= needed {
            self.tokens -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64((needed - self.tokens) / self.per_second) + Duration::from_micros(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_second_ever_sees_more_than_twice_the_burst_and_polls_leave_room() {
        let start = Moment::from_micros(0);
        let mut budget = Budget::new(5, start);
        // A greedy poll takes what it may at once: three of five.
        let taken = (0..10).filter(|_| budget.take(true, start).is_ok()).count();
        assert_eq!(taken, 3);
        // A person still gets two.
        assert!(budget.take(false, start).is_ok());
        assert!(budget.take(false, start).is_ok());
        let wait = budget.take(false, start).unwrap_err();
        assert!(budget.take(false, start.plus(wait)).is_ok());
        // Over a minute of greed: five a second, and the first burst.
        let mut now = start;
        let mut sent = 0;
        while now.since(start) < Duration::from_secs(60) {
            match budget.take(sent % 2 == 0, now) {
                Ok(()) => sent += 1,
                Err(wait) => now = now.plus(wait),
            }
        }
        assert!((290..=305).contains(&sent), "{sent}");
    }
}
