//! What is known of somebody who is present.

use std::time::Duration;

use super::{Change, State, Timetoken};

/// Since when somebody is present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// We saw them join.
    Joined(Timetoken),
    /// A snapshot listed them; they came at some time before.
    Before(Timetoken),
}

/// What we know of somebody who is present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occupant {
    /// Since when.
    pub since: Since,
    /// The newest evidence that they are present.
    pub fact: Timetoken,
    /// When the newest event about them was published; `None` as long as only snapshots told of them.
    pub heard: Option<Timetoken>,
    /// Their state, as last told.
    pub state: Option<State>,
    /// When their state was last told; zero if it never was.
    pub(super) state_fact: Timetoken,
    /// How often they were announced while present: at least 1. Never a count of devices.
    pub sightings: u32,
    /// How many incomplete snapshots in a row did not list them.
    pub(super) doubt: u8,
}

/// What a list of states says about one that is known.
pub(super) enum StateCheck {
    Same,
    /// Nobody had told of it.
    Learned,
    /// It was another one.
    Replaced(Option<State>),
}

/// A snapshot is stamped with the oldest it may be (its request less the cache's 3 s), so it can tell
/// of a join that was published up to this much later.
const SNAPSHOT_LEAD: Duration = Duration::from_secs(8);

impl Occupant {
    /// Take a join of somebody who is here already.
    pub(super) fn see_again(&mut self, at: Timetoken) -> Change {
        let ran_ahead = matches!(self.since, Since::Before(bound) if at <= bound.plus(SNAPSHOT_LEAD));
        if self.fact >= at && !ran_ahead {
            return Change::None;
        }
        self.fact = self.fact.max(at);
        self.heard = self.heard.max(Some(at));
        self.doubt = 0;
        if ran_ahead {
            // A snapshot told of them before this event did: now we know when they came.
            self.since = Since::Joined(at);
            return Change::Joined;
        }
        self.sightings = self.sightings.saturating_add(1);
        Change::SeenAgain { sightings: self.sightings }
    }

    /// Take the state that a list newer than the last word of it says.
    pub(super) fn take_listed_state(&mut self, listed: Option<&State>, as_of: Timetoken) -> StateCheck {
        let told_at = std::mem::replace(&mut self.state_fact, as_of);
        if told_at == Timetoken::ZERO {
            self.state = listed.cloned();
            return if listed.is_some() { StateCheck::Learned } else { StateCheck::Same };
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
