//! The answer to here now as it is written. States go out as they came in.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;

use super::{ChannelOccupants, HereNow, HereNowShape};
use crate::presence::{Channel, ListedUser, State};

impl HereNow {
    /// Write it in the given shape; `with_state` makes every occupant an object.
    pub fn encode(&self, shape: HereNowShape, with_state: bool) -> String {
        let (status, message, service) = (200, "OK", "Presence");
        let written = match shape {
            HereNowShape::Flat => {
                let one = self.channels.values().next();
                let ChannelBody { uuids, occupancy } = ChannelBody::new(one, with_state);
                serde_json::to_string(&FlatReply { status, message, service, uuids, occupancy })
            }
            HereNowShape::ByChannel => {
                let body = |(name, channel)| (Channel::as_str(name), ChannelBody::new(Some(channel), with_state));
                let payload = ReplyPayload {
                    channels: self.channels.iter().map(body).collect(),
                    total_channels: self.channels.len(),
                    total_occupancy: self.total_occupancy(),
                };
                serde_json::to_string(&ChannelsReply { status, message, service, payload })
            }
        };
        // Texts, numbers and JSON can always be written as JSON.
        written.unwrap_or_default()
    }
}

#[derive(Serialize)]
struct FlatReply<'a> {
    status: u16,
    message: &'static str,
    service: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    uuids: Option<Vec<OccupantBody<'a>>>,
    occupancy: u64,
}

#[derive(Serialize)]
struct ChannelsReply<'a> {
    status: u16,
    message: &'static str,
    service: &'static str,
    payload: ReplyPayload<'a>,
}

#[derive(Serialize)]
struct ReplyPayload<'a> {
    channels: BTreeMap<&'a str, ChannelBody<'a>>,
    total_channels: usize,
    total_occupancy: u64,
}

#[derive(Serialize)]
struct ChannelBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    uuids: Option<Vec<OccupantBody<'a>>>,
    occupancy: u64,
}

/// A name, or an object with the state as it came.
#[derive(Serialize)]
#[serde(untagged)]
enum OccupantBody<'a> {
    Name(&'a str),
    WithState {
        uuid: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        state: Option<&'a RawValue>,
    },
}

impl<'a> ChannelBody<'a> {
    /// Of nobody, where there is no channel.
    fn new(channel: Option<&'a ChannelOccupants>, with_state: bool) -> Self {
        let Some(channel) = channel else { return Self { uuids: Some(Vec::new()), occupancy: 0 } };
        let body = |occupant: &'a ListedUser| {
            let uuid = occupant.user.as_str();
            let state = occupant.state.as_ref().map(State::as_raw);
            if with_state { OccupantBody::WithState { uuid, state } } else { OccupantBody::Name(uuid) }
        };
        let uuids = channel.listed.as_ref().map(|listed| listed.iter().map(body).collect());
        Self { uuids, occupancy: channel.occupancy }
    }
}
