//! Entries that another may replace, found by what they are about without looking at each.

use std::{
    collections::VecDeque,
    hash::{BuildHasher, Hash},
    marker::PhantomData,
};

/// An entry is searched this far back.
pub(super) const REACH: usize = 200;

/// Makes of a name what is compared first.
const FINGERPRINTS: foldhash::fast::FixedState = foldhash::fast::FixedState::with_seed(0);

/// The last entries of a kind, by what they are about.
#[derive(Debug, Clone)]
pub(super) struct Recent<T> {
    /// The fingerprint of what it is about, and the number of the entry; oldest first.
    entries: VecDeque<(u64, u64)>,
    about: PhantomData<T>,
}

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self { entries: VecDeque::new(), about: PhantomData }
    }
}

impl<T: Hash> Recent<T> {
    /// Add an entry.
    pub fn add(&mut self, about: &T, number: u64) {
        if self.entries.len() >= REACH {
            self.entries.pop_front();
        }
        self.entries.push_back((FINGERPRINTS.hash_one(about), number));
    }

    /// The numbers of the entries that may be about this, latest first.
    pub fn find(&self, about: &T) -> impl Iterator<Item = u64> {
        let wanted = FINGERPRINTS.hash_one(about);
        self.entries.iter().rev().filter(move |(fingerprint, _)| *fingerprint == wanted).map(|(_, number)| *number)
    }
}
