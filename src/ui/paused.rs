//! What the screen shows while it is paused.

use super::EventLog;
use crate::{incident::IncidentWatch, presence::Moment, world::World};

/// A pause.
#[derive(Debug)]
pub struct Paused {
    /// When it began.
    pub at: Moment,
    /// The number of waiting events, when it was last counted.
    pub waiting: u64,
    pub(super) counted: Moment,
    /// The world at the beginning.
    pub(super) world: Box<World>,
    /// The log at the beginning.
    pub(super) log: EventLog,
    /// What was told of incidents at the beginning.
    pub(super) incidents: Box<IncidentWatch>,
}

impl Paused {
    /// The number of events since the beginning.
    pub(super) fn events_since(&self, live: &World) -> u64 {
        live.counters.events.saturating_sub(self.world.counters.events)
    }
}
