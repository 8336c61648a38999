//! The channels in view: those asked for by name, in that order, then those that came to light
//! through patterns and groups.
//!
//! What is due for each of them is booked in an [`Agenda`] as soon as a channel is changed, whoever
//! changes it and how: [`ChannelMut`] sees to that. So nobody has to look through all channels to find out
//! when something is due.

use std::{
    collections::{HashMap, HashSet},
    ops::{Deref, DerefMut},
    time::Duration,
};

use super::{
    ChannelState, Reconciler,
    agenda::{Agenda, Booked},
    channel_id::{ChannelId, MOST},
};
use crate::presence::{Channel, Command, Moment, Subscription};

/// The channels in view.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Channels {
    /// How much later than other watchers this one asks after a signal that all of them hear.
    spread: Duration,
    list: Vec<ChannelState>,
    ids: HashMap<Channel, ChannelId, foldhash::fast::RandomState>,
    /// Not to be taken into view, though a pattern or group brings them.
    hidden: HashSet<Channel, foldhash::fast::RandomState>,
    agenda: Agenda,
    /// How many names are on all lists together.
    names: usize,
    /// When the occupancy of any of them last changed.
    changed: Option<Moment>,
}

/// A channel that is being changed. When that is done, what has become due for it is booked.
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
    /// Those that are asked for by name.
    pub fn new(watching: &[Subscription], spread: Duration, now: Moment) -> Self {
        let mut channels = Self { spread, ..Self::default() };
        for subscription in watching {
            if let Subscription::Channel(channel) = subscription {
                channels.find_or_add(channel, now);
            }
        }
        channels
    }

    /// The channel, taken into view if it was not; `None` if there is no room for another.
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

    /// Take channels out of view and forget what was known of them. All ids are void from here on.
    pub fn remove_all(&mut self, gone: &HashSet<Channel>) {
        self.list.retain(|state| !gone.contains(&state.channel));
        self.list.shrink_to_fit();
        let places = self.list.iter().enumerate();
        self.ids = places.map(|(place, state)| (state.channel.clone(), ChannelId::of_place(place))).collect();
        (self.agenda, self.names) = (Agenda::default(), 0);
        for place in 0..self.list.len() {
            self.list[place].booked = Booked::default();
            self.update_booking(ChannelId::of_place(place));
        }
    }

    /// Write down what is due for a channel, as it is now.
    fn update_booking(&mut self, id: ChannelId) {
        let Some(state) = self.list.get_mut(id.place()) else { return };
        let next = state.compute_booking();
        let before = std::mem::replace(&mut state.booked, next);
        self.changed = self.changed.max(state.history.last_changed());
        if next != before {
            self.names = self.names + next.names - before.names;
            self.agenda.rebook(id, before, next);
        }
    }

    /// The here now that is due, if one is and none is on its way: those asked about longest ago first.
    pub fn take_due_ask(&mut self, now: Moment) -> Option<Command> {
        let list = &self.list;
        let due = self.agenda.select_asks(now, |id| list[id.place()].channel.as_str().len());
        let places: Vec<Subscription> = due
            .into_iter()
            .map(|id| {
                let mut state = self.get_mut(id);
                state.mark_asked();
                Subscription::Channel(state.channel.clone())
            })
            .collect();
        (!places.is_empty()).then_some(Command::AskHereNow { places })
    }

    /// The channel whose difference is next to be reported, if one is due.
    pub fn next_report(&self, now: Moment) -> Option<ChannelId> {
        self.agenda.next_report(now)
    }

    /// When something is to be asked, if the service answers, or a difference to be reported.
    pub fn next_due(&self, is_live: bool) -> Option<Moment> {
        self.agenda.next_due(is_live)
    }

    /// How many names are on all lists together.
    pub const fn count_names(&self) -> usize {
        self.names
    }

    /// When the occupancy of any channel last changed.
    pub const fn last_changed(&self) -> Option<Moment> {
        self.changed
    }

    /// Keep a channel out of view from here on; `false` if no more can be kept out.
    pub fn hide(&mut self, channel: &Channel) -> bool {
        let room = self.can_hide();
        room && {
            self.hidden.insert(channel.clone());
            true
        }
    }

    /// Whether another can be kept out of view.
    pub fn can_hide(&self) -> bool {
        self.hidden.len() < MOST
    }

    /// It may come into view again.
    pub fn unhide(&mut self, channel: &Channel) {
        self.hidden.remove(channel);
    }

    /// Whether it is kept out of view.
    pub fn is_hidden(&self, channel: &Channel) -> bool {
        self.hidden.contains(channel)
    }

    /// Keep out of view only those for which `still` holds.
    pub fn hide_only(&mut self, still: impl Fn(&Channel) -> bool) {
        self.hidden.retain(|channel| still(channel));
    }

    /// By place in the list.
    pub fn get(&self, place: usize) -> Option<&ChannelState> {
        self.list.get(place)
    }

    /// The id of a channel in view.
    pub fn find_id(&self, channel: &Channel) -> Option<ChannelId> {
        self.ids.get(channel).copied()
    }

    /// The place of a channel in the list.
    pub fn find_place(&self, channel: &Channel) -> Option<usize> {
        self.find_id(channel).map(ChannelId::place)
    }

    /// A channel, to be read.
    ///
    /// # Panics
    /// If the id is of channels that have gone out of view since.
    pub fn at(&self, id: ChannelId) -> &ChannelState {
        &self.list[id.place()]
    }

    /// A channel, to be changed.
    pub fn get_mut(&mut self, id: ChannelId) -> ChannelMut<'_> {
        ChannelMut { channels: self, id }
    }

    /// By name, to be changed.
    pub fn find_mut(&mut self, channel: &Channel) -> Option<ChannelMut<'_>> {
        self.find_id(channel).map(|id| self.get_mut(id))
    }

    /// By name, to be read.
    pub fn look_up(&self, channel: &Channel) -> Option<&ChannelState> {
        self.find_id(channel).map(|id| self.at(id))
    }

    /// All, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &ChannelState> {
        self.list.iter()
    }

    /// All ids, in order.
    pub fn ids(&self) -> impl Iterator<Item = ChannelId> + use<> {
        (0..self.list.len()).map(ChannelId::of_place)
    }

    /// Change each, in order.
    pub fn for_each(&mut self, mut change: impl FnMut(&mut ChannelState)) {
        for id in self.ids() {
            change(&mut self.get_mut(id));
        }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}
