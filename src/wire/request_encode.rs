//! A request as path and query.

use super::{
    Auth, Cursor, Names, Operation, ReplyForm, Request,
    query::{Url, encode},
};
use crate::presence::{Timetoken, UserId};

/// A name that no URL can carry: it is empty, or one or two dots, which URL libraries remove from a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` can't be asked about: as part of a URL it would vanish")]
pub struct UnsendableName(String);

/// The name and version that the client sends as `pnsdk`.
const PNSDK: &str = concat!("herenow/", env!("CARGO_PKG_VERSION"));

fn encode_segment(name: &str) -> Result<String, UnsendableName> {
    if matches!(name, "" | "." | "..") { Err(UnsendableName(name.to_owned())) } else { Ok(encode(name)) }
}

fn encode_channels(names: &Names) -> Result<String, UnsendableName> {
    match names.single() {
        Some(one) => encode_segment(one),
        None => Ok(names.path_segment()),
    }
}

/// A handshake asks from zero on.
fn timetoken_of(cursor: Option<Cursor>) -> Timetoken {
    cursor.map_or(Timetoken::ZERO, |cursor| cursor.timetoken)
}

impl Request {
    /// Write the request as `/path?query`. It holds the token, if the caller has one: never log it.
    ///
    /// # Errors
    /// If the subscribe key, or a name that stands alone in a path segment, can't be sent in a URL.
    pub fn encode(&self) -> Result<String, UnsendableName> {
        if self.operation == Operation::Time {
            return Ok("/time/0".to_owned());
        }
        let key = encode_segment(self.subscribe_key.as_str())?;
        let presence = format!("/v2/presence/sub-key/{key}");
        let registry = format!("/v1/channel-registration/sub-key/{key}/channel-group");
        let mut url = Url::new(match &self.operation {
            Operation::Subscribe { names, form: ReplyForm::V2, .. } => {
                format!("/v2/subscribe/{key}/{}/0", encode_channels(names)?)
            }
            Operation::Subscribe { names, cursor, form: ReplyForm::V1, .. } => {
                format!("/subscribe/{key}/{}/0/{}", encode_channels(names)?, timetoken_of(*cursor))
            }
            Operation::Heartbeat { names, .. } => format!("{presence}/channel/{}/heartbeat", encode_channels(names)?),
            Operation::Leave { names } => format!("{presence}/channel/{}/leave", encode_channels(names)?),
            Operation::HereNow { names, .. } if names.is_empty() => presence,
            Operation::HereNow { names, .. } => format!("{presence}/channel/{}", encode_channels(names)?),
            Operation::WhereNow { user } => format!("{presence}/uuid/{}", encode_segment(user.as_str())?),
            Operation::SetState { names, user, .. } => {
                format!("{presence}/channel/{}/uuid/{}/data", encode_channels(names)?, encode_segment(user.as_str())?)
            }
            Operation::GetState { names, user } => {
                format!("{presence}/channel/{}/uuid/{}", encode_channels(names)?, encode_segment(user.as_str())?)
            }
            Operation::ListGroup { group }
            | Operation::AddToGroup { group, .. }
            | Operation::RemoveFromGroup { group, .. } => {
                format!("{registry}/{}", encode_segment(group)?)
            }
            Operation::DeleteGroup { group } => format!("{registry}/{}/remove", encode_segment(group)?),
            Operation::ListGroups => registry,
            Operation::Publish { publish_key, message } => {
                let verb = if message.signal { "signal" } else { "publish" };
                let (publish_key, channel) = (encode_segment(publish_key)?, encode_segment(&message.channel)?);
                let mut path = format!("/{verb}/{publish_key}/{key}/0/{channel}/0");
                if !message.payload.is_empty() {
                    path = format!("{path}/{}", encode(&message.payload));
                }
                path
            }
            Operation::Time => unreachable!("answered above"),
        });
        self.operation.write_query(&mut url);
        url.add_if("uuid", self.caller.user.as_ref().map(UserId::as_str));
        url.add("pnsdk", PNSDK);
        url.add_if("auth", self.caller.auth.as_ref().map(Auth::expose));
        Ok(url.finish())
    }
}

impl Operation {
    fn write_query(&self, url: &mut Url) {
        match self {
            Self::Subscribe { names, cursor, timeout, state, filter, form } => {
                if *form == ReplyForm::V2 {
                    url.add("tt", &timetoken_of(*cursor).to_string());
                    url.add_if("tr", cursor.and_then(|c| c.region));
                }
                url.add_list("channel-group", &names.groups);
                url.add_if("heartbeat", *timeout);
                url.add_if("state", state.as_ref());
                url.add_if("filter-expr", filter.as_ref());
            }
            Self::Heartbeat { names, timeout, state } => {
                url.add_list("channel-group", &names.groups);
                url.add_if("heartbeat", *timeout);
                url.add_if("state", state.as_ref());
            }
            Self::Leave { names } | Self::GetState { names, .. } => url.add_list("channel-group", &names.groups),
            Self::HereNow { names, user_ids, state, page } => {
                url.add_list("channel-group", &names.groups);
                url.add_if("disable_uuids", (!user_ids).then_some(1));
                url.add_if("state", state.then_some(1));
                url.add_if("limit", page.limit);
                url.add_if("offset", page.offset);
            }
            Self::SetState { names, state, .. } => {
                url.add("state", state);
                url.add_list("channel-group", &names.groups);
            }
            // Without the word it would be another request: to list the group.
            Self::AddToGroup { channels, .. } => url.add_names("add", channels),
            Self::RemoveFromGroup { channels, .. } => url.add_names("remove", channels),
            Self::Publish { message, .. } => {
                url.add_if("meta", message.meta.as_ref());
                url.add_if("seqn", message.sequence);
                url.add_if("ortt", message.origin.as_ref());
                url.add_if("custom_message_type", message.custom_type.as_ref());
                url.add_if("norep", message.for_nobody.then_some("true"));
            }
            Self::WhereNow { .. }
            | Self::ListGroup { .. }
            | Self::DeleteGroup { .. }
            | Self::ListGroups
            | Self::Time => {}
        }
    }
}
