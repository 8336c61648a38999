//! The answer to here now.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Deserialize;
use serde_json::{Map, Value, json, value::RawValue};

use super::{
    Malformed,
    lenient::{RawEntries, parse_accepted, parse_object, parse_text},
    number::parse_loose_number,
};
use crate::presence::{Channel, ListedUser, State, UserId};

/// The occupants of one channel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChannelOccupants {
    /// The number of distinct user ids that are present, whatever the page.
    pub occupancy: u64,
    /// The page of them that was asked for; `None` if only counts were.
    pub listed: Option<Vec<ListedUser>>,
    /// How many elements of the page could not be read and are missing in `listed`.
    pub unread: usize,
}

/// Who is present: the answer to here now, whichever of its two shapes it has.
///
/// Recorded by the Python and Ruby SDKs:
///
/// ```json
/// {"status":200,"message":"OK","service":"Presence","uuids":["ann",{"uuid":"bob","state":{}}],"occupancy":2}
/// {"status":200,"message":"OK","service":"Presence","payload":{"channels":
///   {"lobby":{"uuids":["ann"],"occupancy":1}},"total_channels":1,"total_occupancy":1}}
/// ```
///
/// The first shape answers a request for exactly one channel and no group, the second everything else. `uuids` is
/// absent when only counts were asked for. With states, every element of it is an object, and one without a state
/// has no `state` key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HereNow {
    /// The occupants by channel. An empty channel may be absent.
    pub channels: BTreeMap<Channel, ChannelOccupants>,
    /// How many channels could not be read and are missing above. If any, absence proves nothing.
    pub unread: usize,
}

/// The two shapes of an answer to here now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HereNowShape {
    /// For exactly one channel and no group.
    Flat,
    /// For anything else.
    ByChannel,
}

#[derive(Deserialize)]
struct WirePayload<'a> {
    #[serde(borrow)]
    channels: RawEntries<'a>,
}

#[derive(Deserialize)]
struct WireChannel<'a> {
    #[serde(default, deserialize_with = "parse_loose_number")]
    occupancy: Option<u64>,
    #[serde(borrow, default)]
    uuids: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
struct WithState<'a> {
    #[serde(borrow)]
    uuid: Cow<'a, str>,
    #[serde(borrow, default)]
    state: Option<&'a RawValue>,
}

/// A plain user id, or an object with one; nothing if it is neither.
fn parse_occupant(raw: &RawValue) -> Option<ListedUser> {
    let (id, state) = if raw.get().starts_with('{') {
        let WithState { uuid, state } = serde_json::from_str(raw.get()).ok()?;
        (uuid, state.filter(|s| s.get() != "null").map(State::from_wire))
    } else {
        (parse_text(raw)?, None)
    };
    (!id.is_empty()).then(|| ListedUser { user: UserId::from_wire(&id), state })
}

impl From<WireChannel<'_>> for ChannelOccupants {
    fn from(wire: WireChannel<'_>) -> Self {
        let counted = wire.uuids.as_ref().map_or(0, Vec::len);
        let listed: Option<Vec<ListedUser>> =
            wire.uuids.map(|list| list.into_iter().filter_map(parse_occupant).collect());
        let unread = counted - listed.as_ref().map_or(0, Vec::len);
        Self { occupancy: wire.occupancy.unwrap_or(counted as u64), listed, unread }
    }
}

/// Whether it holds what stands for bytes that were not UTF-8.
fn is_patched(text: &str) -> bool {
    text.contains('\u{fffd}')
}

