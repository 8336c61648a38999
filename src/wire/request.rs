//! Every request, as one enum. `request_encode` writes it as path and query, `request_parse` reads those.

use std::sync::Arc;

use super::{Auth, Cursor, Message, Names, ReplyForm};
use crate::presence::{PNPRES, SubscribeKey, UserId};

/// The caller of a request: query fields that any request may carry.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Caller {
    /// The user id, `uuid` on the wire. A request without it is not counted in presence.
    pub user: Option<UserId>,
    /// The token, `auth` on the wire.
    pub auth: Option<Auth>,
}

/// Which part of each channel's occupants a here now returns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Page {
    /// The most user ids per channel, 0 to [`HERE_NOW_PAGE`](crate::presence::rules::HERE_NOW_PAGE), which is also the
    /// default.
    pub limit: Option<i64>,
    /// How many user ids per channel are skipped before them.
    pub offset: Option<i64>,
}

/// What a request asks for. Times are in seconds.
///
/// | operation | path | answer |
/// |---|---|---|
/// | subscribe | `/v2/subscribe/KEY/CHANNELS/0` | [`RawReply`](super::RawReply), [`Envelope`](super::Envelope), [`parse_event`](super::parse_event) |
/// | the same, version 1 | `/subscribe/KEY/CHANNELS/0/TIMETOKEN` | see [`ReplyForm`] |
/// | heartbeat, leave | `/v2/presence/sub-key/KEY/channel/CHANNELS/heartbeat`, `…/leave` | [`parse_ack`](super::parse_ack) |
/// | here now | `/v2/presence/sub-key/KEY/channel/CHANNELS` | [`HereNow`](super::HereNow) |
/// | where now | `/v2/presence/sub-key/KEY/uuid/USER` | [`WhereNow`](super::WhereNow) |
/// | get state, set state | `…/channel/CHANNELS/uuid/USER`, `…/data` | [`UserState`](super::UserState), [`parse_ack`](super::parse_ack) |
/// | channel groups | `/v1/channel-registration/sub-key/KEY/channel-group/GROUP` | [`GroupChannels`](super::GroupChannels), [`parse_ack`](super::parse_ack) |
/// | publish, signal | `/publish/PUBKEY/KEY/0/CHANNEL/0/JSON`, `/signal/…` | see [`Message`] |
/// | time | `/time/0` | [`parse_time`](super::parse_time) |
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// Wait for what is published after the cursor.
    Subscribe {
        /// Channels, patterns, groups, and their presence twins.
        names: Names,
        /// Absent for a handshake, which asks for a first cursor.
        cursor: Option<Cursor>,
        /// The caller's presence timeout, if it sets one.
        timeout: Option<u64>,
        /// The caller's states, as a JSON object of objects by channel.
        state: Option<String>,
        /// Which messages are wanted, in PubNub's filter language (`filter-expr`).
        filter: Option<String>,
        /// How the reply is written, which the version in the path decides.
        form: ReplyForm,
    },
    /// Announce that the caller is present.
    Heartbeat {
        /// The channels and groups.
        names: Names,
        /// The caller's presence timeout; absent is 300.
        timeout: Option<u64>,
        /// The caller's states, as a JSON object of objects by channel.
        state: Option<String>,
    },
    /// Announce that the caller has left.
    Leave {
        /// The channels and groups.
        names: Names,
    },
    /// Who is present?
    HereNow {
        /// The channels and groups; none at all asks about every channel of the key.
        names: Names,
        /// Whether user ids are wanted (`disable_uuids`).
        user_ids: bool,
        /// Whether states are wanted.
        state: bool,
        /// Which part of the occupants.
        page: Page,
    },
    /// Where is a user present?
    WhereNow {
        /// The user, who need not be the caller.
        user: UserId,
    },
    /// Replace a user's states.
    SetState {
        /// The channels and groups.
        names: Names,
        /// The user whose states these are.
        user: UserId,
        /// The new state, as JSON.
        state: String,
    },
    /// What are a user's states?
    GetState {
        /// The channels and groups.
        names: Names,
        /// The user whose states these are.
        user: UserId,
    },
    /// List the channels of a channel group.
    ListGroup {
        /// The group.
        group: Arc<str>,
    },
    /// Add channels to a channel group.
    AddToGroup {
        /// The group.
        group: Arc<str>,
        /// The channels.
        channels: Vec<Arc<str>>,
    },
    /// Remove channels from a channel group.
    RemoveFromGroup {
        /// The group.
        group: Arc<str>,
        /// The channels.
        channels: Vec<Arc<str>>,
    },
    /// Delete a channel group.
    DeleteGroup {
        /// The group.
        group: Arc<str>,
    },
    /// List all channel groups.
    ListGroups,
    /// Publish a message or a signal.
    Publish {
        /// The publish key.
        publish_key: Arc<str>,
        /// The message, and its channel.
        message: Message,
    },
    /// What is the service's time? Carries no key and no token.
    Time,
}

