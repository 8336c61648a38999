//! A presence service for one machine: what PubNub's does, over HTTP on a loopback address, without an account and
//! without a network. The demo runs on it, tests run against it, and any client, official SDKs among them, can be
//! tried on it.
//!
//! [`ServiceOptions`] start one in a tokio runtime:
//!
//! ```
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let service = herenow::service::ServiceOptions::default().start().await?;
//! assert!(service.origin().starts_with("127.0.0.1:"));
//! service.end().await;
//! # Ok::<(), herenow::service::StartError>(())
//! # }).unwrap();
//! ```
//!
//! It answers subscribe (v2 and v1, with long polls, wildcards, channel groups and `filter-expr`), heartbeat, leave, here
//! now, where now, get and set state, the channel registry, publish, signal and time. [`Settings`] are what a keyset
//! can be set to; [`Guesses`] are the questions that no source answers, each with the likelier answer; [`Bounds`] are
//! what it refuses beyond, and [`BrowserAccess`] is for pages in a browser. [`TlsOptions`] are for
//! https. [`WebhookOptions`] are for webhooks. A [`Fault`] makes it fail on purpose. It keeps nothing on disk but a [`RequestLedger`] of requests.
//!
//! [`Core`] is the same service without sockets and without a clock, for tests in simulated time: a request and the
//! time go in, an answer or "wait" comes out.
//!
//! Inside, `running` starts and ends it, `host` keeps the clock and the polls that wait, `http` has the connections,
//! `front` checks what comes over them, `browsers` whom a browser may ask for, `handler` goes from request to response
//! with `request_body` and `response`, `recent` remembers what users asked last, `webhooks` tells others what happens, and
//! `admin` is for its operator.
//!
//! Invariant: the service is the authority. It shares words and bytes with the observing side and nothing else, so
//! that each checks the other.

mod access_admin;
mod admin;
mod browsers;
mod byte_size;
mod connection;
mod counts;
mod front;
mod handler;
mod host;
mod http;
mod ledger;
mod recent;
mod request_body;
mod response;
mod running;
mod streamed;
mod tls;
mod webhooks;

pub use crate::emulator::{
    Access, AccessFull, AccessRule, AccessRuleError, ActiveFaults, Bounds, Core, Decision, Fault, FaultError,
    FaultRule, Grant, Guesses, PollId, Settings,
};
use crate::emulator::{AnswerPieces, BegunAnswer, MOST_FAULTS, MemoryAccount, Share};
pub use browsers::{BadAllowance, BrowserAccess};
pub use byte_size::{BadByteSize, ByteSize};
pub(crate) use counts::ServiceCounts;
pub use ledger::RequestLedger;
pub use running::{RunningService, ServiceOptions, StartError, TrustedFile};
pub use tls::TlsOptions;
pub(crate) use webhooks::WebhookCounts;
pub use webhooks::{BadWebhookUrl, WebhookForm, WebhookOptions, WebhookUrl};
