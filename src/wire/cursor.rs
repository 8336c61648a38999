//! Where a subscriber is in the stream.

use std::borrow::Cow;

use serde::Deserialize;

use crate::presence::Timetoken;

/// A place in the stream: everything published after `timetoken` is still to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// `tt`.
    pub timetoken: Timetoken,
    /// `tr`; absent on a handshake and from some SDKs.
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
