//! How often users of one channel came straight back, and how often they timed out, of late.
//!
//! Only who did either has an entry, and there are few of these; so a steady user costs nothing.

use std::{collections::HashMap, sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};

use crate::presence::{Timetoken, UserId};

/// At most so many users are counted.
const MOST: usize = 512;

/// Counts are kept by the minute, for so many minutes; the last one has just begun.
const MINUTES: u64 = STEPS as u64;
const STEPS: usize = 10;

/// Bytes of the longest user id that is counted; PubNub allows 92 characters.
const LONGEST: usize = 1024;

/// Who is back within this time after leaving or timing out has flapped.
pub(super) const BACK: Duration = Duration::from_secs(10);

/// How often a user did what, within the last ten minutes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unsteadiness {
    /// How often the user was back within ten seconds after leaving or timing out.
    pub flaps: u32,
    /// How often the user timed out.
    pub timeouts: u32,
}

impl Unsteadiness {
    /// Whether there is nothing to tell.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slip {
    Flap,
    Timeout,
}

/// The counts of one user: flaps and timeouts, by the minute modulo [`MINUTES`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct SlipCounts {
    minutes: [[u8; 2]; STEPS],
    /// The newest minute, counted from 1970.
    newest: u64,
}

impl SlipCounts {
    fn count(&mut self, slip: Slip, minute: u64) {
        if minute > self.newest {
            let passed = (minute - self.newest).min(MINUTES);
            (0..passed).for_each(|back| self.minutes[place(minute - back)] = [0; 2]);
            self.newest = minute;
        }
        if self.newest - minute < MINUTES {
            let count = &mut self.minutes[place(minute)][usize::from(slip == Slip::Timeout)];
            *count = count.saturating_add(1);
        }
    }

    fn sum(&self, minute: u64) -> Unsteadiness {
        // What the service tells may be a little ahead of what is known of its clock.
        let first = minute.max(self.newest).saturating_sub(MINUTES - 1);
        let known = first.max(self.newest.saturating_sub(MINUTES - 1))..=self.newest;
        known.fold(Unsteadiness::default(), |sum, minute| {
            let [flaps, timeouts] = self.minutes[place(minute)].map(u32::from);
            Unsteadiness { flaps: sum.flaps + flaps, timeouts: sum.timeouts + timeouts }
        })
    }
}

/// The place of a minute in the ring.
const fn place(minute: u64) -> usize {
    (minute % MINUTES) as usize
}

/// Those who flapped or timed out of late. A copy costs nothing until one of both changes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Unsteady {
    users: Arc<HashMap<UserId, SlipCounts, foldhash::fast::RandomState>>,
    /// When the last interval was published of which something was counted.
    last_interval: Timetoken,
}

impl Unsteady {
    /// Count that a user did this `at`.
    pub fn count(&mut self, user: &UserId, slip: Slip, at: Timetoken) {
        if user.as_str().len() > LONGEST {
            return;
        }
        let (users, minute) = (Arc::make_mut(&mut self.users), at.seconds() / 60);
        if users.len() >= MOST && !users.contains_key(user) {
            make_room(users, minute);
        }
        users.entry(user.clone()).or_default().count(slip, minute);
    }

    pub const fn last_interval(&self) -> Timetoken {
        self.last_interval
    }

    /// When the last interval was published, if that was before this one.
    pub fn last_interval_before(&self, at: Timetoken) -> Timetoken {
        if self.last_interval < at { self.last_interval } else { Timetoken::ZERO }
    }

    /// Whether an interval is news: one that comes twice is counted once.
    pub fn take_interval(&mut self, at: Timetoken) -> bool {
        let is_news = at > self.last_interval;
        self.last_interval = self.last_interval.max(at);
        is_news
    }

    pub fn sum(&self, user: &UserId, now: Timetoken) -> Unsteadiness {
        if self.users.is_empty() {
            return Unsteadiness::default();
        }
        self.users.get(user).map_or_else(Unsteadiness::default, |counts| counts.sum(now.seconds() / 60))
    }

    /// All who have something to tell, in no order.
    pub fn iter(&self, now: Timetoken) -> impl Iterator<Item = (&UserId, Unsteadiness)> {
        let sums = self.users.iter().map(move |(user, counts)| (user, counts.sum(now.seconds() / 60)));
        sums.filter(|(_, sum)| !sum.is_none())
    }
}

/// Drop what has passed; then those with one timeout and no flap, as after an outage; then the half that did least.
fn make_room(users: &mut HashMap<UserId, SlipCounts, foldhash::fast::RandomState>, minute: u64) {
    let weigh = |counts: &SlipCounts| {
        let sum = counts.sum(minute);
        2 * sum.flaps + sum.timeouts
    };
    for least in [1, 2] {
        users.retain(|_, counts| weigh(counts) >= least);
        if users.len() <= MOST * 3 / 4 {
            return;
        }
    }
    let mut all: Vec<(u32, u64, UserId)> =
        users.iter().map(|(user, counts)| (weigh(counts), counts.newest, user.clone())).collect();
    all.sort_unstable();
    for (_, _, user) in &all[..all.len() / 2] {
        users.remove(user);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: u64) -> Timetoken {
        Timetoken::new((600_000 + second) * 10_000_000)
    }

    fn who(n: usize) -> UserId {
        UserId::from_wire(&format!("u{n}"))
    }

    #[test]
    fn f52_counts_pass_with_ten_minutes() {
        let mut all = Unsteady::default();
        let ann = who(0);
        for second in [0, 30, 90, 650] {
            all.count(&ann, Slip::Flap, at(second));
        }
        all.count(&ann, Slip::Timeout, at(95));
        let sum = |second| {
            let sum = all.sum(&ann, at(second));
            [sum.flaps, sum.timeouts]
        };
        assert_eq!([650, 670, 720, 1_190, 1_260].map(sum), [[2, 1], [1, 0], [1, 0], [1, 0], [0, 0]]);
        all.count(&ann, Slip::Flap, at(20));
        assert_eq!(all.sum(&ann, at(650)).flaps, 2, "what is older than ten minutes is not counted any more");
    }

    #[test]
    fn f52_memory_is_bounded_and_who_did_most_stays() {
        let mut all = Unsteady::default();
        for second in 0..5 {
            all.count(&who(7), Slip::Flap, at(second));
        }
        for n in 100..20_000 {
            all.count(&who(n), Slip::Timeout, at(9));
            assert!(all.users.len() <= MOST);
        }
        assert_eq!(all.sum(&who(7), at(9)), Unsteadiness { flaps: 5, timeouts: 0 });
        for n in 100..20_000 {
            all.count(&who(n), Slip::Flap, at(20));
        }
        assert!(all.users.len() <= MOST && all.sum(&who(7), at(20)).flaps == 5);
        all.count(&UserId::from_wire(&"x".repeat(2_000)), Slip::Flap, at(20));
        assert_eq!(all.iter(at(20)).filter(|(user, _)| user.as_str().len() > LONGEST).count(), 0);
        assert_eq!(all.iter(at(9_000)).count(), 0);
    }
}
