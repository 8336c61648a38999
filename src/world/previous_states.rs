//! The user states that were replaced last.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::presence::{Channel, State, Timetoken, UserId};

/// The number of states kept: it bounds memory.
const REMEMBERED: usize = 128;

/// The largest state kept, in bytes.
const LARGEST: usize = 64 * 1024;

/// The 128 states replaced last, of at most 64 KiB each, latest first. What is larger is kept as a gap: an older state
/// of the same user is not the previous one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousStates {
    last: VecDeque<ReplacedState>,
}

/// A state that a user had until some time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ReplacedState {
    channel: Channel,
    user: UserId,
    /// The state, if there was one and it is not too large to be kept.
    before: Option<State>,
    is_too_large: bool,
    at: Timetoken,
}

impl PreviousStates {
    /// Remember the state that a user had until now.
    pub(super) fn push(&mut self, channel: &Channel, user: &UserId, before: Option<State>, at: Timetoken) {
        // A push comes with every change of a state, a search only when somebody looks: so earlier states of the same
        // user stay until they are the oldest.
        self.last.truncate(REMEMBERED - 1);
        let is_too_large = before.as_ref().is_some_and(|state| state.as_json().len() > LARGEST);
        let (channel, user) = (channel.clone(), user.clone());
        let before = before.filter(|_| !is_too_large);
        self.last.push_front(ReplacedState { channel, user, before, is_too_large, at });
    }

    /// The previous state of a user and when it was replaced, if that is remembered.
    pub fn state_before(&self, channel: &Channel, user: &UserId) -> Option<(Option<&State>, Timetoken)> {
        let found = self.last.iter().find(|replaced| replaced.user == *user && replaced.channel == *channel)?;
        (!found.is_too_large).then_some((found.before.as_ref(), found.at))
    }
}
