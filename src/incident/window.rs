//! The spans that are looked at, with what happened and what is usual in each.

use super::{
    beside::ToldDepartures,
    counts::{Counts, RecentCounts},
    found::{Beside, Found},
    kind::IncidentKind,
    movement::Movements,
    usual::UsualRates,
};

/// The spans that are looked at, in seconds, with the least number of users for an incident within it, the part of all
/// that must have left, and by which part all must have grown: what takes longer is an evening that ends, or one that
/// begins.
const WINDOWS: [(u64, u32, f64, f64); 5] =
    [(2, 4, 0.06, 0.2), (4, 4, 0.06, 0.2), (10, 5, 0.08, 0.2), (20, 7, 0.15, 0.22), (30, 8, 0.25, 0.25)];

/// In the first seconds nobody knows what is usual.
pub(super) const EARLY: u64 = 20;

/// Seconds between what belongs together.
const AROUND: u64 = 8;

/// What is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Watched<'a> {
    pub counts: &'a RecentCounts,
    /// Of those who went, those whom an incident tells of.
    pub told: &'a ToldDepartures,
    /// Whether an incident tells of those who are back.
    pub restarted: bool,
    pub movements: &'a Movements,
    /// The number of users present now, over all channels.
    pub occupancy: u64,
    /// Of them, those on channels that name who comes and goes.
    pub named: u64,
    /// The first second that tells of others, not of our own beginning.
    pub since: u64,
    /// The present second.
    pub now: u64,
    /// Some channels are summed up in intervals of so many seconds: what happens there is heard so much later.
    pub interval: u64,
}

/// One span, and what is usual in such a one.
pub(super) struct Window {
    pub seconds: u64,
    pub least: u32,
    pub least_left: f64,
    pub least_growth: f64,
    pub from: u64,
    pub counts: Counts,
    pub rates: UsualRates,
}

impl Window {
    /// So many are usual within it, at this rate a second.
    pub fn expect(&self, rate: f64) -> f64 {
        expect_within(rate, self.seconds)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a small number")]
fn expect_within(rate: f64, seconds: u64) -> f64 {
    rate * seconds as f64
}

impl Watched<'_> {
    /// The spans that have been watched in full.
    pub fn list_windows(&self) -> impl Iterator<Item = Window> {
        let fits = |(seconds, ..): &(u64, u32, f64, f64)| self.now + 1 >= self.since + seconds;
        WINDOWS.into_iter().filter(fits).map(|(seconds, least, least_left, least_growth)| {
            let from = self.now + 1 - seconds;
            Window {
                seconds,
                least,
                least_left,
                least_growth,
                from,
                counts: self.counts.sum(from, self.now),
                rates: UsualRates::of(self.counts, (self.since, from.saturating_sub(1)), (self.occupancy, self.named)),
            }
        })
    }

    /// The seconds around a span in which there were clearly more than usual: of several bursts the largest.
    pub fn find_span(
        &self,
        kind: IncidentKind,
        window: &Window,
        count: impl Fn(&Counts) -> u32,
        rate: f64,
    ) -> Option<Found> {
        let from = window.from.saturating_sub(AROUND + self.interval).max(self.since);
        let usual_leaves = window.rates.left;
        let count = |second: u64| count(&self.counts.at(second));
        let counted: Vec<u32> = (from..=self.now).map(count).collect();
        let peak = f64::from(counted.iter().copied().max()?);
        let least = (rate + 3.0 * rate.sqrt() + 0.5).min(peak).max(peak / 6.0);
        let mut bursts: Vec<(u32, Found)> = Vec::new();
        for (second, count) in (from..).zip(counted).filter(|(_, count)| f64::from(*count) >= least) {
            match bursts.last_mut() {
                Some((sum, burst)) if second - burst.to <= AROUND => (*sum, burst.to) = (*sum + count, second),
                _ => bursts.push((
                    count,
                    Found { kind, from: second, to: second, gathers: false, beside: Beside::No, usual_leaves },
                )),
            }
        }
        let (sum, burst) = bursts.into_iter().max_by_key(|(sum, _)| *sum)?;
        let whole: u32 = (window.from..=self.now).map(count).sum();
        // It begins and ends with fewer.
        let more = |second: u64| f64::from(count(second)) > (rate + rate.sqrt()).max(0.5);
        let (mut first, mut last) = (burst.from, burst.to);
        while first > from && more(first - 1) {
            first -= 1;
        }
        while last < self.now && more(last + 1) {
            last += 1;
        }
        let burst = Found { from: first, to: last, ..burst };
        // A long flow is no burst; what is usual beside it is not counted.
        let beyond = |count: u32, seconds: u64| (f64::from(count) - expect_within(rate, seconds)).max(0.0);
        let is_most = beyond(sum, burst.to + 1 - burst.from) >= beyond(whole, window.seconds) * 0.6;
        Some(if is_most {
            burst
        } else {
            Found { kind, from: window.from, to: self.now, gathers: false, beside: Beside::No, usual_leaves }
        })
    }
}
