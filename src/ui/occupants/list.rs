//! Which occupants of the selected channel are listed, and in which order.
//!
//! By user id and unfiltered that is the roster itself, which is kept in this order: nothing is built.
//! Anything else is an [`Index`], made when it is asked for and kept up with every change:
//!
//! - it is built in steps of at most 2,000 rows or 256 KiB of state, the first one at once, the others 5 ms
//!   apart, so that keys and frames go between them. What is found so far is shown meanwhile;
//! - somebody who comes, goes or changes is moved at once, which takes the logarithm of its length;
//! - what changes more than 2,000 at once, or changes states without naming anybody (a here now), has it
//!   built anew while the old one is shown: not before a second after the last time for each 100,000 rows,
//!   so every 10 s at the most with a million;
//! - what is not needed any more is thrown away in the same steps.

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

/// Between two steps.
const PAUSE: Duration = Duration::from_millis(5);

/// Rows for which one second has to pass between two times of building anew.
const ANEW: usize = 100_000;

/// A move of more rows than this goes to the end.
const FAR: usize = 10_000;

/// What is listed.
#[derive(Debug)]
pub struct OccupantList {
    /// In which order.
    order: SortOrder,
    /// Who is meant.
    filter: Filter,
    /// The filter to go back to, while one is typed.
    before: Option<Filter>,
    /// What of the states has a column of its own; empty: all of it, in words.
    pub columns: Vec<Path>,
    /// Those who have just left are listed below.
    pub just_left: bool,
    /// Of which channel the indexes are.
    channel: Option<Channel>,
    /// What is shown; `None`: the roster itself.
    shown: Option<Index>,
    /// What will be shown as soon as it is done.
    next: Option<Index>,
    /// What is not needed any more.
    discarded: Vec<Index>,
    /// When the next step is.
    due: Option<Moment>,
    /// From when on it may be built anew, if it has to.
    stale: Option<Moment>,
    /// When it was last built anew.
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
    /// Of nobody yet, in the same order and with the same columns: for another world.
    pub(in crate::ui) fn clone_for_new_world(&self) -> Self {
        let (order, columns) = (self.order.clone(), self.columns.clone());
        Self { order, columns, just_left: self.just_left, ..Self::default() }
    }

    /// In which order.
    pub const fn order(&self) -> &SortOrder {
        &self.order
    }

    /// Who is meant.
    pub const fn filter(&self) -> &Filter {
        &self.filter
    }

    /// How many of a roster are meant, as far as it is known.
    pub fn count_listed(&self, roster: &Roster) -> usize {
        self.shown.as_ref().map_or_else(|| roster.len(), Index::len)
    }

    /// How far the order or the filter is worked out, in percent; `None` when it is done.
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

    /// The other way round.
    pub(in crate::ui) fn reverse_order(&mut self) {
        self.set_order(SortOrder { reversed: !self.order.reversed, ..self.order.clone() });
    }

    pub(in crate::ui) fn set_filter(&mut self, filter: Filter) {
        if filter != self.filter {
            self.filter = filter;
            self.rebuild_index();
        }
    }

    /// A filter will be typed; from here it can be [restored](Self::restore_filter).
    pub(in crate::ui) fn remember_filter(&mut self) {
        self.before = Some(self.filter.clone());
    }

    pub(in crate::ui) fn restore_filter(&mut self) {
        if let Some(before) = self.before.take() {
            self.set_filter(before);
        }
    }

    /// What there is, is worth nothing.
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

    /// All that was known of a channel is forgotten.
    pub(in crate::ui) fn forget_channel(&mut self, channel: &Channel) {
        if self.channel.as_ref() == Some(channel) {
            self.rebuild_index();
        }
    }

    /// Somebody on a channel came, went or changed.
    pub(in crate::ui) fn update_user(&mut self, channel: &Channel, roster: &Roster, user: &UserId) {
        if self.channel.as_ref() == Some(channel) {
            for index in self.shown.iter_mut().chain(&mut self.next) {
                index.update_user(&self.order, &self.filter, roster, user);
            }
        }
    }

    /// Several at once did; `restated`: and others have another state.
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
            // Nobody can be listed, and nothing worked out.
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

    /// Throw a part of what is not needed any more away; true when all of it is gone.
    fn drop_discarded(&mut self) -> bool {
        if self.discarded.last_mut().is_some_and(|index| !index.drop_some()) {
            self.discarded.pop();
        }
        self.discarded.is_empty()
    }

    /// When something is due.
    pub(in crate::ui) fn next_due(&self) -> Option<Moment> {
        [self.due, self.stale].into_iter().flatten().min()
    }

    /// Where somebody stands, or would.
    pub(super) fn sorted_place(&self, user: &UserId, occupant: &Occupant) -> SortedPlace {
        (self.order.sort_value(occupant), user.clone())
    }

    /// From a place on, or from the top: in the order that is shown.
    pub(super) fn iter_forward<'a>(
        &'a self,
        roster: &'a Roster,
        at: Option<&SortedPlace>,
    ) -> Box<dyn Iterator<Item = &'a UserId> + 'a> {
        let reversed = self.order.reversed;
        let user = at.map(|(_, user)| user);
        match &self.shown {
            Some(index) if reversed => {
                // `before` ends before the place itself.
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

    /// Back from a place, itself left out, or back from the bottom.
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

    /// Whom one comes to by going so many rows from a place; past an end one stays there.
    pub(super) fn user_after_move(&self, roster: &Roster, at: Option<&SortedPlace>, rows: isize) -> Option<UserId> {
        let steps = rows.unsigned_abs();
        let (first, last) = (self.iter_forward(roster, None).next(), self.iter_backward(roster, None).next());
        let next = if steps > FAR {
            if rows > 0 { last } else { first }
        } else if rows >= 0 {
            // Who is selected may not be listed: then the next one after where they stood is a step.
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
