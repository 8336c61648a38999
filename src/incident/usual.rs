//! What is usual, and whether a count is beyond it.

use super::counts::{Counts, RecentCounts};

/// Before much was seen, this part of all is taken to come, leave or time out in a second, as if seen for so long.
const ASSUMED: f64 = 0.003;
const ASSUMED_FOR: f64 = 20.0;

/// A usual rate is never taken for less, in a second: nothing is impossible.
const LEAST_RATE: f64 = 0.005;

/// How unlikely a count must be by chance, as a natural logarithm; less for what concerns half of all.
const UNLIKELY: f64 = -19.0;
const UNLIKELY_HALF: f64 = -14.0;

/// How many a second are usual.
#[derive(Debug, Clone, Copy)]
pub(super) struct UsualRates {
    pub joined: f64,
    pub left: f64,
    pub timed_out: f64,
    pub back: f64,
    pub moved: f64,
    /// Fewer or more than before, where nobody was named.
    pub unnamed: f64,
    /// For so many seconds all was usual.
    pub seconds: u64,
}

impl UsualRates {
    /// What was usual between two seconds, when so many were present, of whom so many are named when they come or go.
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    pub fn of(counts: &RecentCounts, (from, to): (u64, u64), (occupancy, named): (u64, u64)) -> Self {
        let (usual, seconds) = counts.sum_usual(from, to);
        let rate_of = |count: u32, people: u64| {
            let assumed = people as f64 * ASSUMED;
            let rate = (f64::from(count) + assumed * ASSUMED_FOR) / (seconds as f64 + ASSUMED_FOR);
            rate.max(LEAST_RATE)
        };
        let rate = |count: u32| rate_of(count, named);
        let Counts { joined, left, timed_out, back, cycled, moved, up, down, .. } = usual;
        Self {
            joined: rate(joined),
            left: rate(left),
            timed_out: rate(timed_out),
            back: rate(back + cycled),
            moved: rate(moved),
            unnamed: rate_of(up + down, occupancy - named.min(occupancy)),
            seconds,
        }
    }

    /// So many are usual at the most within so many seconds, at this rate: what was seen for a short time only may be more,
    /// by chance.
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    pub fn at_most(&self, rate: f64, seconds: u64) -> f64 {
        let known = self.seconds.max(1) as f64;
        let seen = rate * known;
        (seen + 2.0 * seen.sqrt() + 0.5) * seconds as f64 / known
    }
}

/// The natural logarithm of the probability of at least `count` events by chance where so many are expected, for a
/// count above that; roughly.
pub(super) fn log_chance(count: f64, expected: f64) -> f64 {
    if count <= expected {
        return 0.0;
    }
    count * (expected / count).ln() + count - expected - 0.5 * (std::f64::consts::TAU * count).ln()
}

/// Whether so many events are more than chance explains, and concern enough of all.
pub(super) fn is_unusual(count: u32, expected: f64, least: u32, share: f64, all: u64) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let all = all.max(1) as f64;
    let count_share = f64::from(count) / all;
    let unlikely = if count_share >= 0.5 { UNLIKELY_HALF } else { UNLIKELY };
    count >= least && count_share >= share && log_chance(f64::from(count), expected) <= unlikely
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_chance_explains_is_usual() {
        assert!(log_chance(3.0, 5.0).abs() < f64::EPSILON);
        assert!(is_unusual(6, 0.1, 4, 0.05, 16));
        assert!(!is_unusual(5, 0.2, 4, 0.05, 16));
        assert!(!is_unusual(12, 8.0, 4, 0.05, 240));
        assert!(is_unusual(90, 8.0, 4, 0.05, 240));
        assert!(!is_unusual(90, 8.0, 4, 0.05, 100_000), "too small a part of all");
    }
}
