//! Where a subscriber is in the stream.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::number::{parse_loose_timetoken, read_whole};
use crate::presence::Timetoken;

/// A position in the stream: the subscriber has what was published up to `timetoken`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The timetoken, `tt` on the wire.
    pub timetoken: Timetoken,
    /// The region, `tr` on the wire. Absent on a handshake and from some SDKs.
    pub region: Option<i32>,
}

/// `{"t":"…","r":1}`. Recorded with the digits as a string; other senders leave out the quotes.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct WireCursor {
    #[serde(deserialize_with = "parse_loose_timetoken")]
    pub t: u64,
    #[serde(default, deserialize_with = "parse_region")]
    pub r: Option<i32>,
}

/// A region is a hint: one that can't be read is as good as none.
fn parse_region<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i32>, D::Error> {
    let raw: &'de RawValue = Deserialize::deserialize(deserializer)?;
    Ok(match raw.get().parse() {
        Ok(region) => Some(region),
        Err(_) => read_whole(raw, u64::MAX).and_then(|region| i32::try_from(region).ok()),
    })
}

impl WireCursor {
    /// Read it, if it is one.
    pub fn read(raw: &RawValue) -> Option<Self> {
        serde_json::from_str(raw.get()).ok()
    }
}
