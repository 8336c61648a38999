//! An order of occupants other than the roster's own, or a part of them, found out in bounded steps.
//!
//! A step takes so many rows from where the one before ended, by user id. What changes behind that place
//! is put right at once, what changes before it will be met: so at any time the index is right for all
//! whom the walk has passed.

use std::collections::{BTreeMap, BTreeSet};

use super::order::{SortOrder, SortValue, SortedPlace};
use crate::{
    expression::Filter,
    presence::{Occupant, Roster, UserId},
};

/// Rows that one step takes: a few milliseconds.
pub(super) const STEP: usize = 2_000;

/// Bytes of state that one step reads at the most, but for the last one read.
const STATE_READ: usize = 256 * 1024;

/// Who is meant, in order.
#[derive(Debug, Default)]
pub(super) struct Index {
    sorted: BTreeSet<SortedPlace>,
    keys: BTreeMap<UserId, SortValue>,
    /// Whom the walk has passed.
    walked: Option<UserId>,
    /// How many.
    passed: usize,
    done: bool,
}

impl Index {
    /// How many are in it.
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

    /// Walk on.
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
            bytes += occupant.state.as_ref().filter(|_| reads).map_or(0, |state| state.as_json().len());
        }
        self.done = true;
        self.walked = None;
    }

    /// Somebody came, went or changed.
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
        if filter.matches(user.as_str(), occupant.state.as_ref()) {
            let key = order.sort_value(occupant);
            self.keys.insert(user.clone(), key.clone());
            self.sorted.insert((key, user.clone()));
        }
    }

    /// Throw away some of it; `false` when nothing is left. Dropping a million at once would be felt.
    pub fn drop_some(&mut self) -> bool {
        for _ in 0..4 * STEP {
            if self.sorted.pop_first().is_none() && self.keys.pop_first().is_none() {
                return false;
            }
        }
        true
    }

    /// Those from `first` on (or all).
    pub fn iter_from<'a>(
        &'a self,
        first: Option<&SortedPlace>,
    ) -> impl DoubleEndedIterator<Item = &'a UserId> + use<'a> {
        use std::ops::Bound::{Included, Unbounded};
        let range = (first.map_or(Unbounded, |place| Included(place.clone())), Unbounded);
        self.sorted.range(range).map(|(_, user)| user)
    }

    /// Those before `last` (or all).
    pub fn iter_before<'a>(
        &'a self,
        last: Option<&SortedPlace>,
    ) -> impl DoubleEndedIterator<Item = &'a UserId> + use<'a> {
        use std::ops::Bound::{Excluded, Unbounded};
        let range = (Unbounded, last.map_or(Unbounded, |place| Excluded(place.clone())));
        self.sorted.range(range).map(|(_, user)| user)
    }
}
