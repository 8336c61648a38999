//! Who is here on one channel, folded from events and here-now answers.
//!
//! Per user the newest fact wins, whichever way it came: events carry their publish timetoken, a
//! snapshot the time it can't be older than. Every operation is idempotent, so duplicates,
//! redeliveries and overlaps change nothing.

use std::{collections::HashMap, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};

use super::{
    listing::Listing,
    name_set::NameSet,
    unsteady::{BACK, Slip, Unsteadiness, Unsteady},
};
use crate::presence::{
    Change, EventKind, PresenceEvent, State, Timetoken, UserId,
    early_states::EarlyStates,
    occupant::{Occupant, Since, StateCheck},
    occupants::{Occupants, Room, Withdrawal},
    rules::DEFAULT_INTERVAL,
};

/// A roster never names more users than this; the rest is only counted.
const LIMIT: usize = 2_000_000;

/// Departures are remembered for this long, so that a late join or a stale snapshot can't bring
/// somebody back: well above the 3 s that the service may cache a here-now answer.
const MEMORY: Duration = Duration::from_secs(60);

/// Bytes of the longest user id whose departure is remembered; PubNub allows 92 characters.
const LONGEST_REMEMBERED: usize = 1024;

/// At most this many departures are remembered.
const MEMORY_LIMIT: usize = 100_000;

/// A leave and a join of the same user within this time are one flap (PubNub's default debounce).
const FLAP: Duration = Duration::from_secs(2);

/// What an event did, and what it took out of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// What it did to the list.
    pub change: Change,
    /// Who went by it, in the order it names them, those who timed out last.
    pub departed: Vec<Departed>,
    /// The state that another one replaced.
    pub replaced: Option<State>,
}

/// Somebody who was on the list until now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departed {
    /// Who.
    pub user: UserId,
    /// As they were.
    pub was: Occupant,
    /// They were not heard from, rather than that they left.
    pub timed_out: bool,
}

/// The occupants of one channel. A copy costs little at any length: what both know is shared until it
/// changes.
///
/// ```
/// use herenow::presence::{Channel, EventKind, PresenceEvent, Roster, Timetoken, UserId};
///
/// let (lobby, ann) = (Channel::parse("lobby")?, UserId::parse("ann")?);
/// let event = |published: u64, occupancy: u64, what: EventKind| PresenceEvent {
///     channel: lobby.clone(),
///     subscription: None,
///     published: Timetoken::new(published),
///     timestamp: None,
///     occupancy: Some(occupancy),
///     what,
///     raw: None,
/// };
/// let mut roster = Roster::default();
/// roster.apply(&event(17_906_055_383_303_318, 2, EventKind::Joined { user: ann.clone(), state: None }));
/// assert_eq!((roster.len(), roster.occupancy()), (1, Some(2)));
/// assert!(!roster.agrees(), "somebody is there whom no event has named");
/// roster.apply(&event(17_906_055_393_303_318, 0, EventKind::Left { user: ann }));
/// assert!(roster.is_empty() && roster.agrees());
/// # Ok::<(), herenow::presence::NameError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Roster {
    pub(super) here: Occupants,
    pub(super) gone: Arc<HashMap<UserId, Timetoken, foldhash::fast::RandomState>>,
    pub(super) early_states: EarlyStates,
    /// The here now whose pages are coming in.
    pub(super) listing: Option<Box<Listing>>,
    /// The number of the last one.
    pub(super) last_listing: u16,
    pub(super) told: Option<(u64, Timetoken)>,
    pub(super) newest: Timetoken,
    /// `gone` is cleared of what is too old when it has grown this long.
    prune_at: usize,
    unsteady: Unsteady,
}

impl Roster {
    /// How many users the list names.
    pub fn len(&self) -> usize {
        self.here.len()
    }

    /// Whether it names nobody.
    pub fn is_empty(&self) -> bool {
        self.here.is_empty()
    }

