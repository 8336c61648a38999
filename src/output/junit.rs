//! Test cases as the XML of `JUnit`, which build servers read. Pure: text comes out.

use std::{fmt::Write as _, time::Duration};

use crate::presence::{sanitize, sanitize_sentence};

/// Something that was tested.
pub struct JunitCase<'a> {
    /// What was tested, as somebody wrote it.
    pub name: &'a str,
    /// How that ended.
    pub outcome: JunitOutcome,
    /// Why it ended so, in a sentence of ours.
    pub message: &'a str,
    /// How long it took.
    pub took: Duration,
}

/// How a test case ended, with a word for what went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JunitOutcome {
    /// As it should.
    Passed,
    /// Not as it should.
    Failed(&'static str),
    /// Nobody can know how it should have ended.
    Errored(&'static str),
}

/// A report with one suite: the cases of one verb, which took so long all together.
pub fn format_junit(verb: &str, cases: &[JunitCase<'_>], took: Duration) -> String {
    let count = |is: fn(JunitOutcome) -> bool| cases.iter().filter(|case| is(case.outcome)).count();
    let failures = count(|outcome| matches!(outcome, JunitOutcome::Failed(_)));
    let errors = count(|outcome| matches!(outcome, JunitOutcome::Errored(_)));
    let counts = format!(
        "tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" time=\"{}\"",
        cases.len(),
        format_seconds(took)
    );
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  \
         <testsuite name=\"herenow {verb}\" skipped=\"0\" {counts}>\n"
    );
    for case in cases {
        let (name, time) = (escape_xml(&sanitize(case.name)), format_seconds(case.took));
        // Writing to a string can't fail.
        let _ = write!(out, "    <testcase classname=\"herenow.{verb}\" name=\"{name}\" time=\"{time}\"");
        let (element, kind) = match case.outcome {
            JunitOutcome::Passed => {
                out.push_str("/>\n");
                continue;
            }
            JunitOutcome::Failed(kind) => ("failure", kind),
            JunitOutcome::Errored(kind) => ("error", kind),
        };
        let message = escape_xml(&sanitize_sentence(case.message));
        let _ = writeln!(out, ">\n      <{element} type=\"{kind}\" message=\"{message}\"/>\n    </testcase>");
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

/// Milliseconds are exact enough; the rest is cut off, as in the JSON of the same answer.
fn format_seconds(took: Duration) -> String {
    format!("{}.{:03}", took.as_secs(), took.subsec_millis())
}

/// As text between the quotes of an attribute; what XML can't hold at all was named by [`sanitize`].
fn escape_xml(safe: &str) -> String {
    let mut out = String::with_capacity(safe.len());
    for c in safe.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            c => out.push(c),
        }
    }
    out
}
