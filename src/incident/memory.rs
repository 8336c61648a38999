//! What the events of a channel told last, which a here now may be ahead of.

use crate::world::{ChannelState, World};

/// What is counted of one channel, by its place.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ChannelMemory {
    /// The occupancy that was told last, if one was.
    pub occupancy: Option<u64>,
    /// Whether an interval told it.
    pub by_interval: bool,
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
