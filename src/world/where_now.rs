//! On which other channels somebody is, as the service answered when it was asked.

use std::collections::VecDeque;

use crate::presence::{Channel, Moment, Trouble, UserId};

/// Answers are remembered for so many users, the last ones.
const MOST: usize = 16;

/// Channels of an answer that are kept; the others are counted.
const KEPT: usize = 1_000;

/// What became of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WhereNowResult {
    /// It is on its way.
    Asking,
    /// These channels, and so many more.
    On(Vec<Channel>, usize),
    /// None, for this reason. Safe to show.
    Failed(String),
}

/// Where somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhereNowAnswer {
    /// Who.
    pub user: UserId,
    /// When it was asked or answered, by our clock.
    pub at: Moment,
    /// What is known of it.
    pub result: WhereNowResult,
}

/// What was asked about the last 16 users.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WhereNowAnswers {
    last: VecDeque<WhereNowAnswer>,
}

impl WhereNowAnswers {
    /// What is known of a user.
    pub fn answer_for(&self, user: &UserId) -> Option<&WhereNowAnswer> {
        self.last.iter().find(|known| known.user == *user)
    }

    /// It is asked now; `false` if a question is on its way already.
    pub(super) fn begin_ask(&mut self, user: &UserId, now: Moment) -> bool {
        if self.answer_for(user).is_some_and(|known| known.result == WhereNowResult::Asking) {
            return false;
        }
        self.last.retain(|known| known.user != *user);
        self.last.push_front(WhereNowAnswer { user: user.clone(), at: now, result: WhereNowResult::Asking });
        self.last.truncate(MOST);
        true
    }

    /// Here is the answer. Nobody may wait for it any more.
    pub(super) fn take_answer(&mut self, user: &UserId, result: Result<Vec<Channel>, Trouble>, now: Moment) {
        let answer = match result {
            Ok(mut channels) => {
                let more = channels.len().saturating_sub(KEPT);
                channels.truncate(KEPT);
                channels.sort();
                WhereNowResult::On(channels, more)
            }
            Err(trouble) => WhereNowResult::Failed(trouble.sentence),
        };
        if let Some(known) = self.last.iter_mut().find(|known| known.user == *user) {
            known.result = answer;
            known.at = now;
        }
    }
}
