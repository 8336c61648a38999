//! The scale of the chart, which is calm: what a crowd does is seen by the line, not by the numbers beside it.
//!
//! It grows at once where the line would leave it, and then for what is likely to come, so that a rush has one or two new
//! scales and not six. It shrinks when what was highest is an hour ago, at most once in half a minute.

use std::time::Duration;

use crate::{
    chart::choose_top,
    presence::{Channel, Moment},
};

/// A scale stays for so long, unless the line would leave it.
const HELD: Duration = Duration::from_secs(30);

/// A rise is taken to go on for so many seconds, at least.
const AHEAD: u64 = 20;

/// A crowd is expected to become so many times as large as it is, at the most, where it is not known how many there are.
const TIMES: u64 = 2;

/// Fewer who come within a few seconds are no rush.
const FEW: u64 = 5;

/// What a scale has to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ScaleNeeds {
    /// The highest that is charted within an hour.
    pub peak: u64,
    /// The rise in the last three seconds.
    pub rise: u64,
    /// There can't be more: for a channel, all who are present anywhere.
    pub most: u64,
    /// Those who are there at first are still being counted: that they are so many is no rush.
    pub is_new: bool,
}

/// The scale of the chart that is shown.
#[derive(Debug, Default)]
pub(super) struct ChartScale {
    /// Of which channel, or of all together.
    of: Option<Channel>,
    top: u64,
    /// When it was chosen, and the peak at that time.
    chosen: Option<(Moment, u64)>,
}

impl ChartScale {
    /// The top of the chart of a channel, or of all together, that has to hold a peak.
    pub fn find_top(&self, of: Option<&Channel>, peak: u64) -> u64 {
        let is_it = self.chosen.is_some() && self.of.as_ref() == of;
        if is_it && peak <= self.top { self.top } else { choose_top(peak) }
    }

    /// Choose another scale, if it is time to.
    pub fn follow(&mut self, of: Option<&Channel>, needs: ScaleNeeds, now: Moment) {
        let ScaleNeeds { peak, rise, most, is_new } = needs;
        let rise = if rise >= FEW { rise.div_ceil(3) } else { 0 };
        let Some((since, before)) = self.chosen.filter(|_| self.of.as_ref() == of) else {
            return self.choose(of, choose_top(peak), peak, now);
        };
        let held = now.since(since);
        if peak > self.top {
            // As fast as in the last seconds, or as since the last choice.
            let grown = if peak.saturating_sub(before) >= FEW { peak - before } else { 0 };
            let ahead = rise.max(grown / held.as_secs().max(1)).saturating_mul(AHEAD);
            // A creeping crowd needs no room; a rush is no more than all.
            let ahead = if ahead.saturating_mul(2) >= peak && !is_new { ahead } else { 0 };
            let most = most.min(peak.saturating_mul(TIMES));
            let expected = peak.saturating_add(ahead).min(most.max(peak));
            // Once more within so short a time: a rush, unless it is a few that are too many.
            let goes_on = held < HELD && !is_new && grown.saturating_mul(5) >= before;
            let doubled = if goes_on { self.top.saturating_mul(2).min(most) } else { 0 };
            self.choose(of, choose_top(expected.max(doubled)), peak, now);
        } else if held >= HELD {
            // With a little room, so that it does not grow again at once.
            let lower = choose_top(peak.saturating_add(peak / 10));
            if lower < self.top {
                self.choose(of, lower, peak, now);
            }
        }
    }

    fn choose(&mut self, of: Option<&Channel>, top: u64, peak: u64, now: Moment) {
        *self = Self { of: of.cloned(), top, chosen: Some((now, peak)) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_too_many_soon_after_the_first_scale_do_not_double_it() {
        let slowly: Vec<u64> = (0..20).map(|second| 72 + second / 2).collect();
        assert_eq!(follow(&slowly, 81), [(0, 80), (18, 100)]);
    }

    fn at(second: u64) -> Moment {
        Moment::from_micros(second * 1_000_000)
    }

    /// The scales of a chart whose occupancy goes like this, a second each, with when they were chosen.
    fn follow(values: &[u64], most: u64) -> Vec<(u64, u64)> {
        let (mut scale, mut chosen, mut peak) = (ChartScale::default(), Vec::new(), 0);
        for (second, value) in values.iter().enumerate() {
            peak = peak.max(*value);
            let rise = value.saturating_sub(values[second.saturating_sub(3)]);
            scale.follow(None, ScaleNeeds { peak, rise, most, is_new: false }, at(second as u64));
            let top = scale.find_top(None, peak);
            assert!(top >= *value, "{second} s: {value} is not on the chart");
            if chosen.last().is_none_or(|(_, before)| *before != top) {
                chosen.push((second as u64, top));
            }
        }
        chosen
    }

    #[test]
    fn f47_a_rush_has_two_new_scales_at_most_and_a_creeping_crowd_few() {
        let mut rush = vec![31; 60];
        rush.extend((0..12).map(|second| 31 + second * 14));
        rush.extend(vec![199; 120]);
        let chosen = follow(&rush, 216);
        assert!(chosen.iter().filter(|(second, _)| (60..90).contains(second)).count() <= 2, "{chosen:?}");
        assert_eq!(chosen.last().map(|(_, top)| *top), Some(250), "what is needed, with a little room");
        let creeping: Vec<u64> = (0..3_000).map(|second| 20 + second / 30).collect();
        let chosen = follow(&creeping, u64::MAX);
        assert!(chosen.windows(2).all(|pair| pair[1].0 - pair[0].0 >= 30), "{chosen:?}");
    }

    #[test]
    fn f47_those_who_are_there_at_first_are_no_rush() {
        let mut scale = ChartScale::default();
        for (second, peak) in [(0, 7), (1, 61), (2, 76), (3, 78)] {
            scale.follow(None, ScaleNeeds { peak, rise: peak, most: u64::MAX, is_new: true }, at(second));
        }
        assert_eq!(scale.top, choose_top(78));
    }

    #[test]
    fn f47_it_shrinks_at_most_once_in_half_a_minute() {
        let mut scale = ChartScale::default();
        let mut tops = Vec::new();
        for second in 0..200 {
            let needs = ScaleNeeds { peak: 300_u64.saturating_sub(second * 2), rise: 0, most: 300, is_new: false };
            scale.follow(None, needs, at(second));
            tops.push(scale.top);
        }
        let changes: Vec<usize> = (1..200).filter(|second| tops[*second] != tops[second - 1]).collect();
        assert!(changes.windows(2).all(|pair| pair[1] - pair[0] >= 30) && !changes.is_empty(), "{changes:?}");
        let lobby = Channel::from_wire("lobby");
        assert_eq!(scale.find_top(Some(&lobby), 7), 8, "another channel has a scale of its own");
        for peak in [0, 1, u64::MAX] {
            scale.follow(Some(&lobby), ScaleNeeds { peak, rise: u64::MAX, most: u64::MAX, is_new: false }, at(1_000));
            assert!(scale.find_top(Some(&lobby), peak) >= peak.max(1));
        }
    }
}
