//! The order and the filter of the occupants of the selected channel.
//!
//! Sorted by user id and unfiltered, the roster itself is the list, since it is kept in that order. Anything else is
//! an [`Index`], built on demand and updated with every change:
//!
//! - it is built in steps of a few milliseconds, the first one at once, the others 1 ms apart, so that keys and frames
//!   come in between. The rows looked at first are found before the others, and shown meanwhile;
//! - a user who joins, leaves or changes is moved at once, in logarithmic time;
//! - when more than 2,000 users change at once, or states change without names (by a here now), it is compared with
//!   the roster in the same steps: at most once a second for each 100,000 rows, so every 10 s with a million;
//! - an index that is no longer needed is dropped in the same steps.

use std::time::Duration;

use super::{
    fields::FieldSurvey,
    index::Index,
    order::{SortKey, SortOrder, SortTexts, SortedPlace, Sorting},
};
use crate::{
    expression::{Filter, Path},
    presence::{Channel, Moment, Occupant, Roster, Timetoken, UserId},
    world::ChannelState,
};

/// The pause between two steps, which leaves room for keys and frames.
const PAUSE: Duration = Duration::from_millis(1);

/// For each of this many rows, a second passes between two comparisons with the roster.
const CHECKED: usize = 100_000;

/// Ticks of the service's clock in a minute.
const MINUTE: u64 = 600_000_000;

/// When more users than these change at once, all are compared.
const AT_ONCE: usize = 2_000;

/// A move by more rows than this goes to the end.
const FAR: usize = 10_000;

/// The order, the filter and the indexes of the occupants.
#[derive(Debug, Default)]
pub struct OccupantList {
    /// The order of the occupants.
    order: SortOrder,
    /// The filter of the occupants.
    filter: Filter,
    /// The filter to restore, while another one is typed.
    before: Option<Filter>,
    /// The fields of states that were chosen to have a column; if there are none, [`Self::fields`] tells.
    pub columns: Vec<Path>,
    /// The fields of the states of the selected channel.
    pub fields: FieldSurvey,
    /// Whether recent departures are listed below all occupants, rather than in a line of their own.
    pub just_left: bool,
    /// The channel that the indexes belong to.
    channel: Option<Channel>,
    /// The index that is shown; `None` means the roster itself.
    shown: Option<Index>,
    /// Whether an index is wanted that was not begun yet.
    wanted: bool,
    /// Indexes that are no longer needed.
    discarded: Vec<Index>,
    /// When the next step is due.
    due: Option<Moment>,
    /// When all may be compared with the roster, if that is needed.
    stale: Option<Moment>,
    /// When that was done last.
    last_check: Moment,
    /// The minute of the service in which what is counted of the last minutes was counted.
    minute: Timetoken,
    /// When the next one begins.
    next_minute: Option<Moment>,
}

impl OccupantList {
    /// The same order and columns without any indexes, for another world.
    pub(in crate::ui) fn clone_for_new_world(&self) -> Self {
        let (order, columns) = (self.order.clone(), self.columns.clone());
        Self { order, columns, just_left: self.just_left, ..Self::default() }
    }

    /// The fields that have a column, with the cells of each where nobody has chosen.
    pub fn list_columns(&self) -> Vec<(Path, Option<usize>)> {
        if self.columns.is_empty() {
            return self.fields.choose_columns().into_iter().map(|(path, width)| (path, Some(width))).collect();
        }
        self.columns.iter().map(|path| (path.clone(), None)).collect()
    }

    /// Give a field a column, or take it away. With none left, they choose themselves again.
    pub(in crate::ui) fn toggle_column(&mut self, path: Path) {
        let mut columns: Vec<Path> = self.list_columns().into_iter().map(|(path, _)| path).collect();
        match columns.iter().position(|other| *other == path) {
            Some(place) => drop(columns.remove(place)),
            None if columns.len() < Path::MOST => columns.push(path),
            None => {}
        }
        self.columns = columns;
    }

    /// Search the states of the selected channel for fields, unless that was done a moment ago.
    pub(in crate::ui) fn refresh_fields(&mut self, selected: Option<&ChannelState>, now: Moment) {
        if let Some(watched) = selected {
            self.fields.refresh(watched, now);
        }
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
        match &self.shown {
            None if self.wanted => 0,
            shown => shown.as_ref().map_or_else(|| roster.len(), Index::len),
        }
    }

    /// How far the index is built, in percent; `None` when it is done.
    pub fn percent_indexed(&self, roster: &Roster) -> Option<usize> {
        let building = self.shown.as_ref().filter(|index| !index.is_done());
        building.map(|index| index.percent_done(roster)).or(self.wanted.then_some(0))
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
        self.stale = None;
        self.wanted = self.order.by != SortKey::Name || !self.filter.is_empty();
        self.due = (self.wanted || !self.discarded.is_empty()).then(Moment::default);
    }

