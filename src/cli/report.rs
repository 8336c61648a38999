//! How claims ended, told: in lines for people, in JSON for programs, in `JUnit`'s XML for build servers.

use std::{path::Path, time::Duration};

use serde::Serialize;

use super::{
    Failure,
    claims::{JudgedClaim, ReportArgs},
    print,
    whole_file::WholeFile,
};
use crate::{
    expression::Verdict,
    output::{JunitCase, JunitOutcome, format_junit},
};

/// What is said of the JSON in each help.
pub(super) const JSON: &str = "\
With --json: an object with `version` (1), the `verdict`, the `seconds` it took, and `claims`, a list with one
object for each expression:
  {\"expression\":\"alice present in lobby\",\"verdict\":\"not-held\",\"because\":\"alice is not in lobby, among 3\",\"seconds\":0.2}
A verdict is `held`, `not-held` or `unknown`; that of all together is the worst of them.";

/// What one of the answers comes to, from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum VerdictWord {
    Held,
    Unknown,
    NotHeld,
}

impl VerdictWord {
    fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Held { .. } => Self::Held,
            Verdict::NotHeld { .. } => Self::NotHeld,
            Verdict::Unknown { .. } | Verdict::Pending { .. } | Verdict::Unsettled { .. } => Self::Unknown,
        }
    }

    const fn for_programs(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Unknown => "unknown",
            Self::NotHeld => "not-held",
        }
    }

    const fn for_people(self) -> &'static str {
        match self {
            Self::Held => "✓ held    ",
            Self::Unknown => "? unknown ",
            Self::NotHeld => "✗ not held",
        }
    }

    /// A failure if it did not hold, an error if that can't be known.
    const fn outcome(self) -> JunitOutcome {
        match self {
            Self::Held => JunitOutcome::Passed,
            Self::Unknown => JunitOutcome::Errored(self.for_programs()),
            Self::NotHeld => JunitOutcome::Failed(self.for_programs()),
        }
    }
}

fn find_reason(verdict: &Verdict) -> &str {
    match verdict {
        Verdict::Held { saw } | Verdict::NotHeld { saw, .. } | Verdict::Pending { saw, .. } => saw,
        Verdict::Unknown { why, .. } | Verdict::Unsettled { why, .. } => why,
    }
}

#[derive(Serialize)]
struct ReportAnswer<'a> {
    verdict: &'static str,
    seconds: f64,
    claims: Vec<AnswerClaim<'a>>,
}

#[derive(Serialize)]
struct AnswerClaim<'a> {
    expression: &'a str,
    verdict: &'static str,
    because: &'a str,
    seconds: f64,
}

/// Where the answer goes, looked at before it is known.
pub(super) struct Report {
    json: bool,
    xml: Xml,
}

enum Xml {
    Nowhere,
    Stdout,
    Into(WholeFile),
}

impl Report {
    /// Whether it can be written.
    ///
    /// # Errors
    /// If not, or if two answers want the same stdout: a usage error.
    pub fn prepare(args: &ReportArgs) -> Result<Self, Failure> {
        let xml = match &args.junit {
            None => Xml::Nowhere,
            Some(path) if path == Path::new("-") && args.json => {
                return Err(Failure::usage("--json and --junit - both write to stdout; give --junit a file"));
            }
            Some(path) if path == Path::new("-") => Xml::Stdout,
            Some(path) => Xml::Into(WholeFile::at(path, "report")?),
        };
        Ok(Self { json: args.json, xml })
    }

    /// Tell how all ended; fails with the exit code that the worst of them asks for.
    pub fn tell(self, verb: &str, ended: &[JudgedClaim], took: Duration) -> Result<(), Failure> {
        let worst = ended.iter().map(|ended| VerdictWord::of(&ended.verdict)).max().unwrap_or(VerdictWord::Held);
        let people = match self.xml {
            Xml::Nowhere => true,
            Xml::Stdout => {
                print::text(&write_junit(verb, ended, took))?;
                false
            }
            Xml::Into(file) => {
                file.write(|file| file.write_all(write_junit(verb, ended, took).as_bytes()))?;
                true
            }
        };
        if self.json {
            print::json(&make_answer(ended, worst, took))?;
        } else if people {
            print::text(&write_lines(ended))?;
        }
        match worst {
            VerdictWord::Held => Ok(()),
            VerdictWord::NotHeld => Err(Failure::not_held()),
            VerdictWord::Unknown => Err(Failure::not_known()),
        }
    }
}

fn write_lines(ended: &[JudgedClaim]) -> String {
    let line = |ended: &JudgedClaim| {
        let word = VerdictWord::of(&ended.verdict).for_people();
        format!("{word}  {}  ({})\n", ended.expression, find_reason(&ended.verdict))
    };
    ended.iter().map(line).collect()
}

/// Milliseconds are exact enough.
fn round_seconds(took: Duration) -> f64 {
    Duration::from_millis(u64::try_from(took.as_millis()).unwrap_or(u64::MAX)).as_secs_f64()
}

/// One test case for each expression.
fn write_junit(verb: &str, ended: &[JudgedClaim], took: Duration) -> String {
    let cases = ended.iter().map(|ended| JunitCase {
        name: ended.expression.as_str(),
        outcome: VerdictWord::of(&ended.verdict).outcome(),
        message: find_reason(&ended.verdict),
        took: ended.took,
    });
    format_junit(verb, &cases.collect::<Vec<_>>(), took)
}

fn make_answer<'a>(ended: &'a [JudgedClaim], worst: VerdictWord, took: Duration) -> ReportAnswer<'a> {
    let claim = |ended: &'a JudgedClaim| AnswerClaim {
        expression: ended.expression.as_str(),
        verdict: VerdictWord::of(&ended.verdict).for_programs(),
        because: find_reason(&ended.verdict),
        seconds: round_seconds(ended.took),
    };
    ReportAnswer {
        verdict: worst.for_programs(),
        seconds: round_seconds(took),
        claims: ended.iter().map(claim).collect(),
    }
}
