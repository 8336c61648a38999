//! How the service refuses.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Names,
    lenient::{OwnStatus, parse_object},
};
use crate::wording::excerpt;

/// The longest message that is kept, in bytes.
const MESSAGE_KEPT: usize = 300;

/// What a refusal can say that tells what to do.
const TELLING_WORDS: [&str; 4] = ["expired", "revoked", "add-on", "subscribe key"];

/// What C-core and C# compare the message with.
const EMPTY_SET: &str = "Channel group or groups result in empty subscription set";

/// A refusal: the status and what the body said about it. A status of 400 to 599 in the body counts, whatever the HTTP
/// status is: gateways and caches answer with another one.
///
/// ```json
/// {"message":"Forbidden","payload":{"channels":["lobby"]},"error":true,"service":"Access Manager","status":403}
/// {"status":400,"error":1,"message":"Cannot return more than 1000 uuids at a time","service":"Presence"}
/// {"error":{"message":"…","source":"…","details":[{"message":"…"}]},"status":400}
/// ```
///
/// `error` was recorded as a flag, as a number and as an object; bodies of failing proxies are HTML.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refusal {
    /// The status.
    pub status: u16,
    /// What the service says, or "" if it said nothing readable.
    pub message: String,
    /// Which part of the service says it.
    pub service: String,
    /// The channels that were refused, if it named any.
    pub channels: Vec<String>,
    /// The channel groups that were refused, without the leading colon some replies put there.
    pub groups: Vec<String>,
}

#[derive(Deserialize, Default)]
struct RefusalBody {
    #[serde(default)]
    message: Value,
    #[serde(default)]
    service: Value,
    #[serde(default)]
    error: Value,
    #[serde(default)]
    payload: Value,
}

fn parse_names(payload: &Value, key: &str) -> Vec<String> {
    let list = payload.get(key).and_then(Value::as_array);
    let names = list.into_iter().flatten().filter_map(Value::as_str);
    names.take(1000).map(|name| name.trim_start_matches(':').to_owned()).collect()
}

/// The status by which a body calls itself a failure; none if it does not.
fn parse_own_status(body: &str) -> Option<u16> {
    parse_object::<OwnStatus<'_>>("refusal", body).ok()?.failure()
}

impl Refusal {
    /// The refusal in a body that came with a good HTTP status, if it is one.
    pub fn find_in(body: &str, hide: impl Fn(&str) -> String) -> Option<Self> {
        parse_own_status(body).map(|status| Self::parse_hiding(status, body, hide))
    }

    /// Read whatever body came with a bad status: never fails.
    pub fn parse(status: u16, body: &str) -> Self {
        Self::parse_hiding(status, body, str::to_owned)
    }

    /// As [`parse`](Self::parse), with `hide` taking secrets out of what is said, before it is cut: half a
    /// secret would not be found.
    pub fn parse_hiding(status: u16, body: &str, hide: impl Fn(&str) -> String) -> Self {
        let wire: RefusalBody = serde_json::from_str(body).unwrap_or_default();
        let details = wire.error.pointer("/details/0/message").and_then(Value::as_str);
        let message = wire.message.as_str().or_else(|| wire.error.get("message").and_then(Value::as_str)).or(details);
        // `[0,"Invalid Key","…"]`, as publish refuses.
        let listed = || serde_json::from_str::<Value>(body).ok().and_then(|v| v.get(1)?.as_str().map(str::to_owned));
        let message = message.map(str::to_owned).or_else(listed).unwrap_or_default();
        Self {
            status: parse_own_status(body).unwrap_or(status),
            message: excerpt(&hide(&message), MESSAGE_KEPT),
            service: excerpt(&hide(wire.service.as_str().unwrap_or_default()), 60),
            channels: parse_names(&wire.payload, "channels"),
            groups: parse_names(&wire.payload, "channel-groups"),
        }
    }

    /// The same without what the service says in its own words, but for those that say what to do.
    pub fn without_words(self) -> Self {
        if self.is_of_empty_set() {
            return self;
        }
        let lower = self.message.to_ascii_lowercase();
        let telling = TELLING_WORDS.into_iter().find(|word| lower.contains(word));
        Self { message: telling.unwrap_or_default().to_owned(), ..self }
    }

    /// A refusal of the presence service itself.
    pub fn presence(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), service: "Presence".into(), ..Self::default() }
    }

    /// The refusal of a key that there is not.
    pub fn invalid_key() -> Self {
        Self { service: "Access Manager".into(), ..Self::presence(400, "Invalid Subscribe Key") }
    }

    /// The refusal of a subscribe to groups that hold no channel.
    pub fn of_empty_set(names: &Names) -> Self {
        Self {
            status: 400,
            message: EMPTY_SET.into(),
            service: "PubSub".into(),
            channels: Vec::new(),
            groups: names.groups.iter().map(ToString::to_string).collect(),
        }
    }

    /// Whether a subscribe was refused because its groups hold no channel, which somebody may add at any time.
    pub fn is_of_empty_set(&self) -> bool {
        self.status == 400 && self.message == EMPTY_SET
    }

    /// Write it.
    pub fn encode(&self) -> String {
        let mut body = json!({"status": self.status, "error": true, "message": self.message, "service": self.service});
        let mut payload = serde_json::Map::new();
        // Recorded of 403s: a group is named with a colon before it.
        let mark = if self.status == 403 { ":" } else { "" };
        for (key, mark, names) in [("channels", "", &self.channels), ("channel-groups", mark, &self.groups)] {
            if !names.is_empty() {
                payload.insert(key.into(), names.iter().map(|name| format!("{mark}{name}")).collect());
            }
        }
        if !payload.is_empty() {
            body["payload"] = Value::Object(payload);
        }
        body.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_in_the_body_counts_whatever_the_http_status_is() {
        let find = |body: &str| Refusal::find_in(body, str::to_owned);
        let denied = r#"{"status":"403","message":"Forbidden","payload":{"channels":["lobby"]}}"#;
        let refusal = find(denied).unwrap();
        assert_eq!(
            (refusal.status, refusal.message.as_str(), refusal.channels),
            (403, "Forbidden", vec!["lobby".into()])
        );
        assert_eq!(Refusal::parse(503, denied).status, 403);
        assert_eq!(Refusal::parse(403, r#"{"status":200}"#).status, 403);
        assert_eq!(find(r#"{"status":429.0}"#).unwrap().status, 429);
        for none in
            ["", "<html>", "[403]", r#"{"status":200}"#, r#"{"status":600}"#, r#"{"status":"no"}"#, r#"{"t":1}"#]
        {
            assert_eq!(find(none), None, "{none}");
        }
    }
}
