//! Presence events, to and from their payload.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Map, Value, json, value::RawValue};

use super::{
    Envelope, Malformed,
    event_payload::EventPayload,
    lenient::{parse_flag, parse_inner_list, parse_state, parse_text, show_value},
    query::encode,
};
use crate::{
    presence::{
        Channel, ChannelGroup, EventKind, PNPRES, PresenceEvent, State, SubscribeKey, Subscription, Timetoken, UserId,
    },
    wording::excerpt,
};

/// Bytes of an unknown payload that are kept to show.
const RAW_KEPT: usize = 4096;

/// What comes around a payload: where and when it was published.
struct Metadata {
    /// The channel, without `-pnpres`.
    channel: Channel,
    /// The subscription that matched, if it is not the channel itself.
    subscription: Option<Subscription>,
    /// When.
    published: Timetoken,
}

/// Read a presence event out of an envelope. `None` if the envelope is something else: a message, a signal, an object,
/// or a kind that is not known yet. The payloads, as recorded:
///
/// ```json
/// {"action":"join","uuid":"ann","timestamp":1790605537,"precise_timestamp":1790605537327,"occupancy":1}
/// {"action":"state-change","uuid":"ann","timestamp":1790605540,"occupancy":1,"data":{"mood":"busy"}}
/// {"action":"interval","timestamp":1490958585,"occupancy":4,"join":["bob"],"leave":["cat"]}
/// ```
///
/// The state is called `data` here, and interval deltas `join`, `leave` and `timeout`. Docs that call them otherwise were
/// never seen on the wire; their spellings are read all the same.
///
/// # Errors
/// If it is a presence event that can't be read.
pub fn parse_event(envelope: &Envelope<'_>) -> Result<Option<PresenceEvent>, Malformed> {
    Ok(parse_event_telling(envelope)?.map(|(event, _)| event))
}

/// As [`parse_event`], with what of the event could not be read: a field that is no number or no list is left out, and
/// costs only itself.
///
/// # Errors
/// If it is a presence event that can't be read.
pub fn parse_event_telling(envelope: &Envelope<'_>) -> Result<Option<(PresenceEvent, Vec<String>)>, Malformed> {
    if envelope.kind.is_some() || !envelope.channel.ends_with(PNPRES) {
        return Ok(None);
    }
    let channel = Channel::from_wire(&envelope.channel);
    let subscription = envelope.subscription.as_deref().filter(|b| !names_channel(b, &channel)).map(parse_subscription);
    let metadata = Metadata { channel, subscription, published: envelope.published };
    parse_payload(envelope.payload, metadata).map(Some)
}

/// Whether `b` of an envelope names the channel that it was published on: then it came for no other subscription.
pub fn names_channel(b: &str, channel: &Channel) -> bool {
    let name = b.strip_suffix(PNPRES).unwrap_or(b);
    // A projection of a channel, `__name__channel`, is no channel of a group.
    let whole = channel.as_str().strip_prefix("__").and_then(|rest| rest.split_once("__")).map(|(_, whole)| whole);
    name == channel.as_str() || Some(name) == whole
}

/// The pattern or group that `b` of an envelope names, where it [is not the channel](names_channel).
pub fn parse_subscription(b: &str) -> Subscription {
    let name = b.strip_suffix(PNPRES).unwrap_or(b);
    if name.ends_with(".*") {
        Subscription::Pattern(Channel::from_wire(name))
    } else {
        Subscription::Group(ChannelGroup::from_wire(name))
    }
}

/// Read a payload, and say what of it could not be read.
fn parse_payload(raw: &RawValue, about: Metadata) -> Result<(PresenceEvent, Vec<String>), Malformed> {
    let mut flaws = Vec::new();
    let payload = EventPayload::parse(raw, &mut flaws)?;
    let what = parse_kind(&payload, raw, &mut flaws)?;
    let event = PresenceEvent {
        channel: about.channel,
        subscription: about.subscription,
        published: about.published,
        timestamp: payload.timestamp,
        occupancy: payload.occupancy,
        what,
        raw: Some(raw.get().into()),
    };
    Ok((event, flaws))
}

fn parse_kind(payload: &EventPayload<'_>, raw: &RawValue, flaws: &mut Vec<String>) -> Result<EventKind, Malformed> {
    let garbled = |why: &str| Malformed::new("a presence event", why);
    let user = || match payload.uuid.as_deref() {
        Some("") => Err(garbled("its user id is empty")),
        Some(id) => Ok(UserId::from_wire(id)),
        None => Err(garbled(payload.wrong_user.as_deref().unwrap_or("it names no user id"))),
    };
    // "null" is how some senders write "no state".
    let state = || payload.data.and_then(parse_state).or_else(|| payload.state.and_then(parse_state));
    Ok(match payload.action.as_deref() {
        Some("join") => EventKind::Joined { user: user()?, state: state() },
        Some("leave") => EventKind::Left { user: user()? },
        Some("timeout") => EventKind::TimedOut { user: user()? },
        Some("state-change") => {
            let state = state().or_else(|| State::parse("{}").ok());
            let state = state.ok_or_else(|| garbled("it carries no state"))?;
            EventKind::StateChanged { user: user()?, state }
        }
        Some("interval") => parse_interval(payload, flaws),
        None if payload.occupancy.is_some() && payload.uuid.is_none() => parse_interval(payload, flaws),
        action => {
            EventKind::Unknown { action: excerpt(action.unwrap_or_default(), 64), raw: excerpt(raw.get(), RAW_KEPT) }
        }
    })
}

