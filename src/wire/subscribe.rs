//! The reply to subscribe, version 2.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    Cursor, Malformed,
    cursor::WireCursor,
    lenient::{OwnStatus, check_status, describe_other_body, parse_object, parse_text, show_value},
    number::read_whole,
    raw_list::RawList,
};
use crate::presence::{PNPRES, Timetoken};

/// More envelopes than this in one reply are not read: no service sends so many.
pub(super) const MOST_ENVELOPES: usize = 10_000;

#[derive(Deserialize)]
struct WireReply<'a> {
    t: WireCursor,
    #[serde(borrow)]
    m: RawList<'a, MOST_ENVELOPES>,
    #[serde(borrow, default)]
    status: Option<&'a RawValue>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

/// One element of `m`: a message or event, with how it was addressed.
#[derive(Debug, Clone)]
pub struct Envelope<'a> {
    /// Where it was published; a presence twin for presence events.
    pub channel: Cow<'a, str>,
    /// Which of the requested names it came for; absent when only one channel was asked for.
    pub subscription: Option<Cow<'a, str>>,
    /// Absent for messages and presence; 1 signal, 2 objects, 3 actions, 4 files, 5 data sync, and so on.
    pub kind: Option<u64>,
    /// When it was published.
    pub published: Timetoken,
    /// The payload, unread.
    pub payload: &'a RawValue,
}

/// An envelope as it was recorded.
#[derive(Deserialize)]
struct WireEnvelope<'a> {
    #[serde(borrow)]
    c: Cow<'a, str>,
    #[serde(borrow, default)]
    b: Option<Cow<'a, str>>,
    #[serde(default)]
    e: Option<u64>,
    p: WireCursor,
    #[serde(borrow)]
    d: &'a RawValue,
}

/// An envelope with its fields unread, however they are written.
#[derive(Deserialize)]
struct RawEnvelope<'a> {
    #[serde(borrow, default)]
    c: Option<&'a RawValue>,
    #[serde(borrow, default)]
    b: Option<&'a RawValue>,
    #[serde(borrow, default)]
    e: Option<&'a RawValue>,
    #[serde(borrow, default)]
    p: Option<&'a RawValue>,
    #[serde(borrow, default)]
    d: Option<&'a RawValue>,
}

/// The kind of an envelope that is none we know: not presence, whatever it is.
const UNKNOWN_KIND: u64 = u64::MAX;

impl<'a> RawEnvelope<'a> {
    /// Read it field by field. What can't be presence is passed over, so it may lack what presence has.
    fn read(self) -> Result<Option<Envelope<'a>>, Malformed> {
        let garbled = |why: String| Malformed::new("an event", why);
        let kind = self.e.map(|e| read_whole(e, u64::MAX).unwrap_or(UNKNOWN_KIND)).filter(|kind| *kind != 0);
        let channel = self.c.and_then(parse_text);
        if kind.is_some() || channel.as_deref().is_some_and(|channel| !channel.ends_with(PNPRES)) {
            return Ok(None);
        }
        let channel = channel.ok_or_else(|| garbled(describe_field("channel", self.c)))?;
        let published = self.p.and_then(WireCursor::read);
        let published = published.ok_or_else(|| garbled(describe_field("publish timetoken", self.p)))?;
        let payload = self.d.ok_or_else(|| garbled(describe_field("payload", None)))?;
        let subscription = self.b.and_then(parse_text);
        Ok(Some(Envelope { channel, subscription, kind, published: Timetoken::new(published.t), payload }))
    }
}

/// Say what is wrong with a field that can't be read.
fn describe_field(field: &str, raw: Option<&RawValue>) -> String {
    raw.map_or_else(|| format!("it has no {field}"), |raw| format!("its {field} is {}", show_value(raw)))
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
///
/// ```
/// use herenow::wire::RawReply;
///
/// let reply = RawReply::parse(r#"{"t":{"t":"17309129601106056","r":42},"m":[{"c":"lobby-pnpres"},7]}"#)?;
/// assert_eq!((reply.cursor.timetoken.to_string().as_str(), reply.raw.len()), ("17309129601106056", 2));
/// # Ok::<(), herenow::wire::Malformed>(())
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
    /// If the body is not a reply at all, or reports a failure: then nothing of it can be used and the same cursor has
    /// to be asked again.
    pub fn parse(body: &'a str) -> Result<Self, Malformed> {
        let reply = match serde_json::from_str::<WireReply<'a>>(body) {
            Ok(reply) if body.trim_ascii_start().starts_with('{') => reply,
            _ => parse_other_reply(body)?,
        };
        check_status("subscribe", reply.status, reply.error)?;
        if reply.t.t == 0 {
            // Asking from there is asking for a first cursor: answered at once, and never with news.
            return Err(Malformed::new("subscribe", "its cursor is 0"));
        }
        let over_limit = reply.m.len - reply.m.first.len();
        let cursor = Cursor { timetoken: Timetoken::new(reply.t.t), region: reply.t.r };
        Ok(Self { cursor, raw: reply.m.first, over_limit })
    }

    /// Read one envelope; `None` for one that can't be presence and is not written as messages were recorded.
    ///
    /// # Errors
    /// If it is not one; the rest of the reply is not affected.
    pub fn envelope(raw: &'a str) -> Result<Option<Envelope<'a>>, Malformed> {
        if let Ok(WireEnvelope { c, b, e, p, d }) = serde_json::from_str(raw) {
            let (kind, published) = (e.filter(|kind| *kind != 0), Timetoken::new(p.t));
            return Ok(Some(Envelope { channel: c, subscription: b, kind, published, payload: d }));
        }
        if !raw.starts_with('{') {
            return Err(Malformed::new("an event", describe_other_body(raw)));
        }
        let envelope: RawEnvelope<'a> = serde_json::from_str(raw).map_err(|e| Malformed::new("an event", e))?;
        envelope.read()
    }
}

/// Read a reply that is not written as it was recorded, or say what is wrong with it.
fn parse_other_reply(body: &str) -> Result<WireReply<'_>, Malformed> {
    #[derive(Deserialize)]
    struct RawFields<'a> {
        #[serde(borrow, default)]
        t: Option<&'a RawValue>,
        #[serde(borrow, default)]
        m: Option<&'a RawValue>,
    }
    let garbled = |why: String| Malformed::new("subscribe", why);
    parse_object::<OwnStatus<'_>>("subscribe", body)?.check("subscribe")?;
    let RawFields { t, m } = parse_object("subscribe", body)?;
    let cursor = t.and_then(WireCursor::read).ok_or_else(|| garbled(describe_field("cursor", t)))?;
    let list = m.and_then(|m| serde_json::from_str(m.get()).ok());
    let list = list.ok_or_else(|| garbled(describe_field("list of messages", m)))?;
    Ok(WireReply { t: cursor, m: list, status: None, error: None })
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
