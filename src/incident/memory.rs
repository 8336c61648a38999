//! What the events of a channel told last, which a here now may be ahead of, and whom it found gone.

use std::{collections::HashMap, time::Duration};

use foldhash::fast::FixedState;

use crate::{
    presence::Moment,
    world::{ChannelState, World},
};

/// So many who were found gone are kept.
const MOST: usize = 1 << 14;

/// The next interval comes within this time.
pub(super) const FOUND_GONE: Duration = Duration::from_secs(20);
/// What is counted of one channel, by its place.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ChannelMemory {
    /// The occupancy that was told last, if one was.
    pub occupancy: Option<u64>,
    /// Whether an interval told it.
    pub by_interval: bool,
    /// Whether its last intervals named who came and went.
    pub names: bool,
    /// The second of its last interval.
    pub interval: u64,
}

/// Whether a channel is summed up in intervals. Nothing announces that until the first of them.
pub(super) fn is_summed_up(world: &World, watched: &ChannelState) -> bool {
    watched.mode.is_interval() || world.session.announce_max.is_some_and(|most| watched.occupancy() > most)
}

/// How many the events of a channel have told of so far.
pub(super) fn told_occupancy(world: &World, watched: &ChannelState, memory: Option<&ChannelMemory>) -> u64 {
    let told = memory.filter(|_| is_summed_up(world, watched)).and_then(|memory| memory.occupancy);
    told.unwrap_or_else(|| watched.occupancy())
}

/// Those who were found gone: users, by their hashes and the places of the channels, and when they were found gone.
#[derive(Debug, Clone, Default)]
pub(super) struct FoundGone(HashMap<(u64, u32), Moment, FixedState>);

impl FoundGone {
    pub fn note(&mut self, user: u64, channel: u32, now: Moment) {
        if self.0.len() >= MOST {
            self.0.retain(|_, at| now.since(*at) < FOUND_GONE);
        }
        if self.0.len() < MOST {
            self.0.insert((user, channel), now);
        }
    }

    pub fn take(&mut self, user: u64, channel: u32, now: Moment) -> bool {
        self.0.remove(&(user, channel)).is_some_and(|at| now.since(at) < FOUND_GONE)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn forget(&mut self, user: u64, channel: u32) {
        self.0.remove(&(user, channel));
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The bytes of a copy.
    pub fn weigh(&self) -> usize {
        self.0.capacity() * size_of::<((u64, u32), Moment)>()
    }
}
