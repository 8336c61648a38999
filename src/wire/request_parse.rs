//! A request out of path and query, in any spelling that an SDK is known to use.

use std::sync::Arc;

use super::{
    Auth, Caller, Cursor, Message, Names, Operation, Page, ReplyForm, Request,
    query::{Query, decode, split_names},
};
use crate::presence::{SubscribeKey, Timetoken, UserId};

/// Why a path and query are not a request of the protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadRequest {
    /// There is no such path.
    UnknownPath,
    /// A value can't be read. The text says which and why.
    Invalid(String),
}

impl Request {
    /// Read a path and a query, both still percent-encoded, in any spelling that an SDK is known to use.
    ///
    /// # Errors
    /// If the path is unknown, or a number or cursor can't be read.
    pub fn parse(path: &str, query: &str) -> Result<Self, BadRequest> {
        let query = Query::parse(query);
        let parts: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
        let (key, operation) = match parts.as_slice() {
            ["time", _] => ("", Operation::Time),
            ["v2", "subscribe", key, names, _callback] => {
                (*key, parse_subscribe(names, parse_cursor(&query)?, ReplyForm::V2, &query)?)
            }
            ["subscribe", key, names, _callback, timetoken] => {
                let cursor = make_cursor(parse_timetoken(&decode(timetoken))?, None);
                (*key, parse_subscribe(names, cursor, ReplyForm::V1, &query)?)
            }
            ["v2", "presence", "sub-key" | "sub_key", key, rest @ ..] => (*key, parse_presence(rest, &query)?),
            ["v1", "channel-registration", "sub-key" | "sub_key", key, "channel-group", rest @ ..] => {
                (*key, parse_registry(rest, &query)?)
            }
            [verb @ ("publish" | "signal"), publish_key, key, _signature, channel, _callback, payload @ ..] => {
                let message = Message {
                    channel: decode(channel).into(),
                    // All that follows is the message: encrypted ones hold slashes, and not every SDK encodes them.
                    payload: decode(&payload.join("/")),
                    signal: *verb == "signal",
                    meta: text_of(&query, "meta"),
                    sequence: parse_number(&query, "seqn")?,
                    origin: text_of(&query, "ortt"),
                    custom_type: text_of(&query, "custom_message_type"),
                    for_nobody: query.get("norep") == Some("true"),
                };
                (*key, Operation::Publish { publish_key: decode(publish_key).into(), message })
            }
            _ => return Err(BadRequest::UnknownPath),
        };
        let caller = Caller {
            user: query.get_filled("uuid").map(UserId::from_wire),
            auth: query.get_filled("auth").map(Auth::new),
        };
        Ok(Self { subscribe_key: SubscribeKey::from_wire(&decode(key)), caller, operation })
    }
}

fn parse_number<T: std::str::FromStr>(query: &Query, key: &str) -> Result<Option<T>, BadRequest> {
    let Some(text) = query.get_filled(key) else { return Ok(None) };
    let excerpt = || crate::wording::excerpt(text, 40);
    text.parse().map(Some).map_err(|_| BadRequest::Invalid(format!("{key} is not a number: {}", excerpt())))
}

fn text_of(query: &Query, key: &str) -> Option<String> {
    query.get_filled(key).map(str::to_owned)
}

fn parse_cursor(query: &Query) -> Result<Option<Cursor>, BadRequest> {
    if let Some(json) = query.get_filled("t") {
        // The old Ruby form: t={"t":"…","r":1}, and t={"r":0,"t":0} for a handshake.
        let t: super::cursor::WireCursor =
            serde_json::from_str(json).map_err(|e| BadRequest::Invalid(format!("t can't be read: {e}")))?;
        return Ok(make_cursor(Timetoken::new(t.t), t.r));
    }
    let Some(digits) = query.get_filled("tt") else { return Ok(None) };
    Ok(make_cursor(parse_timetoken(digits)?, parse_number(query, "tr")?))
}

