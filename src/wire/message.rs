//! Messages and signals: what is published, its envelope, and publish's answers.
//!
//! ```json
//! {"a":"1","f":514,"i":"ann","s":3,"p":{"t":"17906055405649323","r":1},"k":"demo","c":"lobby",
//!  "u":{"lang":"en"},"d":{"text":"hello"},"cmt":"chat-msg","b":"lobby"}
//! [1,"Sent","17906055405649323"]
//! [0,"Message Too Large","17906055405649323"]
//! ```
//!
//! herenow itself only watches presence; this half is for the service, which has to carry what its
//! clients publish.

use std::sync::Arc;

use serde_json::{Map, Value, json, value::RawValue};

use crate::presence::{SubscribeKey, Timetoken, UserId};

/// A message or signal on its way to a channel.
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
        let value = |json: &str| serde_json::from_str(json).unwrap_or_else(|_| Value::from(json));
        let mut envelope = Map::new();
        envelope.insert("a".into(), "1".into());
        envelope.insert("f".into(), if self.signal { 0 } else { 514 }.into());
        if self.signal {
            envelope.insert("e".into(), 1.into());
        }
        if let Some(publisher) = publisher {
            envelope.insert("i".into(), publisher.as_str().into());
        }
        if let Some(sequence) = self.sequence {
            envelope.insert("s".into(), sequence.into());
        }
        envelope.insert("p".into(), json!({"t": published.to_string(), "r": region}));
        if let Some(origin) = self.origin.as_deref().and_then(|o| serde_json::from_str::<Value>(o).ok()) {
            envelope.insert("o".into(), origin);
        }
        envelope.insert("k".into(), key.as_str().into());
        envelope.insert("c".into(), self.channel.as_ref().into());
        if let Some(meta) = &self.meta {
            envelope.insert("u".into(), value(meta));
        }
        envelope.insert("d".into(), value(&self.payload));
        if let Some(kind) = &self.custom_type {
            envelope.insert("cmt".into(), kind.as_str().into());
        }
        let mut text = Value::Object(envelope).to_string();
        text.pop();
        text
    }
}

/// Publish's yes.
pub fn published(at: Timetoken) -> String {
    json!([1, "Sent", at.to_string()]).to_string()
}

/// Publish's no.
pub fn not_published(why: &str, at: Timetoken) -> String {
    json!([0, why, at.to_string()]).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Reply, close_envelope};

    #[test]
    fn a_message_reads_back_as_it_was_published() {
        let message = Message {
            channel: "lobby".into(),
            payload: r#"{"text":"hé"}"#.into(),
            meta: Some(r#"{"lang":"en"}"#.into()),
            sequence: Some(3),
            custom_type: Some("chat-msg".into()),
            ..Message::default()
        };
        let ann = UserId::heard("ann");
        let open = message.open_envelope(Some(&ann), &SubscribeKey::heard("demo"), Timetoken::new(17), 1);
        let whole = close_envelope(&open, Some("lobby"));
        let envelope = Reply::envelope(&whole).unwrap();
        assert_eq!((&*envelope.channel, envelope.kind, envelope.payload.get()), ("lobby", None, r#"{"text":"hé"}"#));
        let value: Value = serde_json::from_str(&whole).unwrap();
        assert_eq!((&value["i"], &value["s"], &value["u"]["lang"]), (&json!("ann"), &json!(3), &json!("en")));
        let signal = Message { signal: true, ..message };
        let value =
            close_envelope(&signal.open_envelope(None, &SubscribeKey::heard("demo"), Timetoken::new(17), 1), None);
        assert_eq!(serde_json::from_str::<Value>(&value).unwrap()["e"], 1);
    }
}
