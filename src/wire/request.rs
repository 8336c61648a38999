//! Every request, as one enum: to path and query, and back.

use std::{fmt, sync::Arc};

use secrecy::{ExposeSecret, SecretString};

use super::{
    message::Message,
    query::{Names, Query, Url, decode, encode, join, split},
};
use crate::presence::{SubscribeKey, Timetoken, UserId};

/// A secret that authorises requests (Access Manager token or auth key). Shown by nothing but the
/// URL it travels in.
#[derive(Clone)]
pub struct Auth(SecretString);

impl Auth {
    /// Wrap a token.
    pub fn new(token: &str) -> Self {
        Self(SecretString::from(token))
    }

    /// The token itself, to send or to check it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl PartialEq for Auth {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Auth(provided)")
    }
}

/// Who asks: the query fields that any request may carry.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Caller {
    /// `uuid`. Required in practice; a request without it is not counted in presence.
    pub user: Option<UserId>,
    /// `auth`.
    pub auth: Option<Auth>,
}

/// A place in the stream: everything published after `timetoken` is still to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// `tt`.
    pub timetoken: Timetoken,
    /// `tr`; absent on a handshake and from some SDKs.
    pub region: Option<i32>,
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
pub enum Ask {
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
    /// Which application. Empty for [`Ask::Time`].
    pub subscribe_key: SubscribeKey,
    /// Who asks.
    pub caller: Caller,
    /// What.
    pub ask: Ask,
}

/// A name that no URL can carry: a path segment of one or two dots is swallowed on the way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` can't be asked about: as part of a URL it would vanish")]
pub struct Unspeakable(String);

/// Why a path and query are not a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadRequest {
    /// No such path.
    UnknownPath,
    /// A value that can't be read; the text says which and why.
    Invalid(String),
}

/// What the client calls itself.
const PNSDK: &str = concat!("herenow/", env!("CARGO_PKG_VERSION"));

fn segment(name: &str) -> Result<String, Unspeakable> {
    if matches!(name, "" | "." | "..") { Err(Unspeakable(name.to_owned())) } else { Ok(encode(name)) }
}

fn channels(names: &Names) -> Result<String, Unspeakable> {
    match names.single() {
        Some(one) => segment(one),
        None => Ok(names.path_segment()),
    }
}

impl Request {
    /// `path?query`, starting with `/`.
    pub fn encode(&self) -> Result<String, Unspeakable> {
        if self.ask == Ask::Time {
            return Ok("/time/0".to_owned());
        }
        let key = segment(self.subscribe_key.as_str())?;
        let presence = format!("/v2/presence/sub-key/{key}");
        let registry = format!("/v1/channel-registration/sub-key/{key}/channel-group");
        let mut url = Url::new(match &self.ask {
            Ask::Subscribe { names, .. } => format!("/v2/subscribe/{key}/{}/0", channels(names)?),
            Ask::Heartbeat { names, .. } => format!("{presence}/channel/{}/heartbeat", channels(names)?),
            Ask::Leave { names } => format!("{presence}/channel/{}/leave", channels(names)?),
            Ask::HereNow { names, .. } if names.is_empty() => presence,
            Ask::HereNow { names, .. } => format!("{presence}/channel/{}", channels(names)?),
            Ask::WhereNow { user } => format!("{presence}/uuid/{}", segment(user.as_str())?),
            Ask::SetState { names, user, .. } => {
                format!("{presence}/channel/{}/uuid/{}/data", channels(names)?, segment(user.as_str())?)
            }
            Ask::GetState { names, user } => {
                format!("{presence}/channel/{}/uuid/{}", channels(names)?, segment(user.as_str())?)
            }
            Ask::ListGroup { group } | Ask::AddToGroup { group, .. } | Ask::RemoveFromGroup { group, .. } => {
                format!("{registry}/{}", segment(group)?)
            }
            Ask::DeleteGroup { group } => format!("{registry}/{}/remove", segment(group)?),
            Ask::ListGroups => registry,
            Ask::Publish { publish_key, message } => {
                let verb = if message.signal { "signal" } else { "publish" };
                let (publish_key, channel) = (segment(publish_key)?, segment(&message.channel)?);
                let mut path = format!("/{verb}/{publish_key}/{key}/0/{channel}/0");
                if !message.payload.is_empty() {
                    path = format!("{path}/{}", encode(&message.payload));
                }
                path
            }
            Ask::Time => unreachable!("answered above"),
        });
        self.ask.write_query(&mut url);
        url.add_if("uuid", self.caller.user.as_ref().map(UserId::as_str));
        url.add("pnsdk", PNSDK);
        url.add_if("auth", self.caller.auth.as_ref().map(Auth::expose));
        Ok(url.finish())
    }

    /// From a raw (still encoded) path and query, in any spelling that an SDK is known to use.
    pub fn parse(path: &str, query: &str) -> Result<Self, BadRequest> {
        let query = Query::parse(query);
        let parts: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
        let (key, ask) = match parts.as_slice() {
            ["time", _] => ("", Ask::Time),
            ["v2", "subscribe", key, names, _callback] => (*key, read_subscribe(names, &query)?),
            ["v2", "presence", "sub-key" | "sub_key", key, rest @ ..] => (*key, read_presence(rest, &query)?),
            ["v1", "channel-registration", "sub-key" | "sub_key", key, "channel-group", rest @ ..] => {
                (*key, read_registry(rest, &query)?)
            }
            [verb @ ("publish" | "signal"), publish_key, key, _signature, channel, _callback, payload @ ..]
                if payload.len() < 2 =>
            {
                let message = Message {
                    channel: decode(channel).into(),
                    payload: payload.first().map(|p| decode(p)).unwrap_or_default(),
                    signal: *verb == "signal",
                    meta: text(&query, "meta"),
                    sequence: number(&query, "seqn")?,
                    origin: text(&query, "ortt"),
                    custom_type: text(&query, "custom_message_type"),
                };
                (*key, Ask::Publish { publish_key: decode(publish_key).into(), message })
            }
            _ => return Err(BadRequest::UnknownPath),
        };
        let caller =
            Caller { user: query.filled("uuid").map(UserId::heard), auth: query.filled("auth").map(Auth::new) };
        Ok(Self { subscribe_key: SubscribeKey::heard(&decode(key)), caller, ask })
    }
}

