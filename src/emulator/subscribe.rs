//! Long polls: handshake, waiting and replies. Pure.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use super::{
    Bounds, Core, Decision, PollId,
    admission::Admission,
    carried_states::weigh_states,
    decision::{answer_ok, refuse},
    envelope::REGION,
    key_state::SubscribeHeartbeat,
    message_reader::PollFilter,
    poll::Poll,
    streams::Reading,
};
use crate::{
    filter::{FilterError, MessageFilter},
    presence::{Channel, Moment, PNPRES, State, SubscribeKey, Timetoken, UserId},
    wire::{Cursor, Names, Refusal, ReplyForm},
};

/// A heartbeat and a handshake within this time are taken for one start of a client: SDKs send both at once, and
/// either may arrive first.
const SENT_TOGETHER: Duration = Duration::from_secs(1);

/// A subscribe, as [`Operation::Subscribe`](crate::wire::Operation::Subscribe) carries it.
pub(super) struct SubscribeRequest {
    pub names: Names,
    pub cursor: Option<Cursor>,
    pub timeout: Option<u64>,
    pub state: Option<String>,
    pub filter: Option<String>,
    pub form: ReplyForm,
}

fn make_cursor(timetoken: Timetoken) -> Cursor {
    Cursor { timetoken, region: Some(REGION) }
}

impl Core {
    pub(super) fn subscribe(
        &mut self,
        key: &SubscribeKey,
        user: Option<UserId>,
        request: SubscribeRequest,
        now: Moment,
    ) -> Decision {
        let SubscribeRequest { names, cursor, timeout, state, filter, form } = request;
        let read = |text: &str| Ok(PollFilter::new(MessageFilter::parse(text)?, text));
        let filter = match filter.as_deref().map(read).transpose() {
            Ok(filter) => filter,
            Err(bad) => return refuse(400, FilterError::to_string(&bad)),
        };
        if names.is_empty() {
            return refuse(400, "Missing channels or channel groups");
        }
        if let Some(refused) = self.refuse_empty_set(key, &names) {
            return refused;
        }
        let states = match self.read_states(key, &names, state.as_deref()) {
            Ok(states) => states,
            Err(refused) => return refused,
        };
        if let Some(user) = &user
            && let Some(refused) = self.take_subscriber(key, user, &names, &states, timeout, now)
        {
            return refused;
        }
        let latest = self.next_timetoken(now);
        let asked = cursor.map(|c| c.timetoken.min(latest));
        let (key, names, cursor) = (key.clone(), Arc::new(names), asked.unwrap_or(latest));
        let bytes = self.memory.lasting.share(0);
        let mut poll = Poll {
            key,
            user,
            names,
            cursor,
            looked: Timetoken::ZERO,
            unread: None,
            timeout,
            filter,
            form,
            is_regrouped: false,
            auth: None,
            ended: false,
            bytes,
        };
        if asked.is_none() {
            let from = self.cursor_before_own_join(&poll, now).unwrap_or(latest);
            self.renew_presence(&poll, true, now);
            return answer_ok(form.encode(&poll.names, make_cursor(from), []));
        }
        if let Some(body) = self.read_reply(&mut poll, now) {
            return answer_ok(body);
        }
        self.hold(poll, now)
    }

    /// Refuse a subscribe to groups only, none of which holds a channel, in the words that SDKs know it by.
    fn refuse_empty_set(&mut self, key: &SubscribeKey, names: &Names) -> Option<Decision> {
        let groups = &self.key_state(key).groups;
        let has_members =
            |name: &std::sync::Arc<str>| groups.members(name.strip_suffix(PNPRES).unwrap_or(name)).next().is_some();
        if !names.channels.is_empty() || names.groups.iter().any(has_members) {
            return None;
        }
        let refusal = Refusal::of_empty_set(names);
        Some(Decision::Answer(refusal.status, refusal.encode()))
    }

