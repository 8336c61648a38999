//! Decides from counts alone whether something unusual goes on, and what.

use super::{
    counts::Counts,
    found::{Beside, Found},
    kind::IncidentKind,
    usual::{UsualRates, is_unusual, log_chance},
    window::{EARLY, Watched, Window},
};

/// In the first seconds this part of all must have come, and so many.
const GROWN_EARLY: f64 = 1.5;
const LEAST_EARLY: u32 = 20;

/// So many who come within seconds are a rush if they are this part of all.
const MANY: u32 = 20;
const GROWN_BY_MANY: f64 = 0.13;

/// How unlikely it must be by chance that so many flap, as a natural logarithm.
const UNLIKELY_FLAPS: f64 = -9.0;

/// Beyond the part that must have left: the part of all that must have left and joined again at once.
const REJOINED: f64 = 0.06;

/// A reconnect that takes longer must be beyond what was seen for so many seconds, and so unlikely by chance.
const KNOWN: u64 = 40;
const UNLIKELY_AT_LENGTH: f64 = -19.0;

/// Who reconnects is away for so many seconds at the most.
const AWAY: u64 = 20;

/// Most of those who reconnect go within so many seconds.
const AT_ONCE: u64 = 5;

/// It takes no longer than so many seconds.
const SUDDEN: u64 = 10;

/// The least number of users for a rush, less two.
const LEAST: u32 = 4;

/// Joins before this many seconds were watched are those of a beginning.
const WARM_UP: u64 = 8;

/// Those who came back may flap: that shows within this many seconds.
const UNDECIDED: u64 = 3;

