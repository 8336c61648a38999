//! The state of the whole service, and what time does to it. Pure.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    Access, ActiveFaults, FaultRule, PresenceChange, Settings,
    cache::HereNowCache,
    fault::Fault,
    key_state::{KeyState, PublishedEnvelope},
    memory::MemoryAccount,
    message_reader::{FilterBudget, MessageReader, PollFilter},
    poll::{Poll, PollId},
    registry::DueChange,
    webhook_outbox::WebhookOutbox,
    work_left::WorkLeft,
};
use crate::{
    presence::{Moment, SubscribeKey, Timetoken, UserId},
    wire::{Message, WebhookEvent},
};

/// The longest presence timeout in seconds, a day. A client that asks for more gets this: a mistyped number must not keep
/// a user present for ever.
const LONGEST_PRESENCE_TIMEOUT: u64 = 86_400;

/// On how many channels a user is renewed in the time that it takes to announce a change.
const CHANNELS_PER_CHANGE: usize = 20;

/// The service without sockets and without a clock.
///
/// [`answer`](Self::answer) takes a request and the time. Between requests, call [`advance`](Self::advance) at the
/// moment that [`next_deadline`](Self::next_deadline) names, and [`resume`](Self::resume) for each poll that
/// [`take_woken`](Self::take_woken) names. Times must not go backwards.
pub struct Core {
    pub(super) settings: Arc<Settings>,
    pub(super) key_states: HashMap<SubscribeKey, KeyState>,
    pub(super) polls: HashMap<PollId, Poll>,
    pub(super) polls_made: u64,
    pub(super) faults: ActiveFaults,
    pub(super) access: Access,
    /// The rules of access that it began with.
    pub(super) first_access: Access,
    pub(super) cache: HereNowCache,
    pub(super) reader: MessageReader,
    pub(super) work: WorkLeft,
    /// The webhooks of what happens, if anybody wants them.
    pub(super) webhooks: Option<WebhookOutbox>,
    /// Some polls that were woken have not been taken on purpose.
    has_woken_left: bool,
    pub(super) memory: MemoryAccount,
    /// The keys by when anything was published last on the name of theirs that is the first to be forgotten.
    pub(super) oldest_backlogs: BTreeMap<Timetoken, SubscribeKey>,
    pub(super) woken: BTreeSet<PollId>,
    /// The next deadline of each key, in order. Only those of touched keys are updated, so that a thousand idle
    /// keys cost nothing.
    due: BTreeSet<(Moment, SubscribeKey)>,
    due_of: HashMap<SubscribeKey, Moment>,
    touched: Vec<SubscribeKey>,
    last_timetoken: Timetoken,
}

impl Core {
    /// A service with no users, groups or polls.
    pub fn new(settings: Settings, access: Access, faults: ActiveFaults) -> Self {
        let memory = MemoryAccount::new(settings.bounds.memory);
        Self {
            settings: Arc::new(settings),
            key_states: HashMap::new(),
            polls: HashMap::new(),
            polls_made: 0,
            faults,
            first_access: access.clone(),
            access,
            cache: HereNowCache::default(),
            reader: MessageReader::default(),
            work: WorkLeft::default(),
            webhooks: None,
            has_woken_left: false,
            memory,
            oldest_backlogs: BTreeMap::new(),
            woken: BTreeSet::new(),
            due: BTreeSet::new(),
            due_of: HashMap::new(),
            touched: Vec::new(),
            last_timetoken: Timetoken::ZERO,
        }
    }

    pub(super) fn key_state(&mut self, key: &SubscribeKey) -> &mut KeyState {
        if self.touched.last() != Some(key) {
            self.touched.push(key.clone());
        }
        let (settings, memory) = (&self.settings, &self.memory);
        self.key_states.entry(key.clone()).or_insert_with(|| KeyState::new(key.clone(), settings, memory))
    }

