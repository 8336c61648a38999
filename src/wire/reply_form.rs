//! The two forms of a reply to subscribe, which the version in the request's path chooses.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Cursor, Names, encode_reply};
use crate::presence::PNPRES;

/// How a reply to subscribe is written.
///
/// Version 1 is what C-core's plain subscribe still reads. Its messages and presence payloads stand bare; after the
/// cursor come, message for message, the channels they were published on, and before those the names they were
/// asked for, if a group or a pattern may have matched:
///
/// ```json
/// [[],"15160149789251234"]
/// [["hello"],"15160149789251234"]
/// [["hello",{"action":"join","uuid":"ann","timestamp":1790605537,"occupancy":1}],"15160149789251234","a,b-pnpres"]
/// [["hello","bye"],"15160149789251234","vips,news.*","lobby,news.eu"]
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum ReplyForm {
    /// An object of a cursor and envelopes; see [`RawReply`](super::RawReply).
    #[default]
    V2,
    /// An array of payloads, a timetoken, and lists of names.
    V1,
}

/// A list of names, one a message: none has a comma.
fn join_list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(",")
}

/// What version 1 says of an envelope.
#[derive(Deserialize)]
struct BareMessage<'a> {
    #[serde(borrow)]
    c: Cow<'a, str>,
    #[serde(borrow, default)]
    b: Option<Cow<'a, str>>,
    #[serde(borrow)]
    d: &'a RawValue,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ReplyV1<'a> {
    Alone(Vec<&'a RawValue>, String),
    Channels(Vec<&'a RawValue>, String, String),
    Matched(Vec<&'a RawValue>, String, String, String),
}

impl ReplyForm {
    /// Write a reply to a subscribe for `names` around envelopes that are already JSON.
    pub fn encode<'a>(self, names: &Names, cursor: Cursor, envelopes: impl IntoIterator<Item = &'a str>) -> String {
        match self {
            Self::V2 => encode_reply(cursor, envelopes),
            Self::V1 => encode_reply_v1(names, cursor, envelopes),
        }
    }
}

fn encode_reply_v1<'a>(names: &Names, cursor: Cursor, envelopes: impl IntoIterator<Item = &'a str>) -> String {
    let read = |envelope: &'a str| serde_json::from_str::<BareMessage<'a>>(envelope).ok();
    let messages: Vec<BareMessage<'_>> = envelopes.into_iter().filter_map(read).collect();
    let payloads = messages.iter().map(|message| message.d).collect();
    let channels = || join_list(messages.iter().map(|message| &*message.c));
    let matched = || join_list(messages.iter().map(|message| message.b.as_deref().unwrap_or(&message.c)));
    let timetoken = cursor.timetoken.to_string();
    let has_pattern = names.channels.iter().any(|name| name.strip_suffix(PNPRES).unwrap_or(name).ends_with(".*"));
    let reply = if messages.is_empty() || names.single().is_some() && !has_pattern {
        ReplyV1::Alone(payloads, timetoken)
    } else if names.groups.is_empty() && !has_pattern {
        ReplyV1::Channels(payloads, timetoken, channels())
    } else {
        ReplyV1::Matched(payloads, timetoken, matched(), channels())
    };
    // Texts and JSON can always be written as JSON.
    serde_json::to_string(&reply).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presence::Timetoken;

    fn names(channels: &[&str], groups: &[&str]) -> Names {
        let all = |names: &[&str]| names.iter().map(|name| (*name).into()).collect();
        Names { channels: all(channels), groups: all(groups) }
    }

    #[test]
    fn names_stand_beside_messages_only_where_several_may_have_matched() {
        let cursor = Cursor { timetoken: Timetoken::new(17), region: Some(1) };
        let one = [r#"{"c":"a","d":{"n":1.10}}"#];
        let two = [r#"{"c":"a","d":"x","b":"g"}"#, r#"{"c":"b.c-pnpres","d":7,"b":"b.*"}"#];
        let write =
            |names: Names, envelopes: &[&'static str]| ReplyForm::V1.encode(&names, cursor, envelopes.iter().copied());
        assert_eq!(write(names(&["a"], &[]), &one), r#"[[{"n":1.10}],"17"]"#);
        assert_eq!(write(names(&["a", "b"], &[]), &one), r#"[[{"n":1.10}],"17","a"]"#);
        assert_eq!(write(names(&[], &["g"]), &two), r#"[["x",7],"17","g,b.*","a,b.c-pnpres"]"#);
        assert_eq!(write(names(&["b.*"], &[]), &two), r#"[["x",7],"17","g,b.*","a,b.c-pnpres"]"#);
        assert_eq!(write(names(&["b.*-pnpres"], &[]), &two), r#"[["x",7],"17","g,b.*","a,b.c-pnpres"]"#);
        for names in [names(&["a", "b"], &[]), names(&["a.*"], &[]), names(&[], &["g"])] {
            assert_eq!(write(names, &[]), r#"[[],"17"]"#);
        }
        assert_eq!(ReplyForm::V2.encode(&names(&["a"], &[]), cursor, []), r#"{"t":{"t":"17","r":1},"m":[]}"#);
    }
}
