//! Which events were received already. Delivery is at least once: there is a copy for each matching subscription, and
//! more after a change of region. Pure.

use std::{
    collections::{HashSet, VecDeque},
    hash::BuildHasher,
};

use crate::presence::Timetoken;

/// How many events are remembered: many times what the service keeps for a subscriber.
const WINDOW: usize = 8192;

/// A bounded memory of events by (publish timetoken, channel, payload).
#[derive(Debug, Default)]
pub struct SeenEvents {
    hasher: foldhash::fast::RandomState,
    known: HashSet<(Timetoken, u64)>,
    order: VecDeque<(Timetoken, u64)>,
}

impl SeenEvents {
    /// Whether the event is seen for the first time. Remembers it.
    pub fn is_new(&mut self, published: Timetoken, channel: &str, payload: &str) -> bool {
        let key = (published, self.hasher.hash_one((channel, payload)));
        if !self.known.insert(key) {
            return false;
        }
        self.order.push_back(key);
        if self.order.len() > WINDOW
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_told_apart_from_different_events_of_one_instant() {
        let mut seen = SeenEvents::default();
        let t = Timetoken::new(5);
        assert!(seen.is_new(t, "a", "1"));
        assert!(!seen.is_new(t, "a", "1"));
        assert!(seen.is_new(t, "b", "1"));
        assert!(seen.is_new(t, "a", "2"));
        assert!(seen.is_new(Timetoken::new(6), "a", "1"));
    }

    #[test]
    fn memory_is_bounded() {
        let mut seen = SeenEvents::default();
        for n in 0..100_000 {
            seen.is_new(Timetoken::new(n), "a", "");
        }
        assert_eq!((seen.known.len(), seen.order.len()), (WINDOW, WINDOW));
    }
}
