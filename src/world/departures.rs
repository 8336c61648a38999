//! The users who left a channel last. They stay listed for a while, so that nobody vanishes while a person reads.

use std::{collections::VecDeque, time::Duration};

use crate::presence::{Moment, Occupant, UserId};

/// A departure is listed this long: as long as its age is shown in seconds.
const SHOWN: Duration = Duration::from_secs(60);

/// The number of departures kept for a channel: few, because they share the pane with the occupants.
const MOST: usize = 5;

/// Bytes of the largest state that is kept of a user who left.
const LARGEST_STATE: usize = 4 * 1024;

/// Why a user is no longer present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
            Self::Resync => "gone at resync",
        }
    }
}

/// A user who is no longer present.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// The last five departures of a channel, for at most a minute each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Departures {
    last: VecDeque<Departure>,
}

impl Departures {
    fn push(&mut self, mut gone: Departure) {
        gone.was = gone.was.map(|was| was.without_large_state(LARGEST_STATE));
        self.last.retain(|other| other.user != gone.user);
        self.last.push_front(gone);
        self.last.truncate(MOST);
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
    fn the_last_five_are_remembered_for_a_minute() {
        let mut just = Departures::default();
        for second in 0..8 {
            let at = Moment::from_micros(second * 1_000_000);
            just.push(Departure {
                user: UserId::from_wire(&format!("u{}", second % 7)),
                reason: DepartureReason::Left,
                at,
                was: None,
            });
        }
        let names = |second: u64| -> Vec<String> {
            just.iter_recent(Moment::from_micros(second * 1_000_000)).map(|gone| gone.user.to_string()).collect()
        };
        assert_eq!(names(8), ["u0", "u6", "u5", "u4", "u3"]);
        assert_eq!(names(65), ["u0", "u6"]);
        assert!(names(67).is_empty());
    }
}
