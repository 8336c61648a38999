//! The line of JSON in which a verb answers, or says why it does not.

use serde::Serialize;

use crate::{output::lines, presence::to_json_line};

/// An object in one line, with its version.
///
/// # Errors
/// If it can't be JSON.
pub(super) fn make_json_line(body: &impl Serialize) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Versioned<'a, T> {
        version: u8,
        #[serde(flatten)]
        body: &'a T,
    }
    to_json_line(&Versioned { version: lines::VERSION, body })
}
