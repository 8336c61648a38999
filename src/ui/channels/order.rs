//! By what channels are sorted, and the values that are compared.

use std::cmp::{Ordering, Reverse};

use crate::{
    presence::{Channel, Moment, compare_names},
    world::{ChannelState, TimeSpan, Trend, World, rank_trouble},
};

/// What channels are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChannelSort {
    /// What needs a look first: refused or drifting, then what fell beyond the usual, then timeouts, changes and
    /// occupancy, all roughly, so that the order is calm.
    #[default]
    Trouble,
    /// The name.
    Name,
    /// The occupancy, highest first.
    Here,
    /// The change within the span that is shown, or the greatest fall within it, greatest first.
    Change,
    /// The timeouts within the span, most first.
    Timeouts,
}

impl ChannelSort {
    /// All, in the order of their list.
    pub const ALL: [Self; 5] = [Self::Trouble, Self::Name, Self::Here, Self::Change, Self::Timeouts];

    /// Its name, for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Trouble => "trouble",
            Self::Name => "name",
            Self::Here => "here",
            Self::Change => "change",
            Self::Timeouts => "timeouts",
        }
    }

    /// How the title says it.
    pub const fn describe(self, reversed: bool) -> &'static str {
        match (self, reversed) {
            (Self::Trouble, false) => "worst first",
            (Self::Trouble, true) => "worst last",
            (Self::Name, false) => "by name",
            (Self::Name, true) => "by name, reversed",
            (Self::Here, false) => "most here first",
            (Self::Here, true) => "fewest here first",
            (Self::Change, false) => "most change first",
            (Self::Change, true) => "least change first",
            (Self::Timeouts, false) => "most timeouts first",
            (Self::Timeouts, true) => "fewest timeouts first",
        }
    }
}

/// What a channel is sorted by; the least comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ChannelRank {
    /// How grave and how far fallen, exactly; timed out, changed and here, roughly.
    Trouble([Reverse<u64>; 5]),
    Name(ChannelName),
    Number(Reverse<u64>),
}

/// A channel by its name, ordered as people look for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ChannelName(Channel);

impl Ord for ChannelName {
    fn cmp(&self, other: &Self) -> Ordering {
        compare_names(self.0.as_str(), other.0.as_str())
    }
}

impl PartialOrd for ChannelName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl ChannelRank {
    pub fn of(sort: ChannelSort, world: &World, watched: &ChannelState, span: TimeSpan, now: Moment) -> Self {
        match sort {
            ChannelSort::Trouble => Self::Trouble(rank_trouble(world, watched, now).map(Reverse)),
            ChannelSort::Name => Self::Name(ChannelName(watched.channel.clone())),
            ChannelSort::Here => Self::Number(Reverse(watched.occupancy())),
            ChannelSort::Change => {
                let trend = Trend::of(&watched.history, span, now);
                Self::Number(Reverse(trend.change.unwrap_or(0).unsigned_abs().max(trend.fall)))
            }
            ChannelSort::Timeouts => Self::Number(Reverse(watched.moves.within(span, now).timed_out)),
        }
    }
}
