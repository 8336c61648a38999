//! What happens later by itself: joins after a subscribe, leaves after a closed connection, and the end of the
//! debounce after an explicit leave. Pure.

use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};

use super::memory::{Share, Total};
use crate::presence::{Channel, Moment, UserId};

/// An act whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DueAct {
    /// The user of an answered subscribe joins, with this presence timeout.
    Join(Channel, UserId, Duration),
    /// The user of a poll whose connection closed leaves.
    Leave(Channel, UserId),
}

/// What an act takes besides its names. Measured, and rounded up.
const ACT_BYTES: usize = 250;

#[derive(Debug, Clone, Copy)]
enum PendingAct {
    Join(Duration),
    Leave,
    EndOfDebounce,
}

type UserOnChannel = (Channel, UserId);
fn weigh_act((channel, user): &UserOnChannel) -> usize {
    ACT_BYTES + channel.as_str().len() + user.as_str().len()
}

type Map<V> = HashMap<UserOnChannel, V, foldhash::fast::RandomState>;

/// The pending acts of one key: at most one join, one leave and one debounce per user and channel.
#[derive(Debug, Default)]
pub struct PendingActs {
    in_order: BTreeMap<(Moment, u64), (UserOnChannel, PendingAct)>,
    made: u64,
    joins: Map<(Moment, u64)>,
    leaves: Map<(Moment, u64)>,
    debounced: Map<(Moment, u64)>,
    bytes: Share,
}

impl PendingActs {
    /// Nothing yet; what it will hold is a part of `total`.
    pub fn new(total: &Total) -> Self {
        Self { bytes: total.share(0), ..Self::default() }
    }

    fn remove(&mut self, ticket: (Moment, u64)) {
        if let Some((key, _)) = self.in_order.remove(&ticket) {
            self.bytes.subtract(weigh_act(&key));
        }
    }

    fn put(&mut self, key: UserOnChannel, act: PendingAct, at: Moment) {
        self.made += 1;
        let ticket = (at, self.made);
        self.bytes.add(weigh_act(&key));
        self.in_order.insert(ticket, (key.clone(), act));
        let tickets = match act {
            PendingAct::Join(_) => &mut self.joins,
            PendingAct::Leave => &mut self.leaves,
            PendingAct::EndOfDebounce => &mut self.debounced,
        };
        if let Some(old) = tickets.insert(key, ticket) {
            self.remove(old);
        }
    }

    /// Let the user join at a time, unless a join is pending already.
    pub fn join(&mut self, channel: Channel, user: UserId, timeout: Duration, at: Moment) {
        let key = (channel, user);
        if !self.joins.contains_key(&key) {
            self.put(key, PendingAct::Join(timeout), at);
        }
    }

    /// How many joins are pending.
    pub fn count_joins(&self) -> usize {
        self.joins.len()
    }

    /// Whether a join of the user is pending.
    pub fn has_join(&self, channel: &Channel, user: &UserId) -> bool {
        !self.joins.is_empty() && self.joins.contains_key(&(channel.clone(), user.clone()))
    }

    /// Drop the user's pending join: they joined or left meanwhile.
    pub fn forget_join(&mut self, channel: &Channel, user: &UserId) {
        if let Some(ticket) =
            (!self.joins.is_empty()).then(|| self.joins.remove(&(channel.clone(), user.clone()))).flatten()
        {
            self.remove(ticket);
        }
    }

    /// Let the user leave at a time.
    pub fn leave(&mut self, channel: Channel, user: UserId, at: Moment) {
        self.put((channel, user), PendingAct::Leave, at);
    }

    /// Drop the user's pending leave: they polled again.
    pub fn forget_leave(&mut self, channel: &Channel, user: &UserId) {
        if let Some(ticket) =
            (!self.leaves.is_empty()).then(|| self.leaves.remove(&(channel.clone(), user.clone()))).flatten()
        {
            self.remove(ticket);
        }
    }

    /// Let no subscribe join the user before a time.
    pub fn suppress_joins(&mut self, channel: Channel, user: UserId, until: Moment) {
        self.put((channel, user), PendingAct::EndOfDebounce, until);
    }

    /// Until when no subscribe joins the user, if that is so.
    pub fn joins_suppressed_until(&self, channel: &Channel, user: &UserId) -> Option<Moment> {
        if self.debounced.is_empty() {
            return None;
        }
        self.debounced.get(&(channel.clone(), user.clone())).map(|(at, _)| *at)
    }

    /// Take the next act that is due by `now`.
    pub fn pop_due(&mut self, now: Moment) -> Option<DueAct> {
        while let Some(first) = self.in_order.first_entry().filter(|first| first.key().0 <= now) {
            let (key, act) = first.remove();
            self.bytes.subtract(weigh_act(&key));
            match act {
                PendingAct::Join(timeout) => {
                    self.joins.remove(&key);
                    return Some(DueAct::Join(key.0, key.1, timeout));
                }
                PendingAct::Leave => {
                    self.leaves.remove(&key);
                    return Some(DueAct::Leave(key.0, key.1));
                }
                PendingAct::EndOfDebounce => {
                    self.debounced.remove(&key);
                }
            }
        }
        None
    }

    /// When the next act, or the end of a debounce, is due.
    pub fn next_deadline(&self) -> Option<Moment> {
        self.in_order.keys().next().map(|(at, _)| *at)
    }

    /// Whether nothing is pending.
    pub fn is_empty(&self) -> bool {
        self.in_order.is_empty()
    }
}

/// The account once more, from nothing.
#[cfg(test)]
impl PendingActs {
    pub fn recount(&self) -> usize {
        self.in_order.values().map(|(key, _)| weigh_act(key)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn things_come_due_in_order_once_unless_forgotten() {
        let mut pending = PendingActs::default();
        let (lobby, ann, bob) = (Channel::from_wire("lobby"), UserId::from_wire("ann"), UserId::from_wire("bob"));
        let short = Duration::from_secs(5);
        pending.leave(lobby.clone(), bob.clone(), at(3));
        pending.join(lobby.clone(), ann.clone(), short, at(2));
        pending.join(lobby.clone(), ann.clone(), short, at(1));
        pending.suppress_joins(lobby.clone(), bob.clone(), at(1));
        pending.suppress_joins(lobby.clone(), bob.clone(), at(4));
        assert_eq!(pending.joins_suppressed_until(&lobby, &bob), Some(at(4)));
        assert_eq!(pending.next_deadline(), Some(at(2)));
        assert_eq!(pending.pop_due(at(1)), None);
        assert_eq!(pending.pop_due(at(2)), Some(DueAct::Join(lobby.clone(), ann.clone(), short)));
        pending.forget_leave(&lobby, &bob);
        assert_eq!(pending.pop_due(at(9)), None);
        assert_eq!(pending.joins_suppressed_until(&lobby, &bob), None);
        pending.join(lobby.clone(), ann.clone(), short, at(9));
        pending.forget_join(&lobby, &ann);
        assert!(pending.is_empty());
    }
}
