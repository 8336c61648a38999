//! `herenow when`: when something held, in a recording.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use serde::Serialize;

use super::{
    course::{HeldSpan, HowHeld},
    judge_past::judge_past,
    open::{OpenPast, require_order},
};
use crate::{
    cli::{Failure, claims::parse_claim, flags::past_time::PastTime, print},
    duration::age,
    presence::Moment,
};

/// `herenow when`
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example: herenow when incident.jsonl.gz 'occupancy of lobby > 100'\n\
    Exit codes: 0 it held at some time, 1 it never did, 2 usage error, 3 it did not as far as is known, and not all \
    is known.")]
pub struct WhenArgs {
    /// The recording.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// What is asked for, in the language of `herenow check`.
    #[arg(value_name = "EXPRESSION")]
    pub expression: String,
    /// From this instant on, such as 12:04:28, -5m (before the end) or +5m (after the beginning).
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub since: Option<PastTime>,
    /// Until this instant.
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub until: Option<PastTime>,
    /// Answer in one line of JSON, for programs.
    #[arg(long)]
    pub json: bool,
}

#[derive(Serialize)]
struct WhenAnswer<'a> {
    expression: &'a str,
    held: Vec<AnswerSpan<'a>>,
    unknown: Vec<AnswerSpan<'a>>,
}

#[derive(Serialize)]
struct AnswerSpan<'a> {
    from: u64,
    to: u64,
    because: &'a str,
}

pub(in crate::cli) fn run_when(args: &WhenArgs) -> Result<(), Failure> {
    let expression = parse_claim(&args.expression)?;
    let mut open = OpenPast::open(Some(&args.file))?;
    let since = args.since.map(|time| open.resolve(time)).transpose()?;
    let until = args.until.map(|time| open.resolve(time)).transpose()?;
    require_order(since, until)?;
    let mut found = judge_past(&mut open.past, std::slice::from_ref(&expression), since, until, false);
    let spans = found.each.pop().unwrap_or_default();
    open.remark_flaws();
    if args.json {
        let list = |held: HowHeld| spans.iter().filter(|span| span.held == held).map(show_span).collect();
        let (held, unknown) = (list(HowHeld::Yes), list(HowHeld::Unknown));
        print::json(&WhenAnswer { expression: expression.as_str(), held, unknown })?;
    } else {
        print::text(&show_spans(&open, &spans))?;
    }
    if let Some(broken) = open.explain_broken() {
        return Err(broken);
    }
    let is_any = |held: HowHeld| spans.iter().any(|span| span.held == held);
    match (is_any(HowHeld::Yes), is_any(HowHeld::Unknown) || spans.is_empty()) {
        (true, _) => Ok(()),
        (false, false) => Err(Failure::not_held()),
        (false, true) => Err(Failure::not_known()),
    }
}

const fn millis(moment: Moment) -> u64 {
    moment.micros() / 1_000
}

fn show_span(span: &HeldSpan) -> AnswerSpan<'_> {
    AnswerSpan { from: millis(span.from), to: millis(span.to), because: &span.saw }
}

fn show_spans(open: &OpenPast, spans: &[HeldSpan]) -> String {
    let line = |span: &HeldSpan| {
        let word = match span.held {
            HowHeld::Yes => "✓ held   ",
            HowHeld::Unknown => "? unknown",
            HowHeld::No => return None,
        };
        let (from, to) = (open.show(span.from), open.show(span.to));
        Some(format!("{word}  {from} – {to}  {:>6}  {}\n", age(span.to.since(span.from)), span.saw))
    };
    let lines: String = spans.iter().filter_map(line).collect();
    if lines.is_empty() { "never, as far as it was recorded\n".to_owned() } else { lines }
}
