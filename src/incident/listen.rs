//! Takes what happens in the world and counts it.

use std::hash::BuildHasher;

use super::{
    IncidentKind, IncidentWatch,
    memory::ChannelMemory,
    movement::{Comeback, Movement, MovementKind},
    watch::{FoundDrift, SETTLING},
};
use crate::{
    presence::{Change, Difference, EventKind, Moment, PresenceEvent, Timetoken, UserId},
    world::{Cause, ChannelId, Departure, Entry, EntryBody, Mode, Note, Touched, World},
};

/// The usual time between two intervals of a channel, and the longest that is believed, in seconds.
const INTERVAL: u64 = 10;
const LONGEST_INTERVAL: u64 = 60;

/// Users by whom a list was corrected that are known by name.
const NAMED: usize = 64;

/// When something happened, and over how many seconds before it is spread.
#[derive(Clone, Copy)]
pub(super) struct When {
    pub at: Moment,
    pub published: Timetoken,
    pub spread: u64,
}

impl When {
    /// A movement at that time of a user, by the hash of the user id, who was not there a short while ago.
    fn describe(self, user: u64, channel: u32, kind: MovementKind) -> Movement {
        let Self { at, published, spread } = self;
        let spread = u8::try_from(spread - 1).unwrap_or(u8::MAX);
        Movement { user, at, published, channel, kind, comeback: Comeback::No, spread }
    }
}

impl IncidentWatch {
    /// Take an entry.
    pub fn take_entry(&mut self, world: &World, entry: &Entry) {
        let EntryBody::Note(note) = &entry.body else { return };
        let now = world.now();
        match note {
            Note::Live { again, .. } if *again || self.settled.is_none() => self.settle(now),
            Note::Lost { attempt: 1, trouble, .. } => {
                self.begin_standing(IncidentKind::LostLink, &trouble.sentence, now);
            }
            Note::Refused { trouble, .. } | Note::HereNowRefused { trouble } if !trouble.passing => {
                self.begin_standing(IncidentKind::Refused, &trouble.sentence, now);
            }
            Note::Allowed { .. } | Note::ClockSetBack => self.settle(now),
            Note::Removed { .. } => {
                self.forget_places();
                self.overview.forget_changes();
                self.settle(now);
            }
            Note::Drift { cause, difference } if *cause != Cause::SecondSession => {
                self.note_drift(world, entry, difference);
            }
            Note::Repaired { cause: Cause::Missing, difference } => {
                self.note_drift(world, entry, difference);
            }
            Note::Mode(mode) => self.note_mode(world, entry, mode.is_interval()),
            _ => return,
        }
        self.stale = true;
    }

    /// What is heard until a short while from now tells of a beginning.
    fn settle(&mut self, now: Moment) {
        self.settled = Some(now.plus(SETTLING));
        for memory in &mut self.channels {
            memory.occupancy = None;
        }
    }

    fn note_drift(&mut self, world: &World, entry: &Entry, difference: &Difference) {
        let users = difference.missing.len() + difference.extra.len();
        let place = entry.channel.as_ref().and_then(|channel| world.channels.find_place(channel));
        let (Some(place), Ok(users)) = (place, u32::try_from(users)) else { return };
        if users > 0 && self.is_settled(world.now()) {
            let announced = world.channels.get(place).is_some_and(|watched| !watched.mode.is_interval());
            let names = difference.missing.iter().chain(&difference.extra).take(NAMED);
            let names = names.map(|user| self.hasher.hash_one(user.as_str())).collect();
            self.drift.push_back(FoundDrift { at: world.now(), channel: place_number(place), users, names, announced });
            if self.drift.len() > 1000 {
                self.drift.pop_front();
            }
        }
    }

    fn note_mode(&mut self, world: &World, entry: &Entry, is_interval: bool) {
        let watched = entry.channel.as_ref().and_then(|channel| world.channels.look_up(channel));
        if let Some(watched) = watched.filter(|_| self.is_settled(world.now())) {
            let occupancy = watched.occupancy();
            self.limits.switch(&watched.channel, is_interval, occupancy, world.now());
            let place = world.channels.find_place(&watched.channel).filter(|_| !is_interval);
            if let Some(place) = place {
                self.count_unnamed_before(world, place, occupancy);
            }
        }
    }

    /// A channel that names nobody has so few that changes are told one by one from now on, this one first: of those who
    /// went or came since the last interval nothing else is told.
    fn count_unnamed_before(&mut self, world: &World, place: usize, occupancy: u64) {
        let memory = self.memory(place);
        let Some(before) = memory.occupancy.filter(|_| memory.by_interval && !memory.names) else { return };
        let told = if before > occupancy { occupancy + 1 } else { occupancy.saturating_sub(1) };
        let when = When { at: world.now(), published: world.clock.now(world.now()), spread: 1 };
        self.count_unnamed(place, before, if before == occupancy { before } else { told }, when);
    }

    /// Whether what happened then is news: neither from before the link came up nor from right after it.
    pub(super) fn is_settled(&self, at: Moment) -> bool {
        self.settled.is_some_and(|settled| at >= settled)
    }