    /// Whether the list is as long as it may get.
    pub fn is_full(&self) -> bool {
        self.here.len() >= LIMIT || !self.here.room().names
    }

    /// Bytes that ids and states take, roughly.
    pub const fn bytes(&self) -> usize {
        self.here.bytes()
    }

    /// What may be kept from here on.
    pub const fn set_room(&mut self, room: Room) {
        self.here.set_room(room);
    }

    /// Whether states were dropped, because there was no room for them.
    pub fn lacks_states(&self) -> bool {
        self.here.lacks_states() || self.listing.as_ref().is_some_and(|listing| listing.lacked_states)
    }

    /// Whether it was told of everybody on the list which state they have, or that they have none. An interval names
    /// users without their states.
    pub const fn knows_all_states(&self) -> bool {
        self.here.knows_all_states()
    }

    /// Whether pages of a here now were taken in and more are to follow.
    pub const fn is_listing(&self) -> bool {
        self.listing.is_some()
    }

    /// Whether a page with so many before it, and no older than `as_of`, continues the here now that is coming in.
    pub fn awaits_page(&self, before: usize, as_of: Timetoken) -> bool {
        self.listing.as_ref().is_some_and(|listing| listing.pages == before && listing.as_of <= as_of)
    }

    /// No more pages come: what was listed stays, and nothing is concluded from who was not.
    pub fn abandon_listing(&mut self) {
        if let Some(listing) = self.listing.take() {
            self.here.end_states(listing.lacked_states);
        }
    }

    /// Whether there is no room for further users, however few are listed.
    pub fn lacks_room(&self) -> bool {
        !self.here.room().names
    }

    /// The occupancy that the service told last, if it told any.
    pub fn occupancy(&self) -> Option<u64> {
        self.told.map(|(count, _)| count)
    }

    /// When the last interval was published that it took in; zero if there was none.
    pub const fn last_interval(&self) -> Timetoken {
        self.unsteady.last_interval()
    }

    /// Whether the list names exactly as many as the service counts.
    pub fn agrees(&self) -> bool {
        self.told.is_none_or(|(count, _)| count == self.here.len() as u64)
    }

    /// One user.
    pub fn get(&self, user: &UserId) -> Option<&Occupant> {
        self.here.get(user)
    }

