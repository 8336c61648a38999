//! The answers to where now: on which channels a user is.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::presence::{Channel, Moment, Trouble, UserId};

/// The number of users whose answers are kept: it bounds memory.
const MOST: usize = 16;

/// The number of channels kept of an answer; the rest is counted.
const KEPT: usize = 1_000;

/// The result of a where now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum WhereNowResult {
    /// The request is on its way.
    Asking,
    /// The channels, and the number of further ones.
    On(Vec<Channel>, usize),
    /// The request failed for this reason. Safe to show.
    Failed(String),
}

/// The last where now for a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhereNowAnswer {
    /// The user.
    pub user: UserId,
    /// When it was sent or answered, by our clock.
    pub at: Moment,
    /// Its result so far.
    pub result: WhereNowResult,
}

/// The where nows for the last 16 users.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WhereNowAnswers {
    last: VecDeque<WhereNowAnswer>,
}

impl WhereNowAnswers {
    /// The last where now for a user.
    pub fn answer_for(&self, user: &UserId) -> Option<&WhereNowAnswer> {
        self.last.iter().find(|known| known.user == *user)
    }

    /// Note a request. Returns `false` if one is on its way already.
    pub(super) fn begin_ask(&mut self, user: &UserId, now: Moment) -> bool {
        if self.answer_for(user).is_some_and(|known| known.result == WhereNowResult::Asking) {
            return false;
        }
        self.last.retain(|known| known.user != *user);
        self.last.push_front(WhereNowAnswer { user: user.clone(), at: now, result: WhereNowResult::Asking });
        self.last.truncate(MOST);
        true
    }

    /// Take an answer, if its user is still remembered.
    pub(super) fn take_answer(&mut self, user: &UserId, result: Result<Vec<Channel>, Trouble>, now: Moment) {
        let answer = match result {
            Ok(mut channels) => {
                let more = channels.len().saturating_sub(KEPT);
                channels.truncate(KEPT);
                channels.sort();
                WhereNowResult::On(channels, more)
            }
            Err(trouble) => WhereNowResult::Failed(trouble.sentence.into()),
        };
        if let Some(known) = self.last.iter_mut().find(|known| known.user == *user) {
            known.result = answer;
            known.at = now;
        }
    }
}
