//! Subscribe replies and the events in them.

use serde::{Deserialize, Serialize};

use super::words::{JsonText, RecordedPlace, Text, TokenDigits, is_false, is_zero, restore_channel};
use crate::presence::{Batch, EventKind, Moment, PresenceEvent, ReplyItem, SafeText, State, UserId};

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RecordedBatch<'a> {
    #[serde(default, skip_serializing_if = "is_zero")]
    poll: usize,
    cursor: TokenDigits,
    /// When it arrived, in microseconds, if that is not the moment of the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<u64>,
    #[serde(borrow)]
    events: Vec<RecordedItem<'a>>,
    #[serde(default, skip_serializing_if = "is_zero")]
    copies: usize,
    #[serde(default, skip_serializing_if = "is_zero")]
    repeats: usize,
    #[serde(default, skip_serializing_if = "is_false")]
    full: bool,
    #[serde(default, skip_serializing_if = "is_zero")]
    over_limit: usize,
}

/// One element of a reply: an event, or what could not be read.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RecordedItem<'a> {
    Join(#[serde(borrow)] RecordedEvent<'a>),
    Leave(#[serde(borrow)] RecordedEvent<'a>),
    Timeout(#[serde(borrow)] RecordedEvent<'a>),
    StateChange(#[serde(borrow)] RecordedEvent<'a>),
    Interval(#[serde(borrow)] RecordedEvent<'a>),
    Unknown(#[serde(borrow)] RecordedEvent<'a>),
    Garbled {
        #[serde(borrow)]
        why: Text<'a>,
        #[serde(borrow)]
        raw: Text<'a>,
    },
}

/// What events have, each of it where it has it.
#[derive(Debug, Default, Serialize, Deserialize)]
struct RecordedEvent<'a> {
    #[serde(borrow)]
    channel: Text<'a>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    subscription: Option<RecordedPlace<'a>>,
    #[serde(default)]
    published: Option<TokenDigits>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timestamp: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    occupancy: Option<u64>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    user: Option<Text<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    state: Option<JsonText<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    joined: Vec<Text<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    left: Vec<Text<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Vec::is_empty")]
    timed_out: Vec<Text<'a>>,
    #[serde(default, skip_serializing_if = "is_false")]
    refresh: bool,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    action: Option<Text<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    unread: Option<Text<'a>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    raw: Option<JsonText<'a>>,
}

impl<'a> RecordedBatch<'a> {
    /// A reply that was taken in at `moment`.
    pub fn new(batch: &'a Batch, moment: Moment) -> Self {
        let Batch { poll, heard, cursor, copies, repeats, full, over_limit, at } = batch;
        Self {
            poll: *poll,
            cursor: TokenDigits(*cursor),
            at: (*at != moment).then_some(at.micros()),
            events: heard.iter().map(RecordedItem::from).collect(),
            copies: *copies,
            repeats: *repeats,
            full: *full,
            over_limit: *over_limit,
        }
    }

    /// The reply.
    pub fn restore(self, moment: Moment) -> Batch {
        Batch {
            poll: self.poll,
            heard: self.events.into_iter().map(ReplyItem::from).collect(),
            cursor: self.cursor.0,
            copies: self.copies,
            repeats: self.repeats,
            full: self.full,
            over_limit: self.over_limit,
            at: self.at.map_or(moment, Moment::from_micros),
        }
    }
}

fn list_names(users: &[UserId]) -> Vec<Text<'_>> {
    users.iter().map(|user| user.as_str().into()).collect()
}

fn restore_names(names: &[Text<'_>]) -> Vec<UserId> {
    names.iter().map(|name| UserId::from_wire(name)).collect()
}

impl<'a> From<&'a ReplyItem> for RecordedItem<'a> {
    fn from(item: &'a ReplyItem) -> Self {
        let event = match item {
            ReplyItem::Garbled { why, raw } => return Self::Garbled { why: why.as_str().into(), raw: raw.into() },
            ReplyItem::Event(event) => event,
        };
        let common = RecordedEvent {
            channel: event.channel.as_str().into(),
            subscription: event.subscription.as_ref().map(RecordedPlace::from),
            published: Some(TokenDigits(event.published)),
            timestamp: event.timestamp,
            occupancy: event.occupancy,
            user: event.what.user().map(|user| user.as_str().into()),
            raw: event.raw.as_deref().map(|raw| JsonText(raw.into())),
            ..RecordedEvent::default()
        };
        match &event.what {
            EventKind::Joined { state, .. } => {
                Self::Join(RecordedEvent { state: state.as_ref().map(JsonText::from), ..common })
            }
            EventKind::Left { .. } => Self::Leave(common),
            EventKind::TimedOut { .. } => Self::Timeout(common),
            EventKind::StateChanged { state, .. } => {
                Self::StateChange(RecordedEvent { state: Some(state.into()), ..common })
            }
            EventKind::Interval { joined, left, timed_out, refresh } => Self::Interval(RecordedEvent {
                joined: list_names(joined),
                left: list_names(left),
                timed_out: list_names(timed_out),
                refresh: *refresh,
                ..common
            }),
            EventKind::Unknown { action, raw } => {
                Self::Unknown(RecordedEvent { action: Some(action.into()), unread: Some(raw.into()), ..common })
            }
        }
    }
}

impl From<RecordedItem<'_>> for ReplyItem {
    fn from(item: RecordedItem<'_>) -> Self {
        let restore = |mut event: RecordedEvent<'_>, kind: fn(&mut RecordedEvent<'_>, UserId) -> EventKind| {
            let user = UserId::from_wire(event.user.as_deref().unwrap_or_default());
            let what = kind(&mut event, user);
            Self::Event(PresenceEvent {
                channel: restore_channel(&event.channel),
                subscription: event.subscription.map(Into::into),
                published: event.published.map(|published| published.0).unwrap_or_default(),
                timestamp: event.timestamp,
                occupancy: event.occupancy,
                what,
                raw: event.raw.map(|JsonText(raw)| raw.into()),
            })
        };
        match item {
            RecordedItem::Garbled { why, raw } => {
                Self::Garbled { why: SafeText::from_lines(why), raw: raw.into_owned() }
            }
            RecordedItem::Join(event) => {
                restore(event, |event, user| EventKind::Joined { user, state: event.state.take().map(State::from) })
            }
            RecordedItem::Leave(event) => restore(event, |_, user| EventKind::Left { user }),
            RecordedItem::Timeout(event) => restore(event, |_, user| EventKind::TimedOut { user }),
            RecordedItem::StateChange(event) => restore(event, |event, user| EventKind::StateChanged {
                user,
                state: event.state.take().map_or_else(|| State::from_scanned("{}"), State::from),
            }),
            RecordedItem::Interval(event) => restore(event, |event, _| EventKind::Interval {
                joined: restore_names(&event.joined),
                left: restore_names(&event.left),
                timed_out: restore_names(&event.timed_out),
                refresh: event.refresh,
            }),
            RecordedItem::Unknown(event) => restore(event, |event, _| EventKind::Unknown {
                action: event.action.take().unwrap_or_default().into_owned(),
                raw: event.unread.take().unwrap_or_default().into_owned(),
            }),
        }
    }
}