fn parse_timetoken(digits: &str) -> Result<Timetoken, BadRequest> {
    let excerpt = || crate::wording::excerpt(digits, 40);
    Timetoken::parse(digits).ok_or_else(|| BadRequest::Invalid(format!("tt is not a timetoken: {}", excerpt())))
}

/// Zero asks for a first cursor: that is a handshake.
fn make_cursor(timetoken: Timetoken, region: Option<i32>) -> Option<Cursor> {
    (timetoken != Timetoken::ZERO).then_some(Cursor { timetoken, region })
}

/// The states that a heartbeat or subscribe carries; `null` is how Go says that there are none.
fn parse_carried_states(query: &Query) -> Option<String> {
    text_of(query, "state").filter(|state| state.trim() != "null")
}

fn parse_subscribe(
    names: &str,
    cursor: Option<Cursor>,
    form: ReplyForm,
    query: &Query,
) -> Result<Operation, BadRequest> {
    Ok(Operation::Subscribe {
        names: Names::read(names, query),
        cursor,
        timeout: parse_number(query, "heartbeat")?,
        state: parse_carried_states(query),
        filter: text_of(query, "filter-expr"),
        form,
    })
}

fn parse_presence(rest: &[&str], query: &Query) -> Result<Operation, BadRequest> {
    let here_now = |names| {
        Ok(Operation::HereNow {
            names,
            // Go and PHP write a hyphen; nobody recorded which of the two the service minds.
            user_ids: !["disable_uuids", "disable-uuids"].iter().any(|key| query.get(key) == Some("1")),
            state: query.get("state") == Some("1"),
            page: Page { limit: parse_number(query, "limit")?, offset: parse_number(query, "offset")? },
        })
    };
    match rest {
        // The new C SDK names groups, and no channel segment before them.
        [] | [""] => here_now(Names::read("", query)),
        ["uuid", user] => Ok(Operation::WhereNow { user: UserId::from_wire(&decode(user)) }),
        ["channel", names] => here_now(Names::read(names, query)),
        ["channel", names, "heartbeat"] => Ok(Operation::Heartbeat {
            names: Names::read(names, query),
            timeout: parse_number(query, "heartbeat")?,
            state: parse_carried_states(query),
        }),
        ["channel", names, "leave"] => Ok(Operation::Leave { names: Names::read(names, query) }),
        ["channel", names, "uuid", user] => {
            Ok(Operation::GetState { names: Names::read(names, query), user: UserId::from_wire(&decode(user)) })
        }
        ["channel", names, "uuid", user, "data"] => Ok(Operation::SetState {
            names: Names::read(names, query),
            user: UserId::from_wire(&decode(user)),
            state: text_of(query, "state").unwrap_or_default(),
        }),
        _ => Err(BadRequest::UnknownPath),
    }
}

/// Dart always writes both `add` and `remove`, one of them empty.
fn parse_group_change(group: Arc<str>, query: &Query) -> Result<Operation, BadRequest> {
    match (query.get("add"), query.get("remove")) {
        (None, None) => Ok(Operation::ListGroup { group }),
        (Some(add), None | Some("")) => Ok(Operation::AddToGroup { group, channels: split_names(add) }),
        (None | Some(""), Some(remove)) => Ok(Operation::RemoveFromGroup { group, channels: split_names(remove) }),
        (Some(_), Some(_)) => Err(BadRequest::Invalid("one request can add or remove, not both".to_owned())),
    }
}

fn parse_registry(rest: &[&str], query: &Query) -> Result<Operation, BadRequest> {
    let group = |name: &str| Arc::<str>::from(decode(name));
    match rest {
        [] | [""] => Ok(Operation::ListGroups),
        [name, "remove"] => Ok(Operation::DeleteGroup { group: group(name) }),
        [name] if !name.is_empty() => parse_group_change(group(name), query),
        _ => Err(BadRequest::UnknownPath),
    }
}
