//! A command line that can't be read.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use super::{Failure, FailureForm};
use crate::presence::SafeText;

/// Say what clap says, a help or a mistake. It repeats arguments as they were typed: what of them a terminal might
/// obey is made safe, which costs the colours.
pub fn explain_usage(error: &clap::Error, form: FailureForm) -> ExitCode {
    let said = error.render().to_string();
    let safe = SafeText::from_lines(&said);
    if form == FailureForm::Json && error.use_stderr() {
        return Failure::usage(make_sentence(&safe)).report(form);
    }
    // Whoever closed the stream has read enough.
    let _ = match (*safe == said, error.use_stderr()) {
        (true, _) => error.print(),
        (false, true) => io::stderr().write_all(safe.as_bytes()),
        (false, false) => io::stdout().write_all(safe.as_bytes()),
    };
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// What clap puts below a value that is none of those that there are.
const VALUES: &str = "[possible values: ";

/// One sentence of clap's paragraphs: the mistake, which may go on in further lines, and its tips.
fn make_sentence(said: &str) -> String {
    let first = said.split("\n\n").next().unwrap_or_default();
    let (values, mistake): (Vec<&str>, Vec<&str>) =
        first.lines().map(str::trim).partition(|line| line.starts_with(VALUES));
    let mistake = mistake.join(" ");
    let mistake = mistake.trim_start_matches("error: ");
    let tips = said.lines().filter_map(|line| line.trim_start().strip_prefix("tip: ")).map(str::to_owned);
    let known = values.iter().map(|line| format!("give one of {}", line[VALUES.len()..].trim_end_matches(']')));
    let hints: Vec<String> = tips.chain(known).collect();
    match (hints.is_empty(), mistake.contains("; ")) {
        (false, _) => format!("{mistake}; {}", hints.join("; ")),
        // What we refuse ourselves says what to try.
        (true, true) => mistake.to_owned(),
        (true, false) => format!("{mistake}; `--help` lists what can be given"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paragraphs_of_clap_become_a_sentence() {
        let said = "error: unexpected argument '--x' found\n\n  tip: use '-- --x'\n\nUsage: herenow\n";
        assert_eq!(make_sentence(said), "unexpected argument '--x' found; use '-- --x'");
        let said = "error: these were not provided:\n  <A>\n  <B>\n\nUsage: herenow <A>\n\nFor more, try '--help'.\n";
        assert_eq!(make_sentence(said), "these were not provided: <A> <B>; `--help` lists what can be given");
        let said = "error: invalid value 'x' for '--a'\n  [possible values: b, c]\n\n  tip: 'b' exists\n\nFor more\n";
        assert_eq!(make_sentence(said), "invalid value 'x' for '--a'; 'b' exists; give one of b, c");
        assert_eq!(make_sentence("error: no time: 0; write 1 s\n\nUsage: x\n"), "no time: 0; write 1 s");
    }
}
