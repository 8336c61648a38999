//! Request and time in, answer or wait out. Pure.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    Access, Fact, FaultRule, Faults, Settings,
    cache::Cache,
    faults::Fault,
    polls::{Poll, PollId},
    space::{Space, read_states},
};
use crate::{
    presence::{Channel, Moment, PNPRES, State, SubscribeKey, Timetoken, UserId},
    wire::{
        Ask, ChannelOccupants, GroupChannels, HereNow, Message, Names, Page, Refusal, Request, Shape, UserState,
        WhereNow, groups_list, groups_ok, heartbeat_ok, leave_ok, not_published, published, state_set, time_now,
    },
};

/// The longest presence timeout, in seconds: a day.
const LONGEST_TIMEOUT: u64 = 86_400;

/// The largest message and the largest signal, in bytes of JSON, as PubNub's.
const LARGEST_MESSAGE: usize = 32 * 1024;
const LARGEST_SIGNAL: usize = 64;

/// What to do with a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// Answer with this HTTP status and JSON body.
    Now(u16, String),
    /// Nothing to say yet: ask [`Core::resume`] when [`Core::take_woken`] names the poll, or when
    /// the window is over.
    Wait(PollId, Moment),
}

/// The service without its porch.
pub struct Core {
    pub(super) settings: Arc<Settings>,
    pub(super) spaces: HashMap<SubscribeKey, Space>,
    pub(super) polls: HashMap<PollId, Poll>,
    pub(super) polls_made: u64,
    pub(super) faults: Faults,
    access: Access,
    cache: Cache,
    woken: BTreeSet<PollId>,
    /// When each key has something to do next, and in order. Brought up to date for the keys that
    /// were touched, so that a thousand idle keys cost nothing.
    due: BTreeSet<(Moment, SubscribeKey)>,
    due_of: HashMap<SubscribeKey, Moment>,
    touched: Vec<SubscribeKey>,
    minted: Timetoken,
}

pub(super) fn ok(body: String) -> Answer {
    Answer::Now(200, body)
}

pub(super) fn refuse(status: u16, message: impl Into<String>) -> Answer {
    Answer::Now(status, Refusal::presence(status, message).encode())
}

/// Said of states that are not what they should be.
const BAD_STATES: &str = "state must be a JSON object of JSON objects, by channel";

impl Core {
    /// A service with nobody on it.
    pub fn new(settings: Settings, access: Access, faults: Faults) -> Self {
        Self {
            settings: Arc::new(settings),
            spaces: HashMap::new(),
            polls: HashMap::new(),
            polls_made: 0,
            faults,
            access,
            cache: Cache::default(),
            woken: BTreeSet::new(),
            due: BTreeSet::new(),
            due_of: HashMap::new(),
            touched: Vec::new(),
            minted: Timetoken::ZERO,
        }
    }

    pub(super) fn space(&mut self, key: &SubscribeKey) -> &mut Space {
        if self.touched.last() != Some(key) {
            self.touched.push(key.clone());
        }
        self.spaces.entry(key.clone()).or_insert_with(|| Space::new(key.clone()))
    }

    /// A timetoken that was never given out before: the clock's, or one more than the last.
    pub(super) fn mint(&mut self, now: Moment) -> Timetoken {
        self.minted = Timetoken::at(now).max(Timetoken::new(self.minted.ticks() + 1));
        self.minted
    }

    pub(super) fn tell(&mut self, key: &SubscribeKey, facts: impl IntoIterator<Item = Fact>, now: Moment) {
        let settings = self.settings.clone();
        for fact in facts {
            if let Some(notice) = Space::notice(&fact, &settings, now) {
                self.carry(key, &notice, None, now);
            }
            if let Some(fact) = self.space(key).announce(fact, &settings, now) {
                self.publish(key, fact, now);
            }
        }
    }

    fn publish(&mut self, key: &SubscribeKey, fact: Fact, now: Moment) {
        let (at, settings) = (self.mint(now), self.settings.clone());
        let woken = self.space(key).publish(fact, at, &settings);
        self.woken.extend(woken);
    }