    /// Forget a channel whose state was discarded.
    pub(in crate::ui) fn forget_channel(&mut self, channel: &Channel) {
        if self.channel.as_ref() == Some(channel) {
            self.rebuild_index();
        }
    }

    /// Update a user who joined, left or changed.
    pub(in crate::ui) fn update_user(&mut self, channel: &Channel, roster: &Roster, user: &UserId) {
        if let Some(index) = &mut self.shown
            && self.channel.as_ref() == Some(channel)
        {
            let Self { order, filter, minute, .. } = self;
            index.update_user(Sorting { order, filter, roster, at: *minute }, user);
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
        if users.len() > AT_ONCE || restated && reads {
            let pause = u64::try_from(roster.len() / CHECKED).unwrap_or(u64::MAX).max(1);
            self.stale = self.stale.or(Some(self.last_check.plus(Duration::from_secs(pause))));
        } else {
            users.for_each(|user| self.update_user(channel, roster, user));
        }
    }

    /// Take the time of the service: where the order counts the last minutes, it changes when the next one begins.
    pub(super) fn set_clock(&mut self, service: Timetoken, now: Moment) {
        let minute = Timetoken::new(service.ticks() - service.ticks() % MINUTE);
        let counts = self.order.counts_lately();
        if minute != self.minute && counts && self.shown.is_some() {
            self.stale = Some(now);
        }
        self.minute = minute;
        let left = MINUTE - service.ticks() % MINUTE;
        self.next_minute = counts.then(|| now.plus(Duration::from_micros(left / 10 + 1)));
    }

    /// Whether an index is about to be begun, for which [`Self::do_due`] takes the place of the selected user.
    pub(super) const fn wants_place(&self) -> bool {
        self.wanted
    }

    /// Do what is due for the selected channel. `around`: the place of the selected user.
    pub(super) fn do_due(&mut self, selected: Option<&ChannelState>, around: Option<SortedPlace>, now: Moment) {
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
        if std::mem::take(&mut self.wanted) {
            self.shown = Some(Index::new(&watched.roster, around));
        }
        if self.stale.is_some_and(|at| at <= now) {
            (self.stale, self.last_check, self.due) = (None, now, Some(now));
            self.shown.iter_mut().for_each(Index::begin_check);
        }
        if self.due.is_none_or(|at| at > now) {
            return;
        }
        if let Some(index) = &mut self.shown {
            let Self { order, filter, minute, .. } = self;
            index.do_step(Sorting { order, filter, roster: &watched.roster, at: *minute });
        }
        // At the same time, lest half-built ones pile up while somebody types.
        self.drop_discarded();
        let more = !self.discarded.is_empty() || self.shown.as_ref().is_some_and(Index::has_work);
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
        [self.due, self.stale, self.next_minute].into_iter().flatten().min()
    }

    /// The place of a user in the order.
    pub(super) fn sorted_place(&self, roster: &Roster, user: &UserId, occupant: &Occupant) -> SortedPlace {
        let sorting = Sorting { order: &self.order, filter: &self.filter, roster, at: self.minute };
        (sorting.sort_value(user, occupant, &mut SortTexts::default()), user.clone())
    }

    /// The row of a listed user, counted from the top, if it is known yet.
    pub(super) fn find_row(&self, roster: &Roster, user: &UserId, occupant: &Occupant) -> Option<usize> {
        let before = match &self.shown {
            None if self.wanted => return None,
            Some(index) => index.count_before(&self.sorted_place(roster, user, occupant))?,
            None => roster.count_before(user),
        };
        let last = self.count_listed(roster).saturating_sub(1);
        Some(if self.order.reversed { last.saturating_sub(before) } else { before })
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
            None if self.wanted => Box::new(std::iter::empty()),
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
            None if self.wanted => Box::new(std::iter::empty()),
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
        // As long as there are gaps in the list, one is not an end of it.
        let is_whole = self.percent_indexed(roster).is_none();
        let next = if steps > FAR {
            if rows > 0 { last } else { first }
        } else if rows >= 0 {
            // The selected user may not be listed: then the next user after their place is one step away.
            let stands = at.is_some_and(|at| self.iter_forward(roster, Some(at)).next() == Some(&at.1));
            let skip = if stands { steps } else { steps.saturating_sub(1) };
            self.iter_forward(roster, at).take(skip + 1).last().or(last.filter(|_| is_whole))
        } else if at.is_none() {
            first
        } else {
            self.iter_backward(roster, at).take(steps).last().or(first.filter(|_| is_whole))
        };
        next.cloned()
    }
}

#[cfg(test)]
mod tests;
