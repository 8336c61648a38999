//! The clock at the edges. Pure rooms are handed what it says.

use std::time::SystemTime;

use tokio::time::Instant;

use crate::presence::Moment;

/// Tells the time since it was made, starting from the wall clock of that moment; it never runs
/// backwards, whatever happens to the wall clock. Follows tokio's clock, so that a test can pause
/// it. Copies tell the same time.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    started: Instant,
    wall: Moment,
}

impl Clock {
    /// A clock that starts now.
    pub fn start() -> Self {
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self { started: Instant::now(), wall: Moment::from_micros(u64::try_from(wall.as_micros()).unwrap_or(0)) }
    }

    /// The time.
    pub fn now(&self) -> Moment {
        self.wall.plus(self.started.elapsed())
    }

    /// Sleep until `at`, or not at all if it has passed.
    pub async fn sleep_until(&self, at: Moment) {
        tokio::time::sleep_until(self.started + at.since(self.wall)).await;
    }
}
