//! What is watched, while that changes: channels, patterns and groups come and go at run time.

use std::collections::HashSet;

use super::{ChannelState, Listener, MOST_CHANNELS, Note, Removal, World};
use crate::presence::{Channel, ChannelGroup, Command, PresenceEvent, Subscription};

/// What is watched, to be asked about many channels.
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

/// Whether an event on a channel that is not in view takes it into view: not if it is late news of what is
/// watched no more, or of what is hidden.
pub(super) fn admits_event(world: &World, event: &PresenceEvent) -> bool {
    if world.channels.is_hidden(&event.channel) {
        return false;
    }
    world.session.watching.iter().any(|watching| match watching {
        Subscription::Group(_) => event.subscription.as_ref().is_none_or(|through| through == watching),
        _ => watching.covers(&event.channel),
    })
}

/// As [`admits_event`], for a list; `by_group`: groups were asked about, so that it may be of a member of one.
pub(super) fn admits_list(world: &World, channel: &Channel, by_group: bool) -> bool {
    let watching = &world.session.watching;
    let known = |watching: &Subscription| watching.covers(channel);
    let grouped = |watching: &Subscription| by_group && matches!(watching, Subscription::Group(_));
    !world.channels.is_hidden(channel) && watching.iter().any(|watching| known(watching) || grouped(watching))
}

/// Why something can't be watched as well.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAdded {
    /// It is watched.
    #[error("{0} is watched already")]
    Already(Subscription),
    /// There is no room for so many.
    #[error("no more than {MOST_CHANNELS} can be watched; remove some first")]
    TooMany,
}

/// Why something can't be taken out of view.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRemoved {
    /// Nothing else is watched.
    #[error("that is all that is watched: add something first, or quit")]
    NothingLeft,
    /// There is no room for another that is hidden.
    #[error("no more than {MOST_CHANNELS} channels can be hidden")]
    TooManyHidden,
}

impl World {
    /// Whether all of this can be watched as well.
    ///
    /// # Errors
    /// Why not.
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

    /// Whether this can be watched no more.
    ///
    /// # Errors
    /// Why not.
    pub fn may_unwatch(&self, removal: &Removal) -> Result<(), NotRemoved> {
        if list_remaining_subscriptions(self, removal).is_empty() {
            return Err(NotRemoved::NothingLeft);
        }
        let hides = matches!(removal, Removal::Hide(_));
        if hides && !self.channels.can_hide() { Err(NotRemoved::TooManyHidden) } else { Ok(()) }
    }

    /// What brings a channel into view.
    pub fn list_sources_of(&self, watched: &ChannelState) -> Vec<Subscription> {
        let (channel, watching) = (&watched.channel, &self.session.watching);
        let covered = watching.iter().any(|subscription| subscription.covers(channel));
        // Of a list it is not told through which group it came.
        let unknown = !covered && watched.through.is_empty();
        let brings = |subscription: &&Subscription| match subscription {
            Subscription::Group(group) => unknown || watched.through.contains(group),
            _ => subscription.covers(channel),
        };
        watching.iter().filter(brings).cloned().collect()
    }

    /// The channels that go out of view with this.
    pub fn channels_removed_by(&self, removal: &Removal) -> HashSet<Channel> {
        list_departing_channels(self, removal)
    }

    /// Where we are present, of the channels that go out of view with this: we leave them.
    pub fn places_left_by(&self, removal: &Removal) -> Vec<Subscription> {
        list_own_places(self, &list_departing_channels(self, removal))
    }
}

/// Watch this as well, as far as it may be.
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
    out.command(Command::Watch(world.session.watching.clone()));
}

/// What is watched afterwards.
fn list_remaining_subscriptions(world: &World, removal: &Removal) -> Vec<Subscription> {
    let gone = |subscription: &Subscription| match removal {
        Removal::Whole(whole) => subscription == whole,
        Removal::Hide(channel) => matches!(subscription, Subscription::Channel(named) if named == channel),
    };
    world.session.watching.iter().filter(|subscription| !gone(subscription)).cloned().collect()
}

/// The channels that go out of view.
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

/// Where we are, of the channels that go out of view.
fn list_own_places(world: &World, gone: &HashSet<Channel>) -> Vec<Subscription> {
    let places = gone.iter().cloned().map(Subscription::Channel).filter(|place| world.own_presence.is_at(place));
    let mut places: Vec<_> = places.collect();
    places.sort();
    places
}

/// Watch it no more: leave where we are present, and forget what was known.
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
    // Which group a hidden channel came through is not known.
    let grouped = !covering.groups.is_empty();
    world.channels.hide_only(|channel| grouped || covering.covers(channel));
    if grouped {
        // Perhaps another group has them: then they come back.
        world.discovery.schedule_search(&world.session.watching, now);
    }
    let note = Note::Removed { what: removal.clone(), channels: gone.len(), left: !places.is_empty() };
    world.emit_note(None, note, out);
    if !places.is_empty() {
        out.command(Command::Leave { places });
    }
    if changed {
        out.command(Command::Watch(world.session.watching.clone()));
    }
}