impl Ask {
    fn write_query(&self, url: &mut Url) {
        match self {
            Self::Subscribe { names, cursor, timeout, state, filter } => {
                url.add("tt", &cursor.map_or(Timetoken::ZERO, |c| c.timetoken).to_string());
                url.add_if("tr", cursor.and_then(|c| c.region));
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
            Self::AddToGroup { channels, .. } => url.add_list("add", channels),
            Self::RemoveFromGroup { channels, .. } => url.add_list("remove", channels),
            Self::Publish { message, .. } => {
                url.add_if("meta", message.meta.as_ref());
                url.add_if("seqn", message.sequence);
                url.add_if("ortt", message.origin.as_ref());
                url.add_if("custom_message_type", message.custom_type.as_ref());
            }
            Self::WhereNow { .. }
            | Self::ListGroup { .. }
            | Self::DeleteGroup { .. }
            | Self::ListGroups
            | Self::Time => {}
        }
    }

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

fn number<T: std::str::FromStr>(query: &Query, key: &str) -> Result<Option<T>, BadRequest> {
    let Some(text) = query.filled(key) else { return Ok(None) };
    let excerpt = || super::excerpt(text, 40);
    text.parse().map(Some).map_err(|_| BadRequest::Invalid(format!("{key} is not a number: {}", excerpt())))
}

fn text(query: &Query, key: &str) -> Option<String> {
    query.filled(key).map(str::to_owned)
}

fn read_cursor(query: &Query) -> Result<Option<Cursor>, BadRequest> {
    let (timetoken, region) = match query.filled("t") {
        // The old Ruby form: t={"t":"…","r":1}.
        Some(json) => {
            let t: super::subscribe::WireCursor<'_> =
                serde_json::from_str(json).map_err(|e| BadRequest::Invalid(format!("t can't be read: {e}")))?;
            (Some(t.t.into_owned()), Some(t.r))
        }
        None => (text(query, "tt"), number(query, "tr")?),
    };
    let Some(digits) = timetoken else { return Ok(None) };
    let timetoken = Timetoken::parse(&digits)
        .ok_or_else(|| BadRequest::Invalid(format!("tt is not a timetoken: {}", super::excerpt(&digits, 40))))?;
    Ok((timetoken != Timetoken::ZERO).then_some(Cursor { timetoken, region }))
}

fn read_subscribe(names: &str, query: &Query) -> Result<Ask, BadRequest> {
    Ok(Ask::Subscribe {
        names: Names::read(names, query),
        cursor: read_cursor(query)?,
        timeout: number(query, "heartbeat")?,
        state: text(query, "state"),
        filter: text(query, "filter-expr"),
    })
}

fn read_presence(rest: &[&str], query: &Query) -> Result<Ask, BadRequest> {
    let here_now = |names| {
        Ok(Ask::HereNow {
            names,
            user_ids: query.get("disable_uuids") != Some("1"),
            state: query.get("state") == Some("1"),
            page: Page { limit: number(query, "limit")?, offset: number(query, "offset")? },
        })
    };
    match rest {
        [] | [""] => here_now(Names::default()),
        ["uuid", user] => Ok(Ask::WhereNow { user: UserId::heard(&decode(user)) }),
        ["channel", names] => here_now(Names::read(names, query)),
        ["channel", names, "heartbeat"] => Ok(Ask::Heartbeat {
            names: Names::read(names, query),
            timeout: number(query, "heartbeat")?,
            state: text(query, "state"),
        }),
        ["channel", names, "leave"] => Ok(Ask::Leave { names: Names::read(names, query) }),
        ["channel", names, "uuid", user] => {
            Ok(Ask::GetState { names: Names::read(names, query), user: UserId::heard(&decode(user)) })
        }
        ["channel", names, "uuid", user, "data"] => Ok(Ask::SetState {
            names: Names::read(names, query),
            user: UserId::heard(&decode(user)),
            state: text(query, "state").unwrap_or_default(),
        }),
        _ => Err(BadRequest::UnknownPath),
    }
}

fn read_registry(rest: &[&str], query: &Query) -> Result<Ask, BadRequest> {
    let group = |name: &str| Arc::<str>::from(decode(name));
    match rest {
        [] | [""] => Ok(Ask::ListGroups),
        [name, "remove"] => Ok(Ask::DeleteGroup { group: group(name) }),
        [name] if query.get("add").is_some() => {
            Ok(Ask::AddToGroup { group: group(name), channels: split(query.get("add").unwrap_or_default()) })
        }
        [name] if query.get("remove").is_some() => {
            Ok(Ask::RemoveFromGroup { group: group(name), channels: split(query.get("remove").unwrap_or_default()) })
        }
        [name] if !name.is_empty() => Ok(Ask::ListGroup { group: group(name) }),
        _ => Err(BadRequest::UnknownPath),
    }
}

/// The channels a URL names, for error texts.
impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [join(&self.channels), join(&self.groups)].join(" ");
        f.write_str(&super::excerpt(&decode(all.trim()), 200))
    }
}
