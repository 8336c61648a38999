//! What is to happen at a known time. Pure.

use std::{collections::BTreeMap, time::Duration};

use crate::presence::Channel;

/// Something that one person is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PlannedAct {
    /// Set a state, having just arrived.
    SetFirstState,
    /// Leave.
    Leave,
    /// Leave, to be back soon.
    FlapOut,
    /// Be back.
    FlapBack,
    /// Show a last sign of life and fall silent, until the region has its network back.
    Lapse,
    /// Come to this channel.
    Come(Channel),
}

/// A planned act with its person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlannedEntry {
    pub person: usize,
    /// The visit during or after which it was planned. After another visit it is void.
    pub visit: u32,
    pub errand: PlannedAct,
}

/// Planned acts by time; those for the same time in the order in which they were planned.
#[derive(Debug, Default)]
pub(super) struct PlannedActs {
    queue: BTreeMap<(Duration, u64), PlannedEntry>,
    made: u64,
}

impl PlannedActs {
    /// Plan an act.
    pub fn plan(&mut self, at: Duration, planned: PlannedEntry) {
        self.made += 1;
        self.queue.insert((at, self.made), planned);
    }

    /// When the first of them is due.
    pub fn due(&self) -> Option<Duration> {
        self.queue.first_key_value().map(|((at, _), _)| *at)
    }

    /// Take the first of them.
    pub fn pop(&mut self) -> Option<PlannedEntry> {
        self.queue.pop_first().map(|(_, planned)| planned)
    }
}
