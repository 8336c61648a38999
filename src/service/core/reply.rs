//! What comes of a request.

use super::PollId;
use crate::{presence::Moment, wire::Refusal};

/// What to do with a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// Answer with this HTTP status and JSON body.
    Now(u16, String),
    /// Nothing to say yet: ask [`Core::resume`] when [`Core::take_woken`] names the poll, or when
    /// the window is over.
    Wait(PollId, Moment),
}

pub(super) fn ok(body: String) -> Answer {
    Answer::Now(200, body)
}

pub(super) fn refuse(status: u16, message: impl Into<String>) -> Answer {
    Answer::Now(status, Refusal::presence(status, message).encode())
}
