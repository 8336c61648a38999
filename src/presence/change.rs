//! What an event does to the list of a channel.

use std::time::Duration;

/// What an event did to the roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Somebody new.
    Joined,
    /// Somebody who was here already was announced again.
    SeenAgain {
        /// How often by now.
        sightings: u32,
    },
    /// Somebody came back so soon after leaving that it was hardly an absence.
    Flapped {
        /// How long they were away.
        away: Duration,
    },
    /// Somebody is gone.
    Gone {
        /// How long they were present, if we saw them come.
        stayed: Option<Duration>,
    },
    /// A state was replaced.
    StateChanged,
    /// A summary was applied.
    Summed,
    /// The event named somebody who was not on the list.
    OddAbsent,
    /// Older than what we know of this user, or nothing we understand: no effect.
    None,
}
