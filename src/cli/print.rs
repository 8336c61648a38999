//! What a verb says on stdout: lines for people, or one line of JSON for programs. Whatever strangers
//! wrote is harmless in both.

use std::io::{self, ErrorKind};

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::{Failure, json_line::make_json_line};
use crate::{
    presence::{SafeText, State, Subscription},
    shutdown,
    view::{cut_foreign, state_in_words},
    wording::{count_more, count_things},
};

/// A name is shown in at most so many cells.
const WIDEST_NAME: usize = 100;

/// Names wider than this many cells push their own line only, and no other.
const WIDEST_COLUMN: usize = 32;

/// A state is shown in at most so many cells; `--json` has all of it.
const WIDEST_STATE: usize = 200;

/// Write lines. Whoever closed our stdout has read enough: then the verb ends as if all were done.
pub(super) fn text(text: &str) -> Result<(), Failure> {
    write_all(SafeText::from_lines(text).to_string())
}

/// Write what is safe: made so, or JSON of [`lines`](crate::output::lines), of which not a letter may change.
fn write_all(mut text: String) -> Result<(), Failure> {
    // A terminal wants the end of each line, and a blank one if there is nothing to say.
    if !text.ends_with('\n') {
        text.push('\n');
    }
    shutdown::write_stdout(text).map_err(|e| explain_unwritten(&e))
}

/// Why something was not written to stdout.
pub(super) fn explain_unwritten(error: &io::Error) -> Failure {
    if error.kind() == ErrorKind::BrokenPipe {
        return Failure::nobody_reads();
    }
    if error.kind() == ErrorKind::TimedOut {
        return explain_unread();
    }
    Failure::error(format!("the answer can't be written: {error}; check where the output goes"))
}

/// Why something was not written before the end that somebody asked for.
pub(super) fn explain_unread() -> Failure {
    Failure::error("stopped before all was written, as nobody reads it")
}

/// Say something that is no answer, on stderr. A closed stderr is no reason to stop.
pub(super) fn remark(sentence: &str) {
    tracing::warn!(said = sentence, "remark");
    let _ = shutdown::write_stderr(&format!("herenow: {}\n", SafeText::from(sentence)));
}

/// Warn, once, of names that are asked for although PubNub advises against them.
pub(super) fn warn_of_names(places: &[Subscription]) {
    let mut advice = places.iter().filter_map(Subscription::advice);
    if let Some(first) = advice.next() {
        let more = count_more(advice.count()).map_or(String::new(), |more| format!(" ({more})"));
        remark(&format!("warning: {first}{more}"));
    }
}

/// Write an object in one line, with its version.
pub(super) fn json(body: &impl Serialize) -> Result<(), Failure> {
    let line = make_json_line(body).map_err(|e| Failure::error(format!("the answer can't be written as JSON: {e}")))?;
    write_all(line)
}

/// A name made harmless, however long it is.
pub(super) fn name(name: &str) -> String {
    cut_foreign(name, WIDEST_NAME)
}

/// A state as people read it; nothing for one that is empty.
pub(super) fn state(state: &State) -> String {
    if state.is_empty() {
        return String::new();
    }
    let words = state_in_words(state.as_json(), WIDEST_STATE, ratatui::style::Style::new());
    words.iter().map(|span| &*span.content).collect()
}

/// A line, and names below it.
pub(super) fn list(heading: String, names: &[&str]) -> String {
    let names = names.iter().map(|below| format!("  {}", name(below)));
    std::iter::once(heading).chain(names).collect::<Vec<_>>().join("\n")
}

/// Two columns, the second two blanks behind the first, as wide as the widest name there that is not too wide.
pub(super) fn columns(rows: &[(String, String)], indent: &str) -> String {
    let width = rows.iter().map(|(left, _)| left.width()).filter(|w| *w <= WIDEST_COLUMN).max().unwrap_or(0);
    let mut out = String::new();
    for (left, right) in rows {
        let blanks = " ".repeat(width.saturating_sub(left.width()));
        out.push_str(format!("{indent}{left}{blanks}  {right}").trim_end_matches(' '));
        out.push('\n');
    }
    out
}

/// `1 channel`, `2 channels`.
pub(super) fn many(count: usize, what: &str) -> String {
    count_things(count, what, &format!("{what}s"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_name_moves_no_other_line() {
        let row = |left: &str, right: &str| (left.to_owned(), right.to_owned());
        let giant = "g".repeat(WIDEST_COLUMN + 1);
        let rows = [row("ann", "busy"), row("李", "x"), row(&giant, "y"), row("b", "")];
        assert_eq!(columns(&rows, "  "), format!("  ann  busy\n  李   x\n  {giant}  y\n  b\n"));
    }
}
