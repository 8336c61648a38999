//! Whether events of a channel are missing, by the occupancies that its events tell.
//!
//! Every event tells the occupancy after it. So of two consecutive events the second tells what the first told, and
//! one more or one less: a join adds one, unless a present user is announced again, and a leave or timeout takes one
//! off. Whatever was lost between them shows as a difference, on which one can rely as on a page number. That is why
//! a reply with as many events as replies get is no loss by itself, and why a list stays exact through it: its channel
//! tells with its next event that nothing is missing. Until then, and only until then, the list is in question.
//!
//! What the arithmetic cannot see: a lost change of state; a lost leave or join if the next event is a join of the same
//! user, who could as well have been announced again; and losses that cancel out, as many joins as leaves. Where such
//! a loss leaves a wrong name in a list, the next event about that user or the routine here now finds it.
//!
//! What it does not take for a loss:
//!
//! - an event that arrives late, or events of servers whose clocks differ: the differences add up to nothing within
//!   [`GRACE`] (unless several are late at once and even each other out);
//! - occupancies of here nows, which may be some seconds old, and of changes of state, which can come from users who are
//!   not present: they are not compared;
//! - a join while list and occupancy differ: whether its user was present is not known, so both counts are right;
//! - changes above the announce max, which no event announces and none marks: the channel leaves announced events at the
//!   announce max and comes back to it with a leave, so that the same occupancy is told twice. That may be so at the
//!   highest occupancy announced, until an event is announced above it.
//!
//! Intervals are compared by the list: if it agreed with the last interval and not with this one, one is missing.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

use crate::presence::{Change, EventKind, Moment, PresenceEvent, Timetoken, rules::HERE_NOW_CACHE};

/// An event may arrive this much later than one that was published after it.
const GRACE: Duration = HERE_NOW_CACHE;

/// A return from above the announce max is told by an interval within this time, unless the keyset's are very long.
const INTERVALS: Duration = Duration::from_secs(120);

/// The list before and after an event was applied to it.
#[derive(Debug, Clone, Copy)]
pub struct ListStep {
    /// The number of names before.
    pub before: usize,
    /// The number of names after.
    pub after: usize,
    /// What the event did.
    pub change: Change,
}

/// What an event shows of those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Continued {
    /// None is missing since the last one.
    Proven,
    /// It shows nothing.
    Unknown,
    /// It was published before the last one.
    Late,
    /// Some are missing, unless they are only late.
    Broken,
}

/// A loss that is certain: what an event told, and what it should have told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingEvents {
    /// The occupancy that the events before lead to.
    pub expected: u64,
    /// The occupancy told.
    pub told: u64,
}

impl fmt::Display for MissingEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { expected, told } = self;
        write!(f, "events are missing: occupancy {told} told where those heard lead to {expected}; asking here now")
    }
}

/// The last event that can be compared with the next.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Told {
    count: u64,
    at: Timetoken,
    /// It was an interval.
    by_interval: bool,
}

/// Differences that late events may still settle. Where they add up to nothing it is no loss, but until then the list may
/// be as long as the occupancy and name the wrong users.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Loss {
    /// Their sum: how many more joins than leaves are missing.
    sum: i64,
    first: MissingEvents,
    /// What is missing was published after this, and no later than `to`.
    from: Timetoken,
    to: Timetoken,
    until: Moment,
    /// A stay above the announce max explains it as well.
    is_excusable: bool,
    by_interval: bool,
}

/// Compares what consecutive events of one channel tell.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Continuity {
    last: Option<Told>,
    /// The highest occupancy of an announced event since the last interval.
    announced: u64,
    loss: Option<Loss>,
    /// Since the last interval, changes may have gone by that the next one names.
    lags: bool,
}

