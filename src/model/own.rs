//! Our own presence: where we said that we are, until when the service believes it, and when to say
//! it again.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use crate::presence::{Channel, Moment, Subscription};

/// No two heartbeats are closer together than this.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(3);

/// One place where we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// When the service will time us out if it hears nothing more.
    pub until: Moment,
    /// When we send the next heartbeat.
    pub next: Moment,
}

/// Where we are.
#[derive(Debug)]
pub struct Own {
    /// The presence timeout that we ask for.
    pub timeout: Duration,
    /// Where, if anywhere: then we are more than observers.
    pub places: BTreeMap<Subscription, Place>,
    /// Where a first heartbeat is on its way.
    joining: BTreeSet<Subscription>,
}

impl Own {
    /// Nowhere yet.
    pub fn new(timeout: Duration) -> Self {
        Self { timeout, places: BTreeMap::new(), joining: BTreeSet::new() }
    }

    /// The time between two heartbeats.
    pub fn interval(&self) -> Duration {
        interval(self.timeout)
    }

    /// Where we are on a channel, if we are.
    pub fn on(&self, channel: &Channel) -> Option<&Place> {
        self.places.get(&Subscription::Channel(channel.clone()))
    }

    /// A heartbeat is on its way.
    pub fn join(&mut self, place: Subscription) {
        self.joining.insert(place);
    }

    /// We are going, or gone: no more heartbeats, whatever is still on its way. Were we there?
    pub fn leave(&mut self, place: &Subscription) -> bool {
        let joining = self.joining.remove(place);
        self.places.remove(place).is_some() || joining
    }

    /// Wherever we are or are about to be; afterwards nowhere.
    pub fn leave_all(&mut self) -> Vec<Subscription> {
        let mut all = std::mem::take(&mut self.joining);
        all.extend(std::mem::take(&mut self.places).into_keys());
        all.into_iter().collect()
    }

    /// A heartbeat failed: a place that we were about to join is not joined.
    pub fn failed(&mut self, place: &Subscription) {
        self.joining.remove(place);
    }

    /// A heartbeat was answered at `at`. Without effect if we have left meanwhile.
    pub fn seen(&mut self, place: &Subscription, timeout: Duration, at: Moment) {
        if !self.joining.remove(place) && !self.places.contains_key(place) {
            return;
        }
        let place = self.places.entry(place.clone()).or_insert(Place { until: at, next: at });
        place.until = at.plus(timeout);
        place.next = at.plus(interval(timeout));
    }

    /// The places whose heartbeat is due; each is put off by an interval, so that a slow or failed
    /// answer does not ask twice.
    pub fn due(&mut self, now: Moment) -> Vec<Subscription> {
        let interval = self.interval();
        let due = self.places.iter_mut().filter(|(_, place)| place.next <= now);
        due.map(|(name, place)| {
            place.next = now.plus(interval);
            name.clone()
        })
        .collect()
    }

    /// When the next heartbeat is due.
    pub fn next(&self) -> Option<Moment> {
        self.places.values().map(|place| place.next).min()
    }
}

/// Half the timeout less a second, so that losing one heartbeat is no harm.
fn interval(timeout: Duration) -> Duration {
    (timeout / 2).saturating_sub(Duration::from_secs(1)).max(SHORTEST_INTERVAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heartbeats_come_twice_per_timeout_and_never_too_often() {
        let seconds = Duration::from_secs;
        for (timeout, interval) in [(300, 149), (20, 9), (8, 3), (1, 3)] {
            assert_eq!(Own::new(seconds(timeout)).interval(), seconds(interval), "{timeout}");
        }
        let at = |s: u64| Moment::from_micros(s * 1_000_000);
        let lobby = Subscription::Channel(Channel::heard("lobby"));
        let mut own = Own::new(seconds(20));
        own.join(lobby.clone());
        own.seen(&lobby, seconds(20), at(0));
        assert_eq!((own.next(), own.due(at(8)).len()), (Some(at(9)), 0));
        assert_eq!(own.due(at(9)), [lobby]);
        assert_eq!(own.due(at(10)), []);
        assert_eq!(own.next(), Some(at(18)));
    }

    #[test]
    fn a_leave_overtakes_the_heartbeat_that_is_on_its_way() {
        let lobby = Subscription::Channel(Channel::heard("lobby"));
        let mut own = Own::new(Duration::from_secs(20));
        own.join(lobby.clone());
        assert!(own.leave(&lobby));
        own.seen(&lobby, own.timeout, Moment::default());
        assert_eq!((own.next(), own.leave_all()), (None, vec![]));
        own.join(lobby.clone());
        assert_eq!(own.leave_all(), [lobby]);
    }
}