    /// A timetoken greater than all before: that of the clock, or one more than the last.
    pub(super) fn next_timetoken(&mut self, now: Moment) -> Timetoken {
        self.last_timetoken = Timetoken::at(now).max(Timetoken::new(self.last_timetoken.ticks() + 1));
        self.last_timetoken
    }

    pub(super) fn publish(&mut self, key: &SubscribeKey, change: PresenceChange, now: Moment) {
        if let Some(webhooks) = &mut self.webhooks {
            webhooks.note_published(key, &change, now);
        }
        let (at, settings) = (self.next_timetoken(now), self.settings.clone());
        let published = self.publish_on(key, |key_state| key_state.publish(change, at, &settings));
        self.wake(key, published);
    }

    pub(super) fn deliver(
        &mut self,
        key: &SubscribeKey,
        message: &Message,
        publisher: Option<&UserId>,
        now: Moment,
    ) -> Timetoken {
        let (at, settings) = (self.next_timetoken(now), self.settings.clone());
        let published = self.publish_on(key, |key_state| key_state.publish_message(message, publisher, at, &settings));
        self.wake(key, published);
        at
    }

    /// Wake the polls that wait for what was published, but for those whose filters hide it.
    fn wake(&mut self, key: &SubscribeKey, (envelope, woken): PublishedEnvelope) {
        let mut budget = FilterBudget::of_a_publish();
        for (id, which) in woken {
            let Some(poll) = self.polls.get_mut(&id) else { continue };
            let is_new = poll.unread.as_ref().is_some_and(BTreeSet::is_empty);
            if let Some(filter) = poll.filter.as_ref().filter(|_| is_new)
                && self.reader.admits(filter, &envelope, &mut budget) == Some(false)
            {
                poll.looked = poll.looked.max(envelope.published);
                if let Some(key_state) = self.key_states.get_mut(key) {
                    key_state.listeners.listen_again(id, &poll.names, &BTreeSet::from([which]));
                }
                continue;
            }
            if let Some(unread) = &mut poll.unread {
                unread.insert(which);
            }
            self.woken.insert(id);
        }
    }

    /// When the last thing was published, if anything was.
    pub(super) fn last_timetoken(&self) -> Timetoken {
        self.last_timetoken
    }

    /// The presence timeout of a user who names none.
    pub fn presence_timeout(&self) -> std::time::Duration {
        self.settings.presence_timeout
    }

    pub(super) fn effective_timeout(&self, asked: Option<u64>) -> u64 {
        asked.filter(|s| *s > 0).map_or(self.settings.presence_timeout.as_secs(), |s| s.min(LONGEST_PRESENCE_TIMEOUT))
    }

    /// Let everything happen that is due by `now`: joins, leaves, timeouts, intervals; or, in a
    /// [slice](Self::begin_slice), a part of it.
    pub fn advance(&mut self, now: Moment) {
        self.work_on(now);
        self.update_deadlines();
        let due: Vec<SubscribeKey> =
            self.due.iter().take_while(|(at, _)| *at <= now).map(|(_, key)| key.clone()).collect();
        for key in due {
            self.advance_key(&key, now);
        }
        self.trim_backlogs();
    }

    fn advance_key(&mut self, key: &SubscribeKey, now: Moment) {
        let settings = self.settings.clone();
        while !self.work.is_over() {
            match self.key_state(key).advance_once(&settings, now) {
                DueChange::NothingDue => break,
                DueChange::NoChange => self.work.spend(1),
                DueChange::Change(change) => self.announce(key, [change], now),
            }
        }
        while !self.work.is_over() {
            self.work.spend(1);
            match self.key_state(key).take_due_interval(&settings, now) {
                DueChange::NothingDue => break,
                DueChange::NoChange => {}
                DueChange::Change(change) => self.publish(key, change, now),
            }
        }
    }

    /// When [`advance`](Self::advance) is to be called next; `None` while nothing is pending.
    pub fn next_deadline(&mut self) -> Option<Moment> {
        if !self.work.is_empty() || self.has_woken_left {
            return Some(Moment::default());
        }
        self.update_deadlines();
        self.due.first().map(|(at, _)| *at)
    }

