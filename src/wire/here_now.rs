//! Who is here now: the answer for one channel, for many, for all.
//!
//! ```json
//! {"status":200,"message":"OK","service":"Presence","uuids":["ann",{"uuid":"bob","state":{}}],"occupancy":2}
//! {"status":200,"message":"OK","service":"Presence","payload":{"channels":
//!   {"lobby":{"uuids":["ann"],"occupancy":1}},"total_channels":1,"total_occupancy":1}}
//! ```
//!
//! The first shape answers a request for exactly one channel and no group, the second everything
//! else. `uuids` is absent when only counts were asked for; with states every element is an object,
//! and one without a state has no `state` key.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value, json, value::RawValue};

use super::{Garbled, number::loose_option};
use crate::presence::{Channel, Counted, State, UserId};

/// Who is on one channel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChannelOccupants {
    /// Distinct user ids present, whatever the page.
    pub occupancy: u64,
    /// The page of them that was asked for; `None` when only counts were.
    pub listed: Option<Vec<Counted>>,
}

/// A here-now answer, whichever shape it came in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HereNow {
    /// By channel. A channel where nobody is may be absent.
    pub channels: BTreeMap<Channel, ChannelOccupants>,
}

/// Which of the two shapes to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// For exactly one channel and no group.
    Flat,
    /// For anything else.
    ByChannel,
}

#[derive(Deserialize)]
struct WirePayload<'a> {
    #[serde(borrow)]
    channels: BTreeMap<Cow<'a, str>, WireChannel<'a>>,
}

#[derive(Deserialize)]
struct WireChannel<'a> {
    #[serde(default, deserialize_with = "loose_option")]
    occupancy: Option<u64>,
    #[serde(borrow, default)]
    uuids: Option<Vec<WireOccupant<'a>>>,
}

/// A plain user id, or an object with one.
struct WireOccupant<'a> {
    uuid: Cow<'a, str>,
    state: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct WithState<'a> {
    #[serde(borrow)]
    uuid: Cow<'a, str>,
    #[serde(borrow, default)]
    state: Option<&'a RawValue>,
}

impl<'de: 'a, 'a> Deserialize<'de> for WireOccupant<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = WireOccupant<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a user id, or an object with a uuid")
            }

            fn visit_borrowed_str<E>(self, id: &'de str) -> Result<Self::Value, E> {
                Ok(WireOccupant { uuid: Cow::Borrowed(id), state: None })
            }

            fn visit_str<E>(self, id: &str) -> Result<Self::Value, E> {
                Ok(WireOccupant { uuid: Cow::Owned(id.to_owned()), state: None })
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let WithState { uuid, state } = WithState::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(WireOccupant { uuid, state })
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl From<WireChannel<'_>> for ChannelOccupants {
    fn from(wire: WireChannel<'_>) -> Self {
        let listed: Option<Vec<Counted>> = wire.uuids.map(|list| {
            let named = list.into_iter().filter(|o| !o.uuid.is_empty());
            named
                .map(|o| Counted {
                    user: UserId::heard(&o.uuid),
                    state: o.state.filter(|s| s.get() != "null").map(State::heard),
                })
                .collect()
        });
        let counted = listed.as_ref().map_or(0, |l| l.len() as u64);
        Self { occupancy: wire.occupancy.unwrap_or(counted), listed }
    }
}

impl HereNow {
    /// Read either shape. `asked` names the channel that the flat shape speaks of.
    pub fn parse(body: &str, asked: Option<&str>) -> Result<Self, Garbled> {
        #[derive(Deserialize)]
        struct Probe<'a> {
            #[serde(borrow, default)]
            payload: Option<&'a RawValue>,
        }
        let garbled = |e: serde_json::Error| Garbled::new("here now", e);
        let probe: Probe<'_> = serde_json::from_str(body).map_err(garbled)?;
        if let Some(payload) = probe.payload {
            let payload: WirePayload<'_> = serde_json::from_str(payload.get()).map_err(garbled)?;
            let channels = payload.channels.into_iter().map(|(name, c)| (Channel::heard(&name), c.into())).collect();
            return Ok(Self { channels });
        }
        let flat: WireChannel<'_> = serde_json::from_str(body).map_err(garbled)?;
        if flat.occupancy.is_none() && flat.uuids.is_none() {
            return Err(Garbled::new("here now", "it holds neither occupants nor a count"));
        }
        let Some(name) = asked else { return Err(Garbled::new("here now", "it does not say for which channel")) };
        Ok(Self { channels: BTreeMap::from([(Channel::heard(name), flat.into())]) })
    }

    /// The sum over all channels: a user on two of them counts twice.
    pub fn total_occupancy(&self) -> u64 {
        self.channels.values().map(|c| c.occupancy).sum()
    }

    /// Write it in the given shape; `with_state` makes every occupant an object.
    pub fn encode(&self, shape: Shape, with_state: bool) -> String {
        let body = match shape {
            Shape::Flat => {
                let mut body = Map::new();
                body.insert("status".into(), 200.into());
                body.insert("message".into(), "OK".into());
                body.insert("service".into(), "Presence".into());
                let nobody = ChannelOccupants { occupancy: 0, listed: Some(Vec::new()) };
                write_channel(self.channels.values().next().unwrap_or(&nobody), with_state, &mut body);
                Value::Object(body)
            }
            Shape::ByChannel => {
                let channels = self.channels.iter().map(|(name, channel)| {
                    let mut body = Map::new();
                    write_channel(channel, with_state, &mut body);
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

fn write_channel(channel: &ChannelOccupants, with_state: bool, body: &mut Map<String, Value>) {
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
