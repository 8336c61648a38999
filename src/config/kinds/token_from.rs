//! Who provides a token.

use std::{fmt, path::PathBuf};

use crate::{
    child::CommandLine,
    config::{Sourced, read::FileTable},
    presence::show_path,
    wire::Auth,
};

/// Who provides a token. Printing one says only who.
#[derive(Clone, PartialEq)]
pub enum TokenFrom {
    /// It was given as it is: by the environment, or in a file that nobody else can read.
    Given(Auth),
    /// It is what a file holds. `~/` is the home folder.
    File(PathBuf),
    /// It is what a command prints.
    Command(CommandLine),
}

impl fmt::Display for TokenFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Given(_) => f.write_str("provided"),
            Self::File(path) => write!(f, "provided by the file {}", show_path(path)),
            Self::Command(command) => write!(f, "provided by {command}"),
        }
    }
}

impl fmt::Debug for TokenFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenFrom({self})")
    }
}

/// At most one of the three ways to a token, and that one safe.
pub(in crate::config) fn read_token(section: &FileTable<'_, '_>) -> Option<Sourced<TokenFrom>> {
    let given = section
        .text("token")
        .map(|token| Sourced { value: TokenFrom::Given(Auth::new(token.value.trim())), from: token.from });
    let path = section.path("token-file").map(|path| Sourced { value: TokenFrom::File(path.value), from: path.from });
    let command = section.command("token-command");
    let command = command.map(|command| Sourced { value: TokenFrom::Command(command.value), from: command.from });
    let keyset = section.keyset();
    if let (Some(token), Some(mode)) = (&given, section.readable_by_others()) {
        let what = format!(
            "the token of `{keyset}` can be read by others (the file's mode is {mode:04o}); \
             run `chmod 600 {}`, or use token-file or token-command",
            section.file()
        );
        section.wrong(&token.from, &what);
    }
    let mut ways = [given, path, command].into_iter().flatten();
    let first = ways.next();
    if let Some(second) = ways.next() {
        let what =
            format!("`{keyset}` has more than one of token, token-file and token-command; leave all but one out");
        section.wrong(&second.from, &what);
    }
    first
}