/// A whole request.
///
/// ```
/// use herenow::{
///     presence::{SubscribeKey, UserId},
///     wire::{Caller, HereNow, Names, Operation, Page, Request},
/// };
///
/// let names = Names { channels: vec!["lobby".into()], groups: vec![] };
/// let operation = Operation::HereNow { names, user_ids: true, state: false, page: Page::default() };
/// let caller = Caller { user: Some(UserId::parse("ann")?), auth: None };
/// let target = Request { subscribe_key: SubscribeKey::parse("demo")?, caller, operation }.encode().unwrap();
/// assert!(target.starts_with("/v2/presence/sub-key/demo/channel/lobby?uuid=ann&"));
///
/// let body = r#"{"status":200,"message":"OK","service":"Presence","uuids":["bob"],"occupancy":1}"#;
/// assert_eq!(HereNow::parse(body, Some("lobby")).unwrap().total_occupancy(), 1);
/// # Ok::<(), herenow::presence::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The application. Empty for [`Operation::Time`].
    pub subscribe_key: SubscribeKey,
    /// The caller.
    pub caller: Caller,
    /// What it asks for.
    pub operation: Operation,
}

/// The channel of a presence twin.
fn drop_twin(name: &str) -> &str {
    name.strip_suffix(PNPRES).unwrap_or(name)
}

impl Operation {
    /// A short name for ledgers and logs, such as `here now`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Subscribe { .. } => "subscribe",
            Self::Heartbeat { .. } => "heartbeat",
            Self::Leave { .. } => "leave",
            Self::HereNow { .. } => "here now",
            Self::WhereNow { .. } => "where now",
            Self::SetState { .. } => "set state",
            Self::GetState { .. } => "get state",
            Self::ListGroup { .. } => "list group",
            Self::AddToGroup { .. } => "add to group",
            Self::RemoveFromGroup { .. } => "remove from group",
            Self::DeleteGroup { .. } => "delete group",
            Self::ListGroups => "list groups",
            Self::Publish { message, .. } if message.signal => "signal",
            Self::Publish { .. } => "publish",
            Self::Time => "time",
        }
    }

    /// Whether it names this channel or group, the presence twin for the channel itself included.
    pub fn names(&self, name: &str) -> bool {
        let is_among = |names: &[Arc<str>]| names.iter().any(|one| drop_twin(one) == drop_twin(name));
        match self {
            Self::Subscribe { names, .. }
            | Self::Heartbeat { names, .. }
            | Self::Leave { names }
            | Self::HereNow { names, .. }
            | Self::SetState { names, .. }
            | Self::GetState { names, .. } => is_among(&names.channels) || is_among(&names.groups),
            Self::AddToGroup { group, channels } | Self::RemoveFromGroup { group, channels } => {
                &**group == name || is_among(channels)
            }
            Self::ListGroup { group } | Self::DeleteGroup { group } => &**group == name,
            Self::Publish { message, .. } => &*message.channel == name,
            Self::WhereNow { .. } | Self::ListGroups | Self::Time => false,
        }
    }
}

/// Whether a header of a request is such as only a browser sends; its name is in lower case. Node's `fetch` sends
/// `sec-fetch-mode: cors` and nothing else of the kind, and no browser sends that alone.
#[doc(hidden)]
pub fn is_browser_header(name: &str, value: &[u8]) -> bool {
    matches!(name, "origin" | "referer")
        || (name.starts_with("sec-fetch-") && (name != "sec-fetch-mode" || value != b"cors"))
}
