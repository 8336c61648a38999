//! A here-now answer for one channel, stamped with how old it may be.

use super::{Channel, State, Timetoken, UserId};

/// User ids per channel that one here now collects at the most; beyond, a list is partial.
pub const MOST_NAMES: usize = 100_000;

/// Who the service said is on one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Where.
    pub channel: Channel,
    /// How many distinct user ids are present.
    pub occupancy: u64,
    /// Who, when names were asked for; each with their state when that was asked for.
    pub listed: Option<Vec<Counted>>,
    /// Whether `listed` holds states: then a user without one has none.
    pub with_state: bool,
    /// Nothing in here is older than this: the service's time when we asked, less the age that its
    /// cache allows. An event published after it is newer than the snapshot.
    pub as_of: Timetoken,
    /// Whether `listed` is everybody: one page, or pages that agree with each other and with the
    /// occupancy. Absence from an incomplete list proves nothing.
    pub complete: bool,
}

/// One occupant in a here-now answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Who.
    pub user: UserId,
    /// Their state on the channel, if they have any and it was asked for.
    pub state: Option<State>,
}
