//! PubNub's presence protocol as bytes: requests as path and query, answers as JSON, each in both directions.
//!
//! A client encodes a [`Request`] and parses the answer, a service parses a [`Request`] and encodes the answer. An
//! [`Operation`] says what is asked, and with what type it is answered.
//!
//! An answer with another status than 200 is a [`Refusal`]. Recorded bodies of the real service are in `assets/wire`.
//!
//! Liberal in, strict out: every spelling that was recorded is read, one is written. Nothing here knows sockets or
//! clocks, and no bytes make it panic.

mod ack;
mod auth;
mod cursor;
mod event_payload;
mod groups;
mod here_now;
mod here_now_encode;
mod lenient;
mod malformed;
mod message;
mod number;
mod presence;
mod query;
mod raw_list;
mod refusal;
mod reply_form;
mod request;
mod request_encode;
mod request_parse;
mod scanned_here_now;
mod scanned_reply;
mod state;
mod subscribe;
#[cfg(test)]
pub(crate) mod test_tokens;
mod time;
mod token;
mod user_requests;
mod webhook;
mod where_now;
mod write_json;

pub use ack::{encode_heartbeat_answer, encode_leave_answer, parse_ack};
pub use auth::Auth;
pub use cursor::Cursor;
pub use groups::{GroupChannels, encode_group_answer, encode_group_names};
pub use here_now::{ChannelOccupants, HereNow, HereNowShape};
pub use here_now_encode::HereNowWriter;
pub use malformed::Malformed;
pub use message::{Message, encode_publish_answer, encode_publish_refusal};
pub use presence::{
    close_envelope, names_channel, open_envelope, parse_event, parse_event_telling, parse_subscription,
};
pub use query::Names;
pub use refusal::Refusal;
pub use reply_form::ReplyForm;
pub use request::{Caller, Operation, Page, Request, is_browser_header};
pub use request_encode::UnsendableName;
pub use request_parse::BadRequest;
pub use scanned_here_now::scan_here_now;
pub use scanned_reply::{EnvelopeParts, EventParts, ScannedEnvelope, ScannedReply};
pub use state::{StatesWriter, UserState, encode_set_state_answer};
pub use subscribe::{Envelope, RawReply, encode_reply};
pub use time::{encode_time, parse_time};
pub use token::{Permission, TokenGrants};
#[doc(hidden)]
pub use user_requests::UserRequestsQuery;
#[doc(hidden)]
pub use webhook::{
    BadWebhook, ParsedWebhooks, WebhookEvent, WebhookForm, WebhookKind, encode_webhooks, parse_webhooks,
};
pub use where_now::{WhereNow, WhereNowWriter};
