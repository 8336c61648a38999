//! The state of one subscribe key: who is present, groups, streams, and which polls listen for what. Pure.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use serde_json::json;

use super::{
    Announcer, PollId, PresenceChange, Registry, Settings,
    groups::Groups,
    pending::{DueAct, PendingActs},
    streams::Streams,
};
use crate::{
    filter::MessageFilter,
    presence::{Channel, EventKind, Moment, PNPRES, PresenceEvent, State, SubscribeKey, Timetoken, UserId},
    wire::{Message, Names, open_envelope},
};

/// The region in cursors and envelopes. PubNub numbers its own from 1 to some forty; clients only repeat it.
pub(super) const REGION: i32 = 1;

pub(super) struct KeyState {
    pub key: SubscribeKey,
    pub registry: Registry,
    pub groups: Groups,
    pub pending: PendingActs,
    announcer: Announcer,
    streams: Streams,
    listeners: HashMap<Arc<str>, BTreeSet<PollId>, foldhash::fast::RandomState>,
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

/// A group's name among the listened names. The comma, which no name holds, keeps it apart from channels.
fn group_listener_name(group: &str) -> Arc<str> {
    format!(",{group}").into()
}

/// Every name that a request listens for.
fn listened_names(names: &Names) -> impl Iterator<Item = Arc<str>> {
    names.channels.iter().cloned().chain(names.groups.iter().map(|g| group_listener_name(g)))
}

impl KeyState {
    pub fn new(key: SubscribeKey, grace: Duration) -> Self {
        Self {
            key,
            registry: Registry::with_grace(grace),
            groups: Groups::default(),
            pending: PendingActs::default(),
            announcer: Announcer::default(),
            streams: Streams::default(),
            listeners: HashMap::default(),
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

    /// The channels that a request means: plain names, patterns (as the literal channel of that
    /// name) and the members of groups; never a presence twin.
    pub fn find_channels(&self, names: &Names) -> BTreeSet<Channel> {
        let plain = names.channels.iter().filter(|n| !n.ends_with(PNPRES)).map(|n| Channel::from_wire(n));
        let groups = names.groups.iter().filter(|g| !g.ends_with(PNPRES));
        let members = groups.flat_map(|g| self.groups.members(g)).cloned();
        plain.chain(members).collect()
    }

    /// Those of them that have presence.
    pub fn channels_with_presence(&self, names: &Names, settings: &Settings) -> BTreeSet<Channel> {
        let mut channels = self.find_channels(names);
        channels.retain(|channel| settings.has_presence(channel));
        channels
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
        if (held_back.is_none() || anew) && self.pending.count_joins() < settings.bounds.present {
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

    /// The changes that are due by `now`: joins, leaves, timeouts. At most `most` users may be present here.
    pub fn advance_to(&mut self, settings: &Settings, most: usize, now: Moment) -> Vec<PresenceChange> {
        let mut changes = self.registry.expire(now);
        while let Some(due) = self.pending.pop_due(now) {
            changes.extend(match due {
                // Beyond the bound nobody joins, as with a heartbeat that is refused.
                DueAct::Join(..) if self.registry.count_present() >= most => None,
                DueAct::Join(channel, user, timeout) => self.registry.heartbeat(&channel, &user, timeout, now),
                DueAct::Leave(channel, user) => self.leave(&channel, &user, settings),
            });
        }
        changes
    }

    pub fn next_deadline(&self) -> Option<Moment> {
        let all = [self.pending.next_deadline(), self.registry.next_deadline(), self.announcer.next_deadline()];
        all.into_iter().flatten().min()
    }

    /// What is announced of a change now, if anything.
    pub fn announce(&mut self, change: PresenceChange, settings: &Settings, now: Moment) -> Option<PresenceChange> {
        self.announcer.announce(change, settings, now)
    }

    pub fn take_due_intervals(&mut self, settings: &Settings, now: Moment) -> Vec<PresenceChange> {
        self.announcer.take_due_intervals(settings, now)
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
    pub fn publish(&mut self, change: PresenceChange, at: Timetoken, settings: &Settings) -> BTreeSet<PollId> {
        let event = PresenceEvent {
            channel: change.channel.clone(),
            subscription: None,
            published: at,
            timestamp: Some(at.seconds()),
            occupancy: Some(change.occupancy as u64),
            what: change.what,
            raw: None,
        };
        let envelope = open_envelope(&event, &self.key, REGION, settings.stream_filtering);
        let name: Arc<str> = format!("{}{PNPRES}", change.channel.as_str()).into();
        let woken = self.polls_listening_to(&name, &change.channel, PNPRES);
        self.streams.publish(name, at, envelope, settings);
        woken
    }

    /// Put a message into the stream. Returns the polls that wait for it.
    pub fn publish_message(
        &mut self,
        message: &Message,
        publisher: Option<&UserId>,
        at: Timetoken,
        settings: &Settings,
    ) -> BTreeSet<PollId> {
        let envelope = message.open_envelope(publisher, &self.key, at, REGION);
        let woken = self.polls_listening_to(&message.channel, &Channel::from_wire(&message.channel), "");
        self.streams.publish(message.channel.clone(), at, envelope, settings);
        woken
    }

    /// The polls that listen for what is published on `name`, which is `channel` or its twin.
    fn polls_listening_to(&self, name: &Arc<str>, channel: &Channel, suffix: &str) -> BTreeSet<PollId> {
        if self.listeners.is_empty() {
            return BTreeSet::new();
        }
        let mut names = vec![name.clone()];
        for (dot, _) in name.match_indices('.') {
            names.push(format!("{}.*", &name[..dot]).into());
            if !suffix.is_empty() {
                names.push(format!("{}.*{suffix}", &name[..dot]).into());
            }
        }
        names.extend(self.groups.groups_of(channel).map(|group| group_listener_name(&format!("{group}{suffix}"))));
        names.iter().filter_map(|name| self.listeners.get(name)).flatten().copied().collect()
    }

    pub fn listen(&mut self, poll: PollId, names: &Names) {
        for name in listened_names(names) {
            self.listeners.entry(name).or_default().insert(poll);
        }
    }

    pub fn stop_listening(&mut self, poll: PollId, names: &Names) {
        for name in listened_names(names) {
            if let Some(polls) = self.listeners.get_mut(&name) {
                polls.remove(&poll);
                if polls.is_empty() {
                    self.listeners.remove(&name);
                }
            }
        }
    }

    /// The polls that listen for a group itself, which makes their users present in its channels; or, by its name
    /// with the suffix, for its presence.
    pub fn polls_on_group(&self, group: &str) -> BTreeSet<PollId> {
        self.listeners.get(&group_listener_name(group)).cloned().unwrap_or_default()
    }

    /// What was published after `cursor` on what `names` listen for; see [`Streams::read_since`].
    pub fn read_since(
        &self,
        names: &Names,
        cursor: Timetoken,
        filter: Option<&MessageFilter>,
        settings: &Settings,
    ) -> (Vec<(Timetoken, String)>, Option<Timetoken>) {
        self.streams.read_since(names, &self.groups, cursor, filter, settings)
    }

    /// Set the states that a request carries. A state that is set already is no change.
    pub fn set_states(&mut self, states: &BTreeMap<Channel, State>, user: &UserId) -> Vec<PresenceChange> {
        let mut changes = Vec::new();
        for (channel, state) in states {
            let known = self.registry.state(channel, user);
            if known != Some(state) && !(known.is_none() && state.is_empty()) {
                changes.extend(self.registry.set_state(channel, user, state));
            }
        }
        changes
    }
}
