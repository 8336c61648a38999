//! Does an expression hold? Remembers what claims about spans of time need to know.

use super::{
    Expression, Facts, Verdict,
    ast::Claim,
    evaluate::{Evaluation, KnownScope, evaluate_claim},
    memory::Memory,
    verdict::combine,
};
use crate::presence::{Channel, Moment, PresenceEvent};

/// Holds an expression against what happens, for as long as somebody watches.
///
/// Tell it [events](Self::hear), [what was missed](Self::take_gap), [what was repaired](Self::take_repair) and
/// [what was wrong](Self::take_drift) as they come, and [ask](Self::judge) after anything else that changed what is known. What it remembers
/// is bounded by the expression.
#[derive(Debug)]
pub struct Judge {
    expression: Expression,
    memories: Vec<Memory>,
    /// It has to hold all the while, and not only at the moment of asking.
    over_time: bool,
}

impl Judge {
    /// One who has seen nothing yet.
    pub fn new(expression: Expression) -> Self {
        let memories = expression.claims.iter().map(Memory::new).collect();
        Self { expression, memories, over_time: false }
    }

    /// One who has seen nothing yet, for an expression that has to hold all the while: what turns out to have been
    /// wrong or missed counts against claims about a single moment as well.
    pub fn over_time(expression: Expression) -> Self {
        Self { over_time: true, ..Self::new(expression) }
    }

    /// What is judged.
    pub fn expression(&self) -> &Expression {
        &self.expression
    }

    /// Hear an event. The facts are those right after it: they have it, and nothing that came later.
    pub fn hear(&mut self, event: &PresenceEvent, facts: &impl Facts, now: Moment) {
        for (claim, memory) in self.expression.claims.iter().zip(&mut self.memories) {
            memory.hear(claim, event, facts, now);
        }
    }

    /// Events may have been missed; `why` as a clause, safe to show.
    pub fn take_gap(&mut self, why: &str, now: Moment) {
        for (claim, memory) in self.expression.claims.iter().zip(&mut self.memories) {
            memory.take_gap(claim, why, now);
        }
    }

    /// After a loss that was noticed, the list of a channel was corrected; `what` as a clause, safe to show.
    pub fn take_repair(&mut self, channel: &Channel, what: &str, now: Moment) {
        let why = format!("{channel}: {what}");
        for (claim, memory) in self.expression.claims.iter().zip(&mut self.memories) {
            memory.take_repair(claim, channel, &why, now);
        }
    }

    /// The list of a channel turned out to have been wrong; `what` as a clause, safe to show.
    pub fn take_drift(&mut self, channel: &Channel, what: &str, now: Moment) {
        let why = format!("{channel}: {what}");
        for (claim, memory) in self.expression.claims.iter().zip(&mut self.memories) {
            memory.take_drift(claim, channel, &why, now);
        }
    }

    /// Something unusual happened on these channels; `what` as a clause, safe to show.
    pub fn take_incident(&mut self, channels: &[&Channel], what: &str, now: Moment) {
        for (claim, memory) in self.expression.claims.iter().zip(&mut self.memories) {
            memory.take_incident(claim, channels, what, now);
        }
    }

    /// Until when all has been told that may speak against it: not until `now` where changes are summed up.
    pub fn told_until(&self, facts: &impl Facts, now: Moment) -> Moment {
        let told = |claim| KnownScope::find(Claim::place(claim), facts).told_until(now);
        self.expression.claims.iter().filter(|claim| claim.waits_for_intervals()).map(told).min().unwrap_or(now)
    }

    /// Does it hold, as far as that is known?
    pub fn judge(&mut self, facts: &impl Facts, now: Moment) -> Verdict {
        let verdicts: Vec<Verdict> = self
            .expression
            .claims
            .iter()
            .zip(&mut self.memories)
            .map(|(claim, memory)| match evaluate_claim(claim, facts) {
                Some(Evaluation::Holds(saw)) if self.over_time => memory.hold_again(claim, saw, facts),
                Some(Evaluation::Holds(saw)) => Verdict::Held { saw },
                Some(Evaluation::Fails(saw)) => Verdict::NotHeld { saw, for_good: false },
                Some(Evaluation::Unknown(why)) => Verdict::Unknown { why, for_good: false },
                None => memory.judge(claim, facts, now),
            })
            .collect();
        combine(&self.expression.root, &verdicts)
    }
}
