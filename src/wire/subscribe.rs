//! The reply to subscribe, version 2.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Cursor, Malformed, cursor::WireCursor};
use crate::presence::Timetoken;

/// More envelopes than this in one reply are not read: no service sends so many.
const MOST_ENVELOPES: usize = 10_000;

#[derive(Deserialize)]
struct WireReply<'a> {
    #[serde(borrow)]
    t: WireCursor<'a>,
    #[serde(borrow, default)]
    m: Vec<&'a RawValue>,
}

/// One element of `m`: a message or event, with how it was addressed.
#[derive(Debug, Clone, Deserialize)]
pub struct Envelope<'a> {
    /// Where it was published; a presence twin for presence events.
    #[serde(rename = "c", borrow)]
    pub channel: Cow<'a, str>,
    /// Which of the requested names it came for; absent when only one channel was asked for.
    #[serde(rename = "b", borrow, default)]
    pub subscription: Option<Cow<'a, str>>,
    /// Absent or 0 for messages and presence; 1 signal, 2 objects, 3 actions, 4 files, and so on.
    #[serde(rename = "e", default)]
    pub kind: Option<i64>,
    /// Publish timetoken and region.
    #[serde(rename = "p", borrow)]
    published: WireCursor<'a>,
    /// The payload, unread.
    #[serde(rename = "d", borrow)]
    pub payload: &'a RawValue,
}

impl Envelope<'_> {
    /// When it was published. Checked by [`RawReply::envelope`].
    pub fn published_at(&self) -> Timetoken {
        Timetoken::parse(&self.published.t).unwrap_or_default()
    }
}

/// The reply to a subscribe: a cursor and envelopes. The envelopes are still unread, so that a bad one costs only
/// itself.
///
/// Recorded:
///
/// ```json
/// {"t":{"t":"17309129601106056","r":42},"m":[
///   {"a":"3","f":514,"p":{"t":"17906055383303318","r":41},"k":"demo","c":"lobby-pnpres",
///    "d":{"action":"join","uuid":"ann","timestamp":1790605537,"occupancy":1},"b":"lobby-pnpres"}]}
/// ```
#[derive(Debug)]
pub struct RawReply<'a> {
    /// Where to go on from.
    pub cursor: Cursor,
    /// The envelopes, unread.
    pub raw: Vec<&'a RawValue>,
    /// Envelopes beyond the limit of 10,000, which are not read.
    pub over_limit: usize,
}

impl<'a> RawReply<'a> {
    /// Read the cursor and find the envelopes.
    ///
    /// # Errors
    /// If the body is not a reply at all: then nothing of it can be used and the same cursor has to
    /// be asked again.
    pub fn parse(body: &'a str) -> Result<Self, Malformed> {
        let mut reply: WireReply<'a> = serde_json::from_str(body).map_err(|e| Malformed::new("subscribe", e))?;
        let timetoken = Timetoken::parse(&reply.t.t).ok_or_else(|| {
            Malformed::new("subscribe", format!("cursor `{}`", crate::wording::excerpt(&reply.t.t, 40)))
        })?;
        if timetoken == Timetoken::ZERO {
            // Asking from there is asking for a first cursor: answered at once, and never with news.
            return Err(Malformed::new("subscribe", "its cursor is 0"));
        }
        let over_limit = reply.m.len().saturating_sub(MOST_ENVELOPES);
        reply.m.truncate(MOST_ENVELOPES);
        Ok(Self { cursor: Cursor { timetoken, region: Some(reply.t.r) }, raw: reply.m, over_limit })
    }

    /// Read one envelope.
    ///
    /// # Errors
    /// If it is not one; the rest of the reply is not affected.
    pub fn envelope(raw: &'a str) -> Result<Envelope<'a>, Malformed> {
        let envelope: Envelope<'a> = serde_json::from_str(raw).map_err(|e| Malformed::new("an event", e))?;
        match Timetoken::parse(&envelope.published.t) {
            Some(_) => Ok(envelope),
            None => Err(Malformed::new("an event", "its publish timetoken is not a number")),
        }
    }
}

/// Write a reply around envelopes that are already JSON.
pub fn encode_reply<'a>(cursor: Cursor, envelopes: impl IntoIterator<Item = &'a str>) -> String {
    let region = cursor.region.unwrap_or(0);
    let mut body = format!("{{\"t\":{{\"t\":\"{}\",\"r\":{region}}},\"m\":[", cursor.timetoken);
    for (i, envelope) in envelopes.into_iter().enumerate() {
        if i > 0 {
            body.push(',');
        }
        body.push_str(envelope);
    }
    body.push_str("]}");
    body
}
