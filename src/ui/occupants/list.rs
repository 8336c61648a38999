//! The order and the filter of the occupants of the selected channel.
//!
//! Sorted by user id and unfiltered, the roster itself is the list, since it is kept in that order. Anything else is
//! an [`Index`], built on demand and updated with every change:
//!
//! - it is built in steps of at most 2,000 rows or 256 KiB of states, the first one at once, the others 5 ms apart,
//!   so that keys and frames come in between. What is found so far is shown meanwhile;
//! - a user who joins, leaves or changes is moved at once, in logarithmic time;
//! - when more than 2,000 users change at once, or states change without names (by a here now), it is rebuilt while
//!   the old one is shown: at most once a second for each 100,000 rows, so every 10 s with a million;
//! - an index that is no longer needed is dropped in the same steps.

use std::time::Duration;

use super::{
    index::{Index, STEP},
    order::{SortKey, SortOrder, SortedPlace},
};
use crate::{
    expression::{Filter, Path},
    presence::{Channel, Moment, Occupant, Roster, UserId},
    world::ChannelState,
};

/// The pause between two steps, which leaves room for keys and frames.
const PAUSE: Duration = Duration::from_millis(5);

/// For each of this many rows, a second passes between two rebuilds.
const ANEW: usize = 100_000;

/// A move by more rows than this goes to the end.
const FAR: usize = 10_000;

/// The order, the filter and the indexes of the occupants.
#[derive(Debug)]
pub struct OccupantList {
    /// The order of the occupants.
    order: SortOrder,
    /// The filter of the occupants.
    filter: Filter,
    /// The filter to restore, while another one is typed.
    before: Option<Filter>,
    /// The fields of states that have a column; if there are none, the whole state is shown.
    pub columns: Vec<Path>,
    /// Whether recent departures are listed below.
    pub just_left: bool,
    /// The channel that the indexes belong to.
    channel: Option<Channel>,
    /// The index that is shown; `None` means the roster itself.
    shown: Option<Index>,
    /// The index that replaces it when it is done.
    next: Option<Index>,
    /// Indexes that are no longer needed.
    discarded: Vec<Index>,
    /// When the next step is due.
    due: Option<Moment>,
    /// When a rebuild may start, if one is needed.
    stale: Option<Moment>,
    /// When the last rebuild started.
    last_rebuild: Moment,
}

impl Default for OccupantList {
    fn default() -> Self {
        Self {
            order: SortOrder::default(),
            filter: Filter::default(),
            before: None,
            columns: Vec::new(),
            just_left: true,
            channel: None,
            shown: None,
            next: None,
            discarded: Vec::new(),
            due: None,
            stale: None,
            last_rebuild: Moment::default(),
        }
    }
}

impl OccupantList {
    /// The same order and columns without any indexes, for another world.
    pub(in crate::ui) fn clone_for_new_world(&self) -> Self {
        let (order, columns) = (self.order.clone(), self.columns.clone());
        Self { order, columns, just_left: self.just_left, ..Self::default() }
    }

    /// The order of the occupants.
    pub const fn order(&self) -> &SortOrder {
        &self.order
    }

    /// The filter of the occupants.
    pub const fn filter(&self) -> &Filter {
        &self.filter
    }

    /// The number of users that match, as far as it is known.
    pub fn count_listed(&self, roster: &Roster) -> usize {
        self.shown.as_ref().map_or_else(|| roster.len(), Index::len)
    }

    /// How far the index is built, in percent; `None` when it is done.
    pub fn percent_indexed(&self, roster: &Roster) -> Option<usize> {
        self.shown.as_ref().filter(|index| !index.is_done()).map(|index| index.percent_done(roster))
    }

    pub(in crate::ui) fn set_order(&mut self, order: SortOrder) {
        let turned = SortOrder { reversed: self.order.reversed, ..order.clone() };
        let same = order == self.order;
        let only_turned = turned == self.order && order.reads_backward();
        self.order = order;
        if !same && !only_turned {
            self.rebuild_index();
        }
    }

    /// Reverse the order.
    pub(in crate::ui) fn reverse_order(&mut self) {
        self.set_order(SortOrder { reversed: !self.order.reversed, ..self.order.clone() });
    }

    pub(in crate::ui) fn set_filter(&mut self, filter: Filter) {
        if filter != self.filter {
            self.filter = filter;
            self.rebuild_index();
        }
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

    /// Discard the indexes and start over.
    pub(in crate::ui) fn rebuild_index(&mut self) {
        self.discarded.extend(self.shown.take());
        self.discarded.extend(self.next.take());
        self.stale = None;
        self.due = (!self.discarded.is_empty()).then(Moment::default);
        if self.order.by != SortKey::Name || !self.filter.is_empty() {
            self.shown = Some(Index::default());
            self.due = Some(Moment::default());
        }
    }

    /// Forget a channel whose state was discarded.
    pub(in crate::ui) fn forget_channel(&mut self, channel: &Channel) {
        if self.channel.as_ref() == Some(channel) {
            self.rebuild_index();
        }
    }

    /// Update a user who joined, left or changed.
    pub(in crate::ui) fn update_user(&mut self, channel: &Channel, roster: &Roster, user: &UserId) {
        if self.channel.as_ref() == Some(channel) {
            for index in self.shown.iter_mut().chain(&mut self.next) {
                index.update_user(&self.order, &self.filter, roster, user);
            }
        }
    }

    /// Update several users at once. `restated`: the states of others changed, too.
    pub(in crate::ui) fn update_users<'a>(
        &mut self,
        channel: &Channel,
        roster: &Roster,
        users: impl ExactSizeIterator<Item = &'a UserId>,
        restated: bool,
    ) {
        if self.channel.as_ref() != Some(channel) || self.shown.is_none() {
            return;
        }
        let reads = self.order.reads_state() || self.filter.asks_state();
        if users.len() > STEP || restated && reads {
            let pause = u64::try_from(roster.len() / ANEW).unwrap_or(u64::MAX).max(1);
            self.stale = self.stale.or(Some(self.last_rebuild.plus(Duration::from_secs(pause))));
        } else {
            users.for_each(|user| self.update_user(channel, roster, user));
        }
    }

