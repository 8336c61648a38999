//! The rows of the list, made from the order of the channels: those watched by name, and under each pattern or group
//! those that it brings.

use std::collections::HashSet;

use crate::{
    expression::Filter,
    presence::{Channel, Moment, Subscription},
    world::{ChannelState, SourceSum, TimeSpan, World},
};

/// The columns in which the span of a pattern or group is summed up: as many as a line of blocks has cells.
const COLUMNS: usize = 12;

/// A row of the list of channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelListRow {
    /// A channel, by its place in the world.
    Channel {
        /// Its place.
        place: usize,
        /// Whether it stands under a pattern or group.
        under: bool,
    },
    /// A pattern or group, by its place among the headings.
    Heading(usize),
    /// Said under a pattern or group without channels.
    Nobody,
}

/// The row of a pattern or group.
#[derive(Debug, Clone, PartialEq)]
pub struct Heading {
    /// The sum of its channels.
    pub sum: SourceSum,
    /// Whether they are hidden.
    pub folded: bool,
}

/// All rows, and the headings among them.
#[derive(Debug, Default)]
pub(super) struct ChannelRows {
    pub rows: Vec<ChannelListRow>,
    pub headings: Vec<Heading>,
    /// How many channels pass the filter.
    pub found: usize,
}

impl ChannelRows {
    /// Make the rows of channels in this order.
    pub fn make(
        world: &World,
        order: &[usize],
        filter: &Filter,
        folded: &HashSet<Subscription>,
        (span, now): (TimeSpan, Moment),
    ) -> Self {
        let channels = &world.channels;
        let passes = |watched: &ChannelState| filter.is_empty() || filter.matches(watched.channel.as_str(), None);
        let passing: Vec<(usize, &ChannelState)> = order
            .iter()
            .filter_map(|place| Some((*place, channels.get(*place)?)))
            .filter(|(_, watched)| passes(watched))
            .collect();
        let found = passing.len();
        let mut headings: Vec<Heading> = world
            .session
            .watching
            .iter()
            .filter(|subscription| !matches!(subscription, Subscription::Channel(_)))
            .map(|subscription| Heading {
                sum: SourceSum::new(subscription.clone()),
                folded: folded.contains(subscription),
            })
            .collect();
        if headings.is_empty() {
            let rows = passing.into_iter().map(|(place, _)| ChannelListRow::Channel { place, under: false }).collect();
            return Self { rows, headings, found };
        }
        let (children, rows) = arrange(world, &passing, &mut headings, filter.is_empty());
        for (heading, children) in headings.iter_mut().zip(&children) {
            heading.sum.sum_up(world, children, (span, COLUMNS), now);
        }
        Self { rows, headings, found }
    }
}

/// Put each channel in its place. Returns the channels that each heading sums up, and the rows.
fn arrange<'a>(
    world: &World,
    passing: &[(usize, &'a ChannelState)],
    headings: &mut [Heading],
    whole: bool,
) -> (Vec<Vec<&'a ChannelState>>, Vec<ChannelListRow>) {
    let named: HashSet<&Channel> = world.session.watching.iter().filter_map(as_channel).collect();
    let mut summed: Vec<Vec<&ChannelState>> = vec![Vec::new(); headings.len()];
    let mut shown: Vec<Vec<usize>> = vec![Vec::new(); headings.len()];
    // Of each unit: a channel that is named, or the heading whose first channel comes here.
    let mut units = Vec::new();
    for (place, watched) in passing {
        let is_named = named.contains(&watched.channel);
        let covered = is_named || headings.iter().any(|heading| heading.sum.subscription.covers(&watched.channel));
        let mut first = None;
        for (at, _) in
            headings.iter().enumerate().filter(|(_, heading)| brings(&heading.sum.subscription, watched, || covered))
        {
            summed[at].push(*watched);
            first = first.or(Some(at));
        }
        match first.filter(|_| !is_named) {
            Some(at) => {
                if shown[at].is_empty() {
                    units.push(Err(at));
                }
                shown[at].push(*place);
            }
            None => units.push(Ok(*place)),
        }
    }
    // Those without a row of their own below come last.
    units.extend((0..headings.len()).filter(|at| whole && shown[*at].is_empty()).map(Err));
    let mut rows = Vec::new();
    for unit in units {
        match unit {
            Ok(place) => rows.push(ChannelListRow::Channel { place, under: false }),
            Err(at) => {
                rows.push(ChannelListRow::Heading(at));
                if headings[at].folded {
                    continue;
                }
                if summed[at].is_empty() {
                    rows.push(ChannelListRow::Nobody);
                }
                rows.extend(shown[at].iter().map(|place| ChannelListRow::Channel { place: *place, under: true }));
            }
        }
    }
    (summed, rows)
}

const fn as_channel(subscription: &Subscription) -> Option<&Channel> {
    if let Subscription::Channel(channel) = subscription { Some(channel) } else { None }
}

/// Whether a pattern or group brings a channel into view that others bring, too, if it is `covered`. A here-now answer
/// does not tell through which group a channel comes: then it may be any.
fn brings(subscription: &Subscription, watched: &ChannelState, covered: impl FnOnce() -> bool) -> bool {
    match subscription {
        Subscription::Group(group) => watched.through.contains(group) || watched.through.is_empty() && !covered(),
        pattern => pattern.covers(&watched.channel),
    }
}

/// Whether a pattern or group of those that are watched brings a channel into view.
pub(in crate::ui) fn brings_channel(world: &World, subscription: &Subscription, watched: &ChannelState) -> bool {
    brings(subscription, watched, || world.session.watching.iter().any(|other| other.covers(&watched.channel)))
}
