//! What herenow's own service tells of the requests of one user.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use super::{Moment, REQUEST_KINDS, SafeText};

/// The most requests that are told of one user.
pub const MOST_USER_REQUESTS: usize = 20;

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RequestEnd {
    /// It waits for its answer.
    Open,
    /// It had no answer: a fault closed the connection, or the client did.
    Unanswered,
    /// It was answered with this HTTP status.
    Status(u16),
}

/// The name of a kind of request. As a reference, a derived reader would want to borrow it.
type RequestKind = &'static str;

/// A request of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRequest {
    /// When it arrived, by the service's clock, to the millisecond.
    pub at: Moment,
    /// One of [`REQUEST_KINDS`], or `unread`: it could not be read.
    #[serde(deserialize_with = "read_kind")]
    pub kind: RequestKind,
    /// Some of the channels and groups that it names, as they travel; presence twins are left out.
    pub names: Vec<Arc<str>>,
    /// The presence timeout that it names, in seconds.
    pub timeout: Option<u64>,
    /// How it ended.
    pub end: RequestEnd,
    /// How long it took until then, to the millisecond.
    pub took: Duration,
    /// Why it was refused, in the service's words.
    pub why: Option<SafeText>,
}

/// The last requests of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRequests {
    /// The service's time when it told this, to the millisecond.
    pub at: Moment,
    /// The presence timeout of a user who names none.
    pub presence_timeout: Duration,
    /// The requests, newest first, at most [`MOST_USER_REQUESTS`].
    pub requests: Vec<UserRequest>,
}

/// The kind of this name, if there is one.
pub fn find_request_kind(name: &str) -> Option<&'static str> {
    REQUEST_KINDS.into_iter().chain(["unread"]).find(|kind| *kind == name)
}

fn read_kind<'de, D: Deserializer<'de>>(read: D) -> Result<&'static str, D::Error> {
    find_request_kind(&String::deserialize(read)?).ok_or_else(|| D::Error::custom("no kind of request"))
}
