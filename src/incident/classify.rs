//! Decides from counts alone whether something unusual goes on, and what.

use super::{
    counts::{Counts, RecentCounts},
    kind::IncidentKind,
    usual::{UsualRates, is_unusual, log_chance},
};

/// The spans that are looked at, in seconds, with the least number of users for an incident within it, the part of all
/// that must have left, and by which part all must have grown: what takes longer is an evening that ends, or one that
/// begins.
const WINDOWS: [(u64, u32, f64, f64); 5] =
    [(2, 4, 0.06, 0.2), (4, 4, 0.06, 0.2), (10, 5, 0.08, 0.2), (20, 7, 0.15, 0.22), (30, 8, 0.25, 0.25)];

/// In the first seconds nobody knows what is usual: this part of all must have timed out or left, or have come, and so
/// many.
const EARLY: u64 = 20;
const GROWN_EARLY: f64 = 1.5;
const LEFT_EARLY: f64 = 0.5;
const GONE_EARLY: f64 = 0.2;
const LEAST_EARLY: u32 = 20;

/// How unlikely it must be by chance that so many flap, as a natural logarithm.
const UNLIKELY_FLAPS: f64 = -9.0;

/// The part of all that must have timed out.
const TIMED_OUT: f64 = 0.04;

/// The part of all that must have gone where nobody was named, or of whom some left and some timed out.
const GONE: f64 = 0.15;

/// Beyond the part that must have left: the part of all that must have left and joined again at once.
const REJOINED: f64 = 0.06;

/// Who reconnects is away for so many seconds at the most.
const AWAY: u64 = 20;

/// Most of those who reconnect go within so many seconds.
const AT_ONCE: u64 = 5;

/// It takes no longer than so many seconds.
const SUDDEN: u64 = 10;

/// Where some left and some timed out, it is one of both if there are so many times more of them.
const MIXED: f64 = 2.2;

/// Seconds between what belongs together.
const AROUND: u64 = 8;

/// The least number of users for a rush, less two.
const LEAST: u32 = 4;

/// Joins before this many seconds were watched are those of a beginning.
const WARM_UP: u64 = 8;

/// Those who leave may be elsewhere or back within this many seconds.
const PENDING: u64 = 2;

/// Those who came back may flap: that shows within this many seconds.
const UNDECIDED: u64 = 3;

/// Something unusual, and the seconds in which it happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    pub kind: IncidentKind,
    pub from: u64,
    pub to: u64,
    /// It is one only if most of those who joined did so on one channel.
    pub gathers: bool,
    /// So many leaves a second are usual.
    pub usual_leaves: f64,
}

/// What is looked at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Watched<'a> {
    pub counts: &'a RecentCounts,
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
struct Window {
    seconds: u64,
    least: u32,
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

