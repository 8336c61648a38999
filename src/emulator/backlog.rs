//! The recent envelopes of one wire name or pattern, bounded by number and age, oldest dropped first.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use super::envelope::KeptEnvelope;
use crate::presence::Timetoken;

/// Recent envelopes, in publish order.
#[derive(Debug, Default)]
pub struct Backlog {
    kept: VecDeque<Arc<KeptEnvelope>>,
    bytes: usize,
}

impl Backlog {
    /// Add one, published after all before it, and drop what is beyond `most` or older than `age`.
    pub fn push(&mut self, envelope: Arc<KeptEnvelope>, most: usize, age: Duration) {
        debug_assert!(self.kept.back().is_none_or(|last| last.published < envelope.published), "publish order");
        let horizon = envelope.published.minus(age);
        self.bytes += envelope.weight();
        self.kept.push_back(envelope);
        while self.kept.len() > most || self.kept.front().is_some_and(|first| first.published < horizon) {
            let dropped = self.kept.pop_front();
            self.bytes -= dropped.map_or(0, |envelope| envelope.weight());
        }
    }

    /// Drop all that was published on a wire name.
    pub fn forget_name(&mut self, name: &str) {
        self.kept.retain(|envelope| {
            let stays = *envelope.name != *name;
            self.bytes -= if stays { 0 } else { envelope.weight() };
            stays
        });
    }

    /// The one that so many newer ones follow, if it was published after `cursor`.
    pub fn envelope_before(&self, newer: usize, cursor: Timetoken) -> Option<&Arc<KeptEnvelope>> {
        let at = self.kept.len().checked_sub(newer + 1)?;
        self.kept.get(at).filter(|envelope| envelope.published > cursor)
    }

    /// When the newest was published.
    pub fn newest(&self) -> Option<Timetoken> {
        self.kept.back().map(|envelope| envelope.published)
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// Bytes of all envelopes kept.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
impl Backlog {
    pub fn envelopes(&self) -> impl Iterator<Item = &Arc<KeptEnvelope>> {
        self.kept.iter()
    }

    pub fn recount(&self) -> usize {
        self.kept.iter().map(|envelope| envelope.weight()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_the_newest_within_number_and_age() {
        let mut backlog = Backlog::default();
        let message = |second: u64, name: &str| {
            let published = Timetoken::new(second * 10_000_000);
            Arc::new(KeptEnvelope::of_message(published, name.into(), second.to_string()))
        };
        for second in 1..=10 {
            let name = if second % 2 == 0 { "even" } else { "odd" };
            backlog.push(message(second, name), 5, Duration::from_secs(3));
        }
        let left = |backlog: &Backlog, cursor| -> Vec<u64> {
            let all = (0..).map_while(|after| backlog.envelope_before(after, Timetoken::new(cursor)));
            all.map(|envelope| envelope.published.seconds()).collect()
        };
        assert_eq!(left(&backlog, 0), [10, 9, 8, 7]);
        assert_eq!(left(&backlog, 90_000_000), [10]);
        assert_eq!(left(&backlog, 100_000_000), [0; 0]);
        backlog.forget_name("even");
        assert_eq!(left(&backlog, 0), [9, 7]);
        assert_eq!(backlog.bytes(), 2 * message(9, "odd").weight());
        backlog.forget_name("odd");
        assert!(backlog.is_empty() && backlog.bytes() == 0);
    }
}
