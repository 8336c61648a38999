//! When to ask for the requests of a user, and what was told last.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::presence::{Moment, UserId, UserRequests};

/// The least time between two questions.
const PACE: Duration = Duration::from_secs(2);

/// The pause after one that failed.
const PAUSE: Duration = Duration::from_secs(30);

/// The requests of a user, as the service told them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownRequests {
    /// The user.
    pub user: UserId,
    /// When that was heard, by our clock.
    pub heard: Moment,
    /// The requests.
    pub told: UserRequests,
}

/// What herenow's own service tells of the requests of one user. Those of another replace them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceLedger {
    /// The origin answered, and is no service of ours: it is not asked again.
    is_foreign: bool,
    /// Who is being asked about.
    asking: Option<UserId>,
    /// Not to be asked before.
    next: Moment,
    known: Option<KnownRequests>,
}

impl ServiceLedger {
    /// Whether it is time to ask about a user.
    pub fn is_due(&self, user: &UserId, now: Moment) -> bool {
        let is_asking = self.asking.is_some();
        !self.is_foreign && !is_asking && self.next <= now && user.as_str().len() <= 300
    }

    /// What was told last of a user.
    pub fn find(&self, user: &UserId) -> Option<&KnownRequests> {
        self.known.as_ref().filter(|known| known.user == *user)
    }

    /// Note a question.
    pub(in crate::world) fn begin_ask(&mut self, user: &UserId, now: Moment) {
        self.known = self.known.take().filter(|known| known.user == *user);
        self.asking = Some(user.clone());
        self.next = now.plus(PACE);
    }

    /// Take an answer; `None` tells that the origin is no service of ours.
    pub(in crate::world) fn take_answer(&mut self, user: UserId, told: Option<UserRequests>, now: Moment) {
        self.asking = None;
        self.is_foreign |= told.is_none();
        self.known = told.map(|told| KnownRequests { user, heard: now, told });
    }

    /// Note that there was no answer.
    pub(in crate::world) fn take_failure(&mut self, now: Moment) {
        self.asking = None;
        self.next = now.plus(PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: u64) -> Moment {
        Moment::from_micros(second * 1_000_000)
    }

    fn told() -> UserRequests {
        UserRequests { at: at(5), presence_timeout: Duration::from_secs(300), requests: Vec::new() }
    }

    #[test]
    fn it_is_asked_every_two_seconds_and_one_question_at_a_time() {
        let (ann, bob) = (UserId::from_wire("ann"), UserId::from_wire("bob"));
        let mut ledger = ServiceLedger::default();
        assert!(ledger.is_due(&ann, at(1)));
        ledger.begin_ask(&ann, at(1));
        assert!(!ledger.is_due(&ann, at(60)), "the answer is not there");
        ledger.take_answer(ann.clone(), Some(told()), at(2));
        assert!(!ledger.is_due(&bob, at(2)) && ledger.is_due(&bob, at(3)));
        assert!(ledger.find(&ann).is_some() && ledger.find(&bob).is_none());
        ledger.begin_ask(&bob, at(3));
        assert_eq!(ledger.find(&ann), None, "dropped when another is asked about");
        ledger.take_failure(at(4));
        assert!(!ledger.is_due(&bob, at(33)) && ledger.is_due(&bob, at(34)));
    }

    #[test]
    fn an_origin_that_tells_nothing_is_never_asked_again() {
        let ann = UserId::from_wire("ann");
        let mut ledger = ServiceLedger::default();
        ledger.begin_ask(&ann, at(1));
        ledger.take_answer(ann.clone(), None, at(1));
        assert!(!ledger.is_due(&ann, at(1_000_000)) && ledger.find(&ann).is_none());
    }
}
