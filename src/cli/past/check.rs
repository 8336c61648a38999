//! `herenow check --from`: whether what is claimed held all the while, and when it ceased to.

use super::{
    course::{HeldSpan, HowHeld},
    judge_past::judge_past,
    open::{OpenPast, require_order},
};
use crate::{
    cli::{Failure, check::Check, claims::JudgedClaim, print, report::Report},
    expression::Verdict,
};

pub(in crate::cli) fn run_past_check(args: &Check) -> Result<(), Failure> {
    let expressions = args.claims.read(args.file.as_deref())?;
    let report = Report::prepare(&args.report)?;
    let mut open = OpenPast::open(args.past.from.as_deref())?;
    let since = args.past.since.map(|time| open.resolve(time)).transpose()?;
    let until = args.until.map(|time| open.resolve(time)).transpose()?;
    require_order(since, until)?;
    let spans = judge_past(&mut open.past, &expressions, since, until, true);
    let began = spans.since;
    open.remark_flaws();
    let took = open.past.world().now().since(began);
    let judge = |(expression, spans): (_, Vec<HeldSpan>)| {
        let (verdict, at) = sum_up_spans(&open, &spans);
        JudgedClaim { expression, verdict, took: at.map_or(took, |at| at.since(began)) }
    };
    let mut ended: Vec<JudgedClaim> = expressions.into_iter().zip(spans.each).map(judge).collect();
    if let Some(broken) = open.explain_broken() {
        print::remark(broken.sentence());
        // What ceased to hold before did so, whatever follows.
        for claim in ended.iter_mut().filter(|claim| matches!(claim.verdict, Verdict::Held { .. })) {
            let why = "the recording can't be read to its end".to_owned();
            claim.verdict = Verdict::Unknown { why, for_good: true };
        }
    }
    report.tell("check", &ended, took)
}

/// What all spans come to, and when that was settled, if before the end.
fn sum_up_spans(open: &OpenPast, spans: &[HeldSpan]) -> (Verdict, Option<crate::presence::Moment>) {
    let find = |held: HowHeld| spans.iter().find(|span| span.held == held);
    let at = |span: &HeldSpan| format!("at {}: {}", open.show(span.from), span.saw);
    if let Some(ceased) = find(HowHeld::No) {
        return (Verdict::NotHeld { saw: at(ceased), for_good: true }, Some(ceased.from));
    }
    let Some(held) = find(HowHeld::Yes) else {
        let why = spans.last().map_or_else(|| "nothing was recorded then".to_owned(), |span| span.saw.clone());
        return (Verdict::Unknown { why, for_good: true }, None);
    };
    // Before it was known for the first time, nothing speaks against it.
    match spans.iter().find(|span| span.held == HowHeld::Unknown && span.from > held.from) {
        Some(doubt) => (Verdict::Unknown { why: at(doubt), for_good: true }, Some(doubt.from)),
        None => (Verdict::Held { saw: format!("from {} on: {}", open.show(held.from), held.saw) }, None),
    }
}
