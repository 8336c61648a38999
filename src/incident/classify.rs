//! Decides from counts alone whether something unusual goes on, and what.

use super::{
    counts::{Counts, RecentCounts},
    kind::IncidentKind,
    usual::{UsualRates, is_unusual, log_chance},
};

/// The spans that are looked at, in seconds, with the part of all that must have left within it, and by which part all
/// must have grown: what takes longer is an evening that ends, or one that begins.
const WINDOWS: [(u64, f64, f64); 5] =
    [(2, 0.06, 0.3), (4, 0.06, 0.25), (10, 0.08, 0.25), (20, 0.15, 0.3), (30, 0.25, 0.35)];

/// The part of all that must have timed out.
const TIMED_OUT: f64 = 0.04;

/// The part of all that must have gone where nobody was named, or of whom some left and some timed out.
const GONE: f64 = 0.15;

/// The least number of users for an incident.
const LEAST: u32 = 4;

/// Joins before this many seconds were watched are those of a beginning.
const WARM_UP: u64 = 15;

/// Those who leave may be elsewhere or back within this many seconds.
const PENDING: u64 = 2;

/// Those who came back may flap: that shows within this many seconds.
const UNDECIDED: u64 = 3;

/// Something unusual, and the seconds in which it happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub kind: IncidentKind,
    pub from: u64,
    pub to: u64,
}

/// What is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Watched<'a> {
    pub counts: &'a RecentCounts,
    /// The number of users present now, over all channels.
    pub occupancy: u64,
    /// The first second that tells of others, not of our own beginning.
    pub since: u64,
    /// The present second.
    pub now: u64,
}

/// One span, and what is usual in such a one.
struct Window {
    seconds: u64,
    least_left: f64,
    least_growth: f64,
    from: u64,
    counts: Counts,
    rates: UsualRates,
}

impl Window {
    fn expect(&self, rate: f64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let seconds = self.seconds as f64;
        rate * seconds
    }
}

