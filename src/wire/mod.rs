//! THE BYTES. PubNub's presence protocol over HTTP, in both directions, one message one file.
//!
//! The client encodes a [`Request`] and parses an answer; the service parses a [`Request`] and
//! encodes an answer: both with the types here, so that each checks the other. Recorded bodies in
//! `assets/wire` and official SDKs are the third opinion.
//!
//! Liberal in, strict out: every spelling that was recorded is read, one is written. Nothing here
//! knows sockets or clocks, and no bytes make it panic.

mod ack;
mod auth;
mod cursor;
mod excerpt;
mod groups;
mod here_now;
mod lenient;
mod malformed;
mod message;
mod number;
mod presence;
mod query;
mod refusal;
mod request;
mod request_encode;
mod request_parse;
mod state;
mod subscribe;
mod time;
mod where_now;

pub use ack::{encode_heartbeat_answer, encode_leave_answer, parse_ack};
pub use auth::Auth;
pub use cursor::Cursor;
pub(crate) use excerpt::excerpt;
pub use groups::{GroupChannels, encode_group_answer, encode_group_names};
pub use here_now::{ChannelOccupants, HereNow, HereNowShape};
pub use malformed::Malformed;
pub use message::{Message, encode_publish_answer, encode_publish_refusal};
pub use presence::{close_envelope, open_envelope, parse_event};
pub use query::Names;
pub(crate) use query::encode;
pub use refusal::Refusal;
pub use request::{Caller, Operation, Page, Request};
pub use request_encode::UnsendableName;
pub use request_parse::BadRequest;
pub use state::{UserState, encode_set_state_answer};
pub use subscribe::{Envelope, RawReply, encode_reply};
pub use time::{encode_time, parse_time};
pub use where_now::WhereNow;