impl Continuity {
    /// Take an event that was applied to the list.
    pub fn take_event(&mut self, event: &PresenceEvent, step: ListStep, now: Moment) -> Continued {
        let (told, at) = (event.occupancy, event.published);
        match (&event.what, told) {
            (EventKind::Unknown { .. }, _) => Continued::Unknown,
            (EventKind::StateChanged { .. }, _) => {
                let same = |last: Told| told == Some(last.count) && step.change != Change::OddAbsent;
                match self.last {
                    Some(last) if at < last.at => Continued::Late,
                    Some(last) if same(last) => Continued::Proven,
                    _ => Continued::Unknown,
                }
            }
            (_, None) => {
                self.last = None;
                Continued::Unknown
            }
            (EventKind::Interval { refresh, .. }, Some(count)) => {
                self.take_interval(Told { count, at, by_interval: true }, *refresh, step, now)
            }
            (EventKind::Joined { .. }, Some(count)) => {
                self.take_announced(Told { count, at, by_interval: false }, true, step, now)
            }
            (EventKind::Left { .. } | EventKind::TimedOut { .. }, Some(count)) => {
                self.take_announced(Told { count, at, by_interval: false }, false, step, now)
            }
        }
    }

    fn take_announced(&mut self, told: Told, is_join: bool, step: ListStep, now: Moment) -> Continued {
        let Some(last) = self.last.filter(|last| !last.by_interval) else {
            self.lags |= self.last.is_some();
            self.last = Some(told);
            self.announced = self.announced.max(told.count);
            return Continued::Unknown;
        };
        let moved = subtract(told.count, last.count);
        let usual = if is_join { self.find_usual_move(last, step, moved) } else { -1 };
        let difference = moved.saturating_sub(usual);
        if told.at < last.at || told.at == last.at && difference != 0 {
            // With the timetoken and the count of the last one it is that one, repeated.
            if told.at < last.at || moved != 0 {
                self.take_late(told, last, if is_join { 1 } else { -1 }, step.after != step.before);
            }
            return Continued::Late;
        }
        self.last = Some(told);
        // Above the announce max and back: the highest occupancy announced, and nobody knows of one above it.
        let is_excusable = !is_join && moved == 0 && told.count >= self.announced;
        let was_excusable = self.loss.is_some_and(|loss| loss.is_excusable);
        if difference != 0 {
            let expected = last.count.saturating_add_signed(usual);
            let first = MissingEvents { expected, told: told.count };
            let until = now.plus(if is_excusable { INTERVALS } else { GRACE });
            let (from, to) = (last.at, told.at);
            self.add_difference(Loss { sum: difference, first, from, to, until, is_excusable, by_interval: false });
        }
        if told.count > self.announced {
            self.announced = told.count;
            self.end_excuse(now);
        }
        let is_certain = self.loss.is_some_and(|loss| !loss.is_excusable);
        match difference {
            0 if !(was_excusable && is_certain) => Continued::Proven,
            _ if is_certain => Continued::Broken,
            _ => Continued::Unknown,
        }
    }

    /// By how much a join raises the occupancy: not at all if its user was present, and whether they were is sure only
    /// while the list agrees with what was told, and nothing may be missing.
    fn find_usual_move(&self, last: Told, step: ListStep, moved: i64) -> i64 {
        let is_new = step.after > step.before;
        let is_told = is_new || matches!(step.change, Change::SeenAgain { .. });
        let is_sure = is_told && step.before as u64 == last.count && self.loss.is_none() && !self.lags;
        if !is_sure && matches!(moved, 0 | 1) { moved } else { i64::from(is_new) }
    }

    fn add_difference(&mut self, found: Loss) {
        let loss = self.loss.get_or_insert(Loss { sum: 0, ..found });
        if loss.sum == 0 {
            (loss.until, loss.is_excusable) = (found.until, found.is_excusable);
        }
        (loss.sum, loss.to) = (loss.sum.saturating_add(found.sum), found.to);
        if loss.is_excusable && !found.is_excusable {
            (loss.until, loss.is_excusable) = (found.until, false);
        }
    }

