//! Presence webhooks, as Events & Actions sends them: one event, and the forms of a body. [`encode_webhooks`] writes
//! such a body, [`parse_webhooks`](super::parse_webhooks) reads it.
//!
//! ```json
//! {"dataSchema":"pubnub.com/schemas/events/presence.user.channel.joined?v=1.0.0","data":[{"id":"1d55…","channel":"lobby",
//!  "userId":"ann","occupancy":1,"data":{},"timestamp":"2026-01-01T10:00:20.021Z","subKey":"sub-c-…"}]}
//! ```
//!
//! What is known of them is documented, not recorded: the schemas of the seven events, the unenveloped body, and the
//! envelopes by examples of other events.

use std::str::FromStr;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json, value::RawValue};

use crate::presence::{Channel, Moment, State, SubscribeKey, UserId};

/// What stands before the name of an event in its schema.
pub(super) const SCHEMAS: &str = "pubnub.com/schemas/events/";

/// One event of a webhook. It has no timetoken: nothing says where among the events of a stream it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookEvent {
    /// Names the event: a webhook that is sent again brings the same. `None` where the sender gave none.
    pub id: Option<String>,
    /// The application. `None` where the sender named none.
    pub subscribe_key: Option<SubscribeKey>,
    /// The channel, without `-pnpres`.
    pub channel: Channel,
    /// When it happened, to the millisecond. `None` where that could not be read.
    pub at: Option<Moment>,
    /// The number of distinct user ids present after it, if it tells.
    pub occupancy: Option<u64>,
    /// What happened.
    pub what: WebhookKind,
}

/// What a presence webhook reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookKind {
    /// A user joined a channel.
    Joined {
        /// Who.
        user: UserId,
        /// The state they brought along, if any.
        state: Option<State>,
    },
    /// A user left a channel on purpose.
    Left {
        /// Who.
        user: UserId,
    },
    /// A user timed out on a channel.
    TimedOut {
        /// Who.
        user: UserId,
    },
    /// A user's state on a channel was replaced.
    StateChanged {
        /// Whose.
        user: UserId,
        /// The whole new state.
        state: Option<State>,
    },
    /// The first user came to a channel.
    ChannelActive,
    /// The last user of a channel went.
    ChannelInactive,
    /// The users of a channel above its announce max were counted.
    OccupancyCounted {
        /// Who joined since the last count, where deltas are on.
        joined: Vec<UserId>,
        /// Who left.
        left: Vec<UserId>,
        /// Who timed out, where that is told.
        timed_out: Vec<UserId>,
    },
}

impl WebhookKind {
    /// Its name in the schema.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Joined { .. } => "presence.user.channel.joined",
            Self::Left { .. } => "presence.user.channel.left",
            Self::TimedOut { .. } => "presence.user.timedout.in.channel",
            Self::StateChanged { .. } => "presence.channel.user.state.in.changed",
            Self::ChannelActive => "presence.channel.state.active",
            Self::ChannelInactive => "presence.channel.state.inactive",
            Self::OccupancyCounted { .. } => "presence.channel.occupancy.counted",
        }
    }

    /// The user it is about, if it is about one.
    pub const fn user(&self) -> Option<&UserId> {
        match self {
            Self::Joined { user, .. }
            | Self::Left { user }
            | Self::TimedOut { user }
            | Self::StateChanged { user, .. } => Some(user),
            Self::ChannelActive | Self::ChannelInactive | Self::OccupancyCounted { .. } => None,
        }
    }
}

impl WebhookEvent {
    /// Roughly how many bytes it holds.
    pub fn weight(&self) -> usize {
        let names =
            |users: &[UserId]| users.iter().map(|user| user.as_str().len() + size_of::<UserId>()).sum::<usize>();
        let state = |state: &Option<State>| state.as_ref().map_or(0, |state| state.as_json().len());
        let what = match &self.what {
            WebhookKind::Joined { state: brought, .. } => state(brought),
            WebhookKind::StateChanged { state: new, .. } => state(new),
            WebhookKind::OccupancyCounted { joined, left, timed_out } => names(joined) + names(left) + names(timed_out),
            _ => 0,
        };
        let named = self.id.as_deref().map_or(0, str::len) + self.what.user().map_or(0, |user| user.as_str().len());
        size_of::<Self>() + self.channel.as_str().len() + named + what
    }
}

/// How the body of a webhook is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WebhookForm {
    /// `none`: no envelope, PubNub's default. The schema is called `dataSchema`, as in its examples of 2025.
    #[default]
    Bare,
    /// `none-schema`: the same, with the schema called `schema`, as in older pages.
    BareSchema,
    /// `1.0`: one event in an envelope.
    Envelope1,
    /// `2.0`: the bare body in an envelope, which names the channel.
    Envelope2,
    /// `2.1`: the bare body in an envelope.
    Envelope21,
}

impl WebhookForm {
    /// Every form, by the name it is written with.
    pub const NAMES: [(&str, Self); 5] = [
        ("none", Self::Bare),
        ("none-schema", Self::BareSchema),
        ("1.0", Self::Envelope1),
        ("2.0", Self::Envelope2),
        ("2.1", Self::Envelope21),
    ];
}

