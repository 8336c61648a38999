//! Reads presence webhooks. Whatever they hold that is not known is passed over, and what can't be read costs only
//! itself.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::write::{SCHEMAS, WebhookEvent, WebhookKind};
use crate::presence::{Channel, Moment, NameKind, PNPRES, SubscribeKey, UserId};
use crate::wire::{
    lenient::{parse_object, parse_state, parse_text},
    number::{LARGEST, read_whole},
    raw_list::RawList,
};

/// The most events of a body that are read: the largest batch that can be configured.
const MOST_EVENTS: usize = 10_000;

/// The most user ids of a count that are read. The service names some 30 KB of them.
const MOST_USERS: usize = 10_000;

/// Characters of an id. Documented ids have 36.
const LONGEST_ID: usize = 100;

/// What a body held.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ParsedWebhooks {
    /// The presence events, in the order in which they came.
    pub events: Vec<WebhookEvent>,
    /// How many events are not about presence, of a kind that is not known, or of the literal channel of a pattern.
    pub foreign: usize,
    /// How many events could not be read.
    pub garbled: usize,
}

/// Why a body is no webhook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the body is no webhook: {0}")]
pub struct BadWebhook(&'static str);

type Raw<'a> = Option<&'a RawValue>;

/// The outermost object, or that within an envelope of version 2: a schema, and the events.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct RawWebhook<'a> {
    #[serde(borrow)]
    schema: Raw<'a>,
    #[serde(borrow)]
    data_schema: Raw<'a>,
    #[serde(borrow)]
    data: Raw<'a>,
    #[serde(borrow)]
    event: Raw<'a>,
}

/// The fields of an event, wherever they stand: in the list, or in an envelope around it.
#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "camelCase", default)]
struct RawWebhookEvent<'a> {
    #[serde(borrow)]
    id: Raw<'a>,
    #[serde(borrow)]
    event_id: Raw<'a>,
    #[serde(borrow)]
    schema: Raw<'a>,
    #[serde(borrow)]
    data_schema: Raw<'a>,
    #[serde(borrow)]
    event_type: Raw<'a>,
    #[serde(borrow)]
    channel: Raw<'a>,
    #[serde(borrow)]
    user_id: Raw<'a>,
    #[serde(borrow)]
    uuid: Raw<'a>,
    #[serde(borrow)]
    sender_id: Raw<'a>,
    #[serde(borrow)]
    occupancy: Raw<'a>,
    #[serde(borrow)]
    data: Raw<'a>,
    #[serde(borrow)]
    timestamp: Raw<'a>,
    #[serde(borrow)]
    iso8601timestamp: Raw<'a>,
    #[serde(borrow)]
    sub_key: Raw<'a>,
    #[serde(borrow, rename = "sub_key")]
    older_sub_key: Raw<'a>,
    #[serde(borrow)]
    subscribe_key: Raw<'a>,
    #[serde(borrow)]
    users_joined: Raw<'a>,
    #[serde(borrow)]
    users_left: Raw<'a>,
    #[serde(borrow)]
    users_timedout: Raw<'a>,
    #[serde(borrow)]
    payload: Raw<'a>,
    #[serde(borrow)]
    event_payload: Raw<'a>,
}

/// Read the body of a webhook, enveloped or not, of one event or of many.
///
/// # Errors
/// If it is no JSON object, and no array of such.
pub fn parse_webhooks(body: &str) -> Result<ParsedWebhooks, BadWebhook> {
    let mut parsed = ParsedWebhooks::default();
    match body.trim_ascii_start().as_bytes().first() {
        Some(b'{') => {
            let whole: &RawValue = serde_json::from_str(body).map_err(|_| BadWebhook("it is not JSON"))?;
            read_object(whole, &mut parsed);
        }
        Some(b'[') => {
            let all: RawList<'_, MOST_EVENTS> = serde_json::from_str(body).map_err(|_| BadWebhook("it is not JSON"))?;
            parsed.garbled = all.len - all.first.len();
            all.first.into_iter().for_each(|one| read_object(one, &mut parsed));
        }
        None => return Err(BadWebhook("it is empty")),
        Some(_) => return Err(BadWebhook("it is no JSON object")),
    }
    Ok(parsed)
}

fn read_object(raw: &RawValue, parsed: &mut ParsedWebhooks) {
    let Ok(outer) = parse_object::<RawWebhook<'_>>("a webhook", raw.get()) else {
        parsed.garbled += 1;
        return;
    };
    if let Some(event) = outer.event {
        return read_envelope(event, parsed);
    }
    let is_list = outer.data.is_some_and(|data| data.get().starts_with('['));
    if is_list {
        read_list(&outer, &RawWebhookEvent::default(), parsed);
    } else {
        // As webhooks were before 2024: the fields of the event beside its schema.
        read_event(raw, &RawWebhookEvent::default(), parsed);
    }
}

/// The events of an envelope: in its payload, or, in version 1.0, beside it.
fn read_envelope(raw: &RawValue, parsed: &mut ParsedWebhooks) {
    let Ok(around) = parse_object::<RawWebhookEvent<'_>>("a webhook", raw.get()) else {
        parsed.garbled += 1;
        return;
    };
    if let Some(payload) = around.payload {
        match parse_object::<RawWebhook<'_>>("a webhook", payload.get()) {
            Ok(inner) => read_list(&inner, &around, parsed),
            Err(_) => parsed.garbled += 1,
        }
    } else if let Some(payload) = around.event_payload {
        read_event(payload, &around, parsed);
    } else {
        parsed.garbled += 1;
    }
}

