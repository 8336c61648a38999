//! What a here now said about one channel, and how old that may be.

use super::{Channel, State, Timetoken, UserId};

/// The most user ids per channel that one here now collects, if nobody says otherwise: 1,000 pages. With more, a
/// snapshot is not complete.
pub const MOST_NAMES: usize = 1_000_000;

/// The most user ids that are read of one page; PubNub sends 1,000.
pub const MOST_ON_A_PAGE: usize = 100_000;

/// Which part of a here now a snapshot is, where that takes several pages. The default is all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ListPart {
    /// How many pages of the same channel came before.
    pub before: usize,
    /// Whether more follow. Then the snapshot is not complete.
    pub more: bool,
    /// How many names were collected, if it ended there because no more are.
    pub cut: Option<usize>,
}

/// The occupants of one channel, by a here now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The channel.
    pub channel: Channel,
    /// The number of distinct user ids that are present.
    pub occupancy: u64,
    /// The occupants, if user ids were asked for; each with their state, if that was.
    pub listed: Option<Vec<ListedUser>>,
    /// Whether `listed` holds states: then a user without one has none.
    pub with_state: bool,
    /// Nothing in here is older than this: the service's time when we asked, less the age that its
    /// cache allows. An event published after it is newer than the snapshot.
    pub as_of: Timetoken,
    /// Whether `listed` is everybody: one page, or pages that agree with each other and with the
    /// occupancy. Absence from an incomplete list proves nothing. On the last of several pages: whether all of them
    /// could be read and told the same occupancy; the names of all have to be as many.
    pub complete: bool,
    /// Which part it is of a here now that takes several pages.
    pub part: ListPart,
    /// How many names of the answer could not be read and are missing in `listed`.
    pub unread: usize,
    /// The first of them, cut and made safe to show.
    pub first_unread: Option<String>,
}

/// One occupant in a here-now answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedUser {
    /// The user.
    pub user: UserId,
    /// Their state on the channel, if they have any and it was asked for.
    pub state: Option<State>,
}
