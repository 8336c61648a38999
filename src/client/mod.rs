//! The client: the only room that sends requests, to the real network and to our own service alike.
//!
//! [`Client`] has a method for every operation. Behind it are one HTTP stack, one request budget and one ledger, which
//! no request bypasses. [`work`] takes commands and answers each with an outcome. [`Retry`] decides, without a clock,
//! when to try again.
//!
//! Invariant: no error, log line or outcome that leaves this room holds a token, a key or a URL.

mod answer;
mod api;
mod authorities;
mod budget;
mod connection;
mod error;
mod here_now;
mod http;
mod keyset;
mod origin;
mod pages;
mod proxy;
mod retry;
mod tls;
mod user_requests;
mod worker;

pub use answer::AnswerText;
pub use authorities::Authorities;
pub use budget::{Budget, Purpose};
pub use connection::Client;
pub use error::{AskedOperation, Error};
pub use http::{HttpReply, HttpReplyFuture, Transport};
pub use keyset::Keyset;
pub use origin::{Origin, OriginError};
pub use pages::{Collected, Pages, Wanted};
pub use retry::{Retry, RetryAfter};
pub use worker::{QUEUE, work};
