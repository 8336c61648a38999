//! Who is on several channels, those of the selected sum or all but the selected one: a block of names for each, in the
//! order of the table, set in columns like those of a newspaper.
//!
//! Names come in the order of the rosters, so that a line costs the same with ten people and with a million.

use std::collections::HashSet;

use super::{ChannelListRow, ChannelSum, Screen, channels};
use crate::{
    presence::{Moment, Occupant, UserId},
    world::{ChannelState, Departure},
};

/// Lines of all blocks together that are counted to find how many rows they want: no screen has more.
const COUNTED: usize = 2_000;

/// Channels whose recent departures are told: no screen has room for more blocks.
const LOOKED_AT: usize = 200;

/// Names that are measured, in all and of each channel, and the letters of one that are.
const MEASURED: usize = 120;
const MEASURED_EACH: usize = 20;
const LONG: usize = 40;

/// A line of a block.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum BlockLine<'a> {
    /// A channel, whose people follow.
    Channel(&'a ChannelState),
    /// The same channel, whose people go on in another column.
    Continued(&'a ChannelState),
    /// Somebody on a channel.
    Person(&'a ChannelState, &'a UserId, &'a Occupant),
}

/// Where lines are put, column by column.
struct Columns<'a> {
    height: usize,
    most: usize,
    set: Vec<Vec<BlockLine<'a>>>,
}

impl<'a> Columns<'a> {
    /// Rows left in the last column.
    fn room(&self) -> usize {
        self.set.last().map_or(0, |column| self.height.saturating_sub(column.len()))
    }

    /// Begin another column, if there may be one.
    fn begin_column(&mut self) -> bool {
        let may = self.set.len() < self.most;
        if may {
            self.set.push(Vec::with_capacity(self.height));
        }
        may
    }

    fn put(&mut self, line: BlockLine<'a>) {
        if let Some(column) = self.set.last_mut() {
            column.push(line);
        }
    }

    /// Put a block of a channel of which so many have a line; returns false, if there is no room for all of it.
    fn put_block(&mut self, watched: &'a ChannelState, named: usize) -> bool {
        // A name stands below each heading.
        if self.room() < 2 && !self.begin_column() {
            return false;
        }
        self.put(BlockLine::Channel(watched));
        for (user, occupant) in watched.roster.iter().take(named) {
            if self.room() == 0 {
                if self.height < 2 || !self.begin_column() {
                    return false;
                }
                self.put(BlockLine::Continued(watched));
            }
            self.put(BlockLine::Person(watched, user, occupant));
        }
        true
    }
}

/// The largest number from `fits` on, below `too_many`, of which this is true; it is true of all below that.
fn find_most(mut fits: usize, mut too_many: usize, is_true: impl Fn(usize) -> bool) -> usize {
    while fits + 1 < too_many {
        let half = usize::midpoint(fits, too_many);
        if is_true(half) { fits = half } else { too_many = half }
    }
    fits
}

/// Below the last block of a column more of its people have a line, where there are rows left.
fn fill_columns(columns: &mut [Vec<BlockLine<'_>>], height: usize) {
    for at in 0..columns.len() {
        let last = match columns[at].last() {
            Some(BlockLine::Person(watched, ..) | BlockLine::Channel(watched)) => *watched,
            _ => continue,
        };
        let is_named =
            |line: &&BlockLine<'_>| matches!(line, BlockLine::Person(other, ..) if other.channel == last.channel);
        let named = columns.iter().flatten().filter(is_named).count();
        let room = height.saturating_sub(columns[at].len());
        let more = last.roster.iter().skip(named).take(room);
        columns[at].extend(more.map(|(user, occupant)| BlockLine::Person(last, user, occupant)));
    }
}

impl<'a> Screen<'a> {
    /// The channels with blocks that somebody is on, in the order of the table; those of a sum that are folded away there
    /// come last.
    fn block_channels(&self) -> impl Iterator<Item = &'a ChannelState> + use<'a> {
        let screen = *self;
        let rows = self.channel_rows().into_owned();
        let mut places: Vec<usize> = rows
            .into_iter()
            .filter_map(|row| match row {
                ChannelListRow::Channel { place, .. } => Some(place),
                ChannelListRow::Heading(_) | ChannelListRow::Nobody => None,
            })
            .collect();
        if self.ui.focus.sum.is_some() && self.ui.channels.hides_channels() {
            let in_rows: HashSet<usize> = places.iter().copied().collect();
            let all = self.world.channels.iter().enumerate();
            let folded = all.filter(|(place, watched)| !in_rows.contains(place) && self.ui.channels.passes(watched));
            places.extend(folded.map(|(place, _)| place));
        }
        let channels = places.into_iter().filter_map(move |place| screen.world.channels.get(place));
        channels.filter(move |watched| !watched.roster.is_empty() && screen.has_block(watched))
    }

    /// Whether the filter of the channels leaves none of the selected sum, though there are some.
    pub fn is_sum_filtered_out(&self) -> bool {
        let mut of_sum = self.world.channels.iter().filter(|watched| self.has_block(watched)).peekable();
        self.ui.focus.sum.is_some()
            && of_sum.peek().is_some()
            && !of_sum.any(|watched| self.ui.channels.passes(watched))
    }

    /// Whether a channel is one of the selected sum, or not the selected one.
    fn has_block(&self, watched: &ChannelState) -> bool {
        match &self.ui.focus.sum {
            None => self.selected_channel().is_none_or(|selected| selected.channel != watched.channel),
            Some(ChannelSum::All) => true,
            Some(ChannelSum::Of(subscription)) => channels::brings_channel(self.world, subscription, watched),
        }
    }

    /// The channels of the selected sum that somebody is on, in the order of the table.
    pub(super) fn summed_channels(&self) -> impl Iterator<Item = &'a ChannelState> + use<'a> {
        let is_sum = self.ui.focus.sum.is_some();
        self.block_channels().filter(move |_| is_sum)
    }

    /// Set the blocks in so many columns of so many rows: as many names of each as
    /// leave room for all others. Channels for which there is no room at all are left out at the end.
    pub fn list_everyone(&self, columns: usize, height: usize) -> Vec<Vec<BlockLine<'a>>> {
        let room = columns * height;
        let channels: Vec<&ChannelState> = self.block_channels().take(room / 2).collect();
        let set = |named: usize, with_one_more: usize| {
            let mut columns = Columns { height, most: columns, set: Vec::new() };
            let all_fit = columns.begin_column()
                && channels
                    .iter()
                    .enumerate()
                    .all(|(at, watched)| columns.put_block(watched, named + usize::from(at < with_one_more)));
            (columns.set, all_fit)
        };
        // The most names of a channel with which all channels fit, then so many of the first have one more.
        let named = find_most(1, room + 1, |named| set(named, 0).1);
        let more = find_most(0, channels.len() + 1, |more| set(named, more).1);
        let mut set = set(named, more).0;
        fill_columns(&mut set, height);
        set
    }

    /// How many are listed on the channels with blocks; somebody on two of them counts twice.
    pub fn count_everyone(&self) -> u64 {
        self.block_channels().map(|watched| watched.roster.len() as u64).sum()
    }

    /// The letters of a long name on the channels with blocks: of those that were looked at three of four are not longer.
    pub fn measure_everyone(&self) -> usize {
        let channels = self.world.channels.iter().take(LOOKED_AT).filter(|watched| self.has_block(watched));
        let names = channels.flat_map(|watched| watched.roster.iter().take(MEASURED_EACH)).take(MEASURED);
        let mut letters: Vec<usize> = names.map(|(user, _)| user.as_str().chars().take(LONG).count()).collect();
        letters.sort_unstable();
        letters.get(letters.len() * 3 / 4).copied().unwrap_or(0)
    }

    /// How many rows it takes to list everybody in so many columns; none, if there is nobody.
    pub fn count_everyone_rows(&self, columns: usize) -> usize {
        let columns = columns.max(1);
        let mut lines = 0;
        for watched in self.block_channels() {
            lines += watched.roster.len() + 1;
            if lines > COUNTED {
                break;
            }
        }
        if lines == 0 {
            return 0;
        }
        // Of a block that is set in two columns the heading is told twice.
        let lines = lines.min(COUNTED) + columns - 1;
        lines.div_ceil(columns)
    }

    /// Who left one of these channels within the last minute, the last one first.
    pub fn list_all_departures(&self, now: Moment) -> Vec<&'a Departure> {
        let gone = |watched: &'a ChannelState| {
            let gone = watched.departures.iter_recent(now);
            gone.filter(|gone| watched.roster.get(&gone.user).is_none())
        };
        let channels = self.world.channels.iter().take(LOOKED_AT).filter(|watched| self.has_block(watched));
        let mut all: Vec<&Departure> = channels.flat_map(gone).collect();
        all.sort_by_key(|gone| std::cmp::Reverse(gone.at));
        all
    }
}
