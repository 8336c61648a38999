//! Changes of the subscriptions at run time.

use std::collections::HashSet;

use super::{ChannelState, Listener, MOST_CHANNELS, Note, Removal, World};
use crate::presence::{Channel, ChannelGroup, Command, PresenceEvent, Subscription};

/// The subscriptions, indexed to be asked about many channels.
struct Covering<'a> {
    named: HashSet<&'a Channel>,
    patterns: Vec<&'a Subscription>,
    groups: HashSet<&'a ChannelGroup>,
}

impl<'a> Covering<'a> {
    fn of(watching: impl Iterator<Item = &'a Subscription>) -> Self {
        let mut covering = Self { named: HashSet::new(), patterns: Vec::new(), groups: HashSet::new() };
        for subscription in watching {
            match subscription {
                Subscription::Channel(channel) => drop(covering.named.insert(channel)),
                Subscription::Pattern(_) => covering.patterns.push(subscription),
                Subscription::Group(group) => drop(covering.groups.insert(group)),
            }
        }
        covering
    }

    fn covers(&self, channel: &Channel) -> bool {
        self.named.contains(channel) || self.patterns.iter().any(|pattern| pattern.covers(channel))
    }

    fn brings_channel(&self, watched: &ChannelState) -> bool {
        self.covers(&watched.channel) || watched.through.iter().any(|group| self.groups.contains(group))
    }
}

/// Whether an event brings its channel into view. A late event of a removed subscription or a hidden channel does
/// not.
pub(super) fn admits_event(world: &World, event: &PresenceEvent) -> bool {
    if world.channels.is_hidden(&event.channel) {
        return false;
    }
    world.session.watching.iter().any(|watching| match watching {
        Subscription::Group(_) => event.subscription.as_ref().is_none_or(|through| through == watching),
        _ => watching.covers(&event.channel),
    })
}

/// As [`admits_event`], for a here-now answer. `by_group`: the request named groups, so the channel may be a member
/// of one. A channel that is in view already may have come by a group, too, and is asked about by its own name.
pub(super) fn admits_list(world: &World, channel: &Channel, by_group: bool) -> bool {
    let watching = &world.session.watching;
    let known = |watching: &Subscription| watching.covers(channel);
    let grouped = |watching: &Subscription| by_group && matches!(watching, Subscription::Group(_));
    let in_view = world.channels.look_up(channel).is_some();
    !world.channels.is_hidden(channel)
        && (in_view || watching.iter().any(|watching| known(watching) || grouped(watching)))
}

/// Why subscriptions cannot be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAdded {
    /// It is subscribed to already.
    #[error("{0} is watched already")]
    Already(Subscription),
    /// There would be too many.
    #[error("no more than {MOST_CHANNELS} can be watched; remove some first")]
    TooMany,
}

/// Why something cannot be removed from view.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRemoved {
    /// Nothing would be left.
    #[error("that is all that is watched: add something first, or quit")]
    NothingLeft,
    /// Too many channels are hidden already.
    #[error("no more than {MOST_CHANNELS} channels can be hidden")]
    TooManyHidden,
}

impl World {
    /// Whether nothing is watched yet: nobody has named a channel, and webhooks are to tell of some.
    pub fn awaits_channels(&self) -> bool {
        self.session.watching.is_empty()
    }

    /// Whether all of these subscriptions can be added.
    ///
    /// # Errors
    /// The reason why not.
    pub fn may_watch(&self, what: &[Subscription]) -> Result<(), NotAdded> {
        let is_hidden = |subscription: &Subscription| matches!(subscription, Subscription::Channel(channel) if self.channels.is_hidden(channel));
        let known =
            |subscription: &&Subscription| self.session.watching.contains(subscription) && !is_hidden(subscription);
        if let Some(known) = what.iter().find(known) {
            return Err(NotAdded::Already(known.clone()));
        }
        let channels = what.iter().filter(|subscription| matches!(subscription, Subscription::Channel(_))).count();
        let (watched, in_view) = (self.session.watching.len() + what.len(), self.channels.len() + channels);
        if watched > MOST_CHANNELS || in_view > MOST_CHANNELS { Err(NotAdded::TooMany) } else { Ok(()) }
    }

    /// Of channels that somebody else tells of, those that can be added: none that is in view, comes with what is watched,
    /// or was hidden by a person, and no more than there is room for.
    pub fn choose_unwatched(&self, found: Vec<Channel>) -> Vec<Subscription> {
        let covering = Covering::of(self.session.watching.iter());
        let room = MOST_CHANNELS.saturating_sub(self.session.watching.len().max(self.channels.len()));
        let is_new = |channel: &Channel| {
            let in_view = self.channels.look_up(channel).is_some();
            !in_view && !self.channels.is_hidden(channel) && !covering.covers(channel)
        };
        found.into_iter().filter(is_new).take(room).map(Subscription::Channel).collect()
    }