    fn carry(&mut self, key: &SubscribeKey, message: &Message, publisher: Option<&UserId>, now: Moment) -> Timetoken {
        let (at, settings) = (self.mint(now), self.settings.clone());
        let woken = self.space(key).publish_message(message, publisher, at, &settings);
        self.woken.extend(woken);
        at
    }

    pub(super) fn timeout(&self, asked: Option<u64>) -> u64 {
        asked.filter(|s| *s > 0).map_or(self.settings.presence_timeout.as_secs(), |s| s.min(LONGEST_TIMEOUT))
    }

    /// Why this key is not served, if it is not.
    fn refuse_key(&mut self, key: &SubscribeKey, now: Moment) -> Option<Answer> {
        if self.settings.keys.as_ref().is_some_and(|keys| !keys.contains(key)) {
            let refusal = Refusal {
                status: 400,
                message: "Invalid Subscribe Key".into(),
                service: "Access Manager".into(),
                ..Refusal::default()
            };
            return Some(Answer::Now(400, refusal.encode()));
        }
        let most = self.settings.bounds.keys;
        if self.spaces.contains_key(key) || self.spaces.len() < most {
            return None;
        }
        let settings = self.settings.clone();
        self.spaces.retain(|_, space| !space.is_idle(now, &settings));
        if self.spaces.len() >= most {
            let deserted = self.spaces.iter().filter(|(_, space)| space.is_deserted());
            let oldest = deserted.min_by_key(|(_, space)| space.newest()).map(|(key, _)| key.clone());
            oldest.and_then(|key| self.spaces.remove(&key));
        }
        (self.spaces.len() >= most).then(|| refuse(503, format!("{most} subscribe keys are in use, as many as fit")))
    }

    /// Why nobody can be added, if so: `user` would be new on one of these channels and the service is full.
    pub(super) fn refuse_more(
        &mut self,
        key: &SubscribeKey,
        user: &UserId,
        places: &BTreeSet<Channel>,
    ) -> Option<Answer> {
        let most = self.settings.bounds.present;
        let present = |spaces: &HashMap<_, Space>| spaces.values().map(|s| s.registry.present()).sum::<usize>();
        let new = places.iter().filter(|place| !self.space(key).registry.is_present(place, user)).count();
        if new == 0 || present(&self.spaces) + new <= most {
            return None;
        }
        Some(refuse(503, format!("{most} users are present, as many as fit")))
    }

    /// Answer a request, or tell its caller to wait.
    pub fn answer(&mut self, request: Request, now: Moment) -> Answer {
        self.advance(now);
        let Request { subscribe_key: key, caller, ask } = request;
        if ask == Ask::Time {
            return ok(time_now(self.mint(now)));
        }
        if let Some(refused) = self.refuse_key(&key, now) {
            return refused;
        }
        if let Some(refusal) = self.access.refuse(&ask, caller.auth.as_ref(), now) {
            return Answer::Now(refusal.status, refusal.encode());
        }
        let settings = self.settings.clone();
        match ask {
            Ask::Subscribe { names, cursor, timeout, state, filter } => {
                self.subscribe(key, caller.user, names, cursor, (timeout, state, filter), now)
            }
            Ask::Heartbeat { names, timeout, state } => {
                let Some(user) = caller.user else { return refuse(400, "Missing uuid") };
                self.heartbeat(&key, &user, &names, timeout, state.as_deref(), now)
            }
            Ask::Leave { names } => {
                let Some(user) = caller.user else { return refuse(400, "Missing uuid") };
                let space = self.space(&key);
                let mut facts = Vec::new();
                for channel in space.places(&names) {
                    facts.extend(space.say_goodbye(channel, &user, &settings, now));
                }
                self.tell(&key, facts, now);
                ok(leave_ok())
            }
            Ask::HereNow { names, user_ids, state, page } => self.here_now(&key, names, user_ids, state, page, now),
            Ask::WhereNow { user } => ok(WhereNow { channels: self.space(&key).registry.places(&user) }.encode()),
            Ask::SetState { names, user, state } => match State::parse(&state) {
                Ok(state) => {
                    let space = self.space(&key);
                    let places = space.places(&names);
                    let facts: Vec<Fact> =
                        places.iter().filter_map(|c| space.registry.set_state(c, &user, &state)).collect();
                    self.tell(&key, facts, now);
                    ok(state_set(&state))
                }
                Err(why) => refuse(400, why.to_string()),
            },
            Ask::GetState { names, user } => self.get_state(&key, &names, &user),
            Ask::ListGroups => ok(groups_list(self.space(&key).groups.names())),
            Ask::ListGroup { group } => {
                let channels = self.space(&key).groups.members(&group).cloned().collect();
                ok(GroupChannels { channels }.encode(&group))
            }
            Ask::AddToGroup { group, channels } => {
                match self.space(&key).groups.add(&group, &channels, &settings.bounds) {
                    Ok(new) => self.group_grew(&key, &group, &new, now),
                    Err(full) => {
                        let refusal =
                            Refusal { service: "channel-registry".into(), ..Refusal::presence(400, full.to_string()) };
                        return Answer::Now(400, refusal.encode());
                    }
                }
                ok(groups_ok())
            }
            Ask::RemoveFromGroup { group, channels } => {
                let members = self.space(&key).groups.remove(&group, &channels);
                self.group_shrank(&key, &group, &members, now);
                ok(groups_ok())
            }
            Ask::DeleteGroup { group } => {
                let members = self.space(&key).groups.delete(&group);
                self.group_shrank(&key, &group, &members, now);
                ok(groups_ok())
            }
            Ask::Publish { message, .. } => self.publish_message(&key, &message, caller.user.as_ref(), now),
            Ask::Time => ok(time_now(self.mint(now))),
        }
    }

