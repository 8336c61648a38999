//! How often a crowd shows signs of life: rarely enough for one machine. Pure.

use std::time::Duration;

/// Heartbeats per second of a whole crowd, at most.
const BEATS_PER_SECOND: usize = 800;

/// The shortest heartbeat interval, in seconds: short, so that a silence shows soon.
const SHORTEST: u64 = 7;

/// The same for the people of a recording, whose calls are made one after the other.
const RECORDED_PER_SECOND: usize = 200;
const SHORTEST_RECORDED: u64 = 100;

/// The presence timeout that a crowd's people ask for, and how often they keep it up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeartbeatTiming {
    /// The presence timeout: 16 s for a small crowd.
    pub timeout: Duration,
    /// The heartbeat interval: half the timeout less a second.
    pub interval: Duration,
}

impl HeartbeatTiming {
    /// For a crowd of so many, all of whom may be online at once.
    pub fn for_crowd(people: usize) -> Self {
        let interval = u64::try_from(people.div_ceil(BEATS_PER_SECOND)).unwrap_or(u64::MAX / 4).max(SHORTEST);
        Self { timeout: Duration::from_secs(2 * (interval + 1)), interval: Duration::from_secs(interval) }
    }

    /// For the people of a recording: who is silent there says so with a timeout of their own, and nobody else is to
    /// time out, however slow the machine.
    pub fn for_recording(people: usize) -> Self {
        let interval =
            u64::try_from(people.div_ceil(RECORDED_PER_SECOND)).unwrap_or(u64::MAX / 4).max(SHORTEST_RECORDED);
        Self { timeout: Duration::from_secs(3 * interval), interval: Duration::from_secs(interval) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_of_any_size_beats_at_most_eight_hundred_times_a_second() {
        let seconds = |people| {
            (
                HeartbeatTiming::for_crowd(people).timeout.as_secs(),
                HeartbeatTiming::for_crowd(people).interval.as_secs(),
            )
        };
        assert_eq!(seconds(0), (16, 7));
        assert_eq!(seconds(90), (16, 7));
        assert_eq!(seconds(5_600), (16, 7));
        assert_eq!(seconds(100_000), (252, 125));
    }
}
