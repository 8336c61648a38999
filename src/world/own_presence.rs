//! Our own presence: where we are present, until when the service believes it, and when to send the next heartbeat.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::presence::{Channel, Moment, Subscription, Timetoken, rules::LEAST_HEARTBEAT_INTERVAL};

/// Extra time before we consider our presence expired: the service times us out about a second late, and the event
/// takes a moment to arrive.
const GRACE: Duration = Duration::from_secs(5);

/// A place where we are present.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnPlace {
    /// When the service will time us out unless it receives another heartbeat.
    pub until: Moment,
    /// When we send the next heartbeat.
    pub next: Moment,
    /// When the last heartbeat was answered. The timeout may be another one since, so that `until` does not tell it.
    last: Moment,
    /// When the last heartbeat was ordered by hand, by the service's clock. Departures published before it belong to
    /// an earlier presence.
    since: Timetoken,
}

/// A heartbeat on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Joining {
    since: Timetoken,
    asked: Moment,
}

/// Where we are present.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnPresence {
    /// The presence timeout that we request.
    pub timeout: Duration,
    /// Whether heartbeats are repeated automatically. If not, each presence ends when its time is up.
    pub kept_alive: bool,
    /// The places where we are present; if there are none, we only observe.
    pub places: BTreeMap<Subscription, OwnPlace>,
    /// The places with a first heartbeat on its way.
    joining: BTreeMap<Subscription, Joining>,
    /// The places where we timed out, with a heartbeat due that makes us present again.
    returning: BTreeSet<Subscription>,
    /// The places where we may still be present: the leave is not confirmed, or the heartbeat was not answered.
    unconfirmed: BTreeMap<Subscription, Unconfirmed>,
}

/// A place where we may still be present.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct Unconfirmed {
    /// When the service will have timed us out in any case.
    until: Moment,
    /// No answer will come any more.
    failed: bool,
}

impl OwnPresence {
    /// Present nowhere.
    pub fn new(timeout: Duration) -> Self {
        Self {
            timeout,
            kept_alive: true,
            places: BTreeMap::new(),
            joining: BTreeMap::new(),
            returning: BTreeSet::new(),
            unconfirmed: BTreeMap::new(),
        }
    }

    /// The time between two heartbeats.
    pub fn heartbeat_interval(&self) -> Duration {
        compute_heartbeat_interval(self.timeout)
    }

    /// Whether we are present at a place, or about to be.
    pub fn is_at(&self, place: &Subscription) -> bool {
        self.places.contains_key(place) || self.joining.contains_key(place)
    }

    /// Remove and return the places whose presence has expired without a heartbeat. The service gets a little longer,
    /// so that it can tell first.
    pub fn take_expired(&mut self, now: Moment) -> Vec<Subscription> {
        if self.kept_alive {
            return Vec::new();
        }
        let over = |place: &OwnPlace| place.until.plus(GRACE) <= now;
        let gone: Vec<_> = self.places.iter().filter(|(_, place)| over(place)).map(|(name, _)| name.clone()).collect();
        for place in &gone {
            self.places.remove(place);
        }
        gone
    }

    /// Our presence on a channel, if we are there.
    pub fn place_on(&self, channel: &Channel) -> Option<&OwnPlace> {
        self.places.get(&Subscription::Channel(channel.clone()))
    }

    /// Note a heartbeat ordered by hand; `since` is the service's time, at least. Returns `false` if the last one was
    /// sent less than three seconds ago: then nothing must be sent.
    pub fn begin_join(&mut self, place: Subscription, since: Timetoken, now: Moment) -> bool {
        if self.joining.get(&place).is_some_and(|last| now.since(last.asked) < LEAST_HEARTBEAT_INTERVAL) {
            return false;
        }
        if let Some(known) = self.places.get_mut(&place) {
            if now.since(known.last) < LEAST_HEARTBEAT_INTERVAL {
                return false;
            }
            known.since = since;
        }
        self.joining.insert(place, Joining { since, asked: now });
        true
    }

    /// Stop the heartbeats at a place, also one that is still on its way.
    pub fn begin_leave(&mut self, place: &Subscription, now: Moment) {
        self.returning.remove(place);
        let joining = self.joining.remove(place).map(|joining| joining.asked.plus(self.timeout));
        let present = self.places.remove(place).map(|place| place.until);
        let until = joining.max(present).unwrap_or(now);
        self.unconfirmed.insert(place.clone(), Unconfirmed { until, failed: false });
    }

    /// Note that a leave failed: we may still be present.
    pub fn mark_leave_failed(&mut self, place: &Subscription) {
        if let Some(perhaps) = self.unconfirmed.get_mut(place) {
            perhaps.failed = true;
        }
    }