    /// Take in what a subscribe says of its user: their states, and that they are still there. Returns the refusal, if
    /// there is no room for what is new; what they have is renewed.
    fn take_subscriber(
        &mut self,
        key: &SubscribeKey,
        user: &UserId,
        names: &Names,
        states: &BTreeMap<Channel, State>,
        timeout: Option<u64>,
        now: Moment,
    ) -> Option<Decision> {
        let Admission { channels, refused } = self.admit(key, user, names, weigh_states(states));
        if refused.is_some() {
            self.renew_channels(key, user, channels, timeout, now);
            return refused;
        }
        let changes = self.key_state(key).set_states(states, user);
        self.announce(key, changes, now);
        let key_state = self.key_state(key);
        for channel in &channels {
            key_state.pending.forget_leave(channel, user);
        }
        None
    }

    /// Let a poll wait.
    fn hold(&mut self, mut poll: Poll, now: Moment) -> Decision {
        let Bounds { polls, channels, .. } = self.settings.bounds;
        let is_full = self.polls.len() >= polls;
        let refused = is_full.then(|| refuse(503, format!("{polls} polls are open, as many as fit")));
        if let Some(refused) = refused.or_else(|| self.refuse_bytes(poll.weight())) {
            if let Some(user) = &poll.user {
                let present = self.key_state(&poll.key).find_present(&poll.names, user, channels);
                self.renew_channels(&poll.key, user, present, poll.timeout, now);
            }
            return refused;
        }
        poll.bytes.add(poll.weight());
        self.polls_made += 1;
        let id = PollId(self.polls_made);
        self.key_state(&poll.key).listeners.listen(id, &poll.names);
        self.join_new_channels(&poll, now);
        poll.unread = Some(BTreeSet::new());
        self.polls.insert(id, poll);
        Decision::Wait(id, now.plus(self.settings.poll_window))
    }

    /// Where to start a handshake whose heartbeat arrived first: just before the join that the heartbeat caused,
    /// since a user always receives their own join.
    fn cursor_before_own_join(&mut self, poll: &Poll, now: Moment) -> Option<Timetoken> {
        let (user, settings) = (poll.user.as_ref()?, self.settings.clone());
        let key_state = self.key_state(&poll.key);
        let channels = key_state.channels_with_presence(&poll.names, &settings);
        let joined = channels.iter().filter_map(|channel| key_state.registry.joined_at(channel, user));
        let recent = joined.filter(|joined| now.since(*joined) < SENT_TOGETHER).min()?;
        Some(Timetoken::new(Timetoken::at(recent).ticks().saturating_sub(1)))
    }

    /// Let an answered poll renew the presence of its caller, or join them.
    fn renew_presence(&mut self, poll: &Poll, anew: bool, now: Moment) {
        let settings = self.settings.clone();
        let Some(user) = &poll.user else { return };
        let timeout = poll.timeout.map(|s| self.effective_timeout(Some(s)));
        let key_state = self.key_state(&poll.key);
        let mut changes = Vec::new();
        for channel in key_state.channels_with_presence(&poll.names, &settings) {
            changes.extend(key_state.heartbeat_by_subscribe(
                channel,
                &SubscribeHeartbeat { user, timeout, anew },
                &settings,
                now,
            ));
        }
        self.announce(&poll.key, changes, now);
    }

    /// Renew a user where they are already, though the rest of their subscribe is refused.
    fn renew_channels(
        &mut self,
        key: &SubscribeKey,
        user: &UserId,
        channels: BTreeSet<Channel>,
        timeout: Option<u64>,
        now: Moment,
    ) {
        let settings = self.settings.clone();
        let timeout = timeout.map(|s| self.effective_timeout(Some(s)));
        let heartbeat = SubscribeHeartbeat { user, timeout, anew: false };
        for channel in channels {
            self.key_state(key).heartbeat_by_subscribe(channel, &heartbeat, &settings, now);
        }
    }

    /// Join the caller on the channels of a poll where they are not present: a client that adds a channel polls on
    /// with the cursor it has, without a handshake.
    fn join_new_channels(&mut self, poll: &Poll, now: Moment) {
        let settings = self.settings.clone();
        let Some(user) = &poll.user else { return };
        let timeout = poll.timeout.map(|s| self.effective_timeout(Some(s)));
        let key_state = self.key_state(&poll.key);
        for channel in key_state.channels_with_presence(&poll.names, &settings) {
            if !key_state.registry.is_present(&channel, user) {
                key_state.heartbeat_by_subscribe(
                    channel,
                    &SubscribeHeartbeat { user, timeout, anew: false },
                    &settings,
                    now,
                );
            }
        }
    }