    /// Take a change of a channel's list.
    pub fn take_change(&mut self, world: &World, channel: ChannelId, touched: &Touched<'_>) {
        match touched {
            Touched::Event { event, change, departed } => {
                let age = world.clock.now(world.now()).micros_since(event.published);
                // The first replies bring what had happened before somebody watched.
                if self.is_settled(world.now()) {
                    self.lateness.count(age, world.now());
                }
                if !matches!(event.what, EventKind::StateChanged { .. }) {
                    let at = Moment::from_micros(world.now().micros().saturating_sub(age));
                    self.take_event(world, (channel, at), event, *change, departed);
                }
            }
            Touched::HereNow { first, departed, .. } => {
                let place = channel.place();
                let watched = world.channels.at(channel);
                let occupancy = watched.occupancy();
                // Where changes are announced or intervals name them, they are heard of, if not yet.
                let is_nameless = watched.mode == (Mode::Interval { deltas: false });
                let memory = self.memory(place);
                let before = memory.occupancy;
                if is_nameless || before.is_none() {
                    memory.occupancy = Some(occupancy);
                }
                if !first {
                    self.note_found_gone(world, place, departed);
                }
                if !first
                    && is_nameless
                    && let Some(before) = before
                {
                    let when = When { at: world.now(), published: world.clock.now(world.now()), spread: 1 };
                    self.count_unnamed(place, before, occupancy, when);
                    for gone in *departed {
                        self.keep_sample(gone, MovementKind::Down, when.at);
                    }
                }
            }
            Touched::Cleared => self.memory(channel.place()).occupancy = None,
            Touched::Vouched(_) => {}
        }
        if self.is_pressed() {
            self.look(world, world.now());
        }
    }

    pub(super) fn memory(&mut self, place: usize) -> &mut ChannelMemory {
        if self.channels.len() <= place {
            self.channels.resize(place + 1, ChannelMemory::default());
        }
        &mut self.channels[place]
    }

    fn take_event(
        &mut self,
        world: &World,
        (channel, at): (ChannelId, Moment),
        event: &PresenceEvent,
        change: Change,
        departed: &[Departure],
    ) {
        let place = channel.place();
        let is_interval = matches!(event.what, EventKind::Interval { .. });
        // Only an interval is compared with what was told before: to read that at every event would cost more than to
        // write it.
        let (before, by_interval) = match self.memory(place) {
            memory if is_interval => (memory.occupancy, memory.by_interval),
            _ => (None, false),
        };
        if let Some(occupancy) = event.occupancy {
            let memory = self.memory(place);
            (memory.occupancy, memory.by_interval) = (Some(occupancy), is_interval);
            self.limits.hear(is_interval, occupancy, before);
        }
        if !self.is_settled(at) {
            return;
        }
        if !self.drift.is_empty() {
            self.explain_drift(place_number(place), &event.what);
        }
        let mut when = When { at, published: event.published, spread: 1 };
        let number = place_number(place);
        match &event.what {
            EventKind::Joined { user, .. } => {
                let again = matches!(change, Change::SeenAgain { .. }) || self.was_found_gone(user, place, &mut when);
                self.count_join(user, number, again, when);
            }
            EventKind::Left { user } => self.count_departure(user, number, MovementKind::Left, when),
            EventKind::TimedOut { user } => self.count_departure(user, number, MovementKind::TimedOut, when),
            EventKind::Interval { joined, left, timed_out, .. } => {
                when.spread = self.measure_interval(place, at);
                let watched = world.channels.at(channel);
                self.memory(place).names = watched.mode == (Mode::Interval { deltas: true });
                let roster = &watched.roster;
                let told = before.zip(event.occupancy);
                self.take_interval((place, roster), (told, by_interval), [joined, left, timed_out], departed, when);
            }
            EventKind::StateChanged { .. } | EventKind::Unknown { .. } => return,
        }
        for gone in departed {
            let kind = if matches!(gone.reason, crate::world::DepartureReason::TimedOut) {
                MovementKind::TimedOut
            } else {
                MovementKind::Left
            };
            self.keep_sample(gone, kind, at);
        }
        self.stale = true;
    }

    /// How many seconds an interval sums up: those since the last one.
    fn measure_interval(&mut self, place: usize, at: Moment) -> u64 {
        let memory = self.memory(place);
        let last = std::mem::replace(&mut memory.interval, at.seconds());
        let since = at.seconds().saturating_sub(last);
        if since <= LONGEST_INTERVAL { since.max(1) } else { INTERVAL }
    }

    pub(super) fn count_join(&mut self, user: &UserId, channel: u32, again: bool, when: When) {
        let hash = self.hasher.hash_one(user.as_str());
        let kind = if again { MovementKind::Again } else { MovementKind::Joined };
        self.take_movement(when.describe(hash, channel, kind));
        self.samples.push(user, None, kind, when.at);
    }

    pub(super) fn count_departure(&mut self, user: &UserId, channel: u32, kind: MovementKind, when: When) {
        let hash = self.hasher.hash_one(user.as_str());
        self.forget_found_gone(hash, channel);
        self.take_movement(when.describe(hash, channel, kind));
    }

    /// Count a change of the occupancy that names nobody.
    pub(super) fn count_unnamed(&mut self, place: usize, before: u64, after: u64, when: When) {
        let changed = before.abs_diff(after);
        if changed == 0 || !self.is_settled(when.at) {
            return;
        }
        let kind = if after > before { MovementKind::Up } else { MovementKind::Down };
        let (each, rest) = (changed / when.spread, changed % when.spread);
        for second in 0..when.spread {
            let count = u32::try_from(each + u64::from(second < rest)).unwrap_or(u32::MAX / 64);
            if count > 0 {
                let at = Moment::from_micros(when.at.micros().saturating_sub(second * 1_000_000));
                self.counts.count(at, |counts| match kind {
                    MovementKind::Up => counts.up += count,
                    _ => counts.down += count,
                });
            }
        }
        let channel = place_number(place);
        self.take_movement(when.describe(changed, channel, kind));
        self.stale = true;
    }

    fn keep_sample(&mut self, gone: &Departure, kind: MovementKind, at: Moment) {
        let state = gone.was.as_ref().and_then(|was| was.state());
        self.samples.push(&gone.user, state, kind, at);
    }
}

pub(super) fn place_number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
