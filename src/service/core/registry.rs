//! Who is present and until when. Pure: time is handed in, and [`Registry::next_deadline`] says when the next
//! deadline is.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    time::Duration,
};

use crate::presence::{Channel, EventKind, ListedUser, Moment, State, UserId};

/// How many states of absent users are kept, oldest dropped first. A client that sets states for ever-new users must
/// not fill the memory.
const MOST_ABSENT_STATES: usize = 1_000;

/// What changed on a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresenceChange {
    /// The channel.
    pub channel: Channel,
    /// The change.
    pub what: EventKind,
    /// The number of distinct user ids that are present after it.
    pub occupancy: usize,
}

#[derive(Debug)]
struct Member {
    joined: Moment,
    deadline: Moment,
    timeout: Duration,
    state: Option<State>,
}

/// The presence table of one key: users by channel, each with a deadline.
#[derive(Debug, Default)]
pub struct Registry {
    members: BTreeMap<Channel, BTreeMap<UserId, Member>>,
    channels_by_user: HashMap<UserId, BTreeSet<Channel>, foldhash::fast::RandomState>,
    deadlines: BTreeSet<(Moment, Channel, UserId)>,
    /// From the end of a timeout to the deadline.
    grace: Duration,
    absent_states: VecDeque<(Channel, UserId, State)>,
}

impl Registry {
    /// Nobody is present yet; users time out so much later than their timeouts say.
    pub fn with_grace(grace: Duration) -> Self {
        Self { grace, ..Self::default() }
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
        let members = self.members.entry(channel.clone()).or_default();
        if let Some(entry) = members.get_mut(user) {
            self.deadlines.remove(&(entry.deadline, channel.clone(), user.clone()));
            self.deadlines.insert((deadline, channel.clone(), user.clone()));
            entry.deadline = deadline;
            entry.timeout = timeout;
            return None;
        }
        let state = take_absent_state(&mut self.absent_states, channel, user);
        members.insert(user.clone(), Member { joined: now, deadline, timeout, state: state.clone() });
        let occupancy = members.len();
        self.channels_by_user.entry(user.clone()).or_default().insert(channel.clone());
        self.deadlines.insert((deadline, channel.clone(), user.clone()));
        Some(PresenceChange {
            channel: channel.clone(),
            what: EventKind::Joined { user: user.clone(), state },
            occupancy,
        })
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
        self.members.get(channel).is_some_and(|members| members.contains_key(user))
    }

    /// The join of a user who is present already, to be announced once more.
    pub fn repeat_join(&self, channel: &Channel, user: &UserId) -> Option<PresenceChange> {
        let members = self.members.get(channel)?;
        let state = members.get(user)?.state.clone();
        let what = EventKind::Joined { user: user.clone(), state };
        Some(PresenceChange { channel: channel.clone(), what, occupancy: members.len() })
    }

    /// Let a user leave, and keep their state for the next join or not. Returns `None` if they were not present.
    pub fn leave(&mut self, channel: &Channel, user: &UserId, keep_state: bool) -> Option<PresenceChange> {
        let state = self.state(channel, user).filter(|_| keep_state).cloned();
        let occupancy = self.remove(channel, user)?;
        if let Some(state) = state {
            self.set_state(channel, user, &state);
        }
        Some(PresenceChange { channel: channel.clone(), what: EventKind::Left { user: user.clone() }, occupancy })
    }

    /// Time out every user whose deadline has come, in the order of the deadlines.
    pub fn expire(&mut self, now: Moment) -> Vec<PresenceChange> {
        let mut changes = Vec::new();
        while self.deadlines.first().is_some_and(|(deadline, ..)| *deadline <= now) {
            let Some((_, channel, user)) = self.deadlines.pop_first() else { break };
            if let Some(occupancy) = self.remove(&channel, &user) {
                changes.push(PresenceChange { channel, what: EventKind::TimedOut { user }, occupancy });
            }
        }
        changes
    }

    /// The next deadline of a user.
    pub fn next_deadline(&self) -> Option<Moment> {
        self.deadlines.first().map(|(at, ..)| *at)
    }

    fn remove(&mut self, channel: &Channel, user: &UserId) -> Option<usize> {
        let members = self.members.get_mut(channel)?;
        let entry = members.remove(user)?;
        let occupancy = members.len();
        if members.is_empty() {
            self.members.remove(channel);
        }
        self.deadlines.remove(&(entry.deadline, channel.clone(), user.clone()));
        if let Some(channels) = self.channels_by_user.get_mut(user) {
            channels.remove(channel);
            if channels.is_empty() {
                self.channels_by_user.remove(user);
            }
        }
        Some(occupancy)
    }

