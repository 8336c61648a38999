//! The channel registry's answers.
//!
//! ```json
//! {"status":200,"message":"OK","service":"channel-registry","error":false}
//! {"status":200,"payload":{"channels":["lobby"],"group":"all"},"service":"channel-registry","error":false}
//! ```

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::json;

use super::Garbled;
use crate::presence::Channel;

/// The channels of a group; none for a group that nobody made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupChannels {
    /// Which.
    pub channels: Vec<Channel>,
}

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    payload: Payload<'a>,
}

#[derive(Deserialize)]
struct Payload<'a> {
    #[serde(borrow, default)]
    channels: Vec<Cow<'a, str>>,
}

impl GroupChannels {
    /// Read the answer to a list.
    pub fn parse(body: &str) -> Result<Self, Garbled> {
        let wire: Wire<'_> = serde_json::from_str(body).map_err(|e| Garbled::new("list group", e))?;
        Ok(Self { channels: wire.payload.channels.iter().map(|name| Channel::heard(name)).collect() })
    }

    /// Write the answer to a list.
    pub fn encode(&self, group: &str) -> String {
        let channels: Vec<&str> = self.channels.iter().map(Channel::as_str).collect();
        json!({"status": 200, "payload": {"channels": channels, "group": group},
            "service": "channel-registry", "error": false})
        .to_string()
    }
}

/// The body of the answer to add, remove and delete.
pub fn groups_ok() -> String {
    r#"{"status":200,"message":"OK","service":"channel-registry","error":false}"#.to_owned()
}

/// The body of the answer to "which groups are there". Groups as recorded, the rest after the other
/// answers of the registry.
pub fn groups_list<'a>(groups: impl IntoIterator<Item = &'a str>) -> String {
    let groups: Vec<&str> = groups.into_iter().collect();
    json!({"status": 200, "payload": {"groups": groups, "namespace": ""}, "service": "channel-registry", "error": false})
        .to_string()
}
