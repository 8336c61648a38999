//! Who is present and until when. Pure: time is handed in, and [`Registry::next_deadline`] says when the next
//! deadline is.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Bound,
    sync::Arc,
    time::Duration,
};

use super::{
    memory::{MemoryAccount, Share},
    ranked_map::RankedMap,
    user_channels::UserChannels,
};
use crate::presence::{Channel, EventKind, Moment, State, UserId};

/// How many states of absent users are kept, oldest dropped first. A client that sets states for ever-new users must
/// not fill the memory.
const MOST_ABSENT_STATES: usize = 1_000;

/// What a channel with somebody on it takes, a user who is somewhere, a user on a channel, and the state of an absent
/// user, each besides its names. Measured, and rounded up.
const CHANNEL_BYTES: usize = 850;
const USER_BYTES: usize = 300;
const PRESENCE_BYTES: usize = 250;
const ABSENT_STATE_BYTES: usize = 300;

/// The most bytes that a user on one more channel takes, without the state.
pub(super) fn weigh_presence(channel: &Channel, user: &UserId) -> usize {
    CHANNEL_BYTES + channel.as_str().len() + USER_BYTES + user.as_str().len() + PRESENCE_BYTES
}

/// What changed on a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresenceChange {
    /// The channel.
    pub channel: Channel,
    /// The change.
    pub what: EventKind,
    /// The number of distinct user ids that are present after it.
    pub occupancy: usize,
    /// The bytes of its state, which other changes may hold as well.
    pub state_bytes: Option<Arc<Share>>,
}

/// What became of the next thing that was due.
#[derive(Debug, PartialEq, Eq)]
pub enum DueChange {
    /// Nothing was.
    NothingDue,
    /// It changed nothing that is announced.
    NoChange,
    /// It did.
    Change(PresenceChange),
}

impl From<Option<PresenceChange>> for DueChange {
    fn from(change: Option<PresenceChange>) -> Self {
        change.map_or(Self::NoChange, Self::Change)
    }
}

/// A state that is kept. Its bytes count once, for as long as somebody holds it, however many channels it is set on.
#[derive(Debug, Clone)]
pub struct KeptState(Arc<(State, Share)>);

impl KeptState {
    /// The state.
    pub fn state(&self) -> &State {
        &self.0.0
    }
}

/// A state to be set on one channel or on many.
#[derive(Debug, Clone)]
pub struct NewState {
    kept: KeptState,
    state_bytes: Arc<Share>,
}

#[derive(Debug)]
struct Member {
    joined: Moment,
    deadline: Moment,
    timeout: Duration,
    state: Option<KeptState>,
}

type AbsentUser = (Channel, UserId);

/// The presence table of one key: users by channel, each with a deadline.
#[derive(Debug, Default)]
pub struct Registry {
    members: BTreeMap<Channel, RankedMap<UserId, Member>>,
    channels_by_user: HashMap<UserId, UserChannels, foldhash::fast::RandomState>,
    deadlines: RankedMap<(Moment, Channel, UserId), ()>,
    /// From the end of a timeout to the deadline.
    grace: Duration,
    absent_states: HashMap<AbsentUser, (u64, KeptState), foldhash::fast::RandomState>,
    absent_order: BTreeMap<u64, AbsentUser>,
    absent_made: u64,
    memory: MemoryAccount,
    bytes: Share,
    present: Share,
}

impl Registry {
    /// Nobody yet; users time out so much later than their timeouts say, and what it will hold is a part of `memory`.
    pub fn new(grace: Duration, memory: &MemoryAccount) -> Self {
        let (bytes, present) = (memory.lasting.share(0), memory.present.share(0));
        Self { memory: memory.clone(), bytes, present, grace, ..Self::default() }
    }

    /// Join the user if they are not present, and renew their deadline. The latest `timeout` is in force.
    pub fn heartbeat(
        &mut self,
        channel: &Channel,
        user: &UserId,
        timeout: Duration,
        now: Moment,
    ) -> Option<PresenceChange> {
        let deadline = now.plus(timeout.saturating_add(self.grace));
        if let Some(entry) = self.members.get_mut(channel).and_then(|members| members.get_mut(user)) {
            let noted = (entry.deadline, channel.clone(), user.clone());
            if let Some(((_, channel, user), ())) = self.deadlines.remove(&noted) {
                self.deadlines.insert((deadline, channel, user), ());
            }
            entry.deadline = deadline;
            entry.timeout = timeout;
            return None;
        }
        let (channel, user) = self.find_names(channel, user);
        let state = self.take_absent_state(&channel, &user);
        let told = state.as_ref().map(|kept| kept.state().clone());
        let members = self.members.entry(channel.clone()).or_default();
        members.insert(user.clone(), Member { joined: now, deadline, timeout, state });
        let occupancy = members.len();
        match self.channels_by_user.get_mut(&user) {
            Some(channels) => channels.insert(channel.clone()),
            None => {
                self.channels_by_user.insert(user.clone(), UserChannels::One(channel.clone()));
            }
        }
        self.deadlines.insert((deadline, channel.clone(), user.clone()), ());
        self.bytes.add(PRESENCE_BYTES);
        self.present.add(1);
        Some(self.make_join(channel, user, told, occupancy))
    }

