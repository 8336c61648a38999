//! By what channels are sorted, and the values that are compared.

use std::cmp::Reverse;

use super::trend::Trend;
use crate::{
    presence::{Channel, Moment},
    world::{Certainty, ChannelState, World},
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
    /// The change of the last minute, greatest first.
    Change,
    /// The timeouts of the last minute, most first.
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

/// Roughly how many, in half octaves: what differs by little is the same, so that rows keep their places.
fn round_roughly(n: u64) -> u8 {
    match n.checked_ilog2() {
        None => 0,
        Some(octave) => {
            let half = octave > 0 && n >> (octave - 1) & 1 == 1;
            u8::try_from(octave * 2).unwrap_or(u8::MAX) + 1 + u8::from(half)
        }
    }
}

/// Roughly how many, if they are more than a few and more than this part of all, in percent; otherwise nothing.
fn round_notable(n: u64, all: u64, few: u64, percent: u64) -> u8 {
    if n > few && n * 100 >= all * percent { round_roughly(n) } else { 0 }
}

/// What a channel is sorted by; the least comes first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ChannelRank {
    /// How grave and how far fallen, exactly; timed out, changed and here, roughly.
    Trouble([Reverse<u64>; 5]),
    Name(Channel),
    Number(Reverse<u64>),
}

impl ChannelRank {
    pub fn of(sort: ChannelSort, world: &World, watched: &ChannelState, now: Moment) -> Self {
        let trend = || Trend::of(&watched.history, now);
        match sort {
            ChannelSort::Trouble => Self::Trouble(rank_trouble(world, watched, now).map(Reverse)),
            ChannelSort::Name => Self::Name(watched.channel.clone()),
            ChannelSort::Here => Self::Number(Reverse(watched.occupancy())),
            ChannelSort::Change => {
                let trend = trend();
                Self::Number(Reverse(trend.change.unwrap_or(0).unsigned_abs().max(trend.fall)))
            }
            ChannelSort::Timeouts => Self::Number(Reverse(watched.moves.last_minute(now).timed_out)),
        }
    }
}

fn rank_trouble(world: &World, watched: &ChannelState, now: Moment) -> [u64; 5] {
    let grave = match world.certainty(watched, now) {
        Certainty::Refused => 3,
        Certainty::Drifting => 2,
        Certainty::Partial(_) | Certainty::Stale => 1,
        Certainty::Exact | Certainty::CatchingUp => 0,
    };
    let (trend, moves) = (Trend::of(&watched.history, now), watched.moves.last_minute(now));
    let here = watched.occupancy();
    let all = here.max(trend.fall);
    let fell = if trend.beyond { trend.fall } else { 0 };
    let timeouts = round_notable(moves.timed_out, all, 2, 20);
    let change = round_notable(trend.change.unwrap_or(0).unsigned_abs(), all, 5, 25);
    [grave, fell, timeouts.into(), change.into(), round_roughly(here).into()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_by_half_octaves() {
        assert_eq!([0, 1, 2, 3, 4, 5, 6, 7, 8, 12].map(round_roughly), [0, 1, 3, 4, 5, 5, 6, 6, 7, 8]);
        assert!(round_roughly(u64::MAX) > round_roughly(1 << 62));
        assert_eq!([round_notable(2, 2, 2, 20), round_notable(3, 90, 2, 20)], [0, 0]);
        assert_eq!(round_notable(20, 90, 2, 20), round_roughly(20));
    }
}