    /// Update the deadlines of the keys that were touched.
    fn update_deadlines(&mut self) {
        for key in std::mem::take(&mut self.touched) {
            let next = self.key_states.get(&key).and_then(KeyState::next_deadline);
            let noted = self.due_of.get(&key).copied();
            if next == noted {
                continue;
            }
            if let Some(at) = noted {
                self.due.remove(&(at, key.clone()));
                self.due_of.remove(&key);
            }
            if let Some(at) = next {
                self.due.insert((at, key.clone()));
                self.due_of.insert(key, at);
            }
        }
    }

    /// As [`take_woken`](Self::take_woken), but no more at once than can be answered in about the time of `most` changes
    /// that are announced. What is left is due at once.
    pub fn take_some_woken(&mut self, most: usize) -> Vec<PollId> {
        let (mut some, mut work) = (Vec::new(), 0);
        while work < most {
            let Some(id) = self.woken.pop_first() else { break };
            let poll = self.polls.get(&id).and_then(|poll| Some((poll, self.key_states.get(&poll.key)?)));
            // An answer renews its user on each of the channels, and first the poll's filter may have to look.
            work += 1 + poll.map_or(0, |(poll, key_state)| {
                let looks = poll.filter.as_ref().map_or(0, PollFilter::count_work);
                looks + key_state.count_channels(&poll.names) / CHANNELS_PER_CHANGE
            });
            some.push(id);
        }
        self.has_woken_left = !self.woken.is_empty();
        some
    }

    /// Take the polls for which something was published since the last call.
    pub fn take_woken(&mut self) -> BTreeSet<PollId> {
        std::mem::take(&mut self.woken)
    }

    /// Have a poll answered at once, with nothing and with the cursor that it has.
    pub(super) fn end_poll(&mut self, id: PollId) {
        if let Some(poll) = self.polls.get_mut(&id) {
            poll.ended = true;
            self.woken.insert(id);
        }
    }

    /// Make webhooks of what happens from now on, to be [taken](Self::take_webhooks).
    pub(crate) fn make_webhooks(&mut self) {
        self.webhooks.get_or_insert_default();
    }

    /// Take the events of webhooks that were made since the last call.
    pub(crate) fn take_webhooks(&mut self) -> Vec<WebhookEvent> {
        self.webhooks.as_mut().map_or_else(Vec::new, WebhookOutbox::take_events)
    }

    /// The faults that strike a webhook now, each counted as having struck.
    pub(crate) fn strike_webhook(&mut self, now: Moment) -> Vec<Fault> {
        self.faults.strike_webhook(now)
    }

    /// A number from 0 to 1 by chance; the same seed draws the same.
    pub(crate) fn draw_chance(&mut self) -> f64 {
        self.faults.draw_chance()
    }

    /// The faults that strike a request of this kind now, each counted as having struck.
    pub fn strike(&mut self, kind: &str, now: Moment) -> Vec<Fault> {
        self.faults.strike(kind, now)
    }

    /// Put a fault in force.
    pub fn add_fault(&mut self, rule: FaultRule, now: Moment) {
        self.faults.add(rule, now);
    }

    /// The faults in force, and how often each has struck.
    pub fn list_faults(&mut self, now: Moment) -> Vec<(FaultRule, u32)> {
        self.faults.list(now)
    }

    /// End all faults.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
    }

    /// The account of what is held; clones are the same account.
    pub fn memory(&self) -> MemoryAccount {
        self.memory.clone()
    }

    /// Roughly the bytes that everything takes, by the service's own account.
    pub fn memory_used(&self) -> usize {
        self.memory.sum()
    }

    /// The numbers of subscribe keys in use, of users present (once per channel), and of waiting polls.
    pub fn counts(&self) -> (usize, usize, usize) {
        (self.key_states.len(), self.memory.present.sum(), self.polls.len())
    }
}