    /// The names as they are kept already, if they are, so that each is kept once.
    fn find_names(&mut self, channel: &Channel, user: &UserId) -> (Channel, UserId) {
        let channel = if let Some((known, _)) = self.members.get_key_value(channel) {
            known.clone()
        } else {
            self.bytes.add(CHANNEL_BYTES + channel.as_str().len());
            channel.clone()
        };
        let user = if let Some((known, _)) = self.channels_by_user.get_key_value(user) {
            known.clone()
        } else {
            self.bytes.add(USER_BYTES + user.as_str().len());
            user.clone()
        };
        (channel, user)
    }

    fn make_join(&self, channel: Channel, user: UserId, state: Option<State>, occupancy: usize) -> PresenceChange {
        let state_bytes = state.as_ref().map(|state| Arc::new(self.memory.backlogs.share(state.as_json().len())));
        PresenceChange { channel, what: EventKind::Joined { user, state }, occupancy, state_bytes }
    }

    /// The timeout in force for a user on a channel.
    pub fn timeout_of(&self, channel: &Channel, user: &UserId) -> Option<Duration> {
        Some(self.members.get(channel)?.get(user)?.timeout)
    }

    /// When the user joined the channel, if they are present.
    pub fn joined_at(&self, channel: &Channel, user: &UserId) -> Option<Moment> {
        Some(self.members.get(channel)?.get(user)?.joined)
    }

    /// Whether the user is present on the channel.
    pub fn is_present(&self, channel: &Channel, user: &UserId) -> bool {
        self.members.get(channel).is_some_and(|members| members.get(user).is_some())
    }

    /// The join of a user who is present already, to be announced once more.
    pub fn repeat_join(&self, channel: &Channel, user: &UserId) -> Option<PresenceChange> {
        let members = self.members.get(channel)?;
        let state = members.get(user)?.state.as_ref().map(|kept| kept.state().clone());
        Some(self.make_join(channel.clone(), user.clone(), state, members.len()))
    }

    /// Let a user leave, and keep their state for the next join or not. Returns `None` if they were not present.
    pub fn leave(&mut self, channel: &Channel, user: &UserId, keep_state: bool) -> Option<PresenceChange> {
        let (occupancy, state) = self.remove(channel, user)?;
        if let Some(state) = state.filter(|_| keep_state) {
            self.keep_absent_state(channel, user, state);
        }
        let (channel, what) = (channel.clone(), EventKind::Left { user: user.clone() });
        Some(PresenceChange { channel, what, occupancy, state_bytes: None })
    }

    /// Time out the next user whose deadline has come, in the order of the deadlines.
    pub fn expire_next(&mut self, now: Moment) -> Option<PresenceChange> {
        if self.next_deadline()? > now {
            return None;
        }
        let (_, channel, user) = self.deadlines.first().cloned()?;
        let (occupancy, _) = self.remove(&channel, &user)?;
        Some(PresenceChange { channel, what: EventKind::TimedOut { user }, occupancy, state_bytes: None })
    }

    /// The next deadline of a user.
    pub fn next_deadline(&self) -> Option<Moment> {
        self.deadlines.first().map(|(at, ..)| *at)
    }

    fn remove(&mut self, channel: &Channel, user: &UserId) -> Option<(usize, Option<KeptState>)> {
        let members = self.members.get_mut(channel)?;
        let (_, entry) = members.remove(user)?;
        let occupancy = members.len();
        if members.is_empty() {
            self.members.remove(channel);
            self.bytes.subtract(CHANNEL_BYTES + channel.as_str().len());
        }
        self.deadlines.remove(&(entry.deadline, channel.clone(), user.clone()));
        if self.channels_by_user.get_mut(user).is_some_and(|channels| channels.remove(channel)) {
            self.channels_by_user.remove(user);
            self.bytes.subtract(USER_BYTES + user.as_str().len());
        }
        self.bytes.subtract(PRESENCE_BYTES);
        self.present.subtract(1);
        Some((occupancy, entry.state))
    }

    /// A state that is to be set, on however many channels.
    pub fn make_state(&self, state: &State) -> NewState {
        let bytes = state.as_json().len();
        let kept = KeptState(Arc::new((state.clone(), self.memory.lasting.share(bytes))));
        NewState { kept, state_bytes: Arc::new(self.memory.backlogs.share(bytes)) }
    }