fn read_list(body: &RawWebhook<'_>, around: &RawWebhookEvent<'_>, parsed: &mut ParsedWebhooks) {
    let around = RawWebhookEvent {
        schema: body.schema.or(around.schema),
        data_schema: body.data_schema.or(around.data_schema),
        ..*around
    };
    let list = body.data.map(|data| serde_json::from_str::<RawList<'_, MOST_EVENTS>>(data.get()));
    match list {
        Some(Ok(list)) => {
            parsed.garbled += list.len - list.first.len();
            // The id of an envelope is that of its only event.
            let around = if list.len > 1 { RawWebhookEvent { id: None, event_id: None, ..around } } else { around };
            list.first.into_iter().for_each(|one| read_event(one, &around, parsed));
        }
        Some(Err(_)) | None => parsed.garbled += 1,
    }
}

fn read_event(raw: &RawValue, around: &RawWebhookEvent<'_>, parsed: &mut ParsedWebhooks) {
    let Ok(own) = parse_object::<RawWebhookEvent<'_>>("a webhook", raw.get()) else {
        parsed.garbled += 1;
        return;
    };
    let first = |values: [Raw<'_>; 6]| values.into_iter().flatten().find_map(|raw| parse_text(raw).map(String::from));
    let schema =
        first([own.schema, own.data_schema, own.event_type, around.schema, around.data_schema, around.event_type]);
    let Some(schema) = schema else {
        parsed.garbled += 1;
        return;
    };
    let name = schema.strip_prefix(SCHEMAS).unwrap_or(&schema);
    let name = name.split('?').next().unwrap_or_default();
    if !is_known(name) {
        parsed.foreign += 1;
        return;
    }
    let fields = EventTexts {
        id: first([own.id, own.event_id, around.id, around.event_id, None, None]),
        channel: first([own.channel, around.channel, None, None, None, None]),
        user: first([own.user_id, own.uuid, own.sender_id, around.user_id, around.uuid, around.sender_id]),
        key: first([own.sub_key, own.older_sub_key, own.subscribe_key, around.sub_key, around.subscribe_key, None]),
        time: first([own.timestamp, own.iso8601timestamp, around.timestamp, around.iso8601timestamp, None, None]),
    };
    if fields.channel.as_deref().is_some_and(|channel| NameKind::of_listened(channel) == NameKind::Pattern) {
        // Who subscribes to a pattern is present on the literal channel of that name, which can't be watched by itself.
        parsed.foreign += 1;
        return;
    }
    match make_event(name, &own, fields) {
        Some(event) => parsed.events.push(event),
        None => parsed.garbled += 1,
    }
}

/// The texts of an event, each from the nearest place where it stands.
struct EventTexts {
    id: Option<String>,
    channel: Option<String>,
    user: Option<String>,
    key: Option<String>,
    time: Option<String>,
}

/// The state change is written in two ways.
fn is_known(name: &str) -> bool {
    matches!(
        name,
        "presence.user.channel.joined"
            | "presence.user.channel.left"
            | "presence.user.timedout.in.channel"
            | "presence.channel.user.state.in.changed"
            | "presence.channel.user.state.changed"
            | "presence.channel.state.active"
            | "presence.channel.state.inactive"
            | "presence.channel.occupancy.counted"
    )
}

/// An event, if what it needs is there: an id that is not too long, a channel that can be watched, a user.
fn make_event(name: &str, own: &RawWebhookEvent<'_>, texts: EventTexts) -> Option<WebhookEvent> {
    let channel = texts.channel?;
    let channel = Channel::parse(channel.strip_suffix(PNPRES).unwrap_or(&channel)).ok()?;
    if texts.id.as_ref().is_some_and(|id| id.len() > LONGEST_ID) {
        return None;
    }
    let user = || texts.user.as_deref().and_then(|user| UserId::parse(user).ok());
    let state = || own.data.and_then(parse_state).filter(|state| !state.is_empty());
    let what = match name {
        "presence.user.channel.joined" => WebhookKind::Joined { user: user()?, state: state() },
        "presence.user.channel.left" => WebhookKind::Left { user: user()? },
        "presence.user.timedout.in.channel" => WebhookKind::TimedOut { user: user()? },
        "presence.channel.state.active" => WebhookKind::ChannelActive,
        "presence.channel.state.inactive" => WebhookKind::ChannelInactive,
        "presence.channel.occupancy.counted" => WebhookKind::OccupancyCounted {
            joined: parse_users(own.users_joined),
            left: parse_users(own.users_left),
            timed_out: parse_users(own.users_timedout),
        },
        _ => WebhookKind::StateChanged { user: user()?, state: state() },
    };
    Some(WebhookEvent {
        id: texts.id.filter(|id| !id.is_empty()),
        subscribe_key: texts.key.map(|key| SubscribeKey::from_wire(&key)),
        channel,
        at: texts.time.and_then(|time| parse_time(&time)),
        occupancy: own.occupancy.and_then(|raw| read_whole(raw, LARGEST)),
        what,
    })
}

fn parse_users(raw: Raw<'_>) -> Vec<UserId> {
    let list = raw.and_then(|raw| serde_json::from_str::<RawList<'_, MOST_USERS>>(raw.get()).ok());
    let names = list.into_iter().flat_map(|list| list.first).filter_map(parse_text);
    names.filter_map(|name| UserId::parse(&name).ok()).collect()
}

fn parse_time(text: &str) -> Option<Moment> {
    let micros = text.parse::<Timestamp>().ok()?.as_microsecond();
    u64::try_from(micros).ok().map(Moment::from_micros)
}

#[cfg(test)]
mod tests;
