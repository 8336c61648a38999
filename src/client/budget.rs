//! How many requests we allow ourselves. Pure.
//!
//! By default the poll after a full reply goes beside the budget: a reply holds at most a hundred events, so that five polls
//! a second would fall behind a stream of five hundred, and the service drops what is not fetched. Its own pace bounds
//! those polls, since each needs a full reply with new events before it. A budget that a person set holds for them, too.

use std::{collections::VecDeque, time::Duration};

use crate::presence::Moment;

/// The time over which requests are counted.
const WINDOW: Duration = Duration::from_secs(1);

/// Whom a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Somebody at the keyboard waits for the answer.
    Person,
    /// Nobody waits for it.
    Background,
    /// It waits for events.
    Poll,
}

/// At most so many requests in any one second. Those that nobody waits for at the keyboard leave two
/// fifths of them to others, so that a busy stream never holds up what a person asks for.
///
/// The first half of the polls of a second go as soon as they want to: few events are shown at once. The rest is spread
/// over what is left of it. Otherwise a stream of single events takes all of them in its first moments, and until the
/// next second more may come than the service keeps.
#[derive(Debug, Clone)]
pub struct Budget {
    most: usize,
    /// When those of the last second were sent, oldest first, and whether each was a poll.
    sent: VecDeque<(Moment, bool)>,
}

impl Budget {
    /// A budget of `per_second` requests, at least 1.
    pub fn new(per_second: u32) -> Self {
        Self { most: usize::try_from(per_second).unwrap_or(usize::MAX).max(1), sent: VecDeque::new() }
    }

    /// Take a request out of it, or learn how long to wait before asking again.
    pub fn take(&mut self, purpose: Purpose, now: Moment) -> Result<(), Duration> {
        while self.sent.pop_front_if(|(at, _)| now.since(*at) >= WINDOW).is_some() {}
        let next = self.find_next(purpose);
        if next.is_none_or(|next| now >= next) {
            self.sent.push_back((now, purpose == Purpose::Poll));
            return Ok(());
        }
        Err(next.map_or(Duration::ZERO, |next| next.since(now)).max(Duration::from_micros(1)))
    }

    /// When the next request may be sent, unless it may be sent in any case.
    fn find_next(&self, purpose: Purpose) -> Option<Moment> {
        let share = (self.most - self.most * 2 / 5).max(1);
        let most = if purpose == Purpose::Person { self.most } else { share };
        let used = self.sent.len();
        if used >= most {
            return Some(self.sent[used - most].0.plus(WINDOW));
        }
        let polls = || self.sent.iter().rev().filter(|(_, is_poll)| *is_poll);
        if purpose != Purpose::Poll || polls().count() * 2 <= share {
            return None;
        }
        let ((oldest, _), (last, _)) = (self.sent.front()?, polls().next()?);
        let parts = u32::try_from(most - used + 1).unwrap_or(u32::MAX);
        Some(last.plus(oldest.plus(WINDOW).since(*last) / parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_second_sees_more_than_the_budget_and_polls_leave_room() {
        let start = Moment::from_micros(5_000_000);
        let mut budget = Budget::new(5);
        // What nobody waits for takes what it may at once: three of five.
        assert_eq!((0..10).filter(|_| budget.take(Purpose::Background, start).is_ok()).count(), 3);
        // A person still gets two.
        assert_eq!((0..10).filter(|_| budget.take(Purpose::Person, start).is_ok()).count(), 2);
        // Over a minute of greed: never more than five within any second.
        let (mut now, mut sent) = (start, Vec::new());
        for turn in 0..1_000 {
            let purpose = [Purpose::Poll, Purpose::Person, Purpose::Background][turn % 3];
            match budget.take(purpose, now) {
                Ok(()) => sent.push(now),
                Err(wait) => now = now.plus(wait),
            }
        }
        assert!(sent.len() > 200);
        assert!(sent.windows(6).all(|w| w[5].since(w[0]) >= Duration::from_secs(1)));
    }

    /// The longest pause between two polls, in milliseconds, and how many there are in a second, if each is answered by
    /// a single event after a millisecond.
    fn poll_single_events(per_second: u32) -> (u128, usize) {
        let mut budget = Budget::new(per_second);
        let start = Moment::from_micros(5_000_000);
        let (mut now, mut last, mut longest, mut polls) = (start, start, Duration::ZERO, 0);
        while now.since(start) < Duration::from_secs(10) {
            match budget.take(Purpose::Poll, now) {
                Ok(()) => {
                    longest = longest.max(now.since(last));
                    (last, now, polls) = (now, now.plus(Duration::from_millis(1)), polls + 1);
                }
                Err(wait) => now = now.plus(wait),
            }
        }
        (longest.as_millis(), polls / 10)
    }

    #[test]
    fn polls_of_a_stream_of_single_events_are_spread_over_the_second() {
        for (per_second, share) in [(1_000, 600), (125, 75), (20, 12), (5, 3), (3, 2), (1, 1)] {
            let (longest, polls) = poll_single_events(per_second);
            assert_eq!(polls, share, "of {per_second}");
            assert!(longest <= 2_000 / polls as u128, "of {per_second}: {longest} ms");
        }
    }

    #[test]
    fn the_first_polls_go_at_once_and_what_else_is_asked_is_not_spread() {
        let start = Moment::from_micros(5_000_000);
        let mut budget = Budget::new(20);
        assert_eq!((0..20).filter(|_| budget.take(Purpose::Poll, start).is_ok()).count(), 7);
        assert_eq!((0..20).filter(|_| budget.take(Purpose::Background, start).is_ok()).count(), 5);
        assert_eq!((0..20).filter(|_| budget.take(Purpose::Person, start).is_ok()).count(), 8);
    }
}