    fn publish_message(&mut self, key: &SubscribeKey, message: &Message, from: Option<&UserId>, now: Moment) -> Answer {
        let no = |core: &mut Self, why: &str| Answer::Now(400, not_published(why, core.mint(now)));
        let Message { channel, payload, signal, meta, .. } = message;
        if message.channel.ends_with(PNPRES) || channel.contains('*') || channel.is_empty() {
            return no(self, "Invalid Channel");
        }
        if *signal && payload.len() > LARGEST_SIGNAL {
            return no(self, "Signal size too large");
        }
        if payload.len() + meta.as_ref().map_or(0, String::len) > LARGEST_MESSAGE {
            return no(self, "Message Too Large");
        }
        if !message.is_json() {
            return no(self, "Invalid JSON");
        }
        ok(published(self.carry(key, message, from, now)))
    }

    fn heartbeat(
        &mut self,
        key: &SubscribeKey,
        user: &UserId,
        names: &Names,
        timeout: Option<u64>,
        state: Option<&str>,
        now: Moment,
    ) -> Answer {
        let states = match self.states(state) {
            Ok(states) => states,
            Err(refused) => return refused,
        };
        let (timeout, settings) = (self.timeout(timeout), self.settings.clone());
        let places = self.space(key).presences(names, &settings);
        if let Some(refused) = self.refuse_more(key, user, &places) {
            return refused;
        }
        let space = self.space(key);
        let mut facts: Vec<Fact> = places.iter().filter_map(|c| space.heartbeat(c, user, timeout, now)).collect();
        facts.extend(space.set_states(&states, user));
        self.tell(key, facts, now);
        ok(heartbeat_ok())
    }

    /// The states of a heartbeat or subscribe.
    pub(super) fn states(&self, by_channel: Option<&str>) -> Result<Vec<(Channel, State)>, Answer> {
        let Some(by_channel) = by_channel else { return Ok(Vec::new()) };
        match read_states(by_channel) {
            Some(states) => Ok(states),
            None if self.settings.guesses.bad_state_is_ignored => Ok(Vec::new()),
            None => Err(refuse(400, BAD_STATES)),
        }
    }

    fn get_state(&mut self, key: &SubscribeKey, names: &Names, user: &UserId) -> Answer {
        let flat_groups = self.settings.guesses.group_state_is_flat;
        let space = self.space(key);
        let empty = || State::parse("{}").unwrap_or_else(|_| unreachable!("an empty object is a state"));
        let state = |c: &Channel| space.registry.state(c, user).cloned().unwrap_or_else(empty);
        let channels: BTreeMap<Channel, State> =
            space.places(names).into_iter().map(|c| (c.clone(), state(&c))).collect();
        let only = channels.keys().next().filter(|_| flat_groups && channels.len() == 1).map(|c| c.as_str().to_owned());
        let single = names.single().map(ToString::to_string).or(only);
        ok(UserState { channels }.encode(user, single.as_deref()))
    }

