//! Which entries of the log are the last departures, so that the one which a flap replaces is found at once.

use std::{collections::HashMap, hash::BuildHasher};

use crate::presence::{Channel, UserId};

/// Makes one number of a user and a channel.
const FINGERPRINTS: foldhash::fast::FixedState = foldhash::fast::FixedState::with_seed(0);

/// Departures that are too old are forgotten when so many are known.
const MANY: usize = 512;

/// The last departure of each user from each channel, by the number of its entry.
#[derive(Debug, Clone, Default)]
pub(super) struct LastDepartures {
    /// By a fingerprint of both. That of two users is the same once in an age: the entry tells who it was.
    numbers: HashMap<u64, u64, foldhash::fast::FixedState>,
    /// When to forget those that are too old.
    forget_at: usize,
}

impl LastDepartures {
    /// Remember a departure. Those before entry `oldest` are of no use any more.
    pub fn note(&mut self, channel: &Channel, user: &UserId, number: u64, oldest: u64) {
        if self.numbers.len() >= self.forget_at.max(MANY) {
            self.numbers.retain(|_, number| *number >= oldest);
            self.forget_at = self.numbers.len() * 2;
        }
        self.numbers.insert(fingerprint(channel, user), number);
    }

    /// Forget the last departure of a user. Returns the number of its entry.
    pub fn take(&mut self, channel: &Channel, user: &UserId) -> Option<u64> {
        self.numbers.remove(&fingerprint(channel, user))
    }
}

fn fingerprint(channel: &Channel, user: &UserId) -> u64 {
    FINGERPRINTS.hash_one((channel, user))
}