    /// Replace a user's state. The state of an absent user is kept for their join, and is no change.
    pub fn set_state(&mut self, channel: &Channel, user: &UserId, state: &State) -> Option<PresenceChange> {
        let members = self.members.get_mut(channel);
        let occupancy = members.as_ref().map_or(0, |members| members.len());
        let Some(entry) = members.and_then(|members| members.get_mut(user)) else {
            take_absent_state(&mut self.absent_states, channel, user);
            if state.is_empty() {
                return None;
            }
            self.absent_states.push_back((channel.clone(), user.clone(), state.clone()));
            if self.absent_states.len() > MOST_ABSENT_STATES {
                self.absent_states.pop_front();
            }
            return None;
        };
        entry.state = Some(state.clone()).filter(|s| !s.is_empty());
        let what = EventKind::StateChanged { user: user.clone(), state: state.clone() };
        Some(PresenceChange { channel: channel.clone(), what, occupancy })
    }

    /// A user's state on a channel.
    pub fn state(&self, channel: &Channel, user: &UserId) -> Option<&State> {
        let present =
            self.members.get(channel).and_then(|members| members.get(user)).and_then(|entry| entry.state.as_ref());
        present
            .or_else(|| self.absent_states.iter().find(|(c, u, _)| c == channel && u == user).map(|(.., state)| state))
    }

    /// Distinct user ids present on a channel.
    pub fn occupancy(&self, channel: &Channel) -> usize {
        self.members.get(channel).map_or(0, BTreeMap::len)
    }

    /// A page of a channel's occupants, by user id.
    pub fn occupants(&self, channel: &Channel, offset: usize, limit: usize) -> Vec<ListedUser> {
        let members = self.members.get(channel);
        let page = members.into_iter().flatten().skip(offset).take(limit);
        page.map(|(user, entry)| ListedUser { user: user.clone(), state: entry.state.clone() }).collect()
    }

    /// Users present, each counted once per channel.
    pub fn count_present(&self) -> usize {
        self.deadlines.len()
    }

    /// Every channel with somebody on it.
    pub fn channels(&self) -> impl Iterator<Item = &Channel> {
        self.members.keys()
    }

    /// The channels that a user is on.
    pub fn channels_of(&self, user: &UserId) -> Vec<Channel> {
        self.channels_by_user.get(user).into_iter().flatten().cloned().collect()
    }
}

fn take_absent_state(
    absent_states: &mut VecDeque<(Channel, UserId, State)>,
    channel: &Channel,
    user: &UserId,
) -> Option<State> {
    let at = absent_states.iter().position(|(c, u, _)| c == channel && u == user)?;
    absent_states.remove(at).map(|(.., state)| state)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::from_micros(seconds * 1_000_000)
    }

    const T: Duration = Duration::from_secs(10);

    #[test]
    fn a_user_is_present_from_the_first_heartbeat_until_the_deadline_after_the_last() {
        let (lobby, ann) = (Channel::from_wire("lobby"), UserId::from_wire("ann"));
        let mut registry = Registry::default();
        assert!(registry.heartbeat(&lobby, &ann, T, at(0)).is_some());
        assert!(registry.heartbeat(&lobby, &ann, T, at(6)).is_none());
        assert_eq!(registry.next_deadline(), Some(at(16)));
        assert!(registry.expire(at(15)).is_empty());
        let changes = registry.expire(at(16));
        assert!(matches!(&changes[..], [PresenceChange { what: EventKind::TimedOut { .. }, occupancy: 0, .. }]));
        assert_eq!((registry.next_deadline(), registry.channels_of(&ann)), (None, vec![]));
    }

    #[test]
    fn the_latest_timeout_is_in_force() {
        let (lobby, ann) = (Channel::from_wire("lobby"), UserId::from_wire("ann"));
        let mut registry = Registry::default();
        registry.heartbeat(&lobby, &ann, Duration::from_secs(300), at(0));
        registry.heartbeat(&lobby, &ann, Duration::from_secs(3), at(1));
        assert_eq!(registry.expire(at(4)).len(), 1);
    }

    #[test]
    fn state_outlives_nobody() {
        let (lobby, ann) = (Channel::from_wire("lobby"), UserId::from_wire("ann"));
        let busy = State::parse("{\"mood\":\"busy\"}").unwrap();
        let mut registry = Registry::default();
        // Set before joining: kept, and brought along by the join.
        assert!(registry.set_state(&lobby, &ann, &busy).is_none());
        let joined = registry.heartbeat(&lobby, &ann, T, at(0)).unwrap();
        assert!(matches!(joined.what, EventKind::Joined { state: Some(_), .. }));
        assert_eq!(registry.state(&lobby, &ann), Some(&busy));
        registry.leave(&lobby, &ann, false);
        assert_eq!(registry.state(&lobby, &ann), None);
        assert!(registry.leave(&lobby, &ann, false).is_none());
        // Unless it is told to.
        registry.heartbeat(&lobby, &ann, T, at(0));
        registry.set_state(&lobby, &ann, &busy);
        registry.leave(&lobby, &ann, true);
        let joined = registry.heartbeat(&lobby, &ann, T, at(1)).unwrap();
        assert!(matches!(joined.what, EventKind::Joined { state: Some(_), .. }));
        assert_eq!(registry.repeat_join(&lobby, &ann), Some(joined));
    }
}