    /// Whether this can be removed from view.
    ///
    /// # Errors
    /// The reason why not.
    pub fn may_unwatch(&self, removal: &Removal) -> Result<(), NotRemoved> {
        if list_remaining_subscriptions(self, removal).is_empty() {
            return Err(NotRemoved::NothingLeft);
        }
        let hides = matches!(removal, Removal::Hide(_));
        if hides && !self.channels.can_hide() { Err(NotRemoved::TooManyHidden) } else { Ok(()) }
    }

    /// The subscriptions that bring a channel into view.
    pub fn list_sources_of(&self, watched: &ChannelState) -> Vec<Subscription> {
        let (channel, watching) = (&watched.channel, &self.session.watching);
        let covered = watching.iter().any(|subscription| subscription.covers(channel));
        // A here-now answer does not tell through which group a channel comes.
        let unknown = !covered && watched.through.is_empty();
        let brings = |subscription: &&Subscription| match subscription {
            Subscription::Group(group) => unknown || watched.through.contains(group),
            _ => subscription.covers(channel),
        };
        watching.iter().filter(brings).cloned().collect()
    }

    /// The channels that leave the view with this removal.
    pub fn channels_removed_by(&self, removal: &Removal) -> HashSet<Channel> {
        list_departing_channels(self, removal)
    }

    /// The places that we leave with this removal.
    pub fn places_left_by(&self, removal: &Removal) -> Vec<Subscription> {
        list_own_places(self, &list_departing_channels(self, removal))
    }
}

/// Add subscriptions, if all of them can be added.
pub(super) fn add_subscriptions(world: &mut World, what: Vec<Subscription>, out: &mut dyn Listener) {
    if what.is_empty() || world.may_watch(&what).is_err() {
        return;
    }
    let now = world.now;
    for subscription in &what {
        if let Subscription::Channel(channel) = subscription {
            world.channels.unhide(channel);
            world.channels.find_or_add(channel, now);
        }
        if !world.session.watching.contains(subscription) {
            world.session.watching.push(subscription.clone());
        }
    }
    if what.iter().any(|subscription| !matches!(subscription, Subscription::Channel(_))) {
        world.discovery.schedule_search(&world.session.watching, now);
    }
    world.emit_note(None, Note::Added { what }, out);
    out.take_command(Command::Watch(world.session.watching.clone()));
}

/// The subscriptions that remain after a removal.
fn list_remaining_subscriptions(world: &World, removal: &Removal) -> Vec<Subscription> {
    let gone = |subscription: &Subscription| match removal {
        Removal::Whole(whole) => subscription == whole,
        Removal::Hide(channel) => matches!(subscription, Subscription::Channel(named) if named == channel),
    };
    world.session.watching.iter().filter(|subscription| !gone(subscription)).cloned().collect()
}

/// The channels that leave the view with a removal.
fn list_departing_channels(world: &World, removal: &Removal) -> HashSet<Channel> {
    let rest = list_remaining_subscriptions(world, removal);
    let covering = Covering::of(rest.iter());
    let goes = |watched: &&ChannelState| match removal {
        Removal::Hide(channel) => watched.channel == *channel,
        Removal::Whole(whole @ Subscription::Group(_)) => {
            let Subscription::Group(group) = whole else { return false };
            let may_be_of_it = watched.through.is_empty() || watched.through.contains(group);
            may_be_of_it && !covering.brings_channel(watched)
        }
        Removal::Whole(whole) => whole.covers(&watched.channel) && !covering.brings_channel(watched),
    };
    world.channels.iter().filter(goes).map(|watched| watched.channel.clone()).collect()
}

/// The places among these channels where we are present.
fn list_own_places(world: &World, gone: &HashSet<Channel>) -> Vec<Subscription> {
    let places = gone.iter().cloned().map(Subscription::Channel).filter(|place| world.own_presence.is_at(place));
    let mut places: Vec<_> = places.collect();
    places.sort();
    places
}

/// Remove a subscription or hide a channel: leave it where we are present, and forget its state.
pub(super) fn remove_subscription(world: &mut World, removal: &Removal, out: &mut dyn Listener) {
    if world.may_unwatch(removal).is_err() {
        return;
    }
    let (now, rest, gone) =
        (world.now, list_remaining_subscriptions(world, removal), list_departing_channels(world, removal));
    let places = list_own_places(world, &gone);
    if let Removal::Hide(channel) = removal {
        world.channels.hide(channel);
    }
    for place in &places {
        world.own_presence.begin_leave(place, now);
    }
    world.channels.remove_all(&gone);
    let changed = rest != world.session.watching;
    world.session.watching = rest;
    let covering = Covering::of(world.session.watching.iter());
    // The group of a hidden channel is not known.
    let grouped = !covering.groups.is_empty();
    world.channels.hide_only(|channel| grouped || covering.covers(channel));
    if grouped {
        // Another group may have the same channels; then they come back.
        world.discovery.schedule_search(&world.session.watching, now);
    }
    let note = Note::Removed { what: removal.clone(), channels: gone.len(), left: !places.is_empty() };
    world.emit_note(None, note, out);
    if !places.is_empty() {
        out.take_command(Command::Leave { places });
    }
    if changed {
        out.take_command(Command::Watch(world.session.watching.clone()));
    }
}
