//! What is drawn while the picture is held still.

use super::EventLog;
use crate::{presence::Moment, world::World};

/// That the picture is held still.
#[derive(Debug)]
pub struct Paused {
    /// Since when.
    pub at: Moment,
    /// How many events wait, as of the last time that they were counted.
    pub waiting: u64,
    pub(super) counted: Moment,
    /// The world as it was.
    pub(super) world: Box<World>,
    /// The log as it was.
    pub(super) log: EventLog,
}

impl Paused {
    /// How many events have happened since.
    pub(super) fn events_since(&self, live: &World) -> u64 {
        live.counters.events.saturating_sub(self.world.counters.events)
    }
}