    /// Look at what a poll has not looked at yet. Returns the reply, if anything of it is wanted.
    fn read_reply(&mut self, poll: &mut Poll, now: Moment) -> Option<String> {
        let settings = self.settings.clone();
        // Events beyond the backlog's age are not delivered, even where nothing newer has pushed them out.
        let after = poll.cursor.max(poll.looked).max(Timetoken::at(now).minus(settings.backlog_age));
        let reading = Reading { names: &poll.names, which: poll.unread.as_ref(), after, filter: poll.filter.as_ref() };
        let mut reader = std::mem::take(&mut self.reader);
        let (mut heard, latest) = self.key_state(&poll.key).read_since(&reading, &mut reader, &settings);
        self.reader = reader;
        poll.looked = poll.looked.max(self.last_timetoken());
        let newest = latest.filter(|_| !heard.is_empty())?;
        let back = self.faults.apply_to_events(&mut heard, now);
        let envelopes: Vec<String> = heard.iter().map(|(_, one)| one.write()).collect();
        let envelopes = envelopes.iter().map(String::as_str);
        let body = poll.form.encode(&poll.names, make_cursor(newest.minus(back)), envelopes);
        self.renew_presence(poll, false, now);
        Some(body)
    }

    /// The body for a waiting poll: what it waited for, or an empty reply if its window is over or the channels of its
    /// groups have changed. `None` if it has to go on waiting.
    pub fn resume(&mut self, id: PollId, window_over: bool, now: Moment) -> Option<String> {
        self.advance(now);
        let mut poll = self.polls.remove(&id)?;
        if poll.ended {
            self.key_state(&poll.key).listeners.stop_listening(id, &poll.names);
            return Some(poll.form.encode(&poll.names, make_cursor(poll.cursor), []));
        }
        let is_woken = poll.unread.as_ref().is_some_and(|unread| !unread.is_empty());
        let mut body = if is_woken { self.read_reply(&mut poll, now) } else { None };
        if body.is_none() && (window_over || poll.is_regrouped) {
            self.renew_presence(&poll, false, now);
            let cursor = if poll.is_regrouped { poll.cursor } else { self.next_timetoken(now) };
            body = Some(poll.form.encode(&poll.names, make_cursor(cursor), []));
        }
        if body.is_some() {
            self.key_state(&poll.key).listeners.stop_listening(id, &poll.names);
        } else {
            let read = poll.unread.replace(BTreeSet::new()).unwrap_or_default();
            self.key_state(&poll.key).listeners.listen_again(id, &poll.names, &read);
            self.polls.insert(id, poll);
        }
        body
    }

    /// Forget a poll whose connection closed. Nothing is lost: its caller polls again with the same cursor. If a
    /// closed connection is a leave, the leave follows after the grace.
    pub fn abandon(&mut self, id: PollId, now: Moment) {
        let Some(poll) = self.polls.remove(&id) else { return };
        let settings = self.settings.clone();
        // A later poll of the same user may have arrived before the closed connection was noticed.
        let later: Vec<Arc<Names>> = if settings.leave_on_disconnect && poll.user.is_some() {
            let same = |other: &&Poll| other.key == poll.key && other.user == poll.user;
            let polls = self.polls.iter().filter(|(other, _)| **other > id).map(|(_, other)| other);
            polls.filter(same).map(|other| other.names.clone()).collect()
        } else {
            Vec::new()
        };
        let key_state = self.key_state(&poll.key);
        key_state.listeners.stop_listening(id, &poll.names);
        if let Some(user) = poll.user.filter(|_| settings.leave_on_disconnect) {
            let mut channels = key_state.channels_with_presence(&poll.names, &settings);
            for names in &later {
                channels = &channels - &key_state.find_channels(names);
            }
            for channel in channels {
                key_state.pending.leave(channel, user.clone(), now.plus(settings.disconnect_grace));
            }
        }
    }
}
