//! Counts the requests of each kind within the last minute.

use std::{collections::VecDeque, time::Duration};

use serde::{Deserialize, Serialize};

use crate::presence::{Ledger, Moment};

/// The period that is counted.
const WINDOW: Duration = Duration::from_secs(60);

/// Ledgers are kept this far apart, so that there are at most 13.
const STEP: Duration = Duration::from_secs(5);

/// The ledgers of the last minute. One arrives with each answer and each sign of life.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RequestCounts {
    /// Oldest first. The first is the last ledger before the period.
    kept: VecDeque<(Moment, Ledger)>,
    newest: Option<(Moment, Ledger)>,
}

impl RequestCounts {
    /// Record a ledger.
    pub fn record_ledger(&mut self, ledger: &Ledger, at: Moment) {
        if let Some(before) = self.newest.replace((at, ledger.clone()))
            && self.kept.back().is_none_or(|(kept, _)| before.0.since(*kept) >= STEP)
        {
            self.kept.push_back(before);
        }
        while self.kept.get(1).is_some_and(|(kept, _)| at.since(*kept) >= WINDOW) {
            self.kept.pop_front();
        }
    }

    /// When the last ledger arrived.
    pub fn last_recorded(&self) -> Option<Moment> {
        self.newest.as_ref().map(|(at, _)| *at)
    }

    /// The number of requests of a kind in the minute before the last ledger, to the precision of the steps.
    pub fn per_minute(&self, kind: &str) -> u64 {
        let sent = |ledger: &Ledger| ledger.by_kind.get(kind).map_or(0, |(sent, _)| *sent);
        let Some((at, newest)) = &self.newest else { return 0 };
        let before = self.kept.iter().take_while(|(kept, _)| at.since(*kept) >= WINDOW).last();
        sent(newest).saturating_sub(before.map_or(0, |(_, ledger)| sent(ledger)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_looks_back_a_minute_and_is_bounded() {
        let at = |second: u64| Moment::from_micros(second * 1_000_000);
        let (mut counts, mut ledger) = (RequestCounts::default(), Ledger::default());
        assert_eq!((counts.per_minute("time"), counts.last_recorded()), (0, None));
        for second in 0..1000 {
            ledger.note("time", false);
            counts.record_ledger(&ledger, at(second));
            if second == 30 {
                assert_eq!(counts.per_minute("time"), 31, "since the start");
            }
        }
        assert!((60..=65).contains(&counts.per_minute("time")), "{}", counts.per_minute("time"));
        assert!(counts.kept.len() <= 14, "{}", counts.kept.len());
        assert_eq!((counts.per_minute("leave"), counts.last_recorded()), (0, Some(at(999))));
    }
}
