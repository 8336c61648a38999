//! What came of it, and how the claims come together.

use super::ast::Node;
use crate::presence::Moment;

/// Whether an expression holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It does; a claim that something never happens: until now.
    Held {
        /// What was seen, in words that are safe to show.
        saw: String,
    },
    /// It does not.
    NotHeld {
        /// What was seen instead.
        saw: String,
        /// And can't any more, whatever happens.
        for_good: bool,
    },
    /// It does, as far as is known; but something may turn out to have been missed.
    Unsettled {
        /// What was seen.
        saw: String,
        /// What is not settled, safe to show.
        why: String,
        /// When it will be settled, at the latest, if nothing happens.
        until: Moment,
    },
    /// That can't be known.
    Unknown {
        /// Why.
        why: String,
        /// And won't be: what was missed does not come again.
        for_good: bool,
    },
    /// So far nothing speaks against it.
    Pending {
        /// What was seen so far.
        saw: String,
        /// When it will have held, if nothing happens.
        until: Moment,
    },
}

/// What the claims come to together, each at its place in the list.
pub(super) fn combine(node: &Node, verdicts: &[Verdict]) -> Verdict {
    match node {
        Node::Claim(claim) => verdicts[*claim].clone(),
        Node::Not(inner) => match combine(inner, verdicts) {
            Verdict::Held { saw } => Verdict::NotHeld { saw, for_good: false },
            // Whether it does not hold is not settled either, and nothing speaks for it.
            Verdict::Unsettled { saw, until, .. } => Verdict::Pending { saw, until },
            Verdict::NotHeld { saw, .. } => Verdict::Held { saw },
            open => open,
        },
        Node::All(nodes) => combine_all(&nodes.iter().map(|node| combine(node, verdicts)).collect::<Vec<_>>()),
        Node::Any(nodes) => combine_any(&nodes.iter().map(|node| combine(node, verdicts)).collect::<Vec<_>>()),
    }
}

/// What of them speaks for one, in one sentence.
fn join_reasons<'v>(verdicts: &'v [Verdict], of: impl Fn(&'v Verdict) -> Option<&'v String>) -> String {
    let mut said: Vec<&str> = Vec::new();
    for saw in verdicts.iter().filter_map(of) {
        if !said.contains(&saw.as_str()) {
            said.push(saw);
        }
    }
    said.join("; ")
}

fn saw_held(verdict: &Verdict) -> Option<&String> {
    if let Verdict::Held { saw } | Verdict::Unsettled { saw, .. } = verdict { Some(saw) } else { None }
}

fn saw_broken(verdict: &Verdict) -> Option<&String> {
    if let Verdict::NotHeld { saw, .. } = verdict { Some(saw) } else { None }
}

fn why_unknown(verdict: &Verdict) -> Option<&String> {
    if let Verdict::Unknown { why, .. } = verdict { Some(why) } else { None }
}

fn saw_so_far(verdict: &Verdict) -> Option<&String> {
    if let Verdict::Pending { saw, .. } = verdict { Some(saw) } else { None }
}

/// All must hold: one that does not decides, then one that can't be known.
fn combine_all(verdicts: &[Verdict]) -> Verdict {
    if verdicts.iter().any(|v| saw_broken(v).is_some()) {
        let for_good = verdicts.iter().any(|v| matches!(v, Verdict::NotHeld { for_good: true, .. }));
        return Verdict::NotHeld { saw: join_reasons(verdicts, saw_broken), for_good };
    }
    if verdicts.iter().any(|v| why_unknown(v).is_some()) {
        let for_good = verdicts.iter().any(|v| matches!(v, Verdict::Unknown { for_good: true, .. }));
        return Verdict::Unknown { why: join_reasons(verdicts, why_unknown), for_good };
    }
    let until = |v: &Verdict| if let Verdict::Pending { until, .. } = v { Some(*until) } else { None };
    match verdicts.iter().filter_map(until).max() {
        Some(until) => Verdict::Pending { saw: join_reasons(verdicts, saw_so_far), until },
        None => hold(verdicts, verdicts.iter().filter_map(unsettled_until).max()),
    }
}

/// They hold; if `until` says so, it is not settled.
fn hold(verdicts: &[Verdict], until: Option<Moment>) -> Verdict {
    let saw = join_reasons(verdicts, saw_held);
    match until {
        Some(until) => Verdict::Unsettled { saw, why: join_reasons(verdicts, why_unsettled), until },
        None => Verdict::Held { saw },
    }
}

fn unsettled_until(verdict: &Verdict) -> Option<Moment> {
    if let Verdict::Unsettled { until, .. } = verdict { Some(*until) } else { None }
}

fn why_unsettled(verdict: &Verdict) -> Option<&String> {
    if let Verdict::Unsettled { why, .. } = verdict { Some(why) } else { None }
}

/// One must hold: the first to come will do.
fn combine_any(verdicts: &[Verdict]) -> Verdict {
    let settled: Vec<Verdict> = verdicts.iter().filter(|v| matches!(v, Verdict::Held { .. })).cloned().collect();
    if !settled.is_empty() {
        return hold(&settled, None);
    }
    if let Some(until) = verdicts.iter().filter_map(unsettled_until).min() {
        return hold(verdicts, Some(until));
    }
    let until = |v: &Verdict| if let Verdict::Pending { until, .. } = v { Some(*until) } else { None };
    if let Some(until) = verdicts.iter().filter_map(until).min() {
        return Verdict::Pending { saw: join_reasons(verdicts, saw_so_far), until };
    }
    let gone =
        |v: &Verdict| matches!(v, Verdict::NotHeld { for_good: true, .. } | Verdict::Unknown { for_good: true, .. });
    let for_good = verdicts.iter().all(gone);
    if verdicts.iter().any(|v| why_unknown(v).is_some()) {
        return Verdict::Unknown { why: join_reasons(verdicts, why_unknown), for_good };
    }
    Verdict::NotHeld { saw: join_reasons(verdicts, saw_broken), for_good }
}
