//! Every request, as one enum. `request_encode` writes it as path and query, `request_parse` reads those.

use std::sync::Arc;

use super::{Auth, Cursor, Message, Names};
use crate::presence::{SubscribeKey, UserId};

/// Who asks: the query fields that any request may carry.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Caller {
    /// `uuid`. Required in practice; a request without it is not counted in presence.
    pub user: Option<UserId>,
    /// `auth`.
    pub auth: Option<Auth>,
}

/// Which part of each channel's list a here now returns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Page {
    /// At most so many user ids per channel: 0 to 1000, absent is the service's default of 1000.
    pub limit: Option<i64>,
    /// After skipping so many.
    pub offset: Option<i64>,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// `/v2/subscribe/…`: wait for what is newer than the cursor.
    Subscribe {
        /// Channels, patterns, groups, and their presence twins.
        names: Names,
        /// Absent (or timetoken 0): a handshake.
        cursor: Option<Cursor>,
        /// The presence timeout in seconds, if the caller sets one.
        timeout: Option<u64>,
        /// State by channel, as JSON.
        state: Option<String>,
        /// `filter-expr`.
        filter: Option<String>,
    },
    /// `…/heartbeat`: I am here.
    Heartbeat {
        /// Where.
        names: Names,
        /// The presence timeout in seconds; absent is 300.
        timeout: Option<u64>,
        /// State by channel, as JSON.
        state: Option<String>,
    },
    /// `…/leave`: I am not.
    Leave {
        /// Where.
        names: Names,
    },
    /// Who is there?
    HereNow {
        /// Where; nothing at all asks about every channel of the key.
        names: Names,
        /// Whether user ids are wanted (`disable_uuids`).
        user_ids: bool,
        /// Whether states are wanted.
        state: bool,
        /// Which part of the lists.
        page: Page,
    },
    /// Where is this user?
    WhereNow {
        /// Who, which need not be the caller.
        user: UserId,
    },
    /// Replace a user's state.
    SetState {
        /// Where.
        names: Names,
        /// Whose.
        user: UserId,
        /// The new state, as JSON.
        state: String,
    },
    /// What is this user's state?
    GetState {
        /// Where.
        names: Names,
        /// Whose.
        user: UserId,
    },
    /// The channels of a group.
    ListGroup {
        /// Which.
        group: Arc<str>,
    },
    /// Add channels to a group.
    AddToGroup {
        /// Which.
        group: Arc<str>,
        /// What.
        channels: Vec<Arc<str>>,
    },
    /// Take channels out of a group.
    RemoveFromGroup {
        /// Which.
        group: Arc<str>,
        /// What.
        channels: Vec<Arc<str>>,
    },
    /// Forget a group.
    DeleteGroup {
        /// Which.
        group: Arc<str>,
    },
    /// The names of all groups.
    ListGroups,
    /// `/publish/…` or `/signal/…`: a message for a channel.
    Publish {
        /// The publish key.
        publish_key: Arc<str>,
        /// What, and where to.
        message: Message,
    },
    /// `/time/0`. Carries no key and no token.
    Time,
}

/// A whole request.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Which application. Empty for [`Operation::Time`].
    pub subscribe_key: SubscribeKey,
    /// Who asks.
    pub caller: Caller,
    /// What.
    pub operation: Operation,
}

impl Operation {
    /// A short name for ledgers and logs.
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
}
