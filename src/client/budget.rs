//! How many requests we allow ourselves. Pure.
//!
//! By default the poll after a full reply goes beside the budget: a reply holds at most a hundred events, so that five polls
//! a second would fall behind a stream of five hundred, and the service drops what is not fetched. Its own pace bounds
//! those polls, since each needs a full reply with new events before it. A budget that a person set holds for them, too.

use std::{collections::VecDeque, time::Duration};

use crate::presence::Moment;

/// The time over which requests are counted.
const WINDOW: Duration = Duration::from_secs(1);

/// At most so many requests in any one second. Those that nobody waits for at the keyboard leave two
/// fifths of them to others, so that a busy stream never holds up what a person asks for.
#[derive(Debug, Clone)]
pub struct Budget {
    most: usize,
    /// When those of the last second were sent, oldest first.
    sent: VecDeque<Moment>,
}

impl Budget {
    /// A budget of `per_second` requests, at least 1.
    pub fn new(per_second: u32) -> Self {
        Self { most: usize::try_from(per_second).unwrap_or(usize::MAX).max(1), sent: VecDeque::new() }
    }

    /// Take a request out of it, or learn how long to wait before asking again. With `spare`, only
    /// what the others are sure not to need.
    pub fn take(&mut self, spare: bool, now: Moment) -> Result<(), Duration> {
        while self.sent.pop_front_if(|at| now.since(*at) >= WINDOW).is_some() {}
        let most = if spare { (self.most - self.most * 2 / 5).max(1) } else { self.most };
        if self.sent.len() < most {
            self.sent.push_back(now);
            return Ok(());
        }
        let free = self.sent[self.sent.len() - most].plus(WINDOW);
        Err(free.since(now).max(Duration::from_micros(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_second_sees_more_than_the_budget_and_polls_leave_room() {
        let start = Moment::from_micros(5_000_000);
        let mut budget = Budget::new(5);
        // A greedy poll takes what it may at once: three of five.
        assert_eq!((0..10).filter(|_| budget.take(true, start).is_ok()).count(), 3);
        // A person still gets two.
        assert_eq!((0..10).filter(|_| budget.take(false, start).is_ok()).count(), 2);
        // Over a minute of greed: never more than five within any second.
        let (mut now, mut sent) = (start, Vec::new());
        for turn in 0..1_000 {
            match budget.take(turn % 2 == 0, now) {
                Ok(()) => sent.push(now),
                Err(wait) => now = now.plus(wait),
            }
        }
        assert!(sent.len() > 200);
        assert!(sent.windows(6).all(|w| w[5].since(w[0]) >= Duration::from_secs(1)));
    }
}
