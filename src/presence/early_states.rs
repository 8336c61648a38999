//! States that were announced of users who are not on the list yet.

use std::{collections::HashMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{State, Timetoken, UserId};

/// At most so many are kept: it bounds memory.
const MOST: usize = 1_000;

/// Bytes of the largest state that is kept.
const LARGEST: usize = 4 * 1024;

/// The newest state announced of each user who is not on the list yet. The answer that lists them may be older than
/// that event: a here now may come from a cache.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct EarlyStates(Arc<HashMap<UserId, (State, Timetoken), foldhash::fast::RandomState>>);

impl EarlyStates {
    /// Keep a state that was published `at`.
    pub fn insert(&mut self, user: &UserId, state: &State, at: Timetoken) {
        let known = self.0.get(user).map(|(_, known_at)| *known_at);
        let fits = state.as_json().len() <= LARGEST && user.as_str().len() <= LARGEST;
        if fits && known.map_or(self.0.len() < MOST, |known_at| known_at <= at) {
            Arc::make_mut(&mut self.0).insert(user.clone(), (state.clone(), at));
        }
    }

    /// The state of a user who comes onto the list, if it is newer than `as_of`.
    pub fn take(&mut self, user: &UserId, as_of: Timetoken) -> Option<(State, Timetoken)> {
        if self.0.is_empty() {
            return None;
        }
        Arc::make_mut(&mut self.0).remove(user).filter(|(_, at)| *at > as_of)
    }

    /// Forget what is no newer than `as_of`: a list of everybody has been told since.
    pub fn forget_until(&mut self, as_of: Timetoken) {
        if !self.0.is_empty() {
            Arc::make_mut(&mut self.0).retain(|_, (_, at)| *at > as_of);
        }
    }
}
