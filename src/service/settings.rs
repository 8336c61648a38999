//! What a PubNub keyset can be set to, with PubNub's own defaults.

use std::time::Duration;

/// The settings of the service, the same for every key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// How long a poll is held open when nothing happens. Below 300 s, the shortest SDK timeout.
    pub poll_window: Duration,
    /// How many events a channel keeps for subscribers that come back; also the most that one reply
    /// holds.
    pub backlog: usize,
    /// For how long it keeps them.
    pub backlog_age: Duration,
    /// The presence timeout of a user who names none.
    pub presence_timeout: Duration,
    /// Occupancy above this is told in intervals instead of one by one.
    pub announce_max: usize,
    /// How often.
    pub interval: Duration,
    /// Whether intervals name who joined, left and timed out.
    pub deltas: bool,
    /// From a subscribe's answer to the join that follows it: the answer never holds the caller's
    /// own join.
    pub join_delay: Duration,
    /// For so long after an explicit leave, a subscribe does not join again: the poll that was open
    /// meanwhile is answered with that very leave, and must not undo it.
    pub debounce: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            poll_window: Duration::from_secs(280),
            backlog: 100,
            backlog_age: Duration::from_secs(20 * 60),
            presence_timeout: Duration::from_secs(300),
            announce_max: 20,
            interval: Duration::from_secs(10),
            deltas: false,
            join_delay: Duration::from_millis(50),
            debounce: Duration::from_secs(2),
        }
    }
}
