//! Request and time in, answer or wait out. Pure.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};

use super::{
    Fact, Settings,
    space::{REGION, Space, read_states},
};
use crate::{
    presence::{Channel, Moment, State, SubscribeKey, Timetoken, UserId},
    wire::{
        Ask, ChannelOccupants, Cursor, GroupChannels, HereNow, Names, Page, Refusal, Request, Shape, UserState,
        WhereNow, groups_ok, heartbeat_ok, leave_ok, state_set, time_now, write_reply,
    },
};

/// Names a waiting poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PollId(u64);

/// What to do with a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// Answer with this HTTP status and JSON body.
    Now(u16, String),
    /// Nothing to say yet: ask [`Core::resume`] when [`Core::take_woken`] names the poll, or when
    /// the window is over.
    Wait(PollId, Moment),
}

struct Poll {
    key: SubscribeKey,
    user: Option<UserId>,
    names: Names,
    cursor: Timetoken,
    timeout: Option<u64>,
}

/// The service without its porch.
pub struct Core {
    settings: Settings,
    spaces: HashMap<SubscribeKey, Space>,
    polls: HashMap<PollId, Poll>,
    polls_made: u64,
    woken: BTreeSet<PollId>,
    minted: Timetoken,
}

/// Said of states that are not what they should be.
const BAD_STATES: &str = "state must be a JSON object of JSON objects, by channel";

fn ok(body: String) -> Answer {
    Answer::Now(200, body)
}

fn refuse(status: u16, message: impl Into<String>) -> Answer {
    Answer::Now(status, Refusal::presence(status, message).encode())
}

