//! The index of a channel in view, as a type of its own.

/// At most this many channels are in view, and at most this many are hidden: it bounds memory.
pub const MOST: usize = 10_000;

/// Identifies a channel in view until one is [removed](super::Channels::remove_all).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelId(u32);

impl ChannelId {
    /// The id of a place in the list, which holds at most [`MOST`] channels.
    pub(super) fn of_place(place: usize) -> Self {
        Self(u32::try_from(place).unwrap_or(u32::MAX))
    }

    /// Its place in the list.
    pub const fn place(self) -> usize {
        self.0 as usize
    }
}