impl Watched<'_> {
    /// Find something unusual: departures first, then returns, and joins last.
    /// Others may come while some go, of whom an incident tells already.
    pub fn classify(&self) -> [Option<Found>; 3] {
        let windows: Vec<Window> = self.list_windows().collect();
        let found = windows.iter().find_map(|window| self.find_departures(window));
        let found = found.or_else(|| windows.iter().find_map(|window| self.find_reconnect(window)));
        let found = found.or_else(|| self.find_reconnect_in_intervals());
        let found = found.or_else(|| self.find_flapping());
        let rush = || windows.iter().find_map(|window| self.find_rush(window));
        if self.told.is_empty() {
            return [None, found.or_else(rush), None];
        }
        [windows.iter().find_map(|window| self.find_departures_beside(window)), found, rush()]
    }

    fn find_reconnect(&self, window: &Window) -> Option<Found> {
        let from = window.from.saturating_sub(UNDECIDED);
        let back = self.counts.sum(from, self.now.saturating_sub(UNDECIDED)).back;
        let all = self.counts.sum(from, self.now);
        let usual = window.expect(window.rates.back);
        // Intervals tell late how many are back all the time.
        if window.seconds > 2 * SUDDEN || window.rates.seconds < 2 * self.interval {
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
        // It may take longer where it is known for long enough what is usual.
        let goes_on = || {
            let is_beyond = |count: u32, rate: f64, seconds: u64| {
                log_chance(f64::from(count), window.rates.at_most(rate, seconds)) <= UNLIKELY_AT_LENGTH
            };
            window.rates.seconds >= KNOWN
                && is_beyond(back, window.rates.back, window.seconds)
                && is_beyond(left, window.rates.left + window.rates.timed_out, self.now - gone_from)
        };
        (many
            && went
            && all.cycled * 3 < all.back
            && all.back * 10 >= (all.joined + all.up) * 7
            && (window.seconds <= SUDDEN && self.went_at_once(&window.rates, back) || goes_on()))
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
            let gone = counts.left.saturating_sub(counts.moved) + counts.unheard + counts.timed_out;
            (f64::from(gone) - (rates.left + rates.timed_out) * (to + 1 - from) as f64).max(0.0)
        };
        let within = AT_ONCE + self.interval;
        let most = (first..=self.now).map(|from| more(from, from + within - 1)).fold(0.0, f64::max);
        most >= more(first, self.now).max(f64::from(back)) * 0.6
    }

    fn find_flapping(&self) -> Option<Found> {
        let from = self.now.saturating_sub(59).max(self.since);
        let Counts { flapped, back, cycled, joined, unheard, .. } = self.counts.sum(from, self.now);
        // Where many come and go, some are back three times by chance: of those who are back sooner or later, as many more
        // the longer one waits.
        // Those who may flap tell nothing of the others.
        let back_by_chance = back.saturating_sub(flapped);
        let others = (joined + unheard).saturating_sub(cycled + flapped).max(back_by_chance).max(1);
        let share = (f64::from(back_by_chance.max(1)) / f64::from(others)).min(0.99);
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let at_once = ((AT_ONCE + self.interval) as f64 / AWAY as f64).min(1.0);
        let quick = 1.0 - (1.0 - share).powf(at_once);
        let others = f64::from(others);
        let expected = (others * quick.powi(3)).max(0.01);
        // Who was back at once is so once more, and again: each time is as unlikely.
        let cycles = (others * quick * share / (1.0 - quick)).max(0.05);
        let chance = log_chance(f64::from(flapped), expected).min(log_chance(f64::from(cycled), cycles));
        let many = u64::from(flapped) >= 3.max(self.occupancy / 100) && !self.is_usual_traffic(from);
        (many && chance <= UNLIKELY_FLAPS).then_some(Found {
            kind: IncidentKind::Flapping,
            from,
            to: self.now,
            gathers: false,
            beside: Beside::No,
            usual_leaves: 0.0,
        })
    }

    /// Whether so many are back again and again that it is most of all, and they come no more often than before: a crowd
    /// that does so all the time is busy.
    fn is_usual_traffic(&self, from: u64) -> bool {
        let Counts { back, cycled, joined, .. } = self.counts.sum(from, self.now);
        let (before, known) = self.counts.sum_before(self.since, from);
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let usual = f64::from(before.joined) * (self.now + 1 - from) as f64 / known.max(1) as f64;
        let more = known > 0 && log_chance(f64::from(joined), usual) <= UNLIKELY_FLAPS;
        u64::from(back + cycled) * 2 > self.occupancy && !more
    }

    fn find_rush(&self, window: &Window) -> Option<Found> {
        let Counts { joined, up, left, timed_out, down, moved, back, unheard, .. } = window.counts;
        let (came, gone) = (joined + up, left + timed_out + down);
        // Those who went at once and come are back: that is no rush, also where an interval does not tell it yet.
        let returned = back.saturating_sub(unheard);
        let are_back = self.interval > 0 && returned * 2 >= came && self.went_at_once(&window.rates, returned);
        if self.now < self.since + WARM_UP || window.rates.seconds == 0 || are_back {
            return None;
        }
        // Who is told to be back makes nobody more.
        let newcomers = came.saturating_sub(if self.restarted { returned } else { 0 });
        let growth = came.saturating_sub(gone).min(newcomers);
        // Who is told to have gone is replaced by nobody: others came, besides those who are elsewhere or back.
        let told = self.told.count(window.from, self.now);
        let told = (told.0 + told.1).min(gone);
        let others_came = came.saturating_sub(moved + returned).saturating_sub(gone - told);
        let growth = if told > 0 { growth.max(others_came) } else { growth };
        let before = self.occupancy.saturating_sub(u64::from(growth)).max(1);
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        let share = |count: u32| f64::from(count) / before as f64;
        let usual = window.expect(window.rates.joined + window.rates.unnamed);
        let chance = log_chance(f64::from(newcomers), usual);
        let unlikely = chance <= -19.0 || chance <= -10.0 && share(growth) >= 1.0;
        // Where many come and go, their difference varies by the root of their sum.
        let others = (came + gone).saturating_sub(moved * 2 + told);
        let clearly = u64::from(growth).pow(2) >= u64::from(others) * 7;
        let (least, least_share) = match () {
            () if self.now < self.since + EARLY => (LEAST_EARLY, GROWN_EARLY),
            () if growth >= MANY && window.seconds <= SUDDEN => (MANY, GROWN_BY_MANY),
            () => (LEAST + 2, window.least_growth),
        };
        let grows = unlikely && clearly && growth >= least && share(growth) >= least_share;
        let grows = grows && (window.seconds <= SUDDEN || up > 0 || self.came_together(window));
        let usual_moves = window.expect(window.rates.moved);
        let gathers = is_unusual(moved, usual_moves, LEAST * 2, window.least_growth, self.occupancy);
        let came = |counts: &Counts| {
            let returned = if grows && self.restarted { counts.back.saturating_sub(counts.unheard) } else { 0 };
            counts.joined.saturating_sub(returned) + counts.up
        };
        let rate = window.rates.joined + window.rates.unnamed;
        let found = (grows || gathers).then(|| self.find_span(IncidentKind::Rush, window, came, rate));
        found.flatten().map(|found| Found { gathers: !grows, ..found })
    }
}
