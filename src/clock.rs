//! The clock at the edges. Pure rooms are handed what it says.

use std::time::SystemTime;

use tokio::time::Instant;

use crate::presence::Moment;

/// What the wall clock shows. It may be set back; measure with a [`Clock`].
pub fn read_wall_clock() -> Moment {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Moment::from_micros(u64::try_from(since.as_micros()).unwrap_or(0))
}

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
        Self { started: Instant::now(), wall: read_wall_clock() }
    }

    /// A clock that shows this now, and goes on from there: that of a recording.
    pub fn start_at(moment: Moment) -> Self {
        Self { started: Instant::now(), wall: moment }
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
