//! What a service holds, counted as it comes and goes, so that nobody has to add it up.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

/// What all keys of a service hold together.
#[derive(Debug, Clone, Default)]
pub struct MemoryAccount {
    /// Bytes that stay until their owner or time frees them.
    pub lasting: Total,
    /// Bytes of backlogs, which make room for everything else.
    pub backlogs: Total,
    /// Users present, each counted once per channel.
    pub present: Total,
    /// The most bytes of both.
    pub most: usize,
}

impl MemoryAccount {
    /// Nothing yet, of so many bytes.
    pub fn new(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    /// Whether so many bytes more fit. A part is left to backlogs: events that nobody can be told would be lost.
    pub fn fits(&self, more: usize) -> bool {
        self.lasting.sum().saturating_add(more) <= self.most - self.most / 16
    }

    /// Whether so many bytes more fit beside all that is there, backlogs included.
    pub fn has_room(&self, more: usize) -> bool {
        self.sum().saturating_add(more) <= self.most
    }

    /// Whether backlogs have to give way.
    pub fn is_full(&self) -> bool {
        self.lasting.sum() + self.backlogs.sum() > self.most
    }

    /// All bytes that are held.
    pub fn sum(&self) -> usize {
        self.lasting.sum() + self.backlogs.sum()
    }
}

/// A sum that many parts add to. Clones are the same sum.
#[derive(Debug, Clone, Default)]
pub struct Total(Arc<AtomicUsize>);

/// One part of a [`Total`]. It is given back when it is dropped.
#[derive(Debug, Default)]
pub struct Share {
    total: Total,
    own: usize,
}

impl Total {
    /// The sum of all shares.
    pub fn sum(&self) -> usize {
        self.0.load(Relaxed)
    }

    /// A part of it that is so large.
    pub fn share(&self, own: usize) -> Share {
        let mut share = Share { total: self.clone(), own: 0 };
        share.add(own);
        share
    }
}

impl Share {
    /// How large it is.
    pub fn size(&self) -> usize {
        self.own
    }

    /// Let it grow.
    pub fn add(&mut self, more: usize) {
        self.own += more;
        self.total.0.fetch_add(more, Relaxed);
    }

    /// Let it shrink.
    pub fn subtract(&mut self, less: usize) {
        debug_assert!(less <= self.own, "{less} of {}", self.own);
        let less = less.min(self.own);
        self.own -= less;
        self.total.0.fetch_sub(less, Relaxed);
    }
}

/// Shares are compared by their size, so that what holds one can be compared.
impl PartialEq for Share {
    fn eq(&self, other: &Self) -> bool {
        self.own == other.own
    }
}

impl Eq for Share {}

impl Drop for Share {
    fn drop(&mut self) {
        self.subtract(self.own);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_is_the_sum_of_the_shares_that_are_left() {
        let total = Total::default();
        let (mut one, two) = (total.share(5), total.share(7));
        one.add(3);
        assert_eq!((total.sum(), one.size()), (15, 8));
        one.subtract(1);
        drop(two);
        assert_eq!(total.sum(), 7);
        drop(one);
        assert_eq!(total.sum(), 0);
    }
}
