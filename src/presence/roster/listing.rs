//! A here now whose pages come in one after the other.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::presence::{Snapshot, Timetoken, UserId};

/// What is known of a here now from its first page to its last. Whom it listed is marked in the occupant, so that it
/// takes no copy of the names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Listing {
    /// What marks whom it listed: its number on this list, never zero.
    pub number: u16,
    /// Nothing in it is older than this.
    pub as_of: Timetoken,
    /// The pages taken in.
    pub pages: usize,
    /// Whether states had been dropped before it began.
    pub lacked_states: bool,
    /// How many different users it has named.
    distinct: u64,
    /// Whom it named and who could not be put onto the list.
    others: HashSet<UserId, foldhash::fast::RandomState>,
    /// Somebody whom it had named has left since, or pages are missing.
    moved: bool,
}

impl Listing {
    /// One that begins with this page.
    pub fn new(number: u16, first: &Snapshot, lacked_states: bool) -> Self {
        Self {
            number,
            as_of: first.as_of,
            pages: 0,
            lacked_states,
            distinct: 0,
            others: HashSet::default(),
            moved: first.part.before > 0,
        }
    }

    /// It names somebody who is on the list, and has done so before or not.
    pub const fn count_listed(&mut self, again: bool) {
        self.distinct += !again as u64;
    }

    /// It names somebody who can't be put onto the list.
    pub fn count_other(&mut self, user: &UserId) {
        self.distinct += u64::from(self.others.insert(user.clone()));
    }

    /// Somebody has left whom the listing with this number named last.
    pub const fn note_departure(&mut self, listed_by: u16) {
        self.moved |= listed_by == self.number;
    }

    /// Whether it named everybody, so that absence proves a departure; `last` is its last page. One page is one
    /// instant, and its reader has counted its names. The names of several have to be as many as are present.
    pub const fn is_everybody(&self, last: &Snapshot) -> bool {
        last.complete && (last.part.before == 0 || !self.moved && self.distinct == last.occupancy)
    }
}
