//! THE BYTES. PubNub's presence protocol over HTTP, in both directions, one message one file.
//!
//! The client encodes a [`Request`] and parses an answer; the service parses a [`Request`] and
//! encodes an answer: both with the types here, so that each checks the other. Recorded bodies in
//! `assets/wire` and official SDKs are the third opinion.
//!
//! Liberal in, strict out: every spelling that was recorded is read, one is written. Nothing here
//! knows sockets or clocks, and no bytes make it panic.

mod ack;
mod groups;
mod here_now;
mod lenient;
mod message;
mod number;
mod presence;
mod query;
mod refusal;
mod request;
mod state;
mod subscribe;
mod time;
mod where_now;

pub use ack::{heartbeat_ok, leave_ok, parse_ack};
pub use groups::{GroupChannels, groups_list, groups_ok};
pub use here_now::{ChannelOccupants, HereNow, Shape};
pub use message::{Message, not_published, published};
pub use presence::{close_envelope, open_envelope, parse_event};
pub use query::Names;
pub(crate) use query::encode;
pub use refusal::Refusal;
pub use request::{Ask, Auth, BadRequest, Caller, Cursor, Page, Request, Unspeakable};
pub use state::{UserState, state_set};
pub use subscribe::{Envelope, Reply, write_reply};
pub use time::{parse_time, time_now};
pub use where_now::WhereNow;

/// A body that is not what the protocol says it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the answer to {what} could not be read: {why}")]
pub struct Garbled {
    /// Which answer.
    pub what: &'static str,
    /// What the parser stumbled over; never holds more than a short excerpt.
    pub why: String,
}

impl Garbled {
    pub(crate) fn new(what: &'static str, why: impl std::fmt::Display) -> Self {
        Self { what, why: why.to_string() }
    }
}

/// At most `limit` bytes of `text`, cut at a character, with an ellipsis if cut.
pub(crate) fn excerpt(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let end = (0..=limit).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
    format!("{}…", &text[..end])
}