    /// Do what is due for the selected channel.
    pub(in crate::ui) fn do_due(&mut self, selected: Option<&ChannelState>, now: Moment) {
        if self.channel.as_ref() != selected.map(|watched| &watched.channel) {
            self.channel = selected.map(|watched| watched.channel.clone());
            self.rebuild_index();
        }
        let Some(watched) = selected else {
            // There is nobody to list and nothing to build.
            self.stale = None;
            if self.due.is_some_and(|at| at <= now) {
                self.due = (!self.drop_discarded()).then(|| now.plus(PAUSE));
            }
            return;
        };
        if self.stale.is_some_and(|at| at <= now) {
            self.stale = None;
            self.last_rebuild = now;
            self.discarded.extend(self.next.replace(Index::default()));
            self.due = Some(now);
        }
        if self.due.is_none_or(|at| at > now) {
            return;
        }
        let working = self.shown.iter_mut().find(|index| !index.is_done()).or(self.next.as_mut());
        if let Some(index) = working {
            index.walk_on(&self.order, &self.filter, &watched.roster);
        } else {
            self.drop_discarded();
        }
        if self.next.as_ref().is_some_and(Index::is_done) {
            self.discarded.extend(self.shown.take());
            self.shown = self.next.take();
        }
        let more = self.next.is_some() || !self.discarded.is_empty() || self.percent_indexed(&watched.roster).is_some();
        self.due = more.then(|| now.plus(PAUSE));
    }

    /// Drop a part of the discarded indexes. Returns true when nothing is left of them.
    fn drop_discarded(&mut self) -> bool {
        if self.discarded.last_mut().is_some_and(|index| !index.drop_some()) {
            self.discarded.pop();
        }
        self.discarded.is_empty()
    }

    /// When the next step or rebuild is due.
    pub(in crate::ui) fn next_due(&self) -> Option<Moment> {
        [self.due, self.stale].into_iter().flatten().min()
    }

    /// The place of a user in the order.
    pub(super) fn sorted_place(&self, user: &UserId, occupant: &Occupant) -> SortedPlace {
        (self.order.sort_value(occupant), user.clone())
    }

    /// The users from a place on, or from the top, in the order shown.
    pub(super) fn iter_forward<'a>(
        &'a self,
        roster: &'a Roster,
        at: Option<&SortedPlace>,
    ) -> Box<dyn Iterator<Item = &'a UserId> + 'a> {
        let reversed = self.order.reversed;
        let user = at.map(|(_, user)| user);
        match &self.shown {
            Some(index) if reversed => {
                // `iter_before` excludes the place itself.
                let here = user.and_then(|user| index.iter_from(at).next().filter(|first| *first == user));
                Box::new(here.into_iter().chain(index.iter_before(at).rev()))
            }
            Some(index) => Box::new(index.iter_from(at)),
            None if reversed => {
                let here = user.and_then(|user| roster.from(Some(user)).next().filter(|(first, _)| *first == user));
                Box::new(here.into_iter().chain(roster.before(user).rev()).map(|(user, _)| user))
            }
            None => Box::new(roster.from(user).map(|(user, _)| user)),
        }
    }

    /// The users before a place, or from the bottom, in reverse order.
    pub(super) fn iter_backward<'a>(
        &'a self,
        roster: &'a Roster,
        at: Option<&SortedPlace>,
    ) -> Box<dyn Iterator<Item = &'a UserId> + 'a> {
        let reversed = self.order.reversed;
        let mine = at.map(|(_, user)| user.clone());
        let others = move |user: &&UserId| Some(*user) != mine.as_ref();
        match &self.shown {
            Some(index) if reversed => Box::new(index.iter_from(at).filter(others)),
            Some(index) => Box::new(index.iter_before(at).rev()),
            None if reversed => Box::new(roster.from(at.map(|(_, user)| user)).map(|(user, _)| user).filter(others)),
            None => Box::new(roster.before(at.map(|(_, user)| user)).rev().map(|(user, _)| user)),
        }
    }

    /// The user that a move by a number of rows leads to. It stops at either end.
    pub(super) fn user_after_move(&self, roster: &Roster, at: Option<&SortedPlace>, rows: isize) -> Option<UserId> {
        let steps = rows.unsigned_abs();
        let (first, last) = (self.iter_forward(roster, None).next(), self.iter_backward(roster, None).next());
        let next = if steps > FAR {
            if rows > 0 { last } else { first }
        } else if rows >= 0 {
            // The selected user may not be listed: then the next user after their place is one step away.
            let stands = at.is_some_and(|at| self.iter_forward(roster, Some(at)).next() == Some(&at.1));
            let skip = if stands { steps } else { steps.saturating_sub(1) };
            self.iter_forward(roster, at).take(skip + 1).last().or(last)
        } else if at.is_none() {
            first
        } else {
            self.iter_backward(roster, at).take(steps).last().or(first)
        };
        next.cloned()
    }
}

#[cfg(test)]
mod tests;
