//! Request and time in, answer or wait out. Pure.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use super::{
    Access, Fact, FaultRule, Faults, Settings,
    cache::Cache,
    fault::Fault,
    polls::{Poll, PollId},
    space::Space,
};
use crate::{
    presence::{Channel, Moment, State, SubscribeKey, Timetoken, UserId},
    wire::{
        Ask, GroupChannels, Message, Refusal, Request, WhereNow, groups_list, groups_ok, leave_ok, state_set, time_now,
    },
};

/// The longest presence timeout, in seconds: a day.
const LONGEST_TIMEOUT: u64 = 86_400;

/// What to do with a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// Answer with this HTTP status and JSON body.
    Now(u16, String),
    /// Nothing to say yet: ask [`Core::resume`] when [`Core::take_woken`] names the poll, or when
    /// the window is over.
    Wait(PollId, Moment),
}

/// The service without sockets.
pub struct Core {
    pub(super) settings: Arc<Settings>,
    pub(super) spaces: HashMap<SubscribeKey, Space>,
    pub(super) polls: HashMap<PollId, Poll>,
    pub(super) polls_made: u64,
    pub(super) faults: Faults,
    access: Access,
    pub(super) cache: Cache,
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

    pub(super) fn carry(
        &mut self,
        key: &SubscribeKey,
        message: &Message,
        publisher: Option<&UserId>,
        now: Moment,
    ) -> Timetoken {
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
            Ask::WhereNow { user } => {
                ok(WhereNow { channels: self.space(&key).registry.places(&user), unread: 0 }.encode())
            }
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
                ok(GroupChannels { channels, unread: 0 }.encode(&group))
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