    fn find_departures(&self, window: &Window) -> Option<Found> {
        let Counts { timed_out, up, down, .. } = window.counts;
        let (left, net_left) = self.count_leaves(window);
        let unnamed = down.saturating_sub(up);
        let before = self.occupancy + u64::from(timed_out) + u64::from(left) + u64::from(unnamed);
        let (usual_timeouts, usual_leaves) = (window.expect(window.rates.timed_out), window.expect(window.rates.left));
        // At the beginning nobody knows what is usual; and those who vanish then time out later.
        let (least_timed_out, least_left) = match self.now.saturating_sub(self.since) {
            _ if window.rates.seconds == 0 => (GONE, 2.0),
            watched if watched < EARLY => (GONE_EARLY, LEFT_EARLY.max(window.least_left)),
            watched if watched < 2 * EARLY => (GONE_EARLY, window.least_left),
            _ => (TIMED_OUT, window.least_left),
        };
        let many_timeouts = is_unusual(timed_out, usual_timeouts, window.least, least_timed_out, before);
        let many_leaves = is_unusual(net_left, usual_leaves, window.least, least_left, before);
        let more_timeouts = (f64::from(timed_out) - usual_timeouts).max(0.0);
        // Whether those who left just now are elsewhere is not known yet.
        let Counts { left: left_now, moved, back, cycled, .. } = window.counts;
        let left = left.max(left_now.saturating_sub(moved + back + cycled));
        let more_leaves = (f64::from(left) - usual_leaves).max(0.0);
        let span = |kind: IncidentKind, hot: fn(&Counts) -> u32, rate: f64| self.find_span(kind, window, hot, rate);
        let UsualRates { timed_out: timeout_rate, left: leave_rate, unnamed: unnamed_rate, .. } = window.rates;
        if many_timeouts && more_leaves * MIXED <= more_timeouts {
            return span(IncidentKind::MassTimeout, |counts| counts.timed_out, timeout_rate);
        }
        if many_leaves && more_timeouts * MIXED <= more_leaves {
            return span(IncidentKind::MassLeave, |counts| counts.left, leave_rate);
        }
        let least_gone = GONE.max(least_left);
        let nameless = is_unusual(unnamed, window.expect(unnamed_rate), window.least + 2, least_gone, before);
        if nameless && !many_timeouts && !many_leaves {
            // Those who were named tell what happened to the others.
            if f64::from(timed_out) >= 4.0 + 2.0 * usual_timeouts && timed_out >= left * 4 {
                let gone = |counts: &Counts| counts.timed_out + counts.down;
                return span(IncidentKind::MassTimeout, gone, timeout_rate + unnamed_rate);
            }
        }
        // Those who are not named may be elsewhere: that is heard with the next interval there.
        let nameless = nameless && self.count_lasting_loss(window) * 4 >= unnamed * 3;
        if nameless && !many_timeouts && f64::from(net_left) >= 4.0 + 2.0 * usual_leaves && net_left >= timed_out * 4 {
            let gone = |counts: &Counts| counts.left + counts.down;
            return span(IncidentKind::MassLeave, gone, leave_rate + unnamed_rate);
        }
        let both =
            is_unusual(timed_out + net_left, usual_timeouts + usual_leaves, window.least + 2, least_gone, before);
        let gone = |counts: &Counts| counts.timed_out + counts.left + counts.down;
        if both && !nameless && more_timeouts * MIXED <= more_leaves {
            return span(IncidentKind::MassLeave, |counts| counts.left, leave_rate);
        }
        if both && !nameless && more_leaves * MIXED <= more_timeouts {
            return span(IncidentKind::MassTimeout, |counts| counts.timed_out, timeout_rate);
        }
        let unclear = many_timeouts && many_leaves || both || nameless;
        unclear.then(|| span(IncidentKind::Unclear, gone, timeout_rate + leave_rate + unnamed_rate)).flatten()
    }

    /// Count the unnamed who went so long ago that they would have been heard of elsewhere by now.
    fn count_lasting_loss(&self, window: &Window) -> u32 {
        let from = window.from.saturating_sub(self.interval);
        let down = self.counts.sum(from, self.now.saturating_sub(self.interval)).down;
        let all = self.counts.sum(from, self.now);
        down.saturating_sub(all.up + all.joined)
    }

    /// Count those who left within a span and are not elsewhere or back; and as many of them as nobody has replaced.
    fn count_leaves(&self, window: &Window) -> (u32, u32) {
        // Those who left a moment ago may be on their way to another channel, where they are announced later.
        let pending = PENDING + self.interval;
        let all = self.counts.sum(window.from.saturating_sub(pending + self.interval), self.now);
        let end = self.now.saturating_sub(pending);
        let left = self.counts.sum(window.from.saturating_sub(pending), end).left;
        let left = left.saturating_sub(all.moved + all.back + all.cycled);
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let usual = window.rates.joined * (window.seconds + 2 * pending) as f64;
        let replaced = f64::from(all.joined + all.up) - usual;
        (left, if replaced * 2.0 > f64::from(left) { 0 } else { left })
    }

    fn find_reconnect(&self, window: &Window) -> Option<Found> {
        let from = window.from.saturating_sub(UNDECIDED);
        let back = self.counts.sum(from, self.now.saturating_sub(UNDECIDED)).back;
        let all = self.counts.sum(from, self.now);
        let usual = window.expect(window.rates.back);
        if window.seconds > SUDDEN {
            return None;
        }
        let least = window.least_left + REJOINED;
        let many = is_unusual(back, usual, window.least, least, self.occupancy.max(u64::from(back)));
        // They must have gone together as well: where many come and go, some are always back.
        let gone_from = from.saturating_sub(AWAY);
        let gone = self.counts.sum(gone_from, self.now);
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let usual = (window.rates.left + window.rates.timed_out) * (self.now - gone_from) as f64;
        // Those who go to another channel do not come back.
        let left = gone.left.saturating_sub(gone.moved).max(gone.back) + gone.timed_out;
        let went = is_unusual(left, usual, window.least, least, self.occupancy.max(u64::from(left)));
        (many
            && went
            && all.cycled * 3 < all.back
            && all.back * 10 >= all.joined * 7
            && self.went_at_once(&window.rates, back))
        .then(|| self.find_span(IncidentKind::Reconnect, window, |counts| counts.back, window.rates.back))
        .flatten()
    }

