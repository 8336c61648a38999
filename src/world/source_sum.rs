//! The sums of patterns and groups, and how many different users there are.

use std::collections::HashSet;

use super::{Certainty, ChannelState, MoveCounts, TimeSpan, Trend, World, list_span_values};
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
    /// The change within the span of all that have one.
    pub change: Option<i64>,
    /// Whether one of them fell beyond the usual in the last minute.
    pub fell: bool,
    /// The span, in columns.
    pub values: Vec<u64>,
    /// Joins, leaves and timeouts within the span.
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
            values: Vec::new(),
            moves: MoveCounts::default(),
            skew: None,
        }
    }

    /// Sum up these channels, within a span that is shown in so many columns.
    pub fn sum_up(
        &mut self,
        world: &World,
        channels: &[&ChannelState],
        (span, columns): (TimeSpan, usize),
        now: Moment,
    ) {
        let mut fullest = 0;
        self.values = vec![0; columns];
        for watched in channels {
            let trend = Trend::of(&watched.history, span, now);
            self.here += watched.occupancy();
            fullest = fullest.max(watched.occupancy());
            self.change = self.change.map_or(trend.change, |sum| Some(sum + trend.change.unwrap_or(0)));
            self.fell |= trend.beyond;
            self.moves = self.moves.plus(watched.moves.within(span, now));
            for (sum, value) in self.values.iter_mut().zip(list_span_values(&watched.history, span, columns, now)) {
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
