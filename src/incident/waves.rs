//! Leaves that come in waves: a deploy takes one batch after the other, and others may leave after a deploy.

use std::time::Duration;

use super::{
    Incident, IncidentKind, IncidentWatch,
    found::Found,
    tracking::{SAME, Tracked},
    usual::is_unusual,
};
use crate::presence::Moment;

/// Who leaves so many seconds after the last of those who are back is of another wave.
const PAUSE: u64 = 2;

/// Few who leave then are no other wave: that is known after so many seconds.
const SETTLED: u64 = 4;

/// The least number of users of a wave, and the part of all.
const LEAST: u32 = 4;
const LEAST_SHARE: f64 = 0.06;

/// The next batch of a deploy leaves within so many seconds.
const NEXT: u64 = 60;

/// So many batches are a rolling deploy.
const ROLLING: u32 = 3;

impl IncidentWatch {
    /// The place of the last of those who left, or were gone, and are back, before what was found is over.
    fn find_restarted(&self, found: &Found) -> Option<usize> {
        self.tracked.iter().rposition(|tracked| {
            let is_restart = tracked.incident.kind == IncidentKind::Reconnect && tracked.rolling.is_none();
            let is_near = found.from <= tracked.incident.last.seconds() + SAME;
            is_restart && !tracked.incident.continued && is_near && tracked.incident.begin.seconds() <= found.to
        })
    }

    /// Leave out of a mass leave those who are back, if others left after them: these are another wave. Returns whether it is
    /// one; nothing while that is not clear.
    pub(super) fn begin_wave(&self, found: &mut Found) -> Option<bool> {
        let place = self.find_restarted(found).filter(|_| found.kind == IncidentKind::MassLeave);
        let Some(tracked) = place.map(|place| &self.tracked[place]) else { return Some(false) };
        let after = tracked.gone.seconds() + PAUSE + self.overview.interval;
        // Intervals tell of those who left in no order.
        let is_blurred = self.overview.interval > 0 && tracked.counted == IncidentKind::Reconnect;
        if found.to < after || tracked.incident.unnamed > 0 || is_blurred {
            return Some(false);
        }
        let many = found.usual_leaves + found.usual_leaves.sqrt();
        let is_more = |second: &u64| f64::from(self.counts.at(*second).left) > many;
        let first = (after.max(found.from)..=found.to).find(is_more)?;
        let left = self.counts.sum(first, found.to).left;
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let usual = found.usual_leaves * (found.to + 1 - first) as f64;
        let all = self.overview.people + u64::from(left);
        if is_unusual(left, usual, LEAST, LEAST_SHARE, all) {
            found.from = first;
            return Some(true);
        }
        (self.looked.seconds() >= found.to + SETTLED).then_some(false)
    }

    /// Whether others left and are back so shortly before that this may be the next batch.
    pub(super) fn follows_restart(&self, begin: Moment) -> bool {
        self.tracked.iter().any(|first| {
            let is_before = first.incident.begin < begin;
            is_before && is_restart(first) && begin.since(first.incident.last).as_secs() <= NEXT
        })
    }

    /// Note of an incident that it may have to do with a restart before it.
    pub(super) fn mark_restart(&mut self, place: usize) {
        let Incident { kind, begin, .. } = self.tracked[place].incident;
        let follows = self.follows_restart(begin);
        let tracked = &mut self.tracked[place];
        tracked.is_batch = follows && matches!(kind, IncidentKind::MassLeave | IncidentKind::Reconnect);
        tracked.newcomers = follows && kind == IncidentKind::Rush;
    }

    /// The next batch of a deploy is told as a part of it, when all of it is counted.
    pub(super) fn join_waves(&mut self) {
        let settled = Duration::from_secs(1 + self.overview.interval);
        for place in 1..self.tracked.len() {
            let wave = &self.tracked[place];
            if !is_restart(wave) || self.looked.since(wave.incident.last) < settled {
                continue;
            }
            let begin = wave.incident.begin;
            let (before, wave) = self.tracked.make_contiguous().split_at_mut(place);
            let is_near = |first: &&mut Tracked| begin.since(first.incident.last).as_secs() <= NEXT;
            let first = before.iter_mut().rev().filter(|first| is_restart(first)).find(is_near);
            if let Some(first) = first {
                first.take_wave(&mut wave[0]);
            }
        }
    }
}

/// Whether those who left, or were gone, are back, each by name.
fn is_restart(tracked: &Tracked) -> bool {
    let Incident { kind, continued, unnamed, .. } = tracked.incident;
    kind == IncidentKind::Reconnect && !continued && unnamed == 0 && tracked.rolling.is_none()
}

impl Tracked {
    /// Take those of a later wave, who are told of here from now on.
    fn take_wave(&mut self, wave: &mut Self) {
        self.users.extend(&wave.users);
        let all_are_back = wave.counted == IncidentKind::Reconnect;
        self.returned.extend(if all_are_back { &wave.users } else { &wave.returned });
        self.returns.clone_from(&wave.returns);
        self.quick_returns += wave.quick_returns;
        for (channel, changes, _) in wave.channels.iter() {
            self.channels.at(channel).0 += changes;
        }
        self.skip_to(wave);
        let (whole, more) = (&mut self.incident, &wave.incident);
        whole.users = self.users.len() as u64;
        if self.counted != IncidentKind::Reconnect {
            whole.returned = self.returned.len() as u64;
        }
        whole.presences += more.presences;
        whole.unheard += more.unheard;
        whole.timed_out += more.timed_out;
        whole.last = whole.last.max(more.last);
        whole.events = whole.events.zip(more.events).map(|((first, _), (_, last))| (first, last));
        self.waves += wave.waves;
        whole.rolling = self.waves >= ROLLING;
        self.open = true;
        (wave.open, wave.incident.continued) = (false, true);
    }
}
