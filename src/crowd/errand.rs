//! What is to happen at a known time. Pure.

use std::{collections::BTreeMap, time::Duration};

use crate::presence::Channel;

/// Something that one person is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Errand {
    /// Set a state, having just arrived.
    Dress,
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

/// An errand with its person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Planned {
    /// Who.
    pub person: usize,
    /// The visit during or after which it was planned: void if there was another since.
    pub visit: u32,
    /// What.
    pub errand: Errand,
}

/// Errands by time; those for the same time in the order in which they were planned.
#[derive(Debug, Default)]
pub(super) struct Errands {
    queue: BTreeMap<(Duration, u64), Planned>,
    made: u64,
}

impl Errands {
    /// Plan an errand.
    pub fn plan(&mut self, at: Duration, planned: Planned) {
        self.made += 1;
        self.queue.insert((at, self.made), planned);
    }

    /// When the first of them is due.
    pub fn due(&self) -> Option<Duration> {
        self.queue.first_key_value().map(|((at, _), _)| *at)
    }

    /// Take the first of them.
    pub fn pop(&mut self) -> Option<Planned> {
        self.queue.pop_first().map(|(_, planned)| planned)
    }
}