    /// Whether most of those who went lately, beyond what is usual, did so within a few seconds: where many come and go,
    /// some are always back.
    fn went_at_once(&self, rates: &UsualRates, back: u32) -> bool {
        let first = self.now.saturating_sub(AWAY + UNDECIDED + self.interval).max(self.since);
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        let more = |from: u64, to: u64| {
            let counts = self.counts.sum(from, to.min(self.now));
            let gone = counts.left.saturating_sub(counts.moved) + counts.timed_out;
            (f64::from(gone) - (rates.left + rates.timed_out) * (to + 1 - from) as f64).max(0.0)
        };
        let within = AT_ONCE + self.interval;
        let most = (first..=self.now).map(|from| more(from, from + within - 1)).fold(0.0, f64::max);
        most >= more(first, self.now).max(f64::from(back)) * 0.6
    }

    fn find_flapping(&self) -> Option<Found> {
        let from = self.now.saturating_sub(59).max(self.since);
        let Counts { flapped, back, joined, .. } = self.counts.sum(from, self.now);
        // Where many come and go, some are back three times by chance.
        let share = (f64::from(back) / f64::from(joined.max(1))).min(1.0);
        let expected = (f64::from(back) * share * share).max(0.01);
        let many = u64::from(flapped) >= 3.max(self.occupancy / 100);
        (many && log_chance(f64::from(flapped), expected) <= UNLIKELY_FLAPS).then_some(Found {
            kind: IncidentKind::Flapping,
            from,
            to: self.now,
            gathers: false,
            usual_leaves: 0.0,
        })
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
        let unlikely = chance <= -19.0 || chance <= -10.0 && share(growth) >= 1.0;
        // Where many come and go, their difference varies by the root of their sum.
        let others = (came + left + timed_out + down).saturating_sub(moved * 2);
        let clearly = u64::from(growth).pow(2) >= u64::from(others) * 7;
        let (least, least_share) =
            if self.now < self.since + EARLY { (LEAST_EARLY, GROWN_EARLY) } else { (LEAST + 2, window.least_growth) };
        let grows = unlikely && clearly && growth >= least && share(growth) >= least_share;
        let usual_moves = window.expect(window.rates.moved);
        let gathers = is_unusual(moved, usual_moves, LEAST * 2, window.least_growth, self.occupancy);
        let came = |counts: &Counts| counts.joined + counts.up;
        let rate = window.rates.joined + window.rates.unnamed;
        let found = (grows || gathers).then(|| self.find_span(IncidentKind::Rush, window, came, rate));
        found.flatten().map(|found| Found { gathers: !grows, ..found })
    }

    /// The seconds around a span in which there were clearly more than usual: of several bursts the largest.
    fn find_span(
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
                _ => bursts.push((count, Found { kind, from: second, to: second, gathers: false, usual_leaves })),
            }
        }
        let (sum, burst) = bursts.into_iter().max_by_key(|(sum, _)| *sum)?;
        let whole: u32 = (window.from..=self.now).map(count).sum();
        // It begins and ends with fewer.
        let more = |second: u64| f64::from(count(second)) > rate.max(0.5);
        let (mut first, mut last) = (burst.from, burst.to);
        while first > from && more(first - 1) {
            first -= 1;
        }
        while last < self.now && more(last + 1) {
            last += 1;
        }
        let burst = Found { from: first, to: last, ..burst };
        // A long flow is no burst.
        let is_most = u64::from(sum) * 10 >= u64::from(whole) * 6;
        Some(if is_most {
            burst
        } else {
            Found { kind, from: window.from, to: self.now, gathers: false, usual_leaves }
        })
    }
}
