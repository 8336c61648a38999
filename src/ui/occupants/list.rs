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
    litter: Vec<Index>,
    /// When the next step is.
    due: Option<Moment>,
    /// From when on it may be built anew, if it has to.
    stale: Option<Moment>,
    /// When it was last built anew.
    anew: Moment,
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
            litter: Vec::new(),
            due: None,
            stale: None,
            anew: Moment::default(),
        }
    }
}

impl OccupantList {
    /// Of nobody yet, in the same order and with the same columns: for another world.
    pub(in crate::ui) fn anew(&self) -> Self {
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
    pub fn len(&self, roster: &Roster) -> usize {
        self.shown.as_ref().map_or_else(|| roster.len(), Index::len)
    }

    /// How far the order or the filter is worked out, in percent; `None` when it is done.
    pub fn working(&self, roster: &Roster) -> Option<usize> {
        self.shown.as_ref().filter(|index| !index.is_done()).map(|index| index.percent(roster))
    }

    pub(in crate::ui) fn sort(&mut self, order: SortOrder) {
        let turned = SortOrder { reversed: self.order.reversed, ..order.clone() };
        let same = order == self.order;
        let only_turned = turned == self.order && order.turns();
        self.order = order;
        if !same && !only_turned {
            self.restart();
        }
    }

    /// The other way round.
    pub(in crate::ui) fn reverse(&mut self) {
        self.sort(SortOrder { reversed: !self.order.reversed, ..self.order.clone() });
    }

    pub(in crate::ui) fn choose(&mut self, filter: Filter) {
        if filter != self.filter {
            self.filter = filter;
            self.restart();
        }
    }

    /// A filter will be typed; from here it can be [taken back](Self::take_back).
    pub(in crate::ui) fn ask(&mut self) {
        self.before = Some(self.filter.clone());
    }

    pub(in crate::ui) fn take_back(&mut self) {
        if let Some(before) = self.before.take() {
            self.choose(before);
        }
    }

    /// What there is, is worth nothing.
    pub(in crate::ui) fn restart(&mut self) {
        self.litter.extend(self.shown.take());
        self.litter.extend(self.next.take());
        self.stale = None;
        self.due = (!self.litter.is_empty()).then(Moment::default);
        if self.order.by != SortKey::Name || !self.filter.is_empty() {
            self.shown = Some(Index::default());
            self.due = Some(Moment::default());
        }
    }

    /// All that was known of a channel is forgotten.
    pub(in crate::ui) fn forget(&mut self, channel: &Channel) {
        if self.channel.as_ref() == Some(channel) {
            self.restart();
        }
    }

    /// Somebody on a channel came, went or changed.
    pub(in crate::ui) fn touched(&mut self, channel: &Channel, roster: &Roster, user: &UserId) {
        if self.channel.as_ref() == Some(channel) {
            for index in self.shown.iter_mut().chain(&mut self.next) {
                index.touched(&self.order, &self.filter, roster, user);
            }
        }
    }

    /// Several at once did; `restated`: and others have another state.
    pub(in crate::ui) fn many_touched<'a>(
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
            self.stale = self.stale.or(Some(self.anew.plus(Duration::from_secs(pause))));
        } else {
            users.for_each(|user| self.touched(channel, roster, user));
        }
    }

    /// Do what is due for the selected channel.
    pub(in crate::ui) fn tend(&mut self, selected: Option<&ChannelState>, now: Moment) {
        if self.channel.as_ref() != selected.map(|watched| &watched.channel) {
            self.channel = selected.map(|watched| watched.channel.clone());
            self.restart();
        }
        let Some(watched) = selected else {
            // Nobody can be listed, and nothing worked out.
            self.stale = None;
            if self.due.is_some_and(|at| at <= now) {
                self.due = (!self.crumble()).then(|| now.plus(PAUSE));
            }
            return;
        };
        if self.stale.is_some_and(|at| at <= now) {
            self.stale = None;
            self.anew = now;
            self.litter.extend(self.next.replace(Index::default()));
            self.due = Some(now);
        }
        if self.due.is_none_or(|at| at > now) {
            return;
        }
        let working = self.shown.iter_mut().find(|index| !index.is_done()).or(self.next.as_mut());
        if let Some(index) = working {
            index.step(&self.order, &self.filter, &watched.roster);
        } else {
            self.crumble();
        }
        if self.next.as_ref().is_some_and(Index::is_done) {
            self.litter.extend(self.shown.take());
            self.shown = self.next.take();
        }
        let more = self.next.is_some() || !self.litter.is_empty() || self.working(&watched.roster).is_some();
        self.due = more.then(|| now.plus(PAUSE));
    }

    /// Throw a part of what is not needed any more away; true when all of it is gone.
    fn crumble(&mut self) -> bool {
        if self.litter.last_mut().is_some_and(|index| !index.crumble()) {
            self.litter.pop();
        }
        self.litter.is_empty()
    }

    /// When something is due.
    pub(in crate::ui) fn next(&self) -> Option<Moment> {
        [self.due, self.stale].into_iter().flatten().min()
    }

    /// Where somebody stands, or would.
    pub(super) fn place(&self, user: &UserId, occupant: &Occupant) -> SortedPlace {
        (self.order.key(occupant), user.clone())
    }

    /// From a place on, or from the top: in the order that is shown.
    pub(super) fn onward<'a>(
        &'a self,
        roster: &'a Roster,
        at: Option<&SortedPlace>,
    ) -> Box<dyn Iterator<Item = &'a UserId> + 'a> {
        let reversed = self.order.reversed;
        let user = at.map(|(_, user)| user);
        match &self.shown {
            Some(index) if reversed => {
                // `before` ends before the place itself.
                let here = user.and_then(|user| index.from(at).next().filter(|first| *first == user));
                Box::new(here.into_iter().chain(index.before(at).rev()))
            }
            Some(index) => Box::new(index.from(at)),
            None if reversed => {
                let here = user.and_then(|user| roster.from(Some(user)).next().filter(|(first, _)| *first == user));
                Box::new(here.into_iter().chain(roster.before(user).rev()).map(|(user, _)| user))
            }
            None => Box::new(roster.from(user).map(|(user, _)| user)),
        }
    }

    /// Back from a place, itself left out, or back from the bottom.
    pub(super) fn backward<'a>(
        &'a self,
        roster: &'a Roster,
        at: Option<&SortedPlace>,
    ) -> Box<dyn Iterator<Item = &'a UserId> + 'a> {
        let reversed = self.order.reversed;
        let mine = at.map(|(_, user)| user.clone());
        let others = move |user: &&UserId| Some(*user) != mine.as_ref();
        match &self.shown {
            Some(index) if reversed => Box::new(index.from(at).filter(others)),
            Some(index) => Box::new(index.before(at).rev()),
            None if reversed => Box::new(roster.from(at.map(|(_, user)| user)).map(|(user, _)| user).filter(others)),
            None => Box::new(roster.before(at.map(|(_, user)| user)).rev().map(|(user, _)| user)),
        }
    }

    /// Whom one comes to by going so many rows from a place; past an end one stays there.
    pub(super) fn moved(&self, roster: &Roster, at: Option<&SortedPlace>, rows: isize) -> Option<UserId> {
        let steps = rows.unsigned_abs();
        let (first, last) = (self.onward(roster, None).next(), self.backward(roster, None).next());
        let next = if steps > FAR {
            if rows > 0 { last } else { first }
        } else if rows >= 0 {
            // Who is selected may not be listed: then the next one after where they stood is a step.
            let stands = at.is_some_and(|at| self.onward(roster, Some(at)).next() == Some(&at.1));
            let skip = if stands { steps } else { steps.saturating_sub(1) };
            self.onward(roster, at).take(skip + 1).last().or(last)
        } else if at.is_none() {
            first
        } else {
            self.backward(roster, at).take(steps).last().or(first)
        };
        next.cloned()
    }
}

#[cfg(test)]
mod tests;