    /// The number of places where we may still be present, and until when at the latest.
    pub fn count_unconfirmed(&self, now: Moment) -> Option<(usize, Moment)> {
        let open = || self.unconfirmed.values().filter(|perhaps| perhaps.failed && perhaps.until > now);
        Some((open().count(), open().map(|perhaps| perhaps.until).max()?))
    }

    /// Note that the service confirmed a leave.
    pub fn confirm_leave(&mut self, place: &Subscription) {
        self.unconfirmed.remove(place);
    }

    /// Take an event that we are gone, as `published` by the service. Returns whether we were present as far as we
    /// knew: not if the event is about an earlier presence.
    pub fn take_departure(&mut self, place: &Subscription, published: Timetoken) -> bool {
        let joining = self.joining.get(place).map(|joining| joining.since);
        let since = joining.max(self.places.get(place).map(|place| place.since));
        if since.is_none() {
            // The unconfirmed leave has happened.
            self.unconfirmed.remove(place);
        }
        if since.is_none_or(|since| published < since) {
            return false;
        }
        self.joining.remove(place);
        self.places.remove(place);
        self.unconfirmed.remove(place);
        true
    }

    /// Take an event that we timed out, as `published` by the service: if heartbeats are repeated there, the next one
    /// is due as soon as the rules allow. Returns whether it is.
    pub fn return_after_timeout(&mut self, place: &Subscription, published: Timetoken, now: Moment) -> bool {
        let Some(known) = self.places.get_mut(place).filter(|known| known.since <= published) else { return false };
        if self.kept_alive {
            known.next = known.last.plus(LEAST_HEARTBEAT_INTERVAL).max(now);
            // A later copy of this event is about an earlier presence.
            known.since = published.plus(Duration::from_micros(1));
            self.returning.insert(place.clone());
        }
        self.kept_alive
    }

    /// Whether a heartbeat that was answered made us present again after a timeout.
    pub fn take_return(&mut self, places: &[Subscription]) -> bool {
        let before = self.returning.len();
        self.returning.retain(|place| !places.contains(place));
        self.returning.len() < before
    }

    /// Remove and return every place where we are, may be, or are about to be present.
    pub fn leave_all(&mut self) -> Vec<Subscription> {
        let mut all: BTreeSet<Subscription> = std::mem::take(&mut self.unconfirmed).into_keys().collect();
        all.extend(std::mem::take(&mut self.joining).into_keys());
        all.extend(std::mem::take(&mut self.places).into_keys());
        all.into_iter().collect()
    }

    /// Note that a heartbeat failed: a place that we were about to join is not joined, as far as we know.
    pub fn mark_heartbeat_failed(&mut self, place: &Subscription) {
        if let Some(joining) = self.joining.remove(place) {
            let until = joining.asked.plus(self.timeout);
            self.unconfirmed.insert(place.clone(), Unconfirmed { until, failed: true });
        }
    }

    /// Take the answer to a heartbeat, received at `at`. Returns `false`, and does nothing, if we left in the
    /// meantime.
    pub fn confirm_heartbeat(&mut self, place: &Subscription, timeout: Duration, at: Moment) -> bool {
        let joining = self.joining.remove(place);
        let known = self.places.get(place).map(|place| place.since);
        let Some(since) = joining.map(|joining| joining.since).or(known) else { return false };
        self.unconfirmed.remove(place);
        let next = at.plus(compute_heartbeat_interval(timeout));
        self.places.insert(place.clone(), OwnPlace { until: at.plus(timeout), next, last: at, since });
        true
    }

    /// The places whose heartbeat is due. Each is postponed by an interval, so that a slow answer does not cause a
    /// second heartbeat.
    pub fn take_due_heartbeats(&mut self, now: Moment) -> Vec<Subscription> {
        if !self.kept_alive {
            return Vec::new();
        }
        let interval = self.heartbeat_interval();
        let due = self.places.iter_mut().filter(|(_, place)| place.next <= now);
        due.map(|(name, place)| {
            place.next = now.plus(interval);
            name.clone()
        })
        .collect()
    }

    /// When the next heartbeat is due, or the next presence expires.
    pub fn next_due(&self) -> Option<Moment> {
        let next = |place: &OwnPlace| if self.kept_alive { place.next } else { place.until.plus(GRACE) };
        self.places.values().map(next).min()
    }
}

/// Half the timeout less a second, so that one lost heartbeat does no harm.
fn compute_heartbeat_interval(timeout: Duration) -> Duration {
    (timeout / 2).saturating_sub(Duration::from_secs(1)).max(LEAST_HEARTBEAT_INTERVAL)
}

#[cfg(test)]
mod tests;
