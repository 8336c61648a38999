//! The short name of a channel in view.

/// More channels than this are not taken into view, and no more are hidden.
pub const MOST: usize = 10_000;

/// A channel in view, for as long as none goes [out of view](super::Channels::remove_all).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelId(u32);

impl ChannelId {
    /// The id of a place in the list, of which there are never more than [`MOST`].
    pub(super) fn of_place(place: usize) -> Self {
        Self(u32::try_from(place).unwrap_or(u32::MAX))
    }

    /// Its place in the list.
    pub const fn place(self) -> usize {
        self.0 as usize
    }
}
