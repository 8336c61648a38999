//! The rate of our requests, to compare with the budget.

use std::{collections::VecDeque, time::Duration};

use serde::{Deserialize, Serialize};

use crate::presence::Moment;

/// The period that the rate is averaged over.
const WINDOW: Duration = Duration::from_secs(10);

/// How far back the busiest period is searched.
const BUSY: Duration = Duration::from_secs(60);

/// Requests over the last ten seconds. A ledger arrives now and then; each reply in between counts as a request.
/// Keeps at most one count a second, for 70 s.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RequestRate {
    total: u64,
    /// The totals over time, oldest first. The first is the last one before every period that can be asked for.
    sent: VecDeque<(Moment, u64)>,
}

impl RequestRate {
    /// Count a reply that no ledger includes yet.
    pub fn count_reply(&mut self, now: Moment) {
        self.record_sent(self.total + 1, now);
    }

    /// Record that at least this many requests have been sent since the start.
    pub fn record_sent(&mut self, sent: u64, now: Moment) {
        self.total = self.total.max(sent);
        match self.sent.back_mut() {
            Some((at, last)) if at.seconds() == now.seconds() => *last = self.total,
            _ => self.sent.push_back((now, self.total)),
        }
        while self.sent.get(1).is_some_and(|(at, _)| now.since(*at) >= WINDOW + BUSY) {
            self.sent.pop_front();
        }
    }

    /// Requests per second, rounded.
    pub fn per_second(&self, now: Moment) -> u64 {
        (self.tenths_per_second(now) + 5) / 10
    }

    /// Tenths of requests per second.
    pub fn tenths_per_second(&self, now: Moment) -> u64 {
        let before = self.sent.iter().take_while(|(at, _)| now.since(*at) >= WINDOW).last();
        let before = before.map_or(0, |(_, sent)| *sent);
        // Over ten seconds, the number of requests equals tenths of requests per second.
        self.sent.back().map_or(0, |(_, sent)| sent.saturating_sub(before))
    }

    /// The highest rate over any ten seconds that ended within the last minute.
    pub fn busiest_tenths(&self, now: Moment) -> u64 {
        let mut before = 0;
        let mut starts = self.sent.iter().peekable();
        let mut most = 0;
        for (at, sent) in &self.sent {
            while let Some((_, earlier)) = starts.next_if(|(start, _)| at.since(*start) >= WINDOW) {
                before = *earlier;
            }
            if now.since(*at) < BUSY {
                most = most.max(sent.saturating_sub(before));
            }
        }
        most
    }

    /// When the rate falls by time alone.
    pub fn falls_at(&self, now: Moment) -> Option<Moment> {
        let shown = self.per_second(now);
        let leaving = self.sent.iter().map(|(at, _)| at.plus(WINDOW)).filter(|at| *at > now);
        leaving.into_iter().find(|at| self.per_second(*at) < shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_looks_back_ten_seconds_and_then_rests() {
        let at = |second: u64| Moment::from_micros(second * 1_000_000);
        let mut rate = RequestRate::default();
        assert_eq!((rate.per_second(at(0)), rate.falls_at(at(0))), (0, None));
        rate.record_sent(30, at(100));
        rate.count_reply(at(104));
        rate.count_reply(at(104));
        rate.record_sent(50, at(104));
        assert_eq!((rate.per_second(at(105)), rate.falls_at(at(105))), (5, Some(at(110))));
        assert_eq!((rate.per_second(at(110)), rate.falls_at(at(110))), (2, Some(at(114))));
        assert_eq!((rate.per_second(at(114)), rate.falls_at(at(114))), (0, None));
        rate.record_sent(51, at(115));
        assert_eq!((rate.per_second(at(115)), rate.falls_at(at(115))), (0, None), "one in ten seconds is none");
        (200..1_000).for_each(|second| rate.record_sent(second * 4, at(second)));
        assert_eq!(rate.per_second(at(999)), 4);
        assert!(rate.sent.len() <= 72, "{}", rate.sent.len());
    }

    #[test]
    fn the_busiest_ten_seconds_are_remembered_for_a_minute() {
        let at = |second: u64| Moment::from_micros(second * 1_000_000);
        let mut rate = RequestRate::default();
        assert_eq!(rate.busiest_tenths(at(0)), 0);
        (1..=20).for_each(|second| rate.record_sent(second * 3, at(100 + second)));
        (1..=100).for_each(|second| {
            rate.record_sent(60 + second, at(120 + second));
            let (busiest, now) = (rate.busiest_tenths(at(120 + second)), rate.tenths_per_second(at(120 + second)));
            assert!(busiest >= now && (busiest == 30) == (second < 60), "{second}: {busiest}");
        });
    }
}
