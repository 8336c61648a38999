//! Filters held against envelopes: each envelope is parsed once for all polls, and none for ever. Pure.

use std::{collections::VecDeque, sync::Arc};

use serde_json::Value;

use super::envelope::KeptEnvelope;
use crate::{
    filter::MessageFilter,
    presence::{Timetoken, rules::LARGEST_MESSAGE},
};

/// The most envelopes that one look through the backlogs holds against a filter, and the most work that it does: bytes
/// of the filter times bytes of the envelopes, some milliseconds.
const MOST_LOOKS: usize = 1_000;
const MOST_WORK: usize = 32 << 20;

/// The most work of one filter and one envelope. What would be more is taken for hidden: each of a thousand polls would
/// take its time.
const MOST_WORK_OF_A_PAIR: usize = 64 << 20;

/// To parse a byte takes as long as to hold it against so many bytes of a filter. Measured with lists in lists.
const PARSING: usize = 40;

/// How much of that work is done in the time that it takes to announce a change.
const WORK_PER_CHANGE: usize = 64 << 10;

/// The same where an envelope is held against the filters of all polls that wait for it.
const MOST_POLLS: usize = 20_000;
const MOST_WORK_AT_ONCE: usize = 32 << 20;

/// The most bytes of text that are kept parsed. A tree takes some fifty times as many.
const PARSED_BYTES: usize = 64 << 10;

/// The filter of a poll.
#[derive(Debug)]
pub struct PollFilter {
    filter: MessageFilter,
    bytes: usize,
}

impl PollFilter {
    /// A filter that was read from this text.
    pub fn new(filter: MessageFilter, text: &str) -> Self {
        Self { filter, bytes: text.len() }
    }

    /// Roughly the bytes that it holds.
    pub fn weight(&self) -> usize {
        16 * self.bytes
    }

    /// What it may take to hold it against an envelope, in changes that are announced.
    pub fn count_work(&self) -> usize {
        (self.bytes * LARGEST_MESSAGE).min(MOST_WORK_OF_A_PAIR) / WORK_PER_CHANGE
    }
}

/// How many looks are left, and how much work.
#[derive(Debug)]
pub struct FilterBudget {
    looks: usize,
    work: usize,
    has_looked: bool,
}

impl FilterBudget {
    /// For many envelopes and one filter. At least one is looked at.
    pub fn of_a_poll() -> Self {
        Self { looks: MOST_LOOKS, work: MOST_WORK, has_looked: false }
    }

    /// For one envelope and many filters.
    pub fn of_a_publish() -> Self {
        Self { looks: MOST_POLLS, work: MOST_WORK_AT_ONCE, has_looked: true }
    }
}

/// Reads envelopes for filters, and keeps the last ones parsed: what is published is looked at by many polls at once.
#[derive(Debug, Default)]
pub struct MessageReader {
    parsed: VecDeque<(Timetoken, usize, Arc<Value>)>,
    bytes: usize,
}

impl MessageReader {
    /// Whether a filter admits an envelope; `None` once the budget is used up.
    pub fn admits(&mut self, poll: &PollFilter, envelope: &KeptEnvelope, budget: &mut FilterBudget) -> Option<bool> {
        let bytes = envelope.text_bytes();
        let holding = bytes.saturating_mul(poll.bytes);
        if holding > MOST_WORK_OF_A_PAIR {
            return Some(false);
        }
        let work = if self.knows(envelope) { holding } else { holding.saturating_add(bytes * PARSING) };
        if budget.has_looked && (budget.looks == 0 || budget.work < work) {
            return None;
        }
        budget.has_looked = true;
        budget.looks = budget.looks.saturating_sub(1);
        budget.work = budget.work.saturating_sub(work);
        let whole = self.parse(envelope, bytes);
        Some(poll.filter.admits(&whole["d"], whole.get("u")))
    }

    fn knows(&self, envelope: &KeptEnvelope) -> bool {
        self.parsed.iter().any(|(published, ..)| *published == envelope.published)
    }

    fn parse(&mut self, envelope: &KeptEnvelope, bytes: usize) -> Arc<Value> {
        let known = self.parsed.iter().rev().find(|(published, ..)| *published == envelope.published);
        if let Some((.., value)) = known {
            return value.clone();
        }
        let value: Arc<Value> = Arc::new(serde_json::from_str(&envelope.close(None)).unwrap_or_default());
        self.parsed.push_back((envelope.published, bytes, value.clone()));
        self.bytes += bytes;
        while self.bytes > PARSED_BYTES || self.parsed.len() > 32 {
            self.bytes -= self.parsed.pop_front().map_or(0, |(_, bytes, _)| bytes);
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_ends_when_its_budget_does() {
        let (mut reader, mut budget) = (MessageReader::default(), FilterBudget::of_a_poll());
        let text = r#"data != "x""#;
        let filter = PollFilter::new(MessageFilter::parse(text).unwrap(), text);
        let message = |at: u64, payload: &str| {
            KeptEnvelope::of_message(Timetoken::new(at), "lobby".into(), format!(r#"{{"d":"{payload}""#))
        };
        let looks = (0..10_000).find(|at| reader.admits(&filter, &message(*at, "y"), &mut budget).is_none());
        assert_eq!(looks, Some(MOST_LOOKS as u64));
        let text = vec![text; 100].join("&&");
        let filter = PollFilter::new(MessageFilter::parse(&text).unwrap(), &text);
        let large = "z".repeat(32_000);
        let mut budget = FilterBudget::of_a_poll();
        let looks = (0..10_000).find(|at| reader.admits(&filter, &message(*at, &large), &mut budget).is_none());
        assert!(looks.is_some_and(|looks| looks < 200));
        assert!(reader.bytes <= PARSED_BYTES);
    }
}