impl Core {
    /// A service with nobody on it.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            spaces: HashMap::new(),
            polls: HashMap::new(),
            polls_made: 0,
            woken: BTreeSet::new(),
            minted: Timetoken::ZERO,
        }
    }

    fn space(&mut self, key: &SubscribeKey) -> &mut Space {
        self.spaces.entry(key.clone()).or_insert_with(|| Space::new(key.clone()))
    }

    /// A timetoken that was never given out before: the clock's, or one more than the last.
    fn mint(&mut self, now: Moment) -> Timetoken {
        self.minted = Timetoken::at(now).max(Timetoken::new(self.minted.ticks() + 1));
        self.minted
    }

    fn tell(&mut self, key: &SubscribeKey, facts: impl IntoIterator<Item = Fact>, now: Moment) {
        for fact in facts {
            let settings = self.settings;
            if let Some(fact) = self.space(key).announce(fact, &settings, now) {
                self.publish(key, fact, now);
            }
        }
    }

    fn publish(&mut self, key: &SubscribeKey, fact: Fact, now: Moment) {
        let (at, settings) = (self.mint(now), self.settings);
        let woken = self.space(key).publish(fact, at, &settings);
        self.woken.extend(woken);
    }

    fn timeout(&self, asked: Option<u64>) -> Duration {
        asked.filter(|s| *s > 0).map_or(self.settings.presence_timeout, |s| Duration::from_secs(s.min(86_400)))
    }

    /// Answer a request, or tell its caller to wait.
    pub fn answer(&mut self, request: Request, now: Moment) -> Answer {
        self.advance(now);
        let Request { subscribe_key: key, caller, ask } = request;
        match ask {
            Ask::Time => ok(time_now(self.mint(now))),
            Ask::Subscribe { names, cursor, timeout, state, filter } => {
                if filter.is_some() {
                    return refuse(400, "filter-expr is not supported by this service");
                }
                if names.is_empty() {
                    return refuse(400, "Missing channels or channel groups");
                }
                self.subscribe(key, caller.user, names, cursor, timeout, state.as_deref(), now)
            }
            Ask::Heartbeat { names, timeout, state } => {
                let Some(user) = caller.user else { return refuse(400, "Missing uuid") };
                self.heartbeat(&key, &user, &names, timeout, state.as_deref(), now)
            }
            Ask::Leave { names } => {
                let Some(user) = caller.user else { return refuse(400, "Missing uuid") };
                let debounced = now.plus(self.settings.debounce);
                let space = self.space(&key);
                let places = space.places(&names);
                let facts: Vec<Fact> = places.iter().filter_map(|c| space.leave(c, &user, debounced)).collect();
                self.tell(&key, facts, now);
                ok(leave_ok())
            }
            Ask::HereNow { names, user_ids, state, page } => self.here_now(&key, &names, user_ids, state, page),
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
            Ask::GetState { names, user } => {
                let space = self.space(&key);
                let empty = || State::parse("{}").unwrap_or_else(|_| unreachable!("an empty object is a state"));
                let state = |c: &Channel| space.registry.state(c, &user).cloned().unwrap_or_else(empty);
                let channels = space.places(&names).into_iter().map(|c| (c.clone(), state(&c))).collect();
                ok(UserState { channels }.encode(&user, names.single().map(|n| &**n)))
            }
            Ask::ListGroup { group } => ok(GroupChannels { channels: self.space(&key).group(&group) }.encode(&group)),
            Ask::AddToGroup { group, channels } => {
                self.space(&key).add_to_group(&group, &channels);
                ok(groups_ok())
            }
            Ask::RemoveFromGroup { group, channels } => {
                self.space(&key).remove_from_group(&group, &channels);
                ok(groups_ok())
            }
            Ask::DeleteGroup { group } => {
                self.space(&key).delete_group(&group);
                ok(groups_ok())
            }
        }
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
        let Some(states) = state.map_or(Some(Vec::new()), read_states) else { return refuse(400, BAD_STATES) };
        let timeout = self.timeout(timeout);
        let space = self.space(key);
        let places = space.places(names);
        let mut facts: Vec<Fact> = places.iter().filter_map(|c| space.heartbeat(c, user, timeout, now)).collect();
        facts.extend(space.set_states(&states, user));
        self.tell(key, facts, now);
        ok(heartbeat_ok())
    }

    #[expect(clippy::too_many_arguments, reason = "a subscribe has this many parts")]
    fn subscribe(
        &mut self,
        key: SubscribeKey,
        user: Option<UserId>,
        names: Names,
        cursor: Option<Cursor>,
        timeout: Option<u64>,
        state: Option<&str>,
        now: Moment,
    ) -> Answer {
        if let (Some(user), Some(state)) = (&user, state) {
            let Some(states) = read_states(state) else { return refuse(400, BAD_STATES) };
            let facts = self.space(&key).set_states(&states, user);
            self.tell(&key, facts, now);
        }
        let latest = self.mint(now);
        let asked = cursor.map(|c| c.timetoken.min(latest));
        let poll = Poll { key, user, names, cursor: asked.unwrap_or(latest), timeout };
        if asked.is_none() {
            self.seen(&poll, true, now);
            return ok(write_reply(Cursor { timetoken: latest, region: Some(REGION) }, []));
        }
        if let Some(body) = self.reply(&poll, now) {
            return ok(body);
        }
        self.polls_made += 1;
        let id = PollId(self.polls_made);
        self.space(&poll.key).listen(id, &poll.names);
        self.polls.insert(id, poll);
        Answer::Wait(id, now.plus(self.settings.poll_window))
    }

    /// A poll that is being answered counts as a sign of life of its caller.
    fn seen(&mut self, poll: &Poll, anew: bool, now: Moment) {
        let Some(user) = &poll.user else { return };
        let delay = self.settings.join_delay;
        let asked = poll.timeout.map(|s| self.timeout(Some(s)));
        let default = self.settings.presence_timeout;
        let space = self.space(&poll.key);
        for channel in space.places(&poll.names) {
            let timeout = asked.or_else(|| space.registry.timeout_of(&channel, user)).unwrap_or(default);
            space.arrive(channel, user, timeout, delay, anew, now);
        }
    }

    fn reply(&mut self, poll: &Poll, now: Moment) -> Option<String> {
        let most = self.settings.backlog;
        // What is older than the backlog's age is gone, even where nothing newer has pushed it out.
        let cursor = poll.cursor.max(Timetoken::at(now).minus(self.settings.backlog_age));
        let heard = self.space(&poll.key).hear(&poll.names, cursor, most);
        let (newest, _) = heard.last()?;
        let cursor = Cursor { timetoken: *newest, region: Some(REGION) };
        let body = write_reply(cursor, heard.iter().map(|(_, envelope)| envelope.as_str()));
        self.seen(poll, false, now);
        Some(body)
    }

    /// The answer to a waiting poll: what it waited for, or an empty reply if its window is over.
    /// `None`: go on waiting.
    pub fn resume(&mut self, id: PollId, window_over: bool, now: Moment) -> Option<String> {
        self.advance(now);
        let poll = self.polls.remove(&id)?;
        let mut body = self.reply(&poll, now);
        if body.is_none() && window_over {
            self.seen(&poll, false, now);
            body = Some(write_reply(Cursor { timetoken: self.mint(now), region: Some(REGION) }, []));
        }
        if body.is_some() {
            self.space(&poll.key).stop_listening(id, &poll.names);
        } else {
            self.polls.insert(id, poll);
        }
        body
    }

    /// The caller hung up: nothing is lost, they will come back with the same cursor.
    pub fn abandon(&mut self, id: PollId) {
        if let Some(poll) = self.polls.remove(&id) {
            self.space(&poll.key).stop_listening(id, &poll.names);
        }
    }

    /// Let time pass: arrivals, timeouts, intervals.
    pub fn advance(&mut self, now: Moment) {
        let due = |space: &Space| space.next_deadline().is_some_and(|at| at <= now);
        let keys: Vec<SubscribeKey> = self.spaces.iter().filter(|(_, s)| due(s)).map(|(k, _)| k.clone()).collect();
        for key in keys {
            let facts = self.space(&key).pass_time(now);
            self.tell(&key, facts, now);
            let settings = self.settings;
            for fact in self.space(&key).intervals_due(&settings, now) {
                self.publish(&key, fact, now);
            }
        }
    }

    /// When [`advance`](Self::advance) has something to do next.
    pub fn next_deadline(&self) -> Option<Moment> {
        self.spaces.values().filter_map(Space::next_deadline).min()
    }

    /// The polls that have something to hear since this was asked last.
    pub fn take_woken(&mut self) -> BTreeSet<PollId> {
        std::mem::take(&mut self.woken)
    }

    fn here_now(&mut self, key: &SubscribeKey, names: &Names, user_ids: bool, state: bool, page: Page) -> Answer {
        let Page { limit, offset } = page;
        if limit.is_some_and(|l| l > 1000) {
            return refuse(400, "Cannot return more than 1000 uuids at a time");
        }
        if limit.is_some_and(|l| l < 0) {
            return refuse(400, "Limit must be greater than or equal to 0");
        }
        let limit = usize::try_from(limit.unwrap_or(1000)).unwrap_or(0);
        let offset = usize::try_from(offset.unwrap_or(0)).unwrap_or(0);
        let space = self.space(key);
        let places: Vec<Channel> = if names.is_empty() {
            space.registry.channels().cloned().collect()
        } else {
            space.places(names).into_iter().collect()
        };
        let single = names.single().is_some();
        let mut channels = BTreeMap::new();
        for channel in places {
            let occupancy = space.registry.occupancy(&channel);
            if occupancy == 0 && !single {
                continue;
            }
            let listed = (user_ids && limit > 0).then(|| space.registry.occupants(&channel, offset, limit));
            channels.insert(channel, ChannelOccupants { occupancy: occupancy as u64, listed });
        }
        let shape = if single { Shape::Flat } else { Shape::ByChannel };
        ok(HereNow { channels }.encode(shape, state))
    }
}
