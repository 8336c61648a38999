//! The sums of patterns and groups, and how many different users there are.

use std::collections::HashSet;

use super::{Certainty, ChannelState, MoveCounts, OccupancyHistory, Trend, World, list_minute_lows};
use crate::presence::{Moment, Subscription, UserId};

/// Names that are looked at to count different users: more would take time.
const COUNTED: usize = 20_000;

/// A pattern or group, with the sum of its channels.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceSum {
    /// The pattern or group.
    pub subscription: Subscription,
    /// The number of channels.
    pub channels: usize,
    /// The sum of their occupancies.
    pub here: u64,
    /// The number of different users, if all lists are exact and not too long to count.
    pub users: Option<u64>,
    /// The change in a minute of all that have one.
    pub change: Option<i64>,
    /// Whether one of them fell beyond the usual.
    pub fell: bool,
    /// The last minute, in columns.
    pub minute: Vec<u64>,
    /// Joins, leaves and timeouts of the last minute.
    pub moves: MoveCounts,
    /// How many times as many the fullest channel has as the mean, in tenths, if there are several.
    pub skew: Option<u64>,
}

impl SourceSum {
    /// Of no channels.
    pub fn new(subscription: Subscription) -> Self {
        Self {
            subscription,
            channels: 0,
            here: 0,
            users: None,
            change: None,
            fell: false,
            minute: vec![0; OccupancyHistory::MINUTE],
            moves: MoveCounts::default(),
            skew: None,
        }
    }

    /// Sum up these channels.
    pub fn sum_up(&mut self, world: &World, channels: &[&ChannelState], now: Moment) {
        let mut fullest = 0;
        for watched in channels {
            let trend = Trend::of(&watched.history, now);
            self.here += watched.occupancy();
            fullest = fullest.max(watched.occupancy());
            self.change = self.change.map_or(trend.change, |sum| Some(sum + trend.change.unwrap_or(0)));
            self.fell |= trend.beyond;
            self.moves = self.moves.plus(watched.moves.last_minute(now));
            for (sum, value) in self.minute.iter_mut().zip(list_minute_lows(&watched.history, now)) {
                *sum += value.unwrap_or(0);
            }
        }
        self.channels = channels.len();
        self.users = count_users(world, channels.iter().copied(), now);
        let several = channels.len() > 1 && self.here > 0;
        self.skew = several.then(|| (fullest * 10 * channels.len() as u64).div_ceil(self.here));
    }
}

/// Count the different users of these channels, if all their lists are exact and not too long.
pub fn count_users<'a>(
    world: &World,
    channels: impl Iterator<Item = &'a ChannelState> + Clone,
    now: Moment,
) -> Option<u64> {
    let mut names = 0;
    for watched in channels.clone() {
        names += watched.roster.len();
        let whole = watched.roster.len() as u64 == watched.occupancy();
        if names > COUNTED || !whole || world.certainty(watched, now) != Certainty::Exact {
            return None;
        }
    }
    let users: HashSet<&UserId, foldhash::fast::RandomState> =
        channels.flat_map(|watched| watched.roster.iter().map(|(user, _)| user)).collect();
    Some(users.len() as u64)
}
