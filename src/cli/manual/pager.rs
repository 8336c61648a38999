//! A text page by page, by the program that `$PAGER` names.

use std::{
    env,
    io::Write,
    process::{Command, Stdio},
};

use crate::{child::SECRETS, presence::SafeText};

/// What is used where `$PAGER` is not set.
const USUAL: &str = "less";

/// Have a text shown by a pager, and wait until it is read. Returns false where none can be started, or none is wanted.
pub(super) fn show_by_pager(text: &str) -> bool {
    let named = env::var("PAGER").unwrap_or_else(|_| USUAL.to_owned());
    let mut words = named.split_whitespace();
    let Some(program) = words.next() else { return false };
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped());
    // What it is told is no secret, and it may start a shell.
    for name in SECRETS {
        command.env_remove(name);
    }
    let Ok(mut child) = command.spawn() else { return false };
    if let Some(mut pipe) = child.stdin.take() {
        // Who stops reading has read enough.
        let _ = pipe.write_all(SafeText::from_lines(text).to_string().as_bytes());
    }
    child.wait().is_ok()
}
