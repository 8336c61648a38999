//! A sentence and an exit code.

use std::{fmt::Display, process::ExitCode};

use super::{FailureForm, exit_code, parts::FailureParts};
use crate::{cli::json_line::make_json_line, presence::SafeText, shutdown};

/// Why a verb did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    code: u8,
    sentence: SafeText,
}

impl Failure {
    /// A usage error: exit code 2.
    pub fn usage(sentence: impl Display) -> Self {
        Self { code: exit_code::MISUSED, sentence: SafeText::from_lines(sentence) }
    }

    /// It failed: exit code 1.
    pub fn error(sentence: impl Display) -> Self {
        Self { code: exit_code::FAILED, sentence: SafeText::from_lines(sentence) }
    }

    /// It was done, and the answer is no: all is said already, exit code 1.
    pub fn not_held() -> Self {
        Self { code: exit_code::FAILED, sentence: SafeText::default() }
    }

    /// It was done, and the answer can't be known: all is said already, exit code 3.
    pub fn not_known() -> Self {
        Self { code: exit_code::UNKNOWN, sentence: SafeText::default() }
    }

    /// It was done, and the answer can't be known, for this reason: exit code 3.
    pub fn not_known_as(sentence: impl Display) -> Self {
        Self { code: exit_code::UNKNOWN, sentence: SafeText::from_lines(sentence) }
    }

    /// Whoever read our stdout has closed it, as `head` does: nothing is said, and exit code 0.
    pub fn nobody_reads() -> Self {
        Self { code: exit_code::DONE, sentence: SafeText::default() }
    }

    /// What is said of it.
    pub fn sentence(&self) -> &str {
        &self.sentence
    }

    /// Tell the log how the verb ended, if it is not by success.
    pub(in crate::cli) fn log(&self) {
        for sentence in self.sentence.lines() {
            tracing::error!(code = self.code, why = sentence, "failed");
        }
    }

    /// Tell it on stderr, if there is anything to tell; a closed stderr is no reason to panic.
    pub fn report(&self, form: FailureForm) -> ExitCode {
        if !self.sentence.is_empty() {
            let text = match form {
                FailureForm::Words => self.describe(),
                FailureForm::Json => make_json_line(&FailureParts::split(&self.sentence))
                    .map_or_else(|_| self.describe(), |line| line + "\n"),
            };
            let _ = shutdown::write_stderr(&text);
        }
        ExitCode::from(self.code)
    }

    /// For the person, each line of it as a sentence of its own.
    fn describe(&self) -> String {
        let mut text = String::new();
        for sentence in self.sentence.lines() {
            // What is set in by blanks goes on from the line above, such as a caret under a mistake.
            let name = if sentence.starts_with(' ') { "" } else { "herenow: " };
            text.extend([name, sentence, "\n"]);
        }
        text
    }
}

impl From<crate::client::Error> for Failure {
    fn from(error: crate::client::Error) -> Self {
        Self::error(error.to_string())
    }
}

impl From<crate::config::ConfigError> for Failure {
    /// A wrong setting is a usage error.
    fn from(error: crate::config::ConfigError) -> Self {
        Self::usage(error.to_string())
    }
}

impl From<color_eyre::Report> for Failure {
    /// The whole chain, in one sentence.
    fn from(report: color_eyre::Report) -> Self {
        Self::error(report.chain().map(ToString::to_string).collect::<Vec<_>>().join(": "))
    }
}