impl Watched<'_> {
    /// Find something unusual: departures first, then returns, and joins last.
    pub fn classify(&self) -> Option<Found> {
        let windows: Vec<Window> = self.list_windows().collect();
        let found = windows.iter().find_map(|window| self.find_departures(window));
        let found = found.or_else(|| windows.iter().find_map(|window| self.find_reconnect(window)));
        let found = found.or_else(|| self.find_flapping());
        found.or_else(|| windows.iter().find_map(|window| self.find_rush(window)))
    }

    fn list_windows(&self) -> impl Iterator<Item = Window> {
        let fits = |(seconds, ..): &(u64, f64, f64)| self.now + 1 >= self.since + seconds;
        WINDOWS.into_iter().filter(fits).map(|(seconds, least_left, least_growth)| {
            let from = self.now + 1 - seconds;
            Window {
                seconds,
                least_left,
                least_growth,
                from,
                counts: self.counts.sum(from, self.now),
                rates: UsualRates::of(self.counts, self.since, from.saturating_sub(1), self.occupancy),
            }
        })
    }

    fn find_departures(&self, window: &Window) -> Option<Found> {
        let Counts { timed_out, up, down, joined, .. } = window.counts;
        // Those who left a moment ago may be on their way to another channel, or back.
        let all = self.counts.sum(window.from.saturating_sub(PENDING), self.now);
        let left = self.counts.sum(window.from.saturating_sub(PENDING), self.now.saturating_sub(PENDING)).left;
        // Where as many come, nobody has gone together.
        let left = left.saturating_sub(all.moved + all.back + all.cycled);
        let net_left = if joined * 2 > left { 0 } else { left };
        let unnamed = down.saturating_sub(up);
        let before = self.occupancy + u64::from(timed_out) + u64::from(left) + u64::from(unnamed);
        let (usual_timeouts, usual_leaves) = (window.expect(window.rates.timed_out), window.expect(window.rates.left));
        let many_timeouts = is_unusual(timed_out, usual_timeouts, LEAST, TIMED_OUT, before);
        let many_leaves = is_unusual(net_left, usual_leaves, LEAST, window.least_left, before);
        let more_timeouts = (f64::from(timed_out) - usual_timeouts).max(0.0);
        let more_leaves = (f64::from(left) - usual_leaves).max(0.0);
        let is_one = |kind: IncidentKind, hot: fn(&Counts) -> u32, rate: f64| self.find_span(kind, hot, rate);
        let UsualRates { timed_out: timeout_rate, left: leave_rate, unnamed: unnamed_rate, .. } = window.rates;
        if many_timeouts && more_leaves * 3.0 <= more_timeouts {
            return is_one(IncidentKind::MassTimeout, |counts| counts.timed_out, timeout_rate);
        }
        if many_leaves && more_timeouts * 3.0 <= more_leaves {
            return is_one(IncidentKind::MassLeave, |counts| counts.left, leave_rate);
        }
        let least_gone = GONE.max(window.least_left);
        let both = is_unusual(timed_out + net_left, usual_timeouts + usual_leaves, LEAST + 2, least_gone, before);
        let nameless = is_unusual(unnamed, window.expect(unnamed_rate), LEAST + 2, least_gone, before);
        if nameless && !many_timeouts && !many_leaves {
            // Those who were named tell what happened to the others.
            if f64::from(timed_out) >= 3.0 + 2.0 * usual_timeouts && timed_out >= left * 4 {
                let gone = |counts: &Counts| counts.timed_out + counts.down;
                return is_one(IncidentKind::MassTimeout, gone, timeout_rate + unnamed_rate);
            }
            if f64::from(net_left) >= 4.0 + 2.0 * usual_leaves && net_left >= timed_out * 4 {
                let gone = |counts: &Counts| counts.left + counts.down;
                return is_one(IncidentKind::MassLeave, gone, leave_rate + unnamed_rate);
            }
        }
        if many_timeouts && many_leaves || both || nameless {
            let gone = |counts: &Counts| counts.timed_out + counts.left + counts.down;
            return is_one(IncidentKind::Unclear, gone, timeout_rate + leave_rate + unnamed_rate);
        }
        None
    }

    fn find_reconnect(&self, window: &Window) -> Option<Found> {
        let from = window.from.saturating_sub(UNDECIDED);
        let back = self.counts.sum(from, self.now.saturating_sub(UNDECIDED)).back;
        let all = self.counts.sum(from, self.now);
        let usual = window.expect(window.rates.back);
        let many = is_unusual(back, usual, LEAST, window.least_left, self.occupancy.max(u64::from(back)));
        (many && all.cycled * 3 < all.back && all.back * 2 >= all.joined)
            .then(|| self.find_span(IncidentKind::Reconnect, |counts| counts.back, window.rates.back))
            .flatten()
    }

    fn find_flapping(&self) -> Option<Found> {
        let from = self.now.saturating_sub(59).max(self.since);
        let flapped = u64::from(self.counts.sum(from, self.now).flapped);
        (flapped >= 3.max(self.occupancy / 100)).then_some(Found { kind: IncidentKind::Flapping, from, to: self.now })
    }

    fn find_rush(&self, window: &Window) -> Option<Found> {
        let Counts { joined, up, left, timed_out, down, moved, .. } = window.counts;
        if self.now < self.since + WARM_UP || window.rates.seconds == 0 {
            return None;
        }
        let came = joined + up;
        let growth = came.saturating_sub(left + timed_out + down);
        let before = self.occupancy.saturating_sub(u64::from(growth)).max(1);
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        let share = |count: u32| f64::from(count) / before as f64;
        let usual = window.expect(window.rates.joined + window.rates.unnamed);
        let chance = log_chance(f64::from(came), usual);
        let grows = growth >= LEAST * 2 && share(growth) >= window.least_growth;
        let gathers = moved >= LEAST * 2 && share(moved) >= window.least_growth;
        let unlikely = chance <= -19.0 || chance <= -10.0 && share(growth) >= 1.0;
        (unlikely && (grows || gathers))
            .then(|| self.find_span(IncidentKind::Rush, |counts| counts.joined + counts.up, window.rates.joined))
            .flatten()
    }

    /// The seconds of the last half minute in which there were clearly more than usual.
    fn find_span(&self, kind: IncidentKind, count: impl Fn(&Counts) -> u32, rate: f64) -> Option<Found> {
        let from = self.now.saturating_sub(32).max(self.since);
        let counted: Vec<u32> = (from..=self.now).map(|second| count(&self.counts.at(second))).collect();
        let peak = f64::from(counted.iter().copied().max()?);
        let least = (rate + 3.0 * rate.sqrt() + 0.5).min(peak).max(peak / 6.0);
        let mut hot = (from..).zip(&counted).filter(|(_, count)| f64::from(**count) >= least).map(|(second, _)| second);
        let first = hot.next()?;
        // Another burst long before is not a part of this one.
        let (from, to) =
            hot.fold((first, first), |(from, to), next| if next - to > 10 { (next, next) } else { (from, next) });
        Some(Found { kind, from, to })
    }
}
