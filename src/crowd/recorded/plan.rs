//! When each change of a recording is to happen, a little while ahead: a timeout has to be prepared by a last sign of
//! life before it.
//!
//! ```text
//!            lapse of ann                     timeout of ann
//!                 |<-------- silence ----------->|
//!   ---- join ----+------ leave ------ state ----+------ join ---->
//!                                        >= BEFORE   >= AFTER
//! ```

use std::{collections::VecDeque, time::Duration};

use super::play::{PlayedChange, RecordedAct, RecordedPlay};
use crate::presence::Moment;

/// Between what we ask of the service and a timeout after it, which the service makes by itself; and between a timeout
/// and what we ask after it.
const BEFORE: Duration = Duration::from_millis(150);
const AFTER: Duration = Duration::from_millis(20);

/// A change that has its time.
#[derive(Debug, Clone, Copy)]
pub(super) struct PlannedChange {
    pub at: Moment,
    /// In which round, and which of the changes.
    place: (u32, usize),
}

/// The plan.
#[derive(Debug)]
pub(super) struct ChangePlan {
    play: RecordedPlay,
    /// From a last sign of life to the timeout.
    silence: Duration,
    speed: f64,
    /// Where in the recording we were when the speed changed last.
    position: Duration,
    since: Moment,
    /// In order; at least as far ahead of the first as a silence is long.
    pub changes: VecDeque<PlannedChange>,
    /// The last signs of life that are to be given, in the order of their timeouts.
    pub lapses: VecDeque<(Moment, usize)>,
    next: (u32, usize),
    /// When the last planned change is to happen, and whether it is a timeout.
    last: (Moment, bool),
    /// When each person joins or joined.
    joined: Vec<Moment>,
}

impl ChangePlan {
    pub fn new(play: RecordedPlay, silence: Duration) -> Self {
        Self {
            silence,
            speed: play.speed,
            position: Duration::ZERO,
            since: Moment::default(),
            changes: VecDeque::new(),
            lapses: VecDeque::new(),
            next: (0, 0),
            last: (Moment::default(), false),
            joined: vec![Moment::default(); play.people.len()],
            play,
        }
    }

    pub const fn play(&self) -> &RecordedPlay {
        &self.play
    }

    pub const fn speed(&self) -> f64 {
        self.speed
    }

    /// It is to begin at this speed.
    pub const fn set_first_speed(&mut self, speed: f64) {
        self.speed = speed;
    }

    /// The recording begins now.
    pub fn begin(&mut self, now: Moment) {
        (self.since, self.last.0) = (now, now);
        self.fill(now);
    }

    /// What a planned change is.
    pub fn look_up(&self, planned: PlannedChange) -> &PlayedChange {
        &self.play.changes[planned.place.1]
    }

    /// When the recording is at its end.
    pub fn ends_at(&self) -> Moment {
        self.find_moment(0, self.play.length).max(self.last.0)
    }

    /// Take the first change; it happens now.
    pub fn take_first(&mut self, now: Moment) {
        self.changes.pop_front();
        self.fill(now);
    }

    /// Where the timeouts stand, and whose they are.
    pub fn list_timeouts(&self) -> impl Iterator<Item = (usize, usize)> {
        let changes = self.changes.iter().map(|planned| self.look_up(*planned));
        changes.enumerate().filter(|(_, change)| change.act == RecordedAct::TimeOut).map(|(at, it)| (at, it.person))
    }

    /// Users who are silent before the first so many timeouts fall silent again, in time for these; there is no time
    /// for that before `at`.
    pub fn plan_again(&mut self, silent: usize, at: Moment) {
        let timeouts: Vec<(usize, usize)> = self.list_timeouts().take(silent).collect();
        let Some((first, _)) = timeouts.first() else { return };
        self.delay(*first, at.plus(self.silence));
        for (index, person) in timeouts.iter().rev() {
            self.lapses.push_front((self.changes[*index].at.minus(self.silence), *person));
        }
    }

    /// A change can't happen before `at`, and those after it wait as long.
    pub fn delay(&mut self, index: usize, at: Moment) {
        let Some(by) = self.changes.get(index).map(|planned| at.since(planned.at)).filter(|by| !by.is_zero()) else {
            return;
        };
        for planned in self.changes.range_mut(index..) {
            planned.at = planned.at.plus(by);
            let change = &self.play.changes[planned.place.1];
            if matches!(change.act, RecordedAct::Join(_)) {
                self.joined[change.person] = planned.at;
            }
        }
        for (at, _) in &mut self.lapses {
            *at = at.plus(by);
        }
        self.last.0 = self.last.0.plus(by);
    }

    /// From now on it goes so fast. What leads to the first `begun` timeouts can't be put off any more and stays.
    pub fn set_speed(&mut self, speed: f64, begun: usize, now: Moment) {
        let kept = self.list_timeouts().take(begun).last().map_or(0, |(index, _)| index + 1);
        if let Some(dropped) = self.changes.get(kept) {
            self.next = dropped.place;
        }
        self.changes.truncate(kept);
        self.lapses.clear();
        let from = self.changes.back().map_or(now, |planned| planned.at.max(now));
        self.position += from.since(self.since).mul_f64(self.speed);
        (self.since, self.speed) = (from, speed);
        self.last = (from, kept > 0 || self.last.1);
        self.fill(now);
    }

    fn find_moment(&self, round: u32, at: Duration) -> Moment {
        let at = self.play.length.saturating_mul(round).saturating_add(at);
        self.since.plus(at.saturating_sub(self.position).div_f64(self.speed))
    }

    /// Plan as far ahead as is needed.
    fn fill(&mut self, now: Moment) {
        while let Some(change) = self.play.changes.get(self.next.1) {
            if let (Some(first), Some(last)) = (self.changes.front(), self.changes.back())
                && last.at > first.at.plus(self.silence)
            {
                return;
            }
            let (round, index) = self.next;
            let (person, is_timeout) = (change.person, change.act == RecordedAct::TimeOut);
            let is_join = matches!(change.act, RecordedAct::Join(_));
            let mut at = self.find_moment(round, change.at).max(self.last.0).max(now);
            if is_timeout != self.last.1 {
                at = at.max(self.last.0.plus(if is_timeout { BEFORE } else { AFTER }));
            }
            if is_timeout {
                at = at.max(now.max(self.joined[person]).plus(self.silence));
                self.lapses.push_back((at.minus(self.silence), person));
            } else if is_join {
                self.joined[person] = at;
            }
            self.last = (at, is_timeout);
            self.changes.push_back(PlannedChange { at, place: (round, index) });
            let is_last = index + 1 == self.play.changes.len() && self.play.repeat;
            self.next = if is_last { (round + 1, 0) } else { (round, index + 1) };
        }
    }
}
