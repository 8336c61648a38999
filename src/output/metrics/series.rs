//! Which channels have series of their own, and which are summed; and the events of each.

use std::collections::HashMap;

use super::reading::{ChannelReading, EventCounts, RestReading};
use crate::{
    presence::{Channel, Moment, Subscription, sanitize_name},
    world::{Certainty, ChannelState, World},
};

/// So many channels have series of their own: the first ones, which are those watched by name.
pub const MOST_SERIES: usize = 200;

/// So many patterns and groups have sums of their own; what came through others is summed with what was named.
pub const MOST_SUMS: usize = 50;

/// Bytes of the longest name that becomes a label. PubNub takes 92 characters.
pub const LONGEST_NAME: usize = 400;

/// Where a channel is counted.
#[derive(Debug, Clone, Copy)]
enum CountedIn {
    Own(usize),
    Rest(usize),
}

#[derive(Debug)]
struct OwnSeries {
    channel: Channel,
    label: String,
    events: EventCounts,
}

/// The channels, where each is counted, and what was counted.
#[derive(Debug, Default)]
pub(super) struct ChannelSeries {
    own: Vec<OwnSeries>,
    rest: Vec<(String, EventCounts)>,
    places: HashMap<Channel, CountedIn, foldhash::fast::RandomState>,
    /// So many channels of the world, in its order, have their place.
    followed: usize,
    /// Channels were removed from the world.
    stale: bool,
}

impl ChannelSeries {
    /// Channels were removed: their series end.
    pub const fn mark_removed(&mut self) {
        self.stale = true;
    }

    /// Count an event on a channel, of the kind at this place of the table.
    pub fn count_event(&mut self, world: &World, channel: &Channel, kind: usize) {
        self.follow(world);
        let place = self.places.get(channel).copied();
        // One that did not fit into view is counted with those that it would be among.
        match place.unwrap_or_else(|| self.find_sum(world, channel, None)) {
            CountedIn::Own(at) => self.own[at].events[kind] += 1,
            CountedIn::Rest(at) => self.rest[at].1[kind] += 1,
        }
    }

    /// Give a place to each channel that has come into view since.
    fn follow(&mut self, world: &World) {
        if self.stale || world.channels.len() < self.followed {
            self.own.retain(|own| world.channels.look_up(&own.channel).is_some());
            let own = self.own.iter().enumerate();
            self.places = own.map(|(at, own)| (own.channel.clone(), CountedIn::Own(at))).collect();
            (self.followed, self.stale) = (0, false);
        }
        for watched in world.channels.iter().skip(self.followed) {
            if !self.places.contains_key(&watched.channel) {
                let place = self.add_own(&watched.channel);
                let place = place.unwrap_or_else(|| self.find_sum(world, &watched.channel, Some(watched)));
                self.places.insert(watched.channel.clone(), place);
            }
        }
        self.followed = world.channels.len();
    }

    /// Series of its own, where there is room for them and no other channel looks the same.
    fn add_own(&mut self, channel: &Channel) -> Option<CountedIn> {
        if self.own.len() >= MOST_SERIES {
            return None;
        }
        let label = show_name(channel.as_str())?;
        if self.own.iter().any(|own| own.label == label) {
            return None;
        }
        self.own.push(OwnSeries { channel: channel.clone(), label, events: EventCounts::default() });
        Some(CountedIn::Own(self.own.len() - 1))
    }

    /// The sum of the pattern or the group that a channel came through.
    fn find_sum(&mut self, world: &World, channel: &Channel, watched: Option<&ChannelState>) -> CountedIn {
        let covers = |place: &&Subscription| matches!(place, Subscription::Pattern(_)) && place.covers(channel);
        let pattern = world.session.watching.iter().find(covers).and_then(|pattern| show_name(pattern.as_str()));
        let group = || watched.and_then(|watched| watched.through.first());
        let named = pattern.or_else(|| group().and_then(|group| show_name(&format!("group:{}", group.as_str()))));
        CountedIn::Rest(self.find_or_add_sum(named.unwrap_or_default()))
    }

    fn find_or_add_sum(&mut self, pattern: String) -> usize {
        if let Some(at) = self.rest.iter().position(|(known, _)| *known == pattern) {
            return at;
        }
        if self.rest.len() >= MOST_SUMS && !pattern.is_empty() {
            return self.find_or_add_sum(String::new());
        }
        self.rest.push((pattern, EventCounts::default()));
        self.rest.len() - 1
    }

    /// What is known of each. Only where there are sums, all channels are looked at.
    pub fn read(&mut self, world: &World, now: Moment) -> (Vec<ChannelReading>, Vec<RestReading>) {
        self.follow(world);
        let own = self.own.iter().filter_map(|own| {
            let found = look_at(world, world.channels.look_up(&own.channel)?, now);
            Some(ChannelReading { channel: own.label.clone(), events: own.events, ..found })
        });
        let own = own.collect();
        let sum_of = |(pattern, events): &(String, EventCounts)| RestReading {
            pattern: pattern.clone(),
            events: *events,
            ..RestReading::default()
        };
        let mut rest: Vec<RestReading> = self.rest.iter().map(sum_of).collect();
        if !rest.is_empty() {
            for watched in world.channels.iter() {
                if let Some(CountedIn::Rest(at)) = self.places.get(&watched.channel) {
                    add_to(&mut rest[*at], &look_at(world, watched, now));
                }
            }
        }
        (own, rest)
    }
}

/// A name as it stands in a label; nothing for one that no service would take.
fn show_name(name: &str) -> Option<String> {
    let shown = sanitize_name(name);
    (shown.len() <= LONGEST_NAME).then(|| shown.into_owned())
}

/// What is known of a channel. While the link is down, and where the service refuses it, that is nothing.
fn look_at(world: &World, watched: &ChannelState, now: Moment) -> ChannelReading {
    let is_told = world.link.is_live() && watched.refused.is_none();
    let occupancy = watched.known_occupancy().filter(|_| is_told);
    ChannelReading {
        channel: String::new(),
        occupancy,
        listed: occupancy.map(|_| watched.roster.len() as u64),
        exact: world.certainty(watched, now) == Certainty::Exact,
        events: EventCounts::default(),
    }
}

fn add_to(sum: &mut RestReading, channel: &ChannelReading) {
    sum.channels += 1;
    sum.exact += u64::from(channel.exact);
    if let (Some(occupancy), Some(listed)) = (channel.occupancy, channel.listed) {
        sum.known += 1;
        sum.occupancy = sum.occupancy.saturating_add(occupancy);
        sum.listed += listed;
    }
}