impl FromStr for WebhookForm {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let named = Self::NAMES.into_iter().find(|(name, _)| *name == text);
        named.map(|(_, form)| form).ok_or_else(|| {
            let names = Self::NAMES.map(|(name, _)| name).join(", ");
            format!("`{}` is no envelope; there are {names}", crate::presence::sanitize(text))
        })
    }
}

/// The fields of an event. Recorded nowhere; the occupancy that was counted is documented as a text.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WebhookData<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    occupancy: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timestamp: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    users_joined: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    users_left: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    users_timedout: Option<Vec<&'a str>>,
}

fn write_time(at: Moment, digits: usize) -> String {
    let micros = i64::try_from(at.micros()).unwrap_or(0);
    let time = Timestamp::from_microsecond(micros).unwrap_or_default();
    format!("{time:.digits$}")
}

impl<'a> WebhookData<'a> {
    fn new(event: &'a WebhookEvent, lists_timeouts: bool) -> Self {
        let mut data = Self {
            id: event.id.as_deref(),
            channel: Some(event.channel.as_str()),
            user_id: event.what.user().map(UserId::as_str),
            occupancy: event.occupancy.map(Value::from),
            data: None,
            timestamp: event.at.map(|at| write_time(at, 3)),
            sub_key: event.subscribe_key.as_ref().map(SubscribeKey::as_str),
            users_joined: None,
            users_left: None,
            users_timedout: None,
        };
        let names = |users: &'a [UserId]| Some(users.iter().map(UserId::as_str).collect());
        match &event.what {
            WebhookKind::Joined { state, .. } | WebhookKind::StateChanged { state, .. } => {
                data.data = Some(state.as_ref().map_or_else(|| State::empty_raw(), State::as_raw));
            }
            WebhookKind::Left { .. } | WebhookKind::TimedOut { .. } => data.data = Some(State::empty_raw()),
            WebhookKind::OccupancyCounted { joined, left, timed_out } => {
                data.occupancy = event.occupancy.map(|count| Value::from(count.to_string()));
                (data.users_joined, data.users_left) = (names(joined), names(left));
                data.users_timedout = lists_timeouts.then(|| names(timed_out)).flatten();
            }
            WebhookKind::ChannelActive | WebhookKind::ChannelInactive => data.occupancy = None,
        }
        data
    }
}

/// The body of a bare webhook.
#[derive(Serialize)]
struct BareBody<'a> {
    #[serde(rename = "dataSchema", skip_serializing_if = "Option::is_none")]
    data_schema: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<String>,
    data: Vec<WebhookData<'a>>,
}

fn name_schema(what: &WebhookKind) -> String {
    format!("{SCHEMAS}{}?v=1.0.0", what.name())
}

fn make_json(value: &impl Serialize) -> Value {
    // Texts, numbers and states that are JSON: nothing that JSON can't hold.
    serde_json::to_value(value).unwrap_or_default()
}

/// The body of a webhook that brings these events, which are all of one kind. In an envelope, several are an array of
/// envelopes: no source tells how a batch looks there.
pub fn encode_webhooks(events: &[WebhookEvent], form: WebhookForm, lists_timeouts: bool) -> String {
    let schema = events.first().map(|event| name_schema(&event.what));
    let data = || events.iter().map(|event| WebhookData::new(event, lists_timeouts)).collect();
    let write = |body: BareBody<'_>| serde_json::to_string(&body).unwrap_or_default();
    match form {
        WebhookForm::Bare => write(BareBody { data_schema: schema, schema: None, data: data() }),
        WebhookForm::BareSchema => write(BareBody { data_schema: None, schema, data: data() }),
        _ => match events {
            [event] => envelop(event, form, lists_timeouts).to_string(),
            _ => events.iter().map(|event| envelop(event, form, lists_timeouts)).collect::<Value>().to_string(),
        },
    }
}

/// An event in an envelope. Of version 1.0 the documented examples are about messages: category and type of a presence
/// event are made up here, after the schema.
fn envelop(event: &WebhookEvent, form: WebhookForm, lists_timeouts: bool) -> Value {
    let mut data = WebhookData::new(event, lists_timeouts);
    let (id, key) = (event.id.as_deref(), event.subscribe_key.as_ref().map(SubscribeKey::as_str));
    let channel = event.channel.as_str();
    let inner = match form {
        WebhookForm::Envelope1 => {
            (data.id, data.channel, data.sub_key, data.timestamp) = (None, None, None, None);
            json!({
                "channel": channel, "eventCategory": "presence", "eventType": event.what.name(), "eventId": id,
                "eventPayload": make_json(&data), "iso8601timestamp": event.at.map(|at| write_time(at, 0)),
                "subscribeKey": key, "senderId": event.what.user().map(UserId::as_str),
            })
        }
        WebhookForm::Envelope2 => {
            data.channel = None;
            let body = BareBody { data_schema: Some(name_schema(&event.what)), schema: None, data: vec![data] };
            json!({"id": id, "channel": channel, "payload": make_json(&body)})
        }
        _ => {
            let body = BareBody { data_schema: Some(name_schema(&event.what)), schema: None, data: vec![data] };
            json!({"id": id, "payload": make_json(&body)})
        }
    };
    let own =
        json!({"eventListenerMetadata": {"eventListenerId": "herenow"}, "actionMetadata": {"actionId": "herenow"}});
    json!({"event": inner, "eventsAndActionsMetadata": own})
}
