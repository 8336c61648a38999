//! The channels in view: first those subscribed to by name, in that order, then those discovered through patterns and
//! groups.
//!
//! [`ChannelMut`] updates the [`Agenda`] whenever a channel changes. So finding what is due next takes no scan over
//! all channels.

use std::{
    collections::{HashMap, HashSet},
    ops::{Deref, DerefMut},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{
    Cause, ChannelState, MoveCounts, OccupancyTotal, Reconciler,
    agenda::{Agenda, Booked, round_to_grid},
    channel_id::{ChannelId, MOST},
};
use crate::presence::{Channel, Command, Moment, Room, Subscription, rules::HERE_NOW_CACHE};

/// How many bytes all lists may take together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct ByteLimits {
    /// Beyond this, no further states are kept.
    states: usize,
    /// Beyond this, no further users are kept.
    names: usize,
}

impl Default for ByteLimits {
    fn default() -> Self {
        Self { states: 384 << 20, names: 512 << 20 }
    }
}

/// The channels in view.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Channels {
    /// How long this watcher delays a request after a signal that all watchers receive.
    spread: Duration,
    list: Vec<ChannelState>,
    #[serde(skip)]
    ids: HashMap<Channel, ChannelId, foldhash::fast::RandomState>,
    /// Channels kept out of view although a pattern or group covers them.
    hidden: HashSet<Channel, foldhash::fast::RandomState>,
    #[serde(skip)]
    agenda: Agenda,
    /// The number of names on all lists together.
    #[serde(skip)]
    names: usize,
    /// Bytes of all lists together.
    #[serde(skip)]
    bytes: usize,
    limits: ByteLimits,
    /// All channels together.
    total: OccupancyTotal,
    /// When the occupancy of any channel last changed.
    changed: Option<Moment>,
    /// The number of full replies.
    full_replies: u64,
    /// When to ask here now about the channels that a full reply left in question.
    question_due: Option<Moment>,
}

/// Mutable access to a channel. Dropping it updates the agenda.
pub struct ChannelMut<'a> {
    channels: &'a mut Channels,
    id: ChannelId,
}

impl Deref for ChannelMut<'_> {
    type Target = ChannelState;

    fn deref(&self) -> &ChannelState {
        &self.channels.list[self.id.place()]
    }
}

impl DerefMut for ChannelMut<'_> {
    fn deref_mut(&mut self) -> &mut ChannelState {
        &mut self.channels.list[self.id.place()]
    }
}

impl Drop for ChannelMut<'_> {
    fn drop(&mut self) {
        self.channels.update_booking(self.id);
    }
}

impl Channels {
    /// The channels subscribed to by name.
    pub fn new(watching: &[Subscription], spread: Duration, now: Moment) -> Self {
        let mut channels = Self { spread, ..Self::default() };
        for subscription in watching {
            if let Subscription::Channel(channel) = subscription {
                channels.find_or_add(channel, now);
            }
        }
        channels
    }

    /// The channel's id. Adds the channel if it is new; returns `None` when the list is full.
    pub fn find_or_add(&mut self, channel: &Channel, now: Moment) -> Option<ChannelId> {
        if let Some(id) = self.find_id(channel) {
            return Some(id);
        }
        if self.list.len() >= MOST {
            return None;
        }
        let id = ChannelId::of_place(self.list.len());
        self.list.push(ChannelState::new(channel.clone(), Reconciler::new(self.spread, now)));
        self.ids.insert(channel.clone(), id);
        self.update_booking(id);
        Some(id)
    }

    /// Remove channels and all that is known about them. This invalidates every id.
    pub fn remove_all(&mut self, gone: &HashSet<Channel>) {
        self.list.retain(|state| !gone.contains(&state.channel));
        self.list.shrink_to_fit();
        let places = self.list.iter().enumerate();
        self.ids = places.map(|(place, state)| (state.channel.clone(), ChannelId::of_place(place))).collect();
        (self.agenda, self.names, self.bytes) = (Agenda::default(), 0, 0);
        self.total.restart();
        for place in 0..self.list.len() {
            self.list[place].booked = Booked::default();
            self.update_booking(ChannelId::of_place(place));
        }
    }

    /// Restore what was not written with the channels, as it follows from what the agenda held for each.
    pub(super) fn restore_agenda(&mut self) {
        for (place, state) in self.list.iter().enumerate() {
            let (id, booked) = (ChannelId::of_place(place), state.booked);
            self.ids.insert(state.channel.clone(), id);
            self.agenda.rebook(id, Booked::default(), booked);
            self.names = self.names.saturating_add(booked.names);
            self.bytes = self.bytes.saturating_add(booked.bytes);
        }
    }

    /// Update what the agenda holds for a channel.
    fn update_booking(&mut self, id: ChannelId) {
        let channels = self.list.len();
        let Some(state) = self.list.get_mut(id.place()) else { return };
        let next = state.compute_booking(channels);
        let before = std::mem::replace(&mut state.booked, next);
        self.changed = self.changed.max(state.history.last_changed()).max(state.moves.last_counted());
        if next != before {
            self.names = self.names + next.names - before.names;
            self.bytes = self.bytes + next.bytes - before.bytes;
            self.total.replace(before.occupancy, next.occupancy);
            self.agenda.rebook(id, before, next);
        }
    }

