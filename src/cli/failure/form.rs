//! Whether a failure is told to people or to programs.

use std::ffi::{OsStr, OsString};

/// How a failure is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureForm {
    /// In sentences, for people.
    Words,
    /// As one line of JSON, for programs.
    Json,
}

impl FailureForm {
    /// What a command line asks for: `--json`, or `--format json`, before a `--` that ends the flags. It is looked for
    /// in what was typed, because a command line that can't be read is a failure as well.
    pub fn of_command_line(typed: impl IntoIterator<Item = OsString>) -> Self {
        let mut before = OsString::new();
        for word in typed.into_iter().take_while(|word| word != "--") {
            let is_format = before == "--format" && word == "json";
            if is_format || ["--json", "--format=json"].map(OsStr::new).contains(&&*word) {
                return Self::Json;
            }
            before = word;
        }
        Self::Words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_asked_for_by_its_flag_or_its_format() {
        let form = |line: &str| FailureForm::of_command_line(line.split(' ').map(OsString::from));
        for line in ["here-now --json a", "--json", "events --format json a", "events a --format=json"] {
            assert_eq!(form(line), FailureForm::Json, "{line}");
        }
        for line in ["here-now a", "here-now -- --json", "events --format people json", "events json", "--jsonx"] {
            assert_eq!(form(line), FailureForm::Words, "{line}");
        }
    }
}
