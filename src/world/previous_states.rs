//! The user states that were replaced last.

use std::collections::VecDeque;

use crate::presence::{Channel, State, Timetoken, UserId};

/// The number of states kept: it bounds memory.
const REMEMBERED: usize = 64;

/// The largest state kept, in bytes.
const LARGEST: usize = 64 * 1024;

/// The states replaced last, of at most 64 users and 64 KiB each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PreviousStates {
    last: VecDeque<(Channel, UserId, Option<State>, Timetoken)>,
}

impl PreviousStates {
    /// Remember the state that a user had until now.
    pub(super) fn push(&mut self, channel: &Channel, user: &UserId, before: Option<State>, at: Timetoken) {
        self.last.retain(|(place, other, ..)| other != user || place != channel);
        if before.as_ref().is_none_or(|state| state.as_json().len() <= LARGEST) {
            self.last.push_front((channel.clone(), user.clone(), before, at));
            self.last.truncate(REMEMBERED);
        }
    }

    /// The previous state of a user and when it was replaced, if that is remembered.
    pub fn state_before(&self, channel: &Channel, user: &UserId) -> Option<(Option<&State>, Timetoken)> {
        let found = self.last.iter().find(|(place, other, ..)| other == user && place == channel);
        found.map(|(.., before, at)| (before.as_ref(), *at))
    }
}