    /// Everybody, by user id.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&UserId, &Occupant)> {
        self.here.iter()
    }

    /// Those from `first` on (or all), by user id.
    pub fn from<'a>(
        &'a self,
        first: Option<&UserId>,
    ) -> impl DoubleEndedIterator<Item = (&'a UserId, &'a Occupant)> + use<'a> {
        let (some, all) = first.map_or((None, Some(self.here.iter())), |first| (Some(self.here.from(first)), None));
        some.into_iter().flatten().chain(all.into_iter().flatten())
    }

    /// Those before `last` (or all), by user id.
    pub fn before<'a>(
        &'a self,
        last: Option<&UserId>,
    ) -> impl DoubleEndedIterator<Item = (&'a UserId, &'a Occupant)> + use<'a> {
        let (some, all) = last.map_or((None, Some(self.here.iter())), |last| (Some(self.here.before(last)), None));
        some.into_iter().flatten().chain(all.into_iter().flatten())
    }

    /// How many of those listed are before a user. It takes a small part of a millisecond in a list of a million.
    pub fn count_before(&self, user: &UserId) -> usize {
        self.here.rank(user)
    }

    /// How often a user flapped and timed out within the last ten minutes. Of very many only those are remembered who did
    /// so most.
    pub fn count_slips(&self, user: &UserId, now: Timetoken) -> Unsteadiness {
        self.unsteady.sum(user, now)
    }

    /// All who flapped or timed out within the last ten minutes, present or not, in no order; at most 512.
    pub fn iter_unsteady(&self, now: Timetoken) -> impl Iterator<Item = (&UserId, Unsteadiness)> {
        self.unsteady.iter(now)
    }

    /// Fold one event in.
    pub fn apply(&mut self, event: &PresenceEvent) -> Applied {
        let at = event.published;
        if let Some(count) = event.occupancy {
            self.tell(count, at);
        }
        self.newest = self.newest.max(at);
        let (mut departed, mut replaced) = (Vec::new(), None);
        let change = match &event.what {
            EventKind::Joined { user, state } => self.join(user, state.as_ref(), at, Duration::ZERO),
            EventKind::Left { user } => self.depart(user, false, at, &mut departed),
            EventKind::TimedOut { user } => self.depart(user, true, at, &mut departed),
            EventKind::StateChanged { user, state } => {
                let change;
                (change, replaced) = self.replace_state(user, state, at);
                change
            }
            EventKind::Interval { joined, left, timed_out, .. } => {
                self.sum_up(joined, left, timed_out, at, &mut departed);
                Change::Summed
            }
            EventKind::Unknown { .. } => Change::None,
        };
        Applied { change, departed, replaced }
    }

    /// The service has just confirmed that this user is present, `at` the earliest: as good as a
    /// snapshot that lists them.
    pub fn confirm_present(&mut self, user: &UserId, at: Timetoken) {
        if self.gone.get(user).is_some_and(|left| *left > at) || self.is_full() {
            return;
        }
        self.forget_gone(user);
        self.here.update_or_insert(user, |known| match known {
            Some(known) => {
                known.fact = known.fact.max(at);
                (None, ())
            }
            None => (Some(Occupant::from_list(at)), ()),
        });
    }

    /// When somebody left who is back now, if it was a short while ago.
    fn forget_gone(&mut self, user: &UserId) -> Option<Timetoken> {
        let left = self.gone.get(user).copied()?;
        Arc::make_mut(&mut self.gone).remove(user);
        Some(left)
    }

    pub(super) fn tell(&mut self, count: u64, at: Timetoken) {
        if self.told.is_none_or(|(_, told_at)| told_at <= at) {
            self.told = Some((count, at));
        }
    }

    /// `slack`: the join was published up to this much later than it happened.
    fn join(&mut self, user: &UserId, state: Option<&State>, at: Timetoken, slack: Duration) -> Change {
        if self.gone.get(user).is_some_and(|left| *left >= at) {
            return Change::None;
        }
        let is_full = self.is_full();
        let Self { here, early_states, .. } = self;
        let (change, is_new) = here.update_or_insert(user, |known| match known {
            Some(occupant) => {
                let change = occupant.see_again(at);
                if let (Some(state), false) = (state, change == Change::None) {
                    occupant.take_announced_state(state, at);
                }
                (None, (change, false))
            }
            None if is_full => (None, (Change::None, false)),
            None => {
                let told = early_states.take(user, at.minus(slack));
                let (state, state_fact) = told.map_or_else(|| (state.cloned(), at), |(state, at)| (Some(state), at));
                (Some(Occupant::from_join(at).with_state(state, state_fact)), (Change::Joined, true))
            }
        });
        if !is_new {
            return change;
        }
        let away = self.forget_gone(user).map(|left| at.since(left));
        if away.is_some_and(|away| away <= BACK + slack) {
            self.unsteady.count(user, Slip::Flap, at);
        }
        match away {
            Some(away) if away <= FLAP => Change::Flapped { away },
            _ => Change::Joined,
        }
    }

    fn depart(&mut self, user: &UserId, timed_out: bool, at: Timetoken, departed: &mut Vec<Departed>) -> Change {
        let was = match self.here.remove_if(user, |occupant| occupant.fact <= at) {
            Withdrawal::Absent => {
                let fresh = self.gone.get(user).is_none_or(|left| *left < at);
                self.remember_gone(user, at);
                self.early_states.take(user, at);
                if fresh && timed_out {
                    self.unsteady.count(user, Slip::Timeout, at);
                }
                return if fresh { Change::OddAbsent } else { Change::None };
            }
            Withdrawal::Kept => return Change::None,
            Withdrawal::Removed(was) => was,
        };
        if let Some(listing) = &mut self.listing {
            listing.note_departure(was.listed_by);
        }
        let stayed = match was.since() {
            Since::Joined(since) => Some(at.since(since)),
            Since::Before(_) => None,
        };
        departed.push(Departed { user: user.clone(), was, timed_out });
        if timed_out {
            self.unsteady.count(user, Slip::Timeout, at);
        }
        self.remember_gone(user, at);
        Change::Gone { stayed }
    }

    /// Take a state that was announced. Returns the one that it replaced, too.
    fn replace_state(&mut self, user: &UserId, state: &State, at: Timetoken) -> (Change, Option<State>) {
        match self.here.update(user, |occupant| occupant.take_announced_state(state, at)) {
            Some(StateCheck::Replaced(before)) => (Change::StateChanged, before),
            Some(StateCheck::Same | StateCheck::Learned) => (Change::None, None),
            None => {
                if self.gone.get(user).is_none_or(|left| *left < at) {
                    self.early_states.insert(user, state, at);
                }
                (Change::OddAbsent, None)
            }
        }
    }

    /// Deltas since the last interval. Who is named both as coming and as going ends where they
    /// began: in and out, or out and in again.
    fn sum_up(
        &mut self,
        joined: &[UserId],
        left: &[UserId],
        timed_out: &[UserId],
        at: Timetoken,
        departed: &mut Vec<Departed>,
    ) {
        let going = NameSet::of(left, timed_out);
        let coming = NameSet::of(joined, &[]);
        let began = at.minus(DEFAULT_INTERVAL).max(self.unsteady.last_interval_before(at));
        if self.unsteady.take_interval(at) {
            self.count_both_ways(&coming, left, timed_out, at);
        }
        // In the order of the summary, so that the same summaries lead to the same list wherever it is full.
        for (users, timed_out) in [(left, false), (timed_out, true)] {
            for user in users.iter().filter(|user| !coming.contains(user)) {
                self.depart(user, timed_out, at, departed);
            }
        }
        for user in joined {
            let is_here = self.here.update(user, |occupant| occupant.join_between(began, at)).is_some();
            if is_here || going.contains(user) {
                continue;
            }
            self.join(user, None, at, DEFAULT_INTERVAL);
            // Intervals name users without their states.
            self.here.update(user, |occupant| {
                if occupant.state.is_none() {
                    occupant.state_fact = Timetoken::ZERO;
                }
            });
        }
    }

    /// Count those whom an interval names both as coming and as going.
    fn count_both_ways(&mut self, coming: &NameSet<'_>, left: &[UserId], timed_out: &[UserId], at: Timetoken) {
        for (users, timed_out) in [(left, false), (timed_out, true)] {
            for user in users.iter().filter(|user| coming.contains(user)) {
                if timed_out {
                    self.unsteady.count(user, Slip::Timeout, at);
                }
                // Who was not here came and went.
                if self.here.get(user).is_some() {
                    self.unsteady.count(user, Slip::Flap, at);
                }
            }
        }
    }

    fn remember_gone(&mut self, user: &UserId, at: Timetoken) {
        if self.gone.len() >= self.prune_at.max(64) {
            let horizon = self.newest.minus(MEMORY);
            Arc::make_mut(&mut self.gone).retain(|_, left| *left >= horizon);
            self.prune_at = self.gone.len() * 2;
        }
        if self.gone.len() < MEMORY_LIMIT && user.as_str().len() <= LONGEST_REMEMBERED {
            let left = Arc::make_mut(&mut self.gone).entry(user.clone()).or_insert(at);
            *left = (*left).max(at);
        }
    }
}

#[cfg(test)]
mod tests;