    /// Replace a user's state. The state of an absent user is kept for their join, and is no change.
    pub fn set_state(&mut self, channel: &Channel, user: &UserId, new: &NewState) -> Option<PresenceChange> {
        let kept = Some(new.kept.clone()).filter(|kept| !kept.state().is_empty());
        let members = self.members.get_mut(channel);
        let occupancy = members.as_ref().map_or(0, |members| members.len());
        let Some(entry) = members.and_then(|members| members.get_mut(user)) else {
            self.take_absent_state(channel, user);
            if let Some(kept) = kept {
                self.keep_absent_state(channel, user, kept);
            }
            return None;
        };
        entry.state = kept;
        let what = EventKind::StateChanged { user: user.clone(), state: new.kept.state().clone() };
        Some(PresenceChange { channel: channel.clone(), what, occupancy, state_bytes: Some(new.state_bytes.clone()) })
    }

    fn keep_absent_state(&mut self, channel: &Channel, user: &UserId, state: KeptState) {
        self.absent_made += 1;
        let absent = (channel.clone(), user.clone());
        self.bytes.add(weigh_absent(&absent));
        self.absent_order.insert(self.absent_made, absent.clone());
        self.absent_states.insert(absent, (self.absent_made, state));
        if self.absent_states.len() > MOST_ABSENT_STATES
            && let Some((_, (channel, user))) = self.absent_order.first_key_value()
        {
            let (channel, user) = (channel.clone(), user.clone());
            self.take_absent_state(&channel, &user);
        }
    }

    fn take_absent_state(&mut self, channel: &Channel, user: &UserId) -> Option<KeptState> {
        if self.absent_states.is_empty() {
            return None;
        }
        let absent = (channel.clone(), user.clone());
        let (made, state) = self.absent_states.remove(&absent)?;
        self.absent_order.remove(&made);
        self.bytes.subtract(weigh_absent(&absent));
        Some(state)
    }

    /// A user's state on a channel, as it is kept.
    pub fn kept_state(&self, channel: &Channel, user: &UserId) -> Option<&KeptState> {
        let member = self.members.get(channel).and_then(|members| members.get(user));
        member.and_then(|entry| entry.state.as_ref()).or_else(|| {
            let absent = (!self.absent_states.is_empty()).then(|| (channel.clone(), user.clone()))?;
            self.absent_states.get(&absent).map(|(_, kept)| kept)
        })
    }

    /// A user's state on a channel.
    pub fn state(&self, channel: &Channel, user: &UserId) -> Option<&State> {
        self.kept_state(channel, user).map(KeptState::state)
    }

    /// Distinct user ids present on a channel.
    pub fn occupancy(&self, channel: &Channel) -> usize {
        self.members.get(channel).map_or(0, RankedMap::len)
    }

    /// Some of a channel's occupants, by user id, from the one on that has so many before it.
    pub fn occupants(&self, channel: &Channel, rank: usize, most: usize) -> Vec<(UserId, Option<KeptState>)> {
        let all = self.members.get(channel).into_iter().flat_map(|all| all.iter_from_rank(rank));
        all.take(most).map(|(user, entry)| (user.clone(), entry.state.clone())).collect()
    }

    /// Users present, each counted once per channel.
    pub fn count_present(&self) -> usize {
        self.present.size()
    }

    /// The next channel with somebody on it, by name.
    pub fn channel_after(&self, last: Option<&Channel>) -> Option<&Channel> {
        let from = last.map_or(Bound::Unbounded, Bound::Excluded);
        self.members.range::<Channel, _>((from, Bound::Unbounded)).next().map(|(channel, _)| channel)
    }

    /// Some of the channels that a user is on, by name.
    pub fn channels_after(&self, user: &UserId, last: Option<&Channel>, most: usize) -> Vec<Channel> {
        self.channels_by_user.get(user).map_or_else(Vec::new, |all| all.list_after(last, most))
    }
}

fn weigh_absent((channel, user): &AbsentUser) -> usize {
    ABSENT_STATE_BYTES + channel.as_str().len() + user.as_str().len()
}

/// The account once more, from nothing.
#[cfg(test)]
impl Registry {
    pub fn recount(&self) -> (usize, usize) {
        let members = || self.members.values().flat_map(|all| all.iter_after(None)).map(|(_, member)| member);
        let kept = members().filter_map(|member| member.state.as_ref());
        let kept = kept.chain(self.absent_states.values().map(|(_, kept)| kept));
        let states: HashMap<_, _> = kept.map(|kept| (Arc::as_ptr(&kept.0), kept.state().as_json().len())).collect();
        let channels = self.members.keys().map(|channel| CHANNEL_BYTES + channel.as_str().len());
        let users = self.channels_by_user.keys().map(|user| USER_BYTES + user.as_str().len());
        let absent = self.absent_order.values().map(weigh_absent);
        let named: usize = channels.chain(users).chain(absent).chain(states.into_values()).sum();
        assert_eq!(self.absent_order.len(), self.absent_states.len());
        (named + members().count() * PRESENCE_BYTES, members().count())
    }
}

#[cfg(test)]
mod tests;
