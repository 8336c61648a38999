//! What becomes of claims about the past: when they held, when they did not, and when that was not known.

use crate::{
    cli::judging::{Course, look_again_at},
    expression::Verdict,
    presence::Moment,
};

/// Whether a claim held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HowHeld {
    Yes,
    No,
    Unknown,
}

/// For how long it was one of these, and what was seen at first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HeldSpan {
    pub from: Moment,
    pub to: Moment,
    pub held: HowHeld,
    pub saw: String,
}

/// Tells spans from verdicts, each expression for itself.
pub(super) struct Spans {
    /// Since when spans are told; before it, claims only remember.
    pub since: Moment,
    pub each: Vec<Vec<HeldSpan>>,
}

impl Spans {
    pub fn new(expressions: usize, since: Moment) -> Self {
        Self { since, each: vec![Vec::new(); expressions] }
    }

    /// Nothing more comes after this moment.
    pub fn end(&mut self, at: Moment) {
        for last in self.each.iter_mut().filter_map(|spans| spans.last_mut()) {
            last.to = last.to.max(at);
        }
    }
}

/// What a verdict comes to when nothing more is heard than what was.
pub(super) fn read_verdict(verdict: Verdict) -> (HowHeld, String) {
    match verdict {
        Verdict::Held { saw } => (HowHeld::Yes, saw),
        Verdict::NotHeld { saw, .. } => (HowHeld::No, saw),
        Verdict::Unknown { why, .. } | Verdict::Unsettled { why, .. } => (HowHeld::Unknown, why),
        Verdict::Pending { saw, .. } => (HowHeld::Unknown, format!("{saw}, but not for so long yet")),
    }
}

impl Course for Spans {
    fn take(&mut self, verdicts: Vec<Verdict>, now: Moment) -> Option<Moment> {
        let again = look_again_at(&verdicts, now);
        if now < self.since {
            return Some(again);
        }
        for (spans, verdict) in self.each.iter_mut().zip(verdicts) {
            let (held, saw) = read_verdict(verdict);
            if let Some(last) = spans.last_mut() {
                last.to = now;
                if last.held == held {
                    continue;
                }
                // What was so at no moment was not.
                if last.from == now {
                    spans.pop();
                }
            }
            match spans.last_mut() {
                Some(last) if last.held == held => last.to = now,
                _ => spans.push(HeldSpan { from: now, to: now, held, saw }),
            }
        }
        Some(again)
    }
}
