//! Which events were received already, and why they come again. There is a copy for each matching subscription, as when
//! a channel is watched by name and by a pattern; and events are repeated, as after a change of region. Pure.

use std::{
    collections::{HashMap, HashSet, VecDeque, hash_map::Entry},
    hash::BuildHasher,
};

use crate::presence::Timetoken;

/// How many events are remembered: many times what the service keeps for a subscriber.
const WINDOW: usize = 8192;

/// What an event is by what was received before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sighting {
    /// It comes for the first time.
    New,
    /// It came already, for another subscription.
    Copy,
    /// It came already, for the same subscription.
    Repeat,
}

/// An event: its publish timetoken, and a hash of channel and payload.
type EventKey = (Timetoken, u64);

/// A bounded memory of events by (publish timetoken, channel, payload), and of the subscriptions they came for.
#[derive(Debug, Default)]
pub struct SeenEvents {
    hasher: foldhash::fast::RandomState,
    /// Each event, with a hash of the subscription that it first came for.
    known: HashMap<EventKey, u64, foldhash::fast::RandomState>,
    order: VecDeque<EventKey>,
    /// The other subscriptions that events came for.
    others: HashSet<(EventKey, u64), foldhash::fast::RandomState>,
    others_order: VecDeque<(EventKey, u64)>,
}

impl SeenEvents {
    /// Note an event that came for a subscription (`b` on the wire).
    pub fn note(&mut self, published: Timetoken, channel: &str, payload: &str, subscription: &str) -> Sighting {
        let key = (published, self.hasher.hash_one((channel, payload)));
        let subscription = self.hasher.hash_one(subscription);
        if let Some(first) = insert_new(&mut self.known, key, subscription) {
            if first == subscription || !self.others.insert((key, subscription)) {
                return Sighting::Repeat;
            }
            self.others_order.push_back((key, subscription));
            if self.others_order.len() > WINDOW
                && let Some(oldest) = self.others_order.pop_front()
            {
                self.others.remove(&oldest);
            }
            return Sighting::Copy;
        }
        self.order.push_back(key);
        if self.order.len() > WINDOW
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        Sighting::New
    }
}

/// Put a value under a key, or return the one that is there.
fn insert_new<S: BuildHasher>(known: &mut HashMap<EventKey, u64, S>, key: EventKey, value: u64) -> Option<u64> {
    match known.entry(key) {
        Entry::Occupied(first) => Some(*first.get()),
        Entry::Vacant(place) => {
            place.insert(value);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_and_repeats_are_told_apart_from_different_events_of_one_instant() {
        let mut seen = SeenEvents::default();
        let t = Timetoken::new(5);
        assert_eq!(seen.note(t, "a", "1", "a"), Sighting::New);
        assert_eq!(seen.note(t, "a", "1", "g"), Sighting::Copy);
        assert_eq!(seen.note(t, "a", "1", "a"), Sighting::Repeat);
        assert_eq!(seen.note(t, "a", "1", "g"), Sighting::Repeat);
        assert_eq!(seen.note(t, "a", "1", "*"), Sighting::Copy);
        assert_eq!(seen.note(t, "b", "1", "g"), Sighting::New);
        assert_eq!(seen.note(t, "a", "2", "g"), Sighting::New);
        assert_eq!(seen.note(Timetoken::new(6), "a", "1", "a"), Sighting::New);
    }

    #[test]
    fn memory_is_bounded() {
        let mut seen = SeenEvents::default();
        for n in 0..100_000 {
            seen.note(Timetoken::new(n), "a", "", "a");
            seen.note(Timetoken::new(n), "a", "", "b");
        }
        let sizes = [seen.known.len(), seen.order.len(), seen.others.len(), seen.others_order.len()];
        assert_eq!(sizes, [WINDOW; 4]);
    }
}
