//! What a here now corrects in the list of a channel.

use serde::{Deserialize, Serialize};

use super::{Occupant, State, UserId};

/// What a snapshot corrected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Present, but the list lacked them.
    pub missing: Vec<UserId>,
    /// On the list, but not present.
    pub extra: Vec<UserId>,
    /// How many of the missing had been told to have left a short while ago.
    pub returned: usize,
    /// How many it listed whom a newer event, or one that may be newer, told to have left: not believed
    /// yet.
    pub held_back: usize,
    /// On the list, but with another state than the list had.
    pub restated: Vec<UserId>,
    /// How many on the list had a state that nobody had told yet.
    pub learned: usize,
}

impl Difference {
    /// The snapshot said what the list said.
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.extra.is_empty() && self.restated.is_empty()
    }

    /// The number of users whom it names.
    pub const fn len(&self) -> usize {
        self.missing.len() + self.extra.len() + self.restated.len()
    }

    /// Add what a further page found.
    pub fn extend(&mut self, page: Self) {
        let Self { missing, extra, returned, held_back, restated, learned } = page;
        self.missing.extend(missing);
        self.extra.extend(extra);
        self.restated.extend(restated);
        self.returned += returned;
        self.held_back += held_back;
        self.learned += learned;
    }

    /// An event has told of this user: it explains what was found about them.
    pub fn forget_user(&mut self, user: &UserId) {
        for found in [&mut self.missing, &mut self.extra, &mut self.restated] {
            found.retain(|other| other != user);
        }
    }
}

/// What a snapshot corrected, and what the list had before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    /// What it corrected.
    pub difference: Difference,
    /// Who went by it, as they were, in the order of [`Difference::extra`].
    pub departed: Vec<Occupant>,
    /// Whether everybody was listed, so that absence proved a departure. False for a page that others follow.
    pub complete: bool,
    /// The states that it replaced, in the order of [`Difference::restated`].
    pub replaced: Vec<Option<State>>,
}
