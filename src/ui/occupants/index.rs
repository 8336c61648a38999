//! A sorted and filtered index of occupants, built in bounded steps.
//!
//! A step continues in the order of user ids where the last one ended. A change behind that point is applied at once,
//! and one before it will be met: so the index is always right for the users it has passed.

use std::collections::{BTreeMap, BTreeSet};

use super::order::{SortOrder, SortValue, SortedPlace};
use crate::{
    expression::Filter,
    presence::{Occupant, Roster, UserId},
};

/// The rows of one step: it takes a few milliseconds.
pub(super) const STEP: usize = 2_000;

/// The bytes of states read in one step, plus at most one state.
const STATE_READ: usize = 256 * 1024;

/// The matching users, sorted.
#[derive(Debug, Default)]
pub(super) struct Index {
    sorted: BTreeSet<SortedPlace>,
    keys: BTreeMap<UserId, SortValue>,
    /// The last user that the walk has passed.
    walked: Option<UserId>,
    /// The number of users passed.
    passed: usize,
    done: bool,
}

impl Index {
    /// The number of users in the index.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    pub fn is_done(&self) -> bool {
        self.done
    }

    /// How far the walk has come, in percent.
    pub fn percent_done(&self, roster: &Roster) -> usize {
        if self.done { 100 } else { (self.passed * 100 / roster.len().max(1)).min(99) }
    }

    /// Do the next step of the walk.
    pub fn walk_on(&mut self, order: &SortOrder, filter: &Filter, roster: &Roster) {
        let reads = order.reads_state() || filter.asks_state();
        let (mut rows, mut bytes) = (0, 0);
        let walked = self.walked.clone();
        for (user, occupant) in roster.from(walked.as_ref()).filter(|(user, _)| Some(*user) != walked.as_ref()) {
            if rows >= STEP || bytes > STATE_READ {
                self.passed += rows;
                return;
            }
            self.insert_user(order, filter, user, occupant);
            self.walked = Some(user.clone());
            rows += 1;
            bytes += occupant.state().filter(|_| reads).map_or(0, |state| state.as_json().len());
        }
        self.done = true;
        self.walked = None;
    }

    /// Update a user who joined, left or changed.
    pub fn update_user(&mut self, order: &SortOrder, filter: &Filter, roster: &Roster, user: &UserId) {
        if !self.done && self.walked.as_ref().is_none_or(|walked| walked < user) {
            return;
        }
        if let Some(key) = self.keys.remove(user) {
            self.sorted.remove(&(key, user.clone()));
        }
        if let Some(occupant) = roster.get(user) {
            self.insert_user(order, filter, user, occupant);
        }
    }

    fn insert_user(&mut self, order: &SortOrder, filter: &Filter, user: &UserId, occupant: &Occupant) {
        if filter.matches(user.as_str(), occupant.state()) {
            let key = order.sort_value(occupant);
            self.keys.insert(user.clone(), key.clone());
            self.sorted.insert((key, user.clone()));
        }
    }

    /// Drop a part of the index; returns `false` when nothing is left. Dropping a million entries at once would be
    /// felt.
    pub fn drop_some(&mut self) -> bool {
        for _ in 0..4 * STEP {
            if self.sorted.pop_first().is_none() && self.keys.pop_first().is_none() {
                return false;
            }
        }
        true
    }

    /// The users from `first` on, or all.
    pub fn iter_from<'a>(
        &'a self,
        first: Option<&SortedPlace>,
    ) -> impl DoubleEndedIterator<Item = &'a UserId> + use<'a> {
        use std::ops::Bound::{Included, Unbounded};
        let range = (first.map_or(Unbounded, |place| Included(place.clone())), Unbounded);
        self.sorted.range(range).map(|(_, user)| user)
    }

    /// The users before `last`, or all.
    pub fn iter_before<'a>(
        &'a self,
        last: Option<&SortedPlace>,
    ) -> impl DoubleEndedIterator<Item = &'a UserId> + use<'a> {
        use std::ops::Bound::{Excluded, Unbounded};
        let range = (Unbounded, last.map_or(Unbounded, |place| Excluded(place.clone())));
        self.sorted.range(range).map(|(_, user)| user)
    }
}
