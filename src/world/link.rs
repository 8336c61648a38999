//! The state of the connection to the service. Long subscriptions are split over several polls; the worst of them
//! decides.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use crate::presence::{LinkChange, Moment};

/// Round trips that differ by less than this count as equal: nobody would see the difference.
const STEADY: Duration = Duration::from_millis(5);

/// The state of one poll loop, or of all together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkState {
    /// Waiting for the first cursor.
    Connecting,
    /// The service answers.
    Live,
    /// The service does not answer; a retry is scheduled.
    Lost {
        /// The reason, as a sentence.
        why: String,
        /// The number of failed attempts in a row; none where nothing is tried any more, as behind a recording.
        attempt: u32,
        /// When the next attempt starts.
        retry_at: Moment,
    },
    /// The service refuses everything we ask for.
    Refused {
        /// The reason, as a sentence.
        why: String,
        /// When we ask again, if a time is known.
        retry_at: Option<Moment>,
    },
}

impl LinkState {
    fn severity(&self) -> u8 {
        match self {
            Self::Live => 0,
            Self::Connecting => 1,
            Self::Lost { .. } => 2,
            Self::Refused { .. } => 3,
        }
    }
}

/// The connection to the service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    polls: BTreeMap<usize, LinkState>,
    /// The state of the worst poll.
    pub state: LinkState,
    /// When the state last changed.
    pub since: Moment,
    /// The round trip to the service. It is updated only when it differs by more than a quarter or 5 ms, so that the
    /// screen does not flicker.
    pub round_trip: Option<Duration>,
    /// Whether the link has ever been up.
    pub was_live: bool,
}

impl Link {
    /// Not connected yet.
    pub fn new(now: Moment) -> Self {
        Self { polls: BTreeMap::new(), state: LinkState::Connecting, since: now, round_trip: None, was_live: false }
    }

    /// Whether it is lost for good: nothing is tried any more.
    pub const fn is_over(&self) -> bool {
        matches!(self.state, LinkState::Lost { attempt: 0, .. })
    }

    /// Whether the service answers on every poll.
    pub fn is_live(&self) -> bool {
        self.state == LinkState::Live
    }

    /// Take a change of one poll.
    pub fn take_change(&mut self, poll: usize, change: &LinkChange, at: Moment) {
        let before = self.polls.get(&poll).cloned();
        let next = match change {
            LinkChange::Ended => {
                self.polls.remove(&poll);
                // The last poll is always followed by another, which brings its own state.
                if !self.polls.is_empty() {
                    self.update_state(at);
                }
                return;
            }
            // A loop that retries stays lost until it succeeds.
            LinkChange::Connecting if before.as_ref().is_some_and(|b| b.severity() > 1) => return,
            LinkChange::Allowed { .. } => return,
            LinkChange::Live { round_trip, .. } | LinkChange::Alive { round_trip, .. } => {
                let steady = |known: &Duration| round_trip.abs_diff(*known) <= (*known / 4).max(STEADY);
                self.round_trip = self.round_trip.filter(steady).or(Some(*round_trip));
                LinkState::Live
            }
            LinkChange::Lost { trouble, attempt, retry_at } => match before {
                Some(LinkState::Refused { why, .. }) => LinkState::Refused { why, retry_at: Some(*retry_at) },
                _ => LinkState::Lost { why: trouble.sentence.to_string(), attempt: *attempt, retry_at: *retry_at },
            },
            LinkChange::Refused { trouble, everything: true, .. } => {
                LinkState::Refused { why: trouble.sentence.to_string(), retry_at: None }
            }
            LinkChange::Connecting | LinkChange::Refused { .. } => LinkState::Connecting,
        };
        self.polls.insert(poll, next);
        self.update_state(at);
    }

