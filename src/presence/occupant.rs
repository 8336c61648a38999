//! What is known of somebody who is present.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Change, State, Timetoken};

/// Since when somebody is present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// We saw them join.
    Joined(Timetoken),
    /// A snapshot listed them; they came at some time before.
    Before(Timetoken),
}

/// What we know of somebody who is present. There may be a million of them, so its fields are packed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occupant {
    /// When they came, if we saw it, or the time of the snapshot that listed them first.
    pub(super) since: Timetoken,
    /// The newest evidence that they are present.
    pub(super) fact: Timetoken,
    /// When the newest event about them was published; zero if none was.
    pub(super) heard: Timetoken,
    /// When their state was last told; zero if it never was.
    pub(super) state_fact: Timetoken,
    /// Their state, as last told.
    pub(super) state: Option<State>,
    /// How often they were announced while present: at least 1.
    pub(super) sightings: u32,
    /// The here now that listed them last, by its number on this list; zero if none did.
    pub(super) listed_by: u16,
    /// How many incomplete snapshots in a row did not list them.
    pub(super) doubt: u8,
    /// Whether we saw them join.
    pub(super) joined: bool,
}

/// What a state that is told, in an event or a list, is to one that is known.
pub(super) enum StateCheck {
    /// No news.
    Same,
    /// Nobody had told of it.
    Learned,
    /// It replaced this one.
    Replaced(Option<State>),
}

/// A snapshot is stamped with the oldest it may be (its request less the cache's 3 s), so it can tell
/// of a join that was published up to this much later.
const SNAPSHOT_LEAD: Duration = Duration::from_secs(8);

impl Occupant {
    /// Somebody whose join was published `at`.
    pub(super) fn from_join(at: Timetoken) -> Self {
        Self { heard: at, joined: true, ..Self::from_list(at) }
    }

    /// Somebody who is present at some time after `as_of`, without an event that tells of it.
    pub(super) const fn from_list(as_of: Timetoken) -> Self {
        Self {
            since: as_of,
            fact: as_of,
            heard: Timetoken::ZERO,
            state_fact: Timetoken::ZERO,
            state: None,
            sightings: 1,
            listed_by: 0,
            doubt: 0,
            joined: false,
        }
    }

    /// The same with a state that was told `at`.
    pub(super) fn with_state(self, state: Option<State>, at: Timetoken) -> Self {
        Self { state, state_fact: at, ..self }
    }

    /// Since when they are present.
    pub const fn since(&self) -> Since {
        if self.joined { Since::Joined(self.since) } else { Since::Before(self.since) }
    }

    /// Whether they are known to have been present at `then`, for the first time or since. A snapshot may tell of a join
    /// that is published later.
    pub(crate) fn was_here_at(&self, then: Timetoken) -> bool {
        let known = if self.joined { self.since } else { self.since.plus(SNAPSHOT_LEAD) };
        known < then
    }

    /// The newest evidence that they are present.
    pub const fn fact(&self) -> Timetoken {
        self.fact
    }

    /// When the newest event about them was published; `None` as long as only snapshots told of them.
    pub fn last_event(&self) -> Option<Timetoken> {
        (self.heard != Timetoken::ZERO).then_some(self.heard)
    }

    /// Their state, as last told.
    pub const fn state(&self) -> Option<&State> {
        self.state.as_ref()
    }

    /// Whether it was told which state they have, or that they have none.
    pub fn knows_state(&self) -> bool {
        self.state.is_some() || self.state_fact != Timetoken::ZERO
    }

    /// How often they were announced while present: at least 1. Never a count of devices.
    pub const fn sightings(&self) -> u32 {
        self.sightings
    }

    /// The same without a state of more than `most` bytes of JSON.
    #[must_use]
    pub fn without_large_state(mut self, most: usize) -> Self {
        self.state.take_if(|state| state.as_json().len() > most);
        self
    }

    /// An event about them was published `at`.
    pub(super) fn hear(&mut self, at: Timetoken) {
        self.heard = self.heard.max(at);
    }

    /// An interval between these names them as joined. Who was there before had left, and lost their state with that.
    pub(super) fn join_between(&mut self, began: Timetoken, at: Timetoken) {
        if self.was_here_at(began) && self.state_fact < began {
            (self.state, self.state_fact) = (None, Timetoken::ZERO);
        }
        self.hear(at);
    }

    /// Take a join of somebody who is here already.
    pub(super) fn see_again(&mut self, at: Timetoken) -> Change {
        let ran_ahead = !self.joined && at <= self.since.plus(SNAPSHOT_LEAD);
        if self.fact >= at && !ran_ahead {
            return Change::None;
        }
        self.fact = self.fact.max(at);
        self.hear(at);
        self.doubt = 0;
        if ran_ahead {
            // A snapshot told of them before this event did: now we know when they came.
            (self.since, self.joined) = (at, true);
            return Change::Joined;
        }
        self.sightings = self.sightings.saturating_add(1);
        if self.state.is_some() && self.state_fact < at {
            // They may have left unheard, and their state with them: a list that says so corrects nothing.
            self.state_fact = Timetoken::ZERO;
        }
        Change::SeenAgain { sightings: self.sightings }
    }

    /// Take a state that an event told `at`, unless a newer one is known.
    pub(super) fn take_announced_state(&mut self, state: &State, at: Timetoken) -> StateCheck {
        if self.state_fact > at {
            return StateCheck::Same;
        }
        self.state_fact = at;
        self.hear(at);
        StateCheck::Replaced(self.state.replace(state.clone()))
    }

    /// Take the state that a list newer than the last word of it says.
    pub(super) fn take_listed_state(&mut self, listed: Option<&State>, as_of: Timetoken) -> StateCheck {
        let told_at = std::mem::replace(&mut self.state_fact, as_of);
        if told_at == Timetoken::ZERO && self.state.is_none() {
            self.state = listed.cloned();
            return if listed.is_some() { StateCheck::Learned } else { StateCheck::Same };
        }
        if told_at == Timetoken::ZERO && listed.is_none_or(State::is_empty) {
            // It went when they left unheard.
            self.state = listed.cloned();
            return StateCheck::Learned;
        }
        if have_same_meaning(self.state.as_ref(), listed) {
            return StateCheck::Same;
        }
        StateCheck::Replaced(std::mem::replace(&mut self.state, listed.cloned()))
    }
}

/// Whether two states say the same; none says as much as an empty one.
fn have_same_meaning(one: Option<&State>, other: Option<&State>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.means_the_same(other),
        (Some(state), None) | (None, Some(state)) => state.is_empty(),
        (None, None) => true,
    }
}
