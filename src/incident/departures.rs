//! Decides whether unusually many departed, and how.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::{
    counts::Counts,
    found::{Beside, Found},
    kind::IncidentKind,
    movement::MovementKind,
    usual::{UsualRates, is_unusual},
    window::{EARLY, Watched, Window},
};
use crate::presence::Moment;

/// In the first seconds this part of all must have timed out or left.
const LEFT_EARLY: f64 = 0.5;
const GONE_EARLY: f64 = 0.2;

/// The part of all that must have timed out.
const TIMED_OUT: f64 = 0.04;

/// The part of all that must have gone where nobody was named, or of whom some left and some timed out.
const GONE: f64 = 0.15;

/// Where some left and some timed out, it is one of both if there are so many times more of them.
const MIXED: f64 = 2.2;

/// Those who leave may be elsewhere or back within this many seconds.
const PENDING: u64 = 2;

impl Watched<'_> {
    /// Find that many left or timed out, or are gone without a name.
    pub fn find_departures(&self, window: &Window) -> Option<Found> {
        let Counts { timed_out, up, down, left: left_now, moved, back, cycled, unheard, .. } = window.counts;
        let left = self.count_leaves(window);
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
        let least_gone = GONE.max(least_left);
        let nameless = is_unusual(unnamed, window.expect(window.rates.unnamed), window.least + 2, least_gone, before);
        let are_many = |left: u32| is_unusual(left, usual_leaves, window.least, least_left, before);
        let are_most = |left: u32| f64::from(left) >= 4.0 + 2.0 * usual_leaves && left >= timed_out * 4;
        let usual = usual_timeouts + usual_leaves;
        let are_both = |left: u32| is_unusual(timed_out + left, usual, window.least + 2, least_gone, before);
        // Where few left it makes no difference whether somebody came instead: finding out takes most of the time.
        let matters = are_many(left) || are_both(left) || nameless && are_most(left);
        let net_left = if matters && self.are_replaced(window, left) { 0 } else { left };
        let many_leaves = are_many(net_left);
        let more_timeouts = (f64::from(timed_out) - usual_timeouts).max(0.0);
        // Whether those who left just now are elsewhere is not known yet.
        let left = left.max(left_now.saturating_sub(moved + (back + cycled).saturating_sub(unheard)));
        let more_leaves = (f64::from(left) - usual_leaves).max(0.0);
        let span = |kind: IncidentKind, hot: fn(&Counts) -> u32, rate: f64| self.find_span(kind, window, hot, rate);
        let UsualRates { timed_out: timeout_rate, left: leave_rate, unnamed: unnamed_rate, .. } = window.rates;
        if many_timeouts && more_leaves * MIXED <= more_timeouts {
            return span(IncidentKind::MassTimeout, |counts| counts.timed_out, timeout_rate);
        }
        if many_leaves && more_timeouts * MIXED <= more_leaves {
            return span(IncidentKind::MassLeave, |counts| counts.left, leave_rate);
        }
        if nameless && !many_timeouts && !many_leaves {
            // Those who were named tell what happened to the others.
            if f64::from(timed_out) >= 4.0 + 2.0 * usual_timeouts && timed_out >= left * 4 {
                let gone = |counts: &Counts| counts.timed_out + counts.down;
                return span(IncidentKind::MassTimeout, gone, timeout_rate + unnamed_rate);
            }
        }
        // Those who are not named may be elsewhere: that is heard with the next interval there.
        let nameless = nameless && self.count_lasting_loss(window) * 4 >= unnamed * 3;
        if nameless && !many_timeouts && are_most(net_left) {
            let gone = |counts: &Counts| counts.left + counts.down;
            return span(IncidentKind::MassLeave, gone, leave_rate + unnamed_rate);
        }
        let both = are_both(net_left);
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

    /// Find that many left beside those who timed out in an incident, or the other way round.
    pub fn find_departures_beside(&self, window: &Window) -> Option<Found> {
        let pending = PENDING + self.interval;
        let (told_left, _) = self.told.count(window.from.saturating_sub(pending), self.now);
        let (_, told_timeouts) = self.told.count(window.from, self.now);
        let left = self.count_leaves(window).saturating_sub(told_left);
        let timed_out = window.counts.timed_out.saturating_sub(told_timeouts);
        let UsualRates { timed_out: timeout_rate, left: leave_rate, .. } = window.rates;
        let (usual_timeouts, usual_leaves) = (window.expect(timeout_rate), window.expect(leave_rate));
        if self.now < self.since + 2 * EARLY || window.rates.seconds == 0 {
            return None;
        }
        let all = self.occupancy + u64::from(left) + u64::from(timed_out);
        let more_timeouts = (f64::from(timed_out) - usual_timeouts).max(0.0);
        let many_timeouts = is_unusual(timed_out, usual_timeouts, window.least, TIMED_OUT, all);
        let Counts { left: left_now, moved, back, cycled, .. } = window.counts;
        let (told_now, _) = self.told.count(window.from, self.now);
        let going = left.max(left_now.saturating_sub(told_now + moved + back + cycled));
        let more_leaves = (f64::from(going) - usual_leaves).max(0.0);
        let are_many = |left: u32| is_unusual(left, usual_leaves, window.least, window.least_left, all);
        let settled = many_timeouts || are_many(left);
        let found = if many_timeouts && told_left > 0 && more_leaves * MIXED <= more_timeouts {
            self.find_span(IncidentKind::MassTimeout, window, |counts| counts.timed_out, timeout_rate)
        } else if are_many(going) && more_timeouts * MIXED <= more_leaves && !self.are_replaced(window, going) {
            self.find_span(IncidentKind::MassLeave, window, |counts| counts.left, leave_rate)
        } else {
            None
        };
        let beside = if settled { Beside::Yes } else { Beside::Soon };
        found.map(|found| Found { beside, ..found })
    }

    /// Count the unnamed who went so long ago that they would have been heard of elsewhere by now.
    fn count_lasting_loss(&self, window: &Window) -> u32 {
        let from = window.from.saturating_sub(self.interval);
        let down = self.counts.sum(from, self.now.saturating_sub(self.interval)).down;
        let all = self.counts.sum(from, self.now);
        down.saturating_sub(all.up + all.joined)
    }

    /// Count those who left within a span and are not elsewhere or back.
    fn count_leaves(&self, window: &Window) -> u32 {
        // Those who left a moment ago may be on their way to another channel, where they are announced later.
        let pending = PENDING + self.interval;
        let all = self.counts.sum(window.from.saturating_sub(pending + self.interval), self.now);
        let end = self.now.saturating_sub(pending);
        let left = self.counts.sum(window.from.saturating_sub(pending), end).left;
        // Of some who are back no leave was told.
        left.saturating_sub(all.moved + (all.back + all.cycled).saturating_sub(all.unheard))
    }

    /// Whether others came instead of most of those who left within a span.
    fn are_replaced(&self, window: &Window, left: u32) -> bool {
        let pending = PENDING + self.interval;
        let from = window.from.saturating_sub(pending + self.interval);
        let all = self.counts.sum(from, self.now);
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let usual = window.rates.joined * (window.seconds + 2 * pending) as f64;
        let replaced = f64::from(all.joined + all.up) - usual;
        let are_most = |replaced: f64| replaced * 2.0 > f64::from(left);
        // Who comes to another channel replaces nobody.
        are_most(replaced) && are_most(self.count_replaced(from))
    }

    /// Count those who came since a second to the channels on which others left, at most as many as left there.
    fn count_replaced(&self, from: u64) -> f64 {
        let mut channels: HashMap<u32, (u64, u64), FixedState> = HashMap::default();
        for (_, movement) in self.movements.recent(Moment::from_micros(from * 1_000_000)) {
            let (came, left) = channels.entry(movement.channel).or_default();
            match movement.kind {
                MovementKind::Joined => *came += 1,
                MovementKind::Up => *came += movement.user,
                MovementKind::Left => *left += 1,
                MovementKind::Down => *left += movement.user,
                MovementKind::Again | MovementKind::TimedOut => {}
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let count = channels.into_values().map(|(came, left)| came.min(left)).sum::<u64>() as f64;
        count
    }
}
