//! Messages and signals: what is published, its envelope, and the answers to publish.
//!
//! herenow itself only watches presence; this is for the service, which has to carry what its clients publish.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json, value::RawValue};

use crate::presence::{SubscribeKey, Timetoken, UserId};

/// A message or signal that is published. Its envelope, and the two answers to publish:
///
/// ```json
/// {"a":"1","f":514,"i":"ann","s":3,"p":{"t":"17906055405649323","r":1},"k":"demo","c":"lobby",
///  "u":{"lang":"en"},"d":{"text":"hello"},"cmt":"chat-msg","b":"lobby"}
/// [1,"Sent","17906055405649323"]
/// [0,"Message Too Large","17906055405649323"]
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Message {
    /// Where to, as it was named.
    pub channel: Arc<str>,
    /// The payload, as JSON. Empty where a POST carries it in its body.
    pub payload: String,
    /// Whether it is a signal: small, and never stored.
    pub signal: bool,
    /// `meta`, as JSON: subscribers may filter by it.
    pub meta: Option<String>,
    /// `seqn`: the sender's sequence number.
    pub sequence: Option<i64>,
    /// `ortt`, as JSON: the sender's own timetoken.
    pub origin: Option<String>,
    /// `custom_message_type`.
    pub custom_type: Option<String>,
    /// `norep=true`, as "fire" sends it: for functions of the keyset, and delivered to no subscriber.
    pub for_nobody: bool,
}

impl Message {
    /// Whether the payload is JSON.
    pub fn is_json(&self) -> bool {
        serde_json::from_str::<&RawValue>(&self.payload).is_ok()
    }

    /// Its envelope, all but the end that [`close_envelope`](super::close_envelope) adds. What is
    /// not JSON travels as a string.
    pub fn open_envelope(
        &self,
        publisher: Option<&UserId>,
        key: &SubscribeKey,
        published: Timetoken,
        region: i32,
    ) -> String {
        // What was published goes on as it came, number for number; what is not JSON, as a string.
        let raw = |json: &str| match RawValue::from_string(json.to_owned()) {
            Ok(raw) => Some(raw),
            Err(_) => serde_json::value::to_raw_value(json).ok(),
        };
        let envelope = MessageEnvelope {
            a: "1",
            f: if self.signal { 0 } else { 514 },
            e: self.signal.then_some(1),
            i: publisher.map(UserId::as_str),
            s: self.sequence,
            p: json!({"t": published.to_string(), "r": region}),
            o: self.origin.as_deref().and_then(|o| RawValue::from_string(o.to_owned()).ok()),
            k: key.as_str(),
            c: &self.channel,
            u: self.meta.as_deref().and_then(raw),
            d: raw(&self.payload),
            cmt: self.custom_type.as_deref(),
        };
        // Strings, numbers and JSON: nothing in it can fail to be written.
        let mut text = serde_json::to_string(&envelope).unwrap_or_default();
        text.pop();
        text
    }
}

/// The fields, as the wire names them.
#[derive(Serialize)]
struct MessageEnvelope<'a> {
    a: &'static str,
    f: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    i: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    s: Option<i64>,
    p: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    o: Option<Box<RawValue>>,
    k: &'a str,
    c: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    u: Option<Box<RawValue>>,
    d: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cmt: Option<&'a str>,
}

/// Write the answer to a publish that succeeded.
pub fn encode_publish_answer(at: Timetoken) -> String {
    json!([1, "Sent", at.to_string()]).to_string()
}

/// Write the answer to a publish that was refused.
pub fn encode_publish_refusal(why: &str, at: Timetoken) -> String {
    json!([0, why, at.to_string()]).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{RawReply, close_envelope};

    #[test]
    fn a_message_reads_back_as_it_was_published() {
        let message = Message {
            channel: "lobby".into(),
            payload: r#"{"text":"hé","a":123456789012345678901234}"#.into(),
            meta: Some(r#"{"lang":"en"}"#.into()),
            sequence: Some(3),
            custom_type: Some("chat-msg".into()),
            ..Message::default()
        };
        let ann = UserId::from_wire("ann");
        let open = message.open_envelope(Some(&ann), &SubscribeKey::from_wire("demo"), Timetoken::new(17), 1);
        let whole = close_envelope(&open, Some("lobby"));
        let envelope = RawReply::envelope(&whole).unwrap().unwrap();
        assert_eq!((&*envelope.channel, envelope.kind, envelope.payload.get()), ("lobby", None, &*message.payload));
        let value: Value = serde_json::from_str(&whole).unwrap();
        assert_eq!((&value["i"], &value["s"], &value["u"]["lang"]), (&json!("ann"), &json!(3), &json!("en")));
        let signal = Message { signal: true, ..message };
        let value =
            close_envelope(&signal.open_envelope(None, &SubscribeKey::from_wire("demo"), Timetoken::new(17), 1), None);
        assert_eq!(serde_json::from_str::<Value>(&value).unwrap()["e"], 1);
    }
}
