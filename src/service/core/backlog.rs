//! The recent envelopes of one wire name, bounded by number and age, oldest dropped first.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use crate::presence::Timetoken;

/// Recent envelopes, in publish order.
#[derive(Debug, Default)]
pub struct Backlog {
    kept: VecDeque<(Timetoken, Arc<str>)>,
    bytes: usize,
}

impl Backlog {
    /// Add one, published after all before it, and drop what is beyond `most` or older than `age`.
    pub fn push(&mut self, published: Timetoken, envelope: Arc<str>, most: usize, age: Duration) {
        debug_assert!(self.kept.back().is_none_or(|(last, _)| *last < published), "publish order");
        self.bytes += envelope.len();
        self.kept.push_back((published, envelope));
        let horizon = published.minus(age);
        while self.kept.len() > most || self.kept.front().is_some_and(|(t, _)| *t < horizon) {
            let dropped = self.kept.pop_front();
            self.bytes -= dropped.map_or(0, |(_, envelope)| envelope.len());
        }
    }

    /// Everything published after `cursor`, oldest first.
    pub fn after(&self, cursor: Timetoken) -> impl Iterator<Item = &(Timetoken, Arc<str>)> {
        let first = self.kept.partition_point(|(published, _)| *published <= cursor);
        self.kept.range(first..)
    }

    /// When the newest was published.
    pub fn newest(&self) -> Option<Timetoken> {
        self.kept.back().map(|(t, _)| *t)
    }

    /// Bytes of all envelopes kept.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_the_newest_within_number_and_age() {
        let mut backlog = Backlog::default();
        for second in 1..=10 {
            backlog.push(Timetoken::new(second * 10_000_000), second.to_string().into(), 5, Duration::from_secs(3));
        }
        let left: Vec<&str> = backlog.after(Timetoken::ZERO).map(|(_, e)| &**e).collect();
        assert_eq!(left, ["7", "8", "9", "10"]);
        assert_eq!(backlog.bytes(), 5);
        assert_eq!(backlog.after(Timetoken::new(90_000_000)).count(), 1);
        assert_eq!(backlog.after(Timetoken::new(100_000_000)).count(), 0);
    }
}
