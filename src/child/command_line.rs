//! What to run, as a person wrote it.

use tokio::process::Command;

use crate::presence::sanitize;

/// A command has at most so many words.
const MOST_WORDS: usize = 64;

/// And so many bytes altogether.
const LONGEST: usize = 4096;

/// What to run. Printing one says the program only: its arguments may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub enum CommandLine {
    /// A program and its arguments: at least one word, no shell.
    Words(Vec<String>),
    /// A line for the shell.
    Shell(String),
}

impl std::fmt::Debug for CommandLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CommandLine({self})")
    }
}

impl std::fmt::Display for CommandLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the command `{}`", self.program())
    }
}

impl CommandLine {
    /// The program that is run, made safe to show. Not its arguments and not the variables set before
    /// it: people put passwords there.
    pub fn program(&self) -> String {
        let program = match self {
            Self::Words(words) => words.first().map_or("", |word| word),
            Self::Shell(line) => line.split_whitespace().find(|word| !word.contains('=')).unwrap_or("sh"),
        };
        sanitize(program).into_owned()
    }

    /// The process, not started yet.
    pub(super) fn process(&self) -> Command {
        match self {
            Self::Words(words) => {
                let (program, arguments) = words.split_first().map_or(("", &[][..]), |(first, rest)| (first, rest));
                let mut command = Command::new(program);
                command.args(arguments);
                command
            }
            Self::Shell(line) => {
                let (program, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
                let mut command = Command::new(program);
                command.args([flag, line]);
                command
            }
        }
    }

    /// Whether there is something to run, of a size that a person wrote. `name` is what it is called
    /// in the file.
    pub fn check(&self, name: &str) -> Result<(), String> {
        let (blank, words, bytes) = match self {
            Self::Words(words) => {
                let blank = words.first().is_none_or(|program| program.trim().is_empty());
                (blank, words.len(), words.iter().map(String::len).sum())
            }
            Self::Shell(line) => (line.trim().is_empty(), 1, line.len()),
        };
        if blank {
            return Err(format!("`{name}` is empty; name a program, as in [\"pass\", \"show\", \"pubnub\"]"));
        }
        if words > MOST_WORDS || bytes > LONGEST {
            return Err(format!("`{name}` is too long; it can have {MOST_WORDS} words and {LONGEST} bytes"));
        }
        Ok(())
    }
}
