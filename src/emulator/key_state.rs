//! The state of one subscribe key: who is present, groups, streams, and which polls listen for what. Pure.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use serde_json::json;

use super::{
    Announcer, PollId, PresenceChange, Registry, Settings,
    envelope::{KeptEnvelope, REGION},
    groups::Groups,
    listeners::{Listeners, WokenPoll},
    memory::{MemoryAccount, Share},
    message_reader::MessageReader,
    pending::{DueAct, PendingActs},
    registry::{DueChange, NewState},
    streams::{HeardEnvelope, Reading, Streams},
};
use crate::{
    presence::{Channel, EventKind, Moment, PNPRES, PresenceEvent, State, SubscribeKey, Timetoken, UserId},
    wire::{Message, Names},
};

/// What a subscribe key takes besides what is counted elsewhere.
const KEY_BYTES: usize = 3_000;

/// What was published, and the polls that wait for it.
pub(super) type PublishedEnvelope = (Arc<KeptEnvelope>, Vec<WokenPoll>);

pub(super) struct KeyState {
    pub key: SubscribeKey,
    pub registry: Registry,
    pub groups: Groups,
    pub pending: PendingActs,
    announcer: Announcer,
    pub listeners: Listeners,
    streams: Streams,
    memory: MemoryAccount,
    _bytes: Share,
}

/// The heartbeat that a subscribe implies.
pub(super) struct SubscribeHeartbeat<'a> {
    pub user: &'a UserId,
    /// The timeout that the subscribe names, in seconds.
    pub timeout: Option<u64>,
    /// Whether the poll was sent after any leave of its user. Such a poll joins the user again after the debounce;
    /// one that was open during the leave does not.
    pub anew: bool,
}

impl KeyState {
    pub fn new(key: SubscribeKey, settings: &Settings, memory: &MemoryAccount) -> Self {
        let (lasting, most_dots) = (&memory.lasting, settings.most_dots());
        Self {
            registry: Registry::new(settings.timeout_grace, memory),
            groups: Groups::new(lasting),
            pending: PendingActs::new(lasting),
            announcer: Announcer::new(lasting),
            streams: Streams::new(most_dots, &memory.backlogs),
            listeners: Listeners::new(most_dots),
            _bytes: lasting.share(KEY_BYTES + key.as_str().len()),
            memory: memory.clone(),
            key,
        }
    }

    /// Whether nobody is present, listens, or has made a group: forgetting it would lose published events only.
    pub fn is_deserted(&self) -> bool {
        let quiet = self.listeners.is_empty() && self.pending.is_empty() && self.groups.is_empty();
        quiet && self.registry.count_present() == 0
    }

    /// Drop what is too old. Returns whether forgetting the rest would lose nothing.
    pub fn is_idle(&mut self, now: Moment, settings: &Settings) -> bool {
        self.streams.forget_old(Timetoken::at(now), settings);
        self.is_deserted() && self.streams.is_empty()
    }

    /// When anything was published last.
    pub fn newest(&self) -> Option<Timetoken> {
        self.streams.newest()
    }

    /// When anything was published last on the name that is the first to be forgotten.
    pub fn oldest_backlog(&self) -> Option<Timetoken> {
        self.streams.oldest()
    }

    /// Forget what was published on the least recently used name.
    pub fn forget_oldest_backlog(&mut self) {
        self.streams.forget_oldest();
    }

    /// The channels that a request means, each as often as it is named: plain names, patterns (as the literal channel
    /// of that name) and the members of groups; never a presence twin.
    fn visit_channels<'a>(&'a self, names: &'a Names) -> impl Iterator<Item = Channel> + 'a {
        let plain = names.channels.iter().filter(|n| !n.ends_with(PNPRES)).map(|n| Channel::from_wire(n));
        let groups = names.groups.iter().filter(|g| !g.ends_with(PNPRES));
        plain.chain(groups.flat_map(|g| self.groups.members(g)).cloned())
    }

    /// The channels that a request means.
    pub fn find_channels(&self, names: &Names) -> BTreeSet<Channel> {
        self.visit_channels(names).collect()
    }

    /// At most how many channels a request means.
    pub fn count_channels(&self, names: &Names) -> usize {
        let groups = names.groups.iter().filter(|g| !g.ends_with(PNPRES));
        let plain = names.channels.iter().filter(|n| !n.ends_with(PNPRES)).count();
        plain + groups.map(|group| self.groups.count_members(group)).sum::<usize>()
    }