    /// The here now that is due, unless one is on its way. It names the channels that have been due longest first.
    pub fn take_due_ask(&mut self, now: Moment) -> Option<Command> {
        let list = &self.list;
        let due = self.agenda.select_asks(now, |id| list[id.place()].channel.as_str().len());
        let (full_replies, channels) = (self.full_replies, self.list.len());
        let places: Vec<Subscription> = due
            .into_iter()
            .map(|id| {
                let mut state = self.get_mut(id);
                state.mark_asked(full_replies, channels);
                Subscription::Channel(state.channel.clone())
            })
            .collect();
        (!places.is_empty()).then_some(Command::AskHereNow { places })
    }

    /// A reply came that was as full as replies get. It leaves every channel in question until an event or an answer
    /// of its own shows that nothing is missing.
    pub fn note_full_reply(&mut self, now: Moment) {
        self.full_replies += 1;
        self.question_due.get_or_insert(now.plus(HERE_NOW_CACHE));
    }

    /// The number of full replies.
    pub const fn full_replies(&self) -> u64 {
        self.full_replies
    }

    /// Ask about the channels that are still in question. This looks at all channels, but not for every reply.
    pub fn ask_in_question(&mut self, now: Moment) {
        if self.question_due.take_if(|due| *due <= now).is_none() {
            return;
        }
        for id in self.ids() {
            if self.at(id).reconciler.is_in_question(self.full_replies) {
                self.get_mut(id).reconciler.request_ask(Cause::FullReply, now);
            }
        }
    }

    /// The next channel with a difference or a loss to report by `now`.
    pub fn next_report(&self, now: Moment) -> Option<ChannelId> {
        self.agenda.next_report(now)
    }

    /// When the next here now or the next report is due. No here now is due while the link is down.
    pub fn next_due(&self, is_live: bool) -> Option<Moment> {
        let question = self.question_due.map(round_to_grid);
        self.agenda.next_due(is_live).into_iter().chain(question).min()
    }

    /// Bytes of all lists together, roughly.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// The number of names on all lists together.
    pub const fn count_names(&self) -> usize {
        self.names
    }

    /// All channels together.
    pub const fn total(&self) -> &OccupancyTotal {
        &self.total
    }

    /// Count moves for all channels together.
    pub(super) fn count_moves(&mut self, counts: MoveCounts, now: Moment) {
        self.total.moves.count(counts, now);
    }

    /// Record the sum of all channels over time.
    pub(super) fn record_total(&mut self, now: Moment) {
        self.total.record(now);
    }

    /// The link went down: the occupancies are unknown from now on.
    pub(super) fn lose_sight(&mut self, now: Moment) {
        self.total.history.lose_sight(now);
        self.for_each(|watched| watched.history.lose_sight(now));
    }

    /// The link is up again.
    pub(super) fn regain_sight(&mut self, now: Moment) {
        self.total.history.regain_sight(now);
        self.for_each(|watched| watched.history.regain_sight(now));
    }

    /// When the occupancy of any channel last changed, or somebody moved.
    pub const fn last_changed(&self) -> Option<Moment> {
        self.changed
    }

    /// Keep a channel out of view. Returns `false` if no more channels can be hidden.
    pub fn hide(&mut self, channel: &Channel) -> bool {
        let room = self.can_hide();
        room && {
            self.hidden.insert(channel.clone());
            true
        }
    }

    /// Whether another channel can be hidden.
    pub fn can_hide(&self) -> bool {
        self.hidden.len() < MOST
    }

    /// Allow a hidden channel into view again.
    pub fn unhide(&mut self, channel: &Channel) {
        self.hidden.remove(channel);
    }

    /// Whether a channel is hidden.
    pub fn is_hidden(&self, channel: &Channel) -> bool {
        self.hidden.contains(channel)
    }

    /// Unhide every channel for which `still` returns false.
    pub fn hide_only(&mut self, still: impl Fn(&Channel) -> bool) {
        self.hidden.retain(|channel| still(channel));
    }

    /// The channel at a place in the list.
    pub fn get(&self, place: usize) -> Option<&ChannelState> {
        self.list.get(place)
    }

    /// The id of a channel, if it is in view.
    pub fn find_id(&self, channel: &Channel) -> Option<ChannelId> {
        self.ids.get(channel).copied()
    }

    /// The place of a channel in the list.
    pub fn find_place(&self, channel: &Channel) -> Option<usize> {
        self.find_id(channel).map(ChannelId::place)
    }

    /// The channel with this id.
    ///
    /// # Panics
    /// If channels were removed since the id was given out.
    pub fn at(&self, id: ChannelId) -> &ChannelState {
        &self.list[id.place()]
    }

    /// The channel with this id, for changing it.
    pub fn get_mut(&mut self, id: ChannelId) -> ChannelMut<'_> {
        let room = Room { states: self.bytes < self.limits.states, names: self.bytes < self.limits.names };
        self.list[id.place()].roster.set_room(room);
        ChannelMut { channels: self, id }
    }

    /// The channel with this name, for changing it.
    pub fn find_mut(&mut self, channel: &Channel) -> Option<ChannelMut<'_>> {
        self.find_id(channel).map(|id| self.get_mut(id))
    }

    /// The channel with this name.
    pub fn look_up(&self, channel: &Channel) -> Option<&ChannelState> {
        self.find_id(channel).map(|id| self.at(id))
    }

    /// All channels, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &ChannelState> + Clone {
        self.list.iter()
    }

    /// All ids, in order.
    pub fn ids(&self) -> impl Iterator<Item = ChannelId> + use<> {
        (0..self.list.len()).map(ChannelId::of_place)
    }

    /// Apply a change to each channel, in order.
    pub fn for_each(&mut self, mut change: impl FnMut(&mut ChannelState)) {
        for id in self.ids() {
            change(&mut self.get_mut(id));
        }
    }

    /// The number of channels in view.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether no channel is in view.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

#[cfg(test)]
mod tests;