    /// An event was announced above what the excuse takes for the announce max.
    fn end_excuse(&mut self, now: Moment) {
        if let Some(loss) = self.loss.as_mut().filter(|loss| loss.is_excusable) {
            (loss.until, loss.is_excusable) = (now.plus(GRACE), false);
        }
    }

    /// An event that was published before the last one, so that it may be what is missing. If it is not, and changes the
    /// list, the list was wrong without a loss.
    fn take_late(&mut self, told: Told, last: Told, moved: i64, changes_list: bool) {
        let Some(loss) = &mut self.loss else { return };
        let fits = loss.from < told.at && (told.at < loss.to || told.at == last.at);
        if fits && loss.sum.signum() == moved {
            loss.sum -= moved;
        } else if changes_list {
            loss.sum = 0;
        }
    }

    fn take_interval(&mut self, told: Told, refresh: bool, step: ListStep, now: Moment) -> Continued {
        if self.last.is_some_and(|last| told.at <= last.at) {
            return Continued::Late;
        }
        self.loss = self.loss.filter(|loss| !loss.is_excusable);
        (self.announced, self.lags) = (0, false);
        let agreed = self.last.filter(|last| last.by_interval && last.count == step.before as u64 && !refresh);
        let agrees = told.count == step.after as u64;
        self.last = agrees.then_some(told);
        match agreed {
            Some(_) if agrees => Continued::Proven,
            Some(last) if self.loss.is_none() => {
                let first = MissingEvents { expected: step.after as u64, told: told.count };
                let sum = subtract(first.told, first.expected);
                let until = now.plus(GRACE);
                let (from, to) = (last.at, told.at);
                self.loss = Some(Loss { sum, first, from, to, until, is_excusable: false, by_interval: true });
                Continued::Broken
            }
            _ => Continued::Unknown,
        }
    }

    /// The last interval did not name all changes, so it shows nothing.
    pub fn excuse_interval(&mut self) {
        self.last = self.last.filter(|last| !last.by_interval);
        self.loss = self.loss.filter(|loss| !loss.by_interval);
    }

    /// A here now corrected the list, which may be ahead of the next interval.
    pub fn take_answer(&mut self) {
        self.lags = false;
        self.last = self.last.filter(|last| !last.by_interval);
    }

    /// Start over, because events were missed or could not be read, which is told otherwise.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// Whether changes may have gone unannounced, at an occupancy of up to this: where it was above all that was announced
    /// since the last interval, or the announced ones tell of a stay above it.
    pub fn may_be_above(&self, highest: u64) -> bool {
        highest > self.announced || self.loss.is_some_and(|loss| loss.is_excusable)
    }

    /// Whether an interval, or an announced event since the last one, has told an occupancy.
    pub fn has_told(&self) -> bool {
        self.announced > 0 || self.last.is_some_and(|last| last.by_interval)
    }

    /// When the loss that is open becomes certain, if none of its events comes late.
    pub fn certain_at(&self) -> Option<Moment> {
        self.loss.map(|loss| loss.until)
    }

    /// Until when events that seem missing may still come, unless the announce max may explain it.
    pub fn unsettled_until(&self) -> Option<Moment> {
        self.loss.filter(|loss| !loss.is_excusable).map(|loss| loss.until)
    }

    /// The loss that has become certain by now.
    pub fn take_certain_loss(&mut self, now: Moment) -> Option<MissingEvents> {
        self.loss.take_if(|loss| loss.until <= now).filter(|loss| loss.sum != 0).map(|loss| loss.first)
    }

    /// No more events will come: what is missing is missing, and what may be explained is no loss.
    pub fn end(&mut self) {
        self.loss = self.loss.filter(|loss| !loss.is_excusable);
        self.loss.iter_mut().for_each(|loss| loss.until = Moment::default());
    }
}

fn subtract(one: u64, other: u64) -> i64 {
    let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    signed(one).saturating_sub(signed(other))
}

#[cfg(test)]
mod tests;