    /// Of the first channels that a request means, those where the user is present.
    pub fn find_present(&self, names: &Names, user: &UserId, looks: usize) -> BTreeSet<Channel> {
        self.visit_channels(names).take(looks).filter(|channel| self.registry.is_present(channel, user)).collect()
    }

    /// Those of them that have presence.
    pub fn channels_with_presence(&self, names: &Names, settings: &Settings) -> BTreeSet<Channel> {
        // Its groups may have grown since the request came.
        let channels = self.visit_channels(names).take(settings.bounds.channels.saturating_mul(5));
        channels.filter(|channel| settings.has_presence(channel)).collect()
    }

    /// An explicit heartbeat on one channel.
    pub fn heartbeat(&mut self, channel: &Channel, user: &UserId, timeout: u64, now: Moment) -> Option<PresenceChange> {
        self.pending.forget_join(channel, user);
        self.registry.heartbeat(channel, user, Duration::from_secs(timeout), now)
    }

    /// The heartbeat that a subscribe implies when it is answered. It renews at once, if it does, but joins a little
    /// later, so that no answer holds the caller's own join.
    pub fn heartbeat_by_subscribe(
        &mut self,
        channel: Channel,
        heartbeat: &SubscribeHeartbeat<'_>,
        settings: &Settings,
        now: Moment,
    ) -> Option<PresenceChange> {
        let SubscribeHeartbeat { user, timeout, anew } = *heartbeat;
        let asked = timeout.map(Duration::from_secs);
        if let Some(known) = self.registry.timeout_of(&channel, user) {
            if settings.guesses.subscribe_renews_presence {
                let timeout = asked.filter(|_| !settings.guesses.heartbeat_timeout_wins).unwrap_or(known);
                self.registry.heartbeat(&channel, user, timeout, now);
            }
            let again = anew && settings.guesses.duplicate_joins_are_announced;
            return again.then(|| self.registry.repeat_join(&channel, user)).flatten();
        }
        let held_back = self.pending.joins_suppressed_until(&channel, user).filter(|until| *until > now);
        let is_room = self.pending.count_joins() < settings.bounds.present && self.memory.fits(0);
        if (held_back.is_none() || anew) && is_room {
            let at = now.plus(settings.join_delay).max(held_back.unwrap_or_default());
            self.pending.join(channel, user.clone(), asked.unwrap_or(settings.presence_timeout), at);
        }
        None
    }

    /// An explicit leave, which suppresses joins by subscribe for a while.
    pub fn leave_explicitly(
        &mut self,
        channel: Channel,
        user: &UserId,
        settings: &Settings,
        now: Moment,
    ) -> Option<PresenceChange> {
        let was_coming = self.pending.has_join(&channel, user);
        let change = self.leave(&channel, user, settings);
        // A user who was neither present nor about to join has no open poll that could join them.
        if was_coming || change.is_some() {
            self.pending.suppress_joins(channel, user.clone(), now.plus(settings.debounce));
        }
        change
    }

    /// A leave, explicit or not.
    pub fn leave(&mut self, channel: &Channel, user: &UserId, settings: &Settings) -> Option<PresenceChange> {
        self.pending.forget_join(channel, user);
        self.pending.forget_leave(channel, user);
        self.registry.leave(channel, user, settings.guesses.state_outlives_leave)
    }

    /// Let the next thing happen that is due by `now`: a join, leave or timeout.
    pub fn advance_once(&mut self, settings: &Settings, now: Moment) -> DueChange {
        if let Some(change) = self.registry.expire_next(now) {
            return DueChange::Change(change);
        }
        let Some(due) = self.pending.pop_due(now) else { return DueChange::NothingDue };
        let change = match due {
            // Beyond the bound nobody joins, as with a heartbeat that is refused.
            DueAct::Join(..) if self.memory.present.sum() >= settings.bounds.present || !self.memory.fits(0) => None,
            DueAct::Join(channel, user, timeout) => self.registry.heartbeat(&channel, &user, timeout, now),
            DueAct::Leave(channel, user) => self.leave(&channel, &user, settings),
        };
        change.into()
    }

    pub fn next_deadline(&self) -> Option<Moment> {
        let all = [self.pending.next_deadline(), self.registry.next_deadline(), self.announcer.next_deadline()];
        all.into_iter().flatten().min()
    }

