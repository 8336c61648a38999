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

/// One sentence of clap's paragraphs: the mistake, which may go on in further lines, and its tips.
fn make_sentence(said: &str) -> String {
    let mistake = said.split("\n\n").next().unwrap_or_default();
    let mistake: Vec<&str> = mistake.lines().map(str::trim).collect();
    let tips: Vec<&str> = said.lines().filter_map(|line| line.trim_start().strip_prefix("tip: ")).collect();
    let hint = if tips.is_empty() { "`--help` lists what can be given".to_owned() } else { tips.join(", or ") };
    let mistake = mistake.join(" ");
    let mistake = mistake.trim_start_matches("error: ");
    // What we refuse ourselves says what to try.
    if tips.is_empty() && mistake.contains("; ") { mistake.to_owned() } else { format!("{mistake}; {hint}") }
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
        assert_eq!(make_sentence("error: no time: 0; write 1 s\n\nUsage: x\n"), "no time: 0; write 1 s");
    }
}