impl HereNow {
    /// Read either shape. `asked` names the channel that the flat shape speaks of. An occupant or a channel
    /// that can't be read costs only itself, and is counted.
    ///
    /// # Errors
    /// If it is not an answer, or reports a failure, or if no channel in it can be read.
    pub fn parse(body: &str, asked: Option<&str>) -> Result<Self, Malformed> {
        #[derive(Deserialize)]
        struct Probe<'a> {
            #[serde(borrow, default)]
            payload: Option<&'a RawValue>,
        }
        let probe: Probe<'_> = parse_accepted("here now", body)?;
        if let Some(payload) = probe.payload {
            let payload: WirePayload<'_> = parse_object("here now", payload.get())?;
            let mut answer = Self::default();
            for (name, channel) in payload.channels.0 {
                let channel = parse_object::<WireChannel<'_>>("here now", channel.get()).ok();
                match parse_text(name).filter(|name| !name.is_empty()).zip(channel) {
                    Some((name, channel)) => drop(answer.channels.insert(Channel::from_wire(&name), channel.into())),
                    None => answer.unread += 1,
                }
            }
            if answer.channels.is_empty() && answer.unread > 0 {
                return Err(Malformed::new("here now", "none of the channels that it names can be read"));
            }
            return Ok(answer);
        }
        let flat: WireChannel<'_> = parse_object("here now", body)?;
        if flat.occupancy.is_none() && flat.uuids.is_none() {
            return Err(Malformed::new("here now", "it holds neither occupants nor a count"));
        }
        let Some(name) = asked else { return Err(Malformed::new("here now", "it does not say for which channel")) };
        Ok(Self { channels: BTreeMap::from([(Channel::from_wire(name), flat.into())]), unread: 0 })
    }

    /// What is left where bytes that are not UTF-8 became U+FFFD: whoever's name or state holds one is not
    /// believed, and counts as not read.
    #[must_use]
    pub fn without_patches(mut self) -> Self {
        let before = self.channels.len();
        self.channels.retain(|name, _| !is_patched(name.as_str()));
        self.unread += before - self.channels.len();
        for channel in self.channels.values_mut() {
            let Some(listed) = &mut channel.listed else { continue };
            let before = listed.len();
            let believed = |c: &ListedUser| {
                !is_patched(c.user.as_str()) && !c.state.as_ref().is_some_and(|s| is_patched(s.as_json()))
            };
            listed.retain(believed);
            channel.unread += before - listed.len();
        }
        self
    }

    /// The sum over all channels: a user on two of them counts twice.
    pub fn total_occupancy(&self) -> u64 {
        self.channels.values().map(|c| c.occupancy).sum()
    }

    /// Write it in the given shape; `with_state` makes every occupant an object.
    pub fn encode(&self, shape: HereNowShape, with_state: bool) -> String {
        let body = match shape {
            HereNowShape::Flat => {
                let mut body = Map::new();
                body.insert("status".into(), 200.into());
                body.insert("message".into(), "OK".into());
                body.insert("service".into(), "Presence".into());
                let nobody = ChannelOccupants { occupancy: 0, listed: Some(Vec::new()), unread: 0 };
                encode_channel(self.channels.values().next().unwrap_or(&nobody), with_state, &mut body);
                Value::Object(body)
            }
            HereNowShape::ByChannel => {
                let channels = self.channels.iter().map(|(name, channel)| {
                    let mut body = Map::new();
                    encode_channel(channel, with_state, &mut body);
                    (name.as_str().to_owned(), Value::Object(body))
                });
                json!({"status": 200, "message": "OK", "service": "Presence", "payload": {
                    "channels": channels.collect::<Map<_, _>>(),
                    "total_channels": self.channels.len(),
                    "total_occupancy": self.total_occupancy(),
                }})
            }
        };
        body.to_string()
    }
}

fn encode_channel(channel: &ChannelOccupants, with_state: bool, body: &mut Map<String, Value>) {
    if let Some(listed) = &channel.listed {
        let occupants = listed.iter().map(|occupant| {
            let id = occupant.user.as_str();
            match (&occupant.state, with_state) {
                (_, false) => Value::from(id),
                (None, true) => json!({"uuid": id}),
                (Some(state), true) => json!({"uuid": id, "state": state.value()}),
            }
        });
        body.insert("uuids".into(), occupants.collect());
    }
    body.insert("occupancy".into(), channel.occupancy.into());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(channel: &ChannelOccupants) -> Vec<&str> {
        channel.listed.iter().flatten().map(|c| c.user.as_str()).collect()
    }

    #[test]
    fn a_bad_occupant_costs_only_itself_and_is_counted() {
        let list = r#"["ann","bad\ud83d",7,null,"",{"uuid":"bob","state":{"n":1}},{"uuid":8},{"state":{}},["x"]]"#;
        let answer = HereNow::parse(&format!(r#"{{"status":200,"uuids":{list},"occupancy":9}}"#), Some("a")).unwrap();
        let channel = &answer.channels[&Channel::from_wire("a")];
        assert_eq!((ids(channel), channel.unread, channel.occupancy), (vec!["ann", "bob"], 7, 9));
        let body = format!(r#"{{"payload":{{"channels":{{"a":{{"uuids":{list}}},"b":{{"uuids":["cat"]}}}}}}}}"#);
        let answer = HereNow::parse(&body, None).unwrap();
        let (a, b) = (&answer.channels[&Channel::from_wire("a")], &answer.channels[&Channel::from_wire("b")]);
        assert_eq!((ids(a), a.unread, a.occupancy), (vec!["ann", "bob"], 7, 9));
        assert_eq!((ids(b), b.unread, answer.unread), (vec!["cat"], 0, 0));
    }

    #[test]
    fn a_bad_channel_costs_only_itself_and_is_counted() {
        let channels = r#"{"a":{"uuids":["ann"],"occupancy":1},"b\udc00":{"occupancy":1},"c":7,"d":{"occupancy":-1}}"#;
        let answer = HereNow::parse(&format!(r#"{{"payload":{{"channels":{channels}}}}}"#), None).unwrap();
        assert_eq!((answer.channels.len(), answer.unread), (1, 3));
        assert!(HereNow::parse(r#"{"payload":{"channels":{"c":7}}}"#, None).is_err());
        assert!(HereNow::parse(r#"{"status":403,"error":true,"uuids":[],"occupancy":0}"#, Some("a")).is_err());
    }

    #[test]
    fn whoever_came_with_broken_bytes_is_not_believed() {
        let body =
            "{\"uuids\":[\"a\u{fffd}\",\"bob\",{\"uuid\":\"cat\",\"state\":{\"x\":\"\u{fffd}\"}}],\"occupancy\":3}";
        let answer = HereNow::parse(body, Some("a")).unwrap();
        let channel = &answer.clone().without_patches().channels[&Channel::from_wire("a")];
        assert_eq!((ids(channel), channel.unread), (vec!["bob"], 2));
        // The same character, honestly sent, is just a character.
        assert_eq!(answer.channels[&Channel::from_wire("a")].unread, 0);
    }
}
