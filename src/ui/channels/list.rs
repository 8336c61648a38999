//! What is known of the list of channels between two looks: the order and the rows that it led to.
//!
//! The rows are made again at most every two seconds, and less often for thousands of channels, since it takes a look at each;
//! not while a person moves in the list, and not while nothing happens.

use std::{borrow::Cow, collections::HashSet, time::Duration};

use super::{
    order::{ChannelRank, ChannelSort},
    rows::{ChannelListRow, ChannelRows, Heading},
};
use crate::{
    expression::Filter,
    presence::{Moment, Subscription},
    world::{ChannelState, OccupancyHistory, TimeSpan, World, count_users},
};

/// How long an order stays.
const CALM: Duration = Duration::from_secs(2);

/// For each of this many channels it stays as long again.
const LOOKED_AT: usize = 5_000;

/// How long the order stays after a person moved in it.
const HELD: Duration = Duration::from_secs(4);

/// The order and the filter of the channels, and their rows.
#[derive(Debug, Default)]
pub struct ChannelList {
    sort: ChannelSort,
    reversed: bool,
    filter: Filter,
    /// The filter to restore, while another one is typed.
    before: Option<Filter>,
    /// The patterns and groups whose channels are hidden.
    folded: HashSet<Subscription>,
    /// The places of all channels, in order.
    order: Vec<usize>,
    rows: ChannelRows,
    /// The number of different users on all channels, if it is known.
    users: Option<u64>,
    /// What the rows were made from: the moment, the version of the world, and the span.
    made: Option<(Moment, u64, TimeSpan)>,
    /// A person wants other rows.
    wanted: bool,
    /// When a person moved in the list last.
    moved: Option<Moment>,
}

impl ChannelList {
    /// The same order without the rows, for another world.
    pub(in crate::ui) fn clone_for_new_world(&self) -> Self {
        Self { sort: self.sort, reversed: self.reversed, ..Self::default() }
    }

    /// What the channels are sorted by, and whether that is reversed.
    pub const fn sort(&self) -> (ChannelSort, bool) {
        (self.sort, self.reversed)
    }

    /// The filter.
    pub const fn filter(&self) -> &Filter {
        &self.filter
    }

    /// How many channels pass the filter.
    pub const fn count_found(&self) -> usize {
        self.rows.found
    }

    /// The number of different users on all channels, if all lists are exact and not too long to count.
    pub const fn users(&self) -> Option<u64> {
        self.users
    }

    /// The pattern or group of a row.
    pub fn heading(&self, at: usize) -> Option<&Heading> {
        self.rows.headings.get(at)
    }

    /// Whether there are patterns or groups whose channels are hidden.
    pub(in crate::ui) fn hides_channels(&self) -> bool {
        self.rows.headings.iter().any(|heading| heading.folded)
    }

    /// Whether a channel passes the filter.
    pub(in crate::ui) fn passes(&self, watched: &ChannelState) -> bool {
        self.filter.is_empty() || self.filter.matches(watched.channel.as_str(), None)
    }

    /// The rows; those of a world whose channels were never looked at are in its own order.
    pub fn rows(&self, world: &World) -> Cow<'_, [ChannelListRow]> {
        if self.order.len() == world.channels.len() && self.made.is_some() {
            return Cow::Borrowed(&self.rows.rows);
        }
        (0..world.channels.len()).map(|place| ChannelListRow::Channel { place, under: false }).collect()
    }

    pub(super) fn sort_by(&mut self, sort: ChannelSort) {
        (self.sort, self.reversed) = (sort, sort == self.sort && !self.reversed);
        self.wanted = true;
    }

    pub(in crate::ui) const fn reverse_order(&mut self) {
        self.reversed = !self.reversed;
        self.wanted = true;
    }

    pub(in crate::ui) fn set_filter(&mut self, filter: Filter) {
        self.wanted |= filter != self.filter;
        self.filter = filter;
    }

    /// Remember the filter before another one is typed. It can be [restored](Self::restore_filter).
    pub(in crate::ui) fn remember_filter(&mut self) {
        self.before = Some(self.filter.clone());
    }

    pub(in crate::ui) fn restore_filter(&mut self) {
        if let Some(before) = self.before.take() {
            self.set_filter(before);
        }
    }

    /// Hide the channels of a pattern or group, or show them.
    pub(super) fn fold(&mut self, subscription: &Subscription, hidden: bool) {
        let changed = if hidden { self.folded.insert(subscription.clone()) } else { self.folded.remove(subscription) };
        self.wanted |= changed;
    }

    /// The rows are of another world.
    pub(in crate::ui) fn make_again(&mut self) {
        (self.wanted, self.moved) = (true, None);
        self.order.clear();
    }

    /// A person moves in the list: it holds still for a while.
    pub(super) const fn hold(&mut self, now: Moment) {
        self.moved = Some(now);
    }

    /// When the rows are to be made again.
    pub(in crate::ui) fn next_due(&self, world: &World, span: TimeSpan) -> Option<Moment> {
        let is_made =
            |made: &(_, _, TimeSpan)| !self.wanted && self.order.len() == world.channels.len() && made.2 == span;
        let Some((made, version, _)) = self.made.filter(is_made) else { return Some(Moment::default()) };
        let times = 1 + u32::try_from(world.channels.len() / LOOKED_AT).unwrap_or(u32::MAX);
        let calm = made.plus(CALM * times);
        let held = self.moved.map_or(calm, |moved| moved.plus(HELD));
        let changes = (version != world.version()).then_some(calm);
        let changed = world.channels.last_changed();
        // The order by trouble is that of a minute.
        let moves = [TimeSpan::Minute, span]
            .into_iter()
            .filter_map(|span| OccupancyHistory::span_moves_at(span, changed?, made))
            .map(|at| at.max(calm));
        changes.into_iter().chain(moves).min().map(|due| due.max(held))
    }

    /// Make the rows if that is due. `still`: the world is a picture that does not move.
    pub(super) fn do_due(&mut self, world: &World, still: bool, span: TimeSpan, now: Moment) {
        let due = self.next_due(world, span);
        if due != Some(Moment::default()) && (still || due.is_none_or(|due| due > now)) {
            return;
        }
        self.sort_channels(world, span, now);
        self.rows = ChannelRows::make(world, &self.order, &self.filter, &self.folded, (span, now));
        self.users = count_users(world, world.channels.iter(), now);
        (self.made, self.wanted) = (Some((now, world.version(), span)), false);
    }

    /// Sort the channels. Those that rank the same keep the places that they have.
    fn sort_channels(&mut self, world: &World, span: TimeSpan, now: Moment) {
        if self.order.len() != world.channels.len() {
            self.order = (0..world.channels.len()).collect();
        }
        let ranks: Vec<ChannelRank> =
            world.channels.iter().map(|watched| ChannelRank::of(self.sort, world, watched, span, now)).collect();
        if self.reversed {
            self.order.sort_by(|a, b| ranks[*b].cmp(&ranks[*a]));
        } else {
            self.order.sort_by(|a, b| ranks[*a].cmp(&ranks[*b]));
        }
    }
}
