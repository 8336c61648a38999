//! The answers of the channel registry.

use serde::Deserialize;
use serde_json::{json, value::RawValue};

use super::{
    Malformed,
    lenient::{parse_accepted, parse_channels, parse_inner_list, parse_inner_object},
};
use crate::presence::Channel;

/// The channels of a channel group: the answer to a list, the second of these. The first answers add, remove and
/// delete.
///
/// ```json
/// {"status":200,"message":"OK","service":"channel-registry","error":false}
/// {"status":200,"payload":{"channels":["lobby"],"group":"all"},"service":"channel-registry","error":false}
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupChannels {
    /// The channels; none for an unknown group.
    pub channels: Vec<Channel>,
    /// How many names could not be read and are missing above.
    pub unread: usize,
}

#[derive(Deserialize)]
struct GroupAnswer<'a> {
    #[serde(borrow)]
    payload: &'a RawValue,
}

#[derive(Deserialize)]
struct GroupPayload<'a> {
    #[serde(borrow, default)]
    channels: Option<&'a RawValue>,
}

impl GroupChannels {
    /// Read the answer to a list. A name that can't be read costs only itself.
    ///
    /// # Errors
    /// If it is not an answer, or reports a failure, or if no name in it can be read.
    pub fn parse(body: &str) -> Result<Self, Malformed> {
        let (wire, _): (GroupAnswer<'_>, _) = parse_accepted("list group", body)?;
        let payload: GroupPayload<'_> = parse_inner_object("list group", "payload", wire.payload)?;
        let list = payload.channels.filter(|list| list.get() != "null");
        let list = list.ok_or_else(|| Malformed::new("list group", "it holds no list of channels"))?;
        let list = parse_inner_list("list group", "list of channels", Some(list))?;
        let (channels, unread) = parse_channels("list group", &list)?;
        Ok(Self { channels, unread })
    }

    /// Write the answer to a list.
    pub fn encode(&self, group: &str) -> String {
        let channels: Vec<&str> = self.channels.iter().map(Channel::as_str).collect();
        json!({"status": 200, "payload": {"channels": channels, "group": group},
            "service": "channel-registry", "error": false})
        .to_string()
    }
}

/// Write the answer to add, remove and delete.
pub fn encode_group_answer() -> String {
    r#"{"status":200,"message":"OK","service":"channel-registry","error":false}"#.to_owned()
}

/// The body of the answer to "which groups are there". Groups as recorded, the rest after the other
/// answers of the registry.
pub fn encode_group_names<'a>(groups: impl IntoIterator<Item = &'a str>) -> String {
    let groups: Vec<&str> = groups.into_iter().collect();
    json!({"status": 200, "payload": {"groups": groups, "namespace": ""}, "service": "channel-registry", "error": false})
        .to_string()
}