    /// What is announced of a change now, if anything.
    pub fn announce(&mut self, change: PresenceChange, settings: &Settings, now: Moment) -> Option<PresenceChange> {
        self.announcer.announce(change, settings, now)
    }

    /// See [`Announcer::take_due_interval`].
    pub fn take_due_interval(&mut self, settings: &Settings, now: Moment) -> DueChange {
        self.announcer.take_due_interval(settings, now)
    }

    /// The message for the active notice channel, if a change makes a channel active or inactive.
    pub fn activity_notice(change: &PresenceChange, settings: &Settings, now: Moment) -> Option<Message> {
        let channel = settings.active_notice_channel.as_ref()?;
        let status = match (&change.what, change.occupancy) {
            (EventKind::Joined { .. }, 1) => "active",
            (EventKind::Left { .. } | EventKind::TimedOut { .. }, 0) => "inactive",
            _ => return None,
        };
        let payload = json!({"channel": change.channel.as_str(), "status": status, "timestamp": now.seconds()});
        Some(Message { channel: channel.as_str().into(), payload: payload.to_string(), ..Message::default() })
    }

    /// Put a change into the stream. Returns the polls that wait for it.
    pub fn publish(&mut self, change: PresenceChange, at: Timetoken, settings: &Settings) -> PublishedEnvelope {
        let PresenceChange { channel, what, occupancy, state_bytes } = change;
        let name: Arc<str> = format!("{}{PNPRES}", channel.as_str()).into();
        let woken = self.listeners.wake(&name, &channel, &self.groups);
        let event = PresenceEvent {
            channel,
            subscription: None,
            published: at,
            timestamp: Some(at.seconds()),
            occupancy: Some(occupancy as u64),
            what,
            raw: None,
        };
        let envelope = KeptEnvelope::of_event(name, event, state_bytes, self.key.clone(), settings.stream_filtering);
        let envelope = Arc::new(envelope);
        self.streams.publish(&envelope, settings);
        (envelope, woken)
    }

    /// Put a message into the stream. Returns the polls that wait for it.
    pub fn publish_message(
        &mut self,
        message: &Message,
        publisher: Option<&UserId>,
        at: Timetoken,
        settings: &Settings,
    ) -> PublishedEnvelope {
        let name = message.channel.clone();
        let woken = self.listeners.wake(&name, &Channel::from_wire(&name), &self.groups);
        let open = message.open_envelope(publisher, &self.key, at, REGION);
        let envelope = Arc::new(KeptEnvelope::of_message(at, name, open));
        self.streams.publish(&envelope, settings);
        (envelope, woken)
    }

    /// The polls that listen for a group itself, which makes their users present in its channels; or, by its name
    /// with the suffix, for its presence.
    pub fn polls_on_group(&self, group: &str) -> BTreeSet<PollId> {
        self.listeners.polls_on_group(group)
    }

    /// What a subscriber has not received yet; see [`Streams::read_since`].
    pub fn read_since(
        &self,
        reading: &Reading<'_>,
        reader: &mut MessageReader,
        settings: &Settings,
    ) -> (Vec<(Timetoken, HeardEnvelope)>, Option<Timetoken>) {
        self.streams.read_since(reading, &self.groups, reader, settings)
    }

    /// Set the states that a request carries. A state that is set already is no change.
    pub fn set_states(&mut self, states: &BTreeMap<Channel, State>, user: &UserId) -> Vec<PresenceChange> {
        let mut changes = Vec::new();
        // That of a group goes to all of its channels, and is kept once.
        let mut made: HashMap<*const u8, NewState> = HashMap::new();
        for (channel, state) in states {
            let known = self.registry.state(channel, user);
            if known != Some(state) && !(known.is_none() && state.is_empty()) {
                let registry = &self.registry;
                let new = made.entry(state.as_json().as_ptr()).or_insert_with(|| registry.make_state(state));
                changes.extend(self.registry.set_state(channel, user, new));
            }
        }
        changes
    }
}

/// The account once more, from nothing.
#[cfg(test)]
impl KeyState {
    /// Bytes that last, those of backlogs, and users present.
    pub fn recount(&self) -> (usize, usize, usize) {
        let (registry, present) = self.registry.recount();
        let lasting = registry + self.groups.recount() + self.pending.recount() + self.announcer.recount();
        let backlogs = self.streams.recount() + self.streams.recount_states();
        (lasting + KEY_BYTES + self.key.as_str().len(), backlogs, present)
    }
}
