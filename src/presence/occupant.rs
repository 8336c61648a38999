//! What is known of somebody who is present.

use super::{State, Timetoken};

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

impl Occupant {
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
