//! Where a subscriber is in the stream.

use std::borrow::Cow;

use serde::Deserialize;

use crate::presence::Timetoken;

/// A position in the stream: the subscriber has what was published up to `timetoken`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The timetoken, `tt` on the wire.
    pub timetoken: Timetoken,
    /// The region, `tr` on the wire. Absent on a handshake and from some SDKs.
    pub region: Option<i32>,
}

/// `{"t":"…","r":1}`, with the digits as a string.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct WireCursor<'a> {
    #[serde(borrow)]
    pub t: Cow<'a, str>,
    #[serde(default)]
    pub r: i32,
}
