//! The answers to get state and set state.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Deserialize;
use serde_json::{Map, Value, json, value::RawValue};

use super::{
    Malformed,
    lenient::{parse_accepted, parse_object},
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
    #[serde(borrow)]
    channels: BTreeMap<Cow<'a, str>, &'a RawValue>,
}

impl UserState {
    /// Read the answer to get state. `asked` is the channel, if exactly one and no group was asked
    /// for: only then the payload is the state itself.
    pub fn parse(body: &str, asked: Option<&str>) -> Result<Self, Malformed> {
        let wire: StateAnswer<'_> = parse_accepted("get state", body)?;
        let channels = if let Some(name) = asked {
            BTreeMap::from([(Channel::from_wire(name), State::from_wire(wire.payload))])
        } else {
            let by: ByChannel<'_> = parse_object("get state", wire.payload.get())?;
            by.channels.into_iter().map(|(name, state)| (Channel::from_wire(&name), State::from_wire(state))).collect()
        };
        Ok(Self { channels })
    }

    /// Write the answer to get state: flat for `single`, by channel otherwise.
    pub fn encode(&self, user: &UserId, single: Option<&str>) -> String {
        let uuid = user.as_str();
        if let Some(name) = single {
            let state = self.channels.values().next().map_or_else(|| json!({}), State::value);
            json!({"status": 200, "uuid": uuid, "service": "Presence", "message": "OK",
                "payload": state, "channel": name})
        } else {
            let states = self.channels.iter().map(|(name, state)| (name.as_str().to_owned(), state.value()));
            json!({"status": 200, "message": "OK", "payload": {"channels": states.collect::<Map<String, Value>>()},
                "service": "Presence", "uuid": uuid})
        }
        .to_string()
    }
}

/// Write the answer to set state.
pub fn encode_set_state_answer(state: &State) -> String {
    json!({"status": 200, "message": "OK", "payload": state.value(), "service": "Presence"}).to_string()
}