/// Read an interval. A name that can't be read costs only itself.
fn parse_interval(payload: &EventPayload<'_>, flaws: &mut Vec<String>) -> EventKind {
    let mut ids = |field: &str, one: Option<&RawValue>, other: Option<&RawValue>| {
        let mut all = Vec::new();
        for list in [one, other].into_iter().flatten() {
            match parse_inner_list("a presence event", field, Some(list)) {
                Ok(list) => all.extend(list.into_iter().filter_map(|raw| {
                    let id = parse_text(raw);
                    if id.is_none() {
                        flaws.push(format!("a user id in its {field} is {}", show_value(raw)));
                    }
                    id.filter(|id| !id.is_empty()).map(|id| UserId::from_wire(&id))
                })),
                Err(malformed) => flaws.push(malformed.why.into()),
            }
        }
        all
    };
    let joined = ids("list of joins", payload.join, payload.joined);
    let left = ids("list of leaves", payload.leave, payload.left);
    let timed_out = ids("list of timeouts", payload.timeout, payload.timedout);
    let refresh = payload.here_now_refresh.and_then(parse_flag).unwrap_or(false);
    EventKind::Interval { joined, left, timed_out, refresh }
}

/// Write the envelope of an event, all but its end: subscribers differ in the `b` that
/// [`close_envelope`] adds. `metadata`: with the event's facts as `u`, for filters.
pub fn open_envelope(event: &PresenceEvent, key: &SubscribeKey, region: i32, metadata: bool) -> String {
    let envelope = OpenEnvelope {
        a: "1",
        f: 514,
        p: json!({"t": event.published.to_string(), "r": region}),
        k: key.as_str(),
        c: format!("{}{PNPRES}", event.channel.as_str()),
        u: metadata.then(|| encode_metadata(event)),
        d: EventBody::new(event),
    };
    // Texts, numbers and JSON can always be written as JSON.
    let mut text = serde_json::to_string(&envelope).unwrap_or_default();
    text.pop();
    text
}

/// The end of an envelope: the requested name it came for, or none when only one was asked for.
pub fn close_envelope(open: &str, subscription: Option<&str>) -> String {
    match subscription {
        Some(name) => format!("{open},\"b\":{}}}", Value::from(name)),
        None => format!("{open}}}"),
    }
}

/// An envelope but for its `b`.
#[derive(Serialize)]
struct OpenEnvelope<'a> {
    a: &'static str,
    f: u16,
    p: Value,
    k: &'a str,
    c: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    u: Option<Value>,
    d: EventBody<'a>,
}

/// The payload of an event, whose state is written as it came.
#[derive(Serialize)]
struct EventBody<'a> {
    action: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    uuid: Option<&'a str>,
    /// Unix seconds.
    timestamp: u64,
    /// Unix milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    precise_timestamp: Option<u64>,
    occupancy: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    join: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    leave: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    timeout: Vec<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    here_now_refresh: bool,
}

impl<'a> EventBody<'a> {
    fn new(event: &'a PresenceEvent) -> Self {
        let (user, millis) = (event.what.user(), event.published.millis());
        let mut body = Self {
            action: name_action(&event.what),
            uuid: user.map(UserId::as_str),
            timestamp: event.timestamp.unwrap_or(millis / 1000),
            precise_timestamp: user.map(|_| millis),
            occupancy: event.occupancy.unwrap_or(0),
            data: None,
            join: Vec::new(),
            leave: Vec::new(),
            timeout: Vec::new(),
            here_now_refresh: false,
        };
        match &event.what {
            EventKind::Joined { state: Some(state), .. } | EventKind::StateChanged { state, .. } => {
                body.data = Some(state.as_raw());
            }
            // Recorded: a timeout says that no state is left; a leave does not.
            EventKind::TimedOut { .. } => body.data = Some(State::empty_raw()),
            EventKind::Interval { joined, left, timed_out, refresh } => {
                let names = |users: &'a [UserId]| users.iter().map(UserId::as_str).collect();
                (body.join, body.leave, body.timeout) = (names(joined), names(left), names(timed_out));
                body.here_now_refresh = *refresh;
            }
            _ => {}
        }
        body
    }
}

fn name_action(what: &EventKind) -> &str {
    match what {
        EventKind::Joined { .. } => "join",
        EventKind::Left { .. } => "leave",
        EventKind::TimedOut { .. } => "timeout",
        EventKind::StateChanged { .. } => "state-change",
        EventKind::Interval { .. } => "interval",
        EventKind::Unknown { action, .. } => action,
    }
}

/// The channel as the metadata name it. Recorded: that of a pattern as it came in the URL, `news.%2A`.
fn name_in_metadata(channel: &str) -> Cow<'_, str> {
    if channel.ends_with(".*") { encode(channel).into() } else { channel.into() }
}

/// The metadata object that modern keysets attach as `u` to a presence event.
fn encode_metadata(event: &PresenceEvent) -> Value {
    let body = EventBody::new(event);
    let mut meta = Map::new();
    meta.insert("pn_action".into(), body.action.into());
    meta.insert("pn_channel".into(), name_in_metadata(event.channel.as_str()).into());
    meta.insert("pn_ispresence".into(), json!(1));
    meta.insert("pn_occupancy".into(), body.occupancy.into());
    if let (Some(user), Some(millis)) = (body.uuid, body.precise_timestamp) {
        meta.insert("pn_timestamp".into(), body.timestamp.into());
        meta.insert("pn_precise_timestamp".into(), millis.into());
        meta.insert("pn_uuid".into(), user.into());
    }
    if let EventKind::StateChanged { state, .. } = &event.what
        && let Value::Object(fields) = state.value()
    {
        meta.extend(fields.into_iter().map(|(key, value)| (format!("pn_state_{key}"), value)));
    }
    Value::Object(meta)
}
