//! The occupancy of all channels together, over time. Each channel adds what changed, so that the sum costs nothing to
//! read.

use serde::{Deserialize, Serialize};

use super::{Moves, OccupancyHistory};
use crate::presence::Moment;

/// The occupancy of all channels together. A user on several channels counts on each.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct OccupancyTotal {
    /// The sum of the occupancies that are known.
    sum: u64,
    /// The number of channels whose occupancy is known.
    known: usize,
    /// How many were known when the history was recorded last.
    recorded: usize,
    /// The sum over time.
    pub history: OccupancyHistory,
    /// Joins, leaves and timeouts of the last minute on all channels.
    pub moves: Moves,
}

impl OccupancyTotal {
    /// The sum of the occupancies; `None` as long as none is known.
    pub fn occupancy(&self) -> Option<u64> {
        (self.known > 0).then_some(self.sum)
    }

    /// The occupancy of a channel was `before` and is `now`.
    pub(super) fn replace(&mut self, before: Option<u64>, now: Option<u64>) {
        self.sum = self.sum.saturating_sub(before.unwrap_or(0)).saturating_add(now.unwrap_or(0));
        self.known = self.known + usize::from(now.is_some()) - usize::from(before.is_some());
    }

    /// All channels are counted again.
    pub(super) const fn restart(&mut self) {
        (self.sum, self.known) = (0, 0);
    }

    /// Record the sum over time. While the first lists come in, one more channel is not more people: within the first
    /// minute the history starts over with each.
    pub(super) fn record(&mut self, now: Moment) {
        if self.known != self.recorded && self.history.is_young(now) {
            self.history = OccupancyHistory::default();
        }
        self.recorded = self.known;
        // This is looked at all the time: that it is as it was is nothing that is heard while the link is down.
        if self.known > 0 && !self.history.ended_with(self.sum) {
            self.history.record(self.sum, now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::TimeSpan;

    #[test]
    fn what_stays_as_it_was_while_the_link_is_down_is_not_heard() {
        let at = |second: u64| Moment::from_micros(second * 1_000_000);
        let mut total = OccupancyTotal::default();
        total.replace(None, Some(5));
        (1_000..1_070).for_each(|second| total.record(at(second)));
        total.history.lose_sight(at(1_070));
        (1_071..1_090).for_each(|second| total.record(at(second)));
        assert_eq!(total.history.change_over(30, at(1_089)), None);
        let newest = total.history.sample(TimeSpan::Minute, 60, at(1_089));
        assert_eq!(newest.iter().rev().take_while(|extent| extent.is_none()).count(), 19);
        total.replace(Some(5), Some(7));
        total.record(at(1_090));
        assert_eq!(total.history.current(at(1_090)), Some(7));
    }
}