    /// Set the state to that of the worst poll.
    fn update_state(&mut self, at: Moment) {
        // A refused loop does not decide for the others, since its channels are marked anyway. Nor does a loop that
        // has just started while the others are live: it has lost nothing.
        let silent = |state: &&LinkState| match state {
            LinkState::Refused { .. } => true,
            LinkState::Connecting => self.was_live,
            LinkState::Live | LinkState::Lost { .. } => false,
        };
        let speaking = self.polls.values().filter(|state| !silent(state)).max_by_key(|state| state.severity());
        let worst = speaking.or_else(|| self.polls.values().next()).cloned().unwrap_or(LinkState::Connecting);
        if worst.severity() != self.state.severity() {
            self.since = at;
        }
        self.was_live |= worst == LinkState::Live;
        self.state = worst;
    }

    /// When the next attempt starts, if one is scheduled.
    pub fn retry_at(&self) -> Option<Moment> {
        match &self.state {
            LinkState::Lost { retry_at, .. } => Some(*retry_at),
            LinkState::Refused { retry_at, .. } => *retry_at,
            LinkState::Connecting | LinkState::Live => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presence::Trouble;

    #[test]
    fn the_worst_poll_speaks_for_all_and_trying_again_is_not_yet_success() {
        let at = Moment::from_micros;
        let mut link = Link::new(at(0));
        let live = LinkChange::Live { resumed: None, round_trip: Duration::ZERO };
        let trouble = Trouble { sentence: "gone".into(), passing: true, refused: Vec::new(), retry_after: None };
        link.take_change(0, &live, at(1));
        link.take_change(1, &live, at(2));
        assert!(link.is_live());
        link.take_change(1, &LinkChange::Lost { trouble, attempt: 1, retry_at: at(9) }, at(3));
        assert_eq!((link.is_live(), link.since, link.retry_at()), (false, at(3), Some(at(9))));
        link.take_change(1, &LinkChange::Connecting, at(9));
        assert_eq!((link.is_live(), link.since), (false, at(3)));
        link.take_change(1, &live, at(10));
        assert_eq!((link.is_live(), link.since), (true, at(10)));
    }

    #[test]
    fn a_round_trip_is_steady_until_it_differs() {
        let mut link = Link::new(Moment::default());
        let mut after = |millis| {
            let change = LinkChange::Live { resumed: None, round_trip: Duration::from_millis(millis) };
            link.take_change(0, &change, Moment::default());
            link.round_trip.map(|took| took.as_millis())
        };
        assert_eq!([2, 7, 8, 100, 125, 126, 4].map(&mut after), [2, 2, 8, 100, 100, 126, 4].map(Some));
    }

    #[test]
    fn a_poll_that_ended_is_forgotten() {
        let at = Moment::from_micros;
        let live = LinkChange::Live { resumed: None, round_trip: Duration::ZERO };
        let trouble = Trouble { sentence: "gone".into(), passing: true, refused: Vec::new(), retry_after: None };
        let mut link = Link::new(at(0));
        link.take_change(0, &live, at(1));
        link.take_change(1, &LinkChange::Lost { trouble, attempt: 1, retry_at: at(9) }, at(2));
        assert!(!link.is_live());
        link.take_change(1, &LinkChange::Ended, at(3));
        link.take_change(2, &LinkChange::Connecting, at(3));
        assert!(link.is_live(), "one that begins has lost nothing");
        link.take_change(2, &LinkChange::Ended, at(3));
        assert_eq!((link.is_live(), link.since, link.polls.len()), (true, at(3), 1));
        link.take_change(0, &LinkChange::Ended, at(4));
        assert!(link.is_live());
    }

    #[test]
    fn a_refused_poll_does_not_speak_for_the_others() {
        let at = Moment::from_micros;
        let trouble = Trouble { sentence: "no".into(), passing: false, refused: Vec::new(), retry_after: None };
        let mut link = Link::new(at(0));
        link.take_change(
            0,
            &LinkChange::Refused { trouble: trouble.clone(), what: Vec::new(), everything: true },
            at(1),
        );
        assert!(matches!(link.state, LinkState::Refused { .. }));
        link.take_change(1, &LinkChange::Live { resumed: None, round_trip: Duration::ZERO }, at(2));
        assert!(link.is_live());
        link.take_change(0, &LinkChange::Lost { trouble, attempt: 1, retry_at: at(9) }, at(3));
        assert!(link.is_live());
    }
}