    fn here_now(
        &mut self,
        key: &SubscribeKey,
        names: Names,
        user_ids: bool,
        state: bool,
        page: Page,
        now: Moment,
    ) -> Answer {
        let Page { limit, offset } = page;
        if limit.is_some_and(|l| l > 1000) {
            return refuse(400, "Cannot return more than 1000 uuids at a time");
        }
        if limit.is_some_and(|l| l < 0) {
            return refuse(400, "Limit must be greater than or equal to 0");
        }
        if offset.is_some_and(|o| o < 0) {
            return refuse(400, "Offset must be greater than or equal to 0");
        }
        let settings = self.settings.clone();
        if names.is_empty() && !settings.global_here_now {
            return refuse(402, "here now for all channels is not enabled for this key");
        }
        let fresh = settings.guesses.here_now_cache;
        let question = (key.clone(), names, user_ids, state, page);
        if let Some(body) = (!fresh.is_zero()).then(|| self.cache.get(&question, now)).flatten() {
            return ok(body);
        }
        let names = &question.1;
        let limit = usize::try_from(limit.unwrap_or(1000)).unwrap_or(0);
        let offset = usize::try_from(offset.unwrap_or(0)).unwrap_or(usize::MAX);
        let space = self.space(key);
        let places: Vec<Channel> = if names.is_empty() {
            space.registry.channels().cloned().collect()
        } else {
            space.places(names).into_iter().collect()
        };
        let single = names.single().is_some();
        let mut channels = BTreeMap::new();
        // One name is answered for by itself, even one that nobody can be present on.
        let places = match names.single().filter(|_| places.is_empty()) {
            Some(name) => vec![Channel::heard(&format!("{name}{PNPRES}"))],
            None => places,
        };
        for channel in places {
            let occupancy = space.registry.occupancy(&channel);
            if occupancy == 0 && !single && !settings.guesses.empty_channels_are_listed {
                continue;
            }
            let listed = (user_ids && limit > 0).then(|| space.registry.occupants(&channel, offset, limit));
            channels.insert(channel, ChannelOccupants { occupancy: occupancy as u64, listed });
        }
        let shape = if single { Shape::Flat } else { Shape::ByChannel };
        let body = HereNow { channels }.encode(shape, state);
        if !fresh.is_zero() {
            self.cache.put(question, body.clone(), now.plus(fresh), now);
        }
        ok(body)
    }

    /// Let time pass: arrivals, departures, timeouts, intervals.
    pub fn advance(&mut self, now: Moment) {
        let settings = self.settings.clone();
        self.look_again();
        let due: Vec<SubscribeKey> =
            self.due.iter().take_while(|(at, _)| *at <= now).map(|(_, key)| key.clone()).collect();
        for key in due {
            let elsewhere: usize =
                self.spaces.iter().filter(|(k, _)| **k != key).map(|(_, s)| s.registry.present()).sum();
            let most = settings.bounds.present.saturating_sub(elsewhere);
            let facts = self.space(&key).pass_time(&settings, most, now);
            self.tell(&key, facts, now);
            for fact in self.space(&key).intervals_due(&settings, now) {
                self.publish(&key, fact, now);
            }
        }
    }

    /// When [`advance`](Self::advance) has something to do next.
    pub fn next_deadline(&mut self) -> Option<Moment> {
        self.look_again();
        self.due.first().map(|(at, _)| *at)
    }

    /// Note when the keys that were touched have something to do next.
    fn look_again(&mut self) {
        for key in std::mem::take(&mut self.touched) {
            let next = self.spaces.get(&key).and_then(Space::next_deadline);
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

    /// The polls that have something to hear since this was asked last.
    pub fn take_woken(&mut self) -> BTreeSet<PollId> {
        std::mem::take(&mut self.woken)
    }

    /// The faults that strike a request now.
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
}
