//! The answers to get state and set state.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{
    Malformed,
    lenient::{RawEntries, parse_accepted, parse_inner_object, parse_state, parse_text, show_value},
    write_json::write_text,
};
use crate::presence::{Channel, State, UserId};

/// One user's states by channel: the answer to get state.
///
/// Recorded by the Python SDK:
///
/// ```json
/// {"status":200,"uuid":"ann","service":"Presence","message":"OK","payload":{"mood":"busy"},"channel":"lobby"}
/// {"status":200,"message":"OK","payload":{"channels":{"a":{},"b":{"n":1}}},"service":"Presence","uuid":"ann"}
/// {"status":200,"message":"OK","payload":{"mood":"busy"},"service":"Presence"}
/// ```
///
/// Get state answers with the first form for exactly one channel, and with the second otherwise. Set state echoes the
/// flat state, as in the third, however many channels it went to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserState {
    /// `{}` where none is set.
    pub channels: BTreeMap<Channel, State>,
}

#[derive(Deserialize)]
struct StateAnswer<'a> {
    #[serde(borrow)]
    payload: &'a RawValue,
}

#[derive(Deserialize)]
struct ByChannel<'a> {
    #[serde(borrow, default)]
    channels: Option<RawEntries<'a>>,
}

impl UserState {
    /// Read the answer to get state. `asked` is the channel, if exactly one and no group was asked
    /// for: only then the payload is the state itself.
    pub fn parse(body: &str, asked: Option<&str>) -> Result<Self, Malformed> {
        let (wire, own): (StateAnswer<'_>, _) = parse_accepted("get state", body)?;
        if !wire.payload.get().starts_with('{') && !own.confirms() {
            return Err(Malformed::new("get state", "it holds neither a state nor a status"));
        }
        if let Some(name) = asked {
            return Ok(Self { channels: BTreeMap::from([(Channel::from_wire(name), read_state(wire.payload)?)]) });
        }
        let by: ByChannel<'_> = parse_inner_object("get state", "payload", wire.payload)?;
        if by.channels.is_none() && !own.confirms() {
            return Err(Malformed::new("get state", "it holds neither channels nor a status"));
        }
        let entries = by.channels.map(|entries| entries.0).unwrap_or_default();
        let read = entries.into_iter().map(|(name, state)| {
            let name = parse_text(name)
                .ok_or_else(|| Malformed::new("get state", format!("{} is no channel", show_value(name))))?;
            Ok((Channel::from_wire(&name), read_state(state)?))
        });
        Ok(Self { channels: read.collect::<Result<_, Malformed>>()? })
    }

    /// Write the answer to get state: flat for `single`, by channel otherwise.
    pub fn encode(&self, user: &UserId, single: Option<&str>) -> String {
        let (uuid, service, message) = (Some(user.as_str()), "Presence", "OK");
        if single.is_some() {
            let payload = match self.channels.values().next() {
                Some(state) => state.as_raw(),
                None => State::empty_raw(),
            };
            return to_json(&StateReply { status: 200, uuid, service, message, payload, channel: single });
        }
        let (mut writer, mut out) = (StatesWriter::default(), Vec::new());
        self.channels.iter().for_each(|(channel, state)| writer.write_state(user, channel, Some(state), &mut out));
        writer.end(user, &mut out);
        String::from_utf8(out).unwrap_or_default()
    }
}

/// Writes the answer to get state for several channels in pieces, so that no one has to hold all of it.
#[derive(Debug, Default)]
pub struct StatesWriter {
    has_begun: bool,
}

impl StatesWriter {
    fn begin(&mut self, user: &UserId, out: &mut Vec<u8>) -> bool {
        let has_begun = std::mem::replace(&mut self.has_begun, true);
        if !has_begun {
            out.extend_from_slice(br#"{"status":200,"uuid":"#);
            write_text(user.as_str(), out);
            out.extend_from_slice(br#","service":"Presence","message":"OK","payload":{"channels":{"#);
        }
        has_begun
    }

    /// Write the state of the user on a channel; `None` stands for an empty one.
    pub fn write_state(&mut self, user: &UserId, channel: &Channel, state: Option<&State>, out: &mut Vec<u8>) {
        if self.begin(user, out) {
            out.push(b',');
        }
        write_text(channel.as_str(), out);
        out.push(b':');
        out.extend_from_slice(state.map_or("{}", State::as_json).as_bytes());
    }

    /// End the answer.
    pub fn end(&mut self, user: &UserId, out: &mut Vec<u8>) {
        self.begin(user, out);
        out.extend_from_slice(b"}}}");
    }
}

/// The answer to get state and set state.
#[derive(Serialize)]
struct StateReply<'a, P> {
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    uuid: Option<&'a str>,
    service: &'static str,
    message: &'static str,
    payload: P,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<&'a str>,
}

fn to_json(reply: &impl Serialize) -> String {
    // Texts and JSON can always be written as JSON.
    serde_json::to_string(reply).unwrap_or_default()
}

/// An object, or what stands for an empty one.
fn read_state(raw: &RawValue) -> Result<State, Malformed> {
    let state = parse_state(raw).or_else(|| State::parse("{}").ok()).filter(|state| state.as_json().starts_with('{'));
    state.ok_or_else(|| Malformed::new("get state", format!("the state {} is not an object", show_value(raw))))
}

/// Write the answer to set state.
pub fn encode_set_state_answer(state: &State) -> String {
    let (service, message, payload) = ("Presence", "OK", state.as_raw());
    to_json(&StateReply { status: 200, uuid: None, service, message, payload, channel: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_empty_is_read_and_what_is_no_state_is_said() {
        let one = |payload: &str| UserState::parse(&format!(r#"{{"status":200,"payload":{payload}}}"#), Some("a"));
        for empty in ["{}", "[]", "null"] {
            assert!(one(empty).unwrap().channels[&Channel::from_wire("a")].is_empty(), "{empty}");
        }
        let exact = r#"{"id":123456789012345678901234567890,"price":1.10}"#;
        assert_eq!(one(exact).unwrap().channels[&Channel::from_wire("a")].as_json(), exact);
        assert!(one("7").unwrap_err().to_string().contains("the state `7` is not an object"));
        let many = |payload: &str| UserState::parse(&format!(r#"{{"status":200,"payload":{payload}}}"#), None);
        for empty in ["{}", "[]", r#"{"channels":[]}"#, r#"{"channels":{}}"#] {
            assert_eq!(many(empty), Ok(UserState::default()), "{empty}");
        }
        assert_eq!(many(r#"{"channels":{"a":[],"b":{"n":1}}}"#).unwrap().channels.len(), 2);
        assert!(many(r#"{"channels":{"a":"x"}}"#).is_err() && many("7").is_err());
        assert!(UserState::parse("{}", Some("a")).is_err() && UserState::parse(r#"{"payload":{}}"#, None).is_err());
        assert!(UserState::parse(r#"{"payload":null}"#, Some("a")).is_err());
    }
}
