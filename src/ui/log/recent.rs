//! Entries that another may replace, found by what they are about without looking at each.

use std::{
    collections::{HashMap, VecDeque},
    hash::{BuildHasher, Hash},
};

/// An entry is searched this far back.
pub(super) const REACH: usize = 200;

/// Makes of names what stands for them.
const FINGERPRINTS: foldhash::fast::FixedState = foldhash::fast::FixedState::with_seed(0);

/// The last entries of a kind, by what they are about.
#[derive(Debug, Clone, Default)]
pub(super) struct Recent {
    /// The fingerprint of what each is about, and its number; oldest first.
    entries: VecDeque<(u64, u64)>,
    /// The number of the last one, by fingerprint.
    last: HashMap<u64, u64, foldhash::fast::FixedState>,
}

impl Recent {
    /// Add an entry.
    pub fn add(&mut self, about: impl Hash, number: u64) {
        if self.entries.len() >= REACH
            && let Some((fingerprint, gone)) = self.entries.pop_front()
            && self.last.get(&fingerprint) == Some(&gone)
        {
            self.last.remove(&fingerprint);
        }
        let fingerprint = FINGERPRINTS.hash_one(about);
        self.entries.push_back((fingerprint, number));
        self.last.insert(fingerprint, number);
    }

    /// The number of the last entry about this, or of one with the same fingerprint.
    pub fn find(&self, about: impl Hash) -> Option<u64> {
        self.last.get(&FINGERPRINTS.hash_one(about)).copied()
    }
}
