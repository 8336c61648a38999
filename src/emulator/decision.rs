//! What the core decides about a request.

use super::PollId;
use crate::{presence::Moment, wire::Refusal};

/// What to do with a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Decision {
    /// Answer with this HTTP status and JSON body.
    Answer(u16, String),
    /// Hold the poll open, at most until this moment. Call [`Core::resume`](super::Core::resume) when
    /// [`Core::take_woken`](super::Core::take_woken) names the poll, and at the latest then.
    Wait(PollId, Moment),
}

pub(super) fn answer_ok(body: String) -> Decision {
    Decision::Answer(200, body)
}

pub(super) fn refuse(status: u16, message: impl Into<String>) -> Decision {
    Decision::Answer(status, Refusal::presence(status, message).encode())
}
