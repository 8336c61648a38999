//! The users who left a channel last. They stay listed for a while, so that nobody vanishes while a person reads.

use std::{collections::VecDeque, time::Duration};

use serde::{Deserialize, Serialize};

use crate::presence::{Moment, Occupant, UserId};

/// A departure is listed this long: as long as its age is shown in seconds.
const SHOWN: Duration = Duration::from_secs(60);

/// The number of departures kept for a channel: as many as a line names, and some more to count.
const MOST: usize = 12;

/// Of so many the state is kept, too.
const WITH_STATE: usize = 5;

/// Bytes of the largest state that is kept of a user who left.
const LARGEST_STATE: usize = 4 * 1024;

/// Why a user is no longer present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DepartureReason {
    /// The user left on purpose.
    Left,
    /// The user was silent for longer than the presence timeout.
    TimedOut,
    /// A here now did not list the user, so the event was missed.
    Resync,
}

impl DepartureReason {
    /// The reason in a word or two, for people.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::TimedOut => "timed out",
            Self::Resync => "no longer listed",
        }
    }
}

/// A user who is no longer present.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departure {
    /// The user id.
    pub user: UserId,
    /// Why the user is no longer present.
    pub reason: DepartureReason,
    /// When we learned of it, by our clock.
    pub at: Moment,
    /// The occupant as last known, if it was known.
    pub was: Option<Occupant>,
}

/// The last twelve departures of a channel, for at most a minute each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departures {
    last: VecDeque<Departure>,
}

impl Departures {
    fn push(&mut self, mut gone: Departure) {
        gone.was = gone.was.map(|was| was.without_large_state(LARGEST_STATE));
        self.last.retain(|other| other.user != gone.user);
        self.last.push_front(gone);
        self.last.truncate(MOST);
        if let Some(old) = self.last.get_mut(WITH_STATE) {
            old.was = None;
        }
    }

    /// Add departures, in the order given.
    pub(super) fn push_all(&mut self, all: &[Departure]) {
        for gone in &all[all.len().saturating_sub(MOST)..] {
            self.push(gone.clone());
        }
    }

    /// The departures of the last minute, latest first.
    pub fn iter_recent(&self, now: Moment) -> impl Iterator<Item = &Departure> {
        self.last.iter().filter(move |gone| now.since(gone.at) < SHOWN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_twelve_are_remembered_for_a_minute() {
        let mut just = Departures::default();
        for second in 0..16 {
            let at = Moment::from_micros(second * 1_000_000);
            just.push(Departure {
                user: UserId::from_wire(&format!("u{}", second % 14)),
                reason: DepartureReason::Left,
                at,
                was: None,
            });
        }
        let names = |second: u64| -> Vec<String> {
            just.iter_recent(Moment::from_micros(second * 1_000_000)).map(|gone| gone.user.to_string()).collect()
        };
        assert_eq!(names(16).len(), MOST);
        assert_eq!(names(16)[..3], ["u1", "u0", "u13"]);
        assert_eq!(names(73), ["u1", "u0"]);
        assert!(names(75).is_empty());
    }
}
