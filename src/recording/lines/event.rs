//! Subscribe replies and the events in them, as they are read. [`reply`](super::reply) writes them.

use serde::Deserialize;

use super::words::{JsonText, RecordedPlace, Text, TokenDigits, restore_channel};
use crate::presence::{Batch, EventKind, Moment, PresenceEvent, ReplyItem, SafeText, State, UserId};

#[derive(Debug, Deserialize)]
pub(super) struct RecordedBatch<'a> {
    #[serde(default)]
    poll: usize,
    cursor: TokenDigits,
    /// When it arrived, in microseconds, if that is not the moment of the line.
    #[serde(default)]
    at: Option<u64>,
    #[serde(borrow)]
    events: Vec<RecordedItem<'a>>,
    #[serde(default)]
    copies: usize,
    #[serde(default)]
    repeats: usize,
    #[serde(default)]
    full: bool,
    #[serde(default)]
    over_limit: usize,
}

/// One element of a reply: an event, or what could not be read.
#[derive(Debug, Deserialize)]
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
#[derive(Debug, Deserialize)]
struct RecordedEvent<'a> {
    #[serde(borrow)]
    channel: Text<'a>,
    #[serde(borrow, default)]
    subscription: Option<RecordedPlace<'a>>,
    #[serde(default)]
    published: Option<TokenDigits>,
    #[serde(default)]
    timestamp: Option<u64>,
    #[serde(default)]
    occupancy: Option<u64>,
    #[serde(borrow, default)]
    user: Option<Text<'a>>,
    #[serde(borrow, default)]
    state: Option<JsonText<'a>>,
    #[serde(borrow, default)]
    joined: Vec<Text<'a>>,
    #[serde(borrow, default)]
    left: Vec<Text<'a>>,
    #[serde(borrow, default)]
    timed_out: Vec<Text<'a>>,
    #[serde(default)]
    refresh: bool,
    #[serde(borrow, default)]
    action: Option<Text<'a>>,
    #[serde(borrow, default)]
    unread: Option<Text<'a>>,
    #[serde(borrow, default)]
    raw: Option<JsonText<'a>>,
}

impl RecordedBatch<'_> {
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

/// The payload of an event: JSON, but of one that is not known it may be cut.
fn restore_payload<'a>(raw: JsonText<'a>, what: &EventKind) -> Text<'a> {
    if let EventKind::Unknown { .. } = what { raw.0 } else { raw.into_valid() }
}

fn restore_names(names: &[Text<'_>]) -> Vec<UserId> {
    names.iter().map(|name| UserId::from_wire(name)).collect()
}

impl From<RecordedItem<'_>> for ReplyItem {
    fn from(item: RecordedItem<'_>) -> Self {
        let restore = |mut event: RecordedEvent<'_>, kind: fn(&mut RecordedEvent<'_>, UserId) -> EventKind| {
            let user = UserId::from_wire(event.user.as_deref().unwrap_or_default());
            let what = kind(&mut event, user);
            Self::from(PresenceEvent {
                channel: restore_channel(&event.channel),
                subscription: event.subscription.map(Into::into),
                published: event.published.map(|published| published.0).unwrap_or_default(),
                timestamp: event.timestamp,
                occupancy: event.occupancy,
                raw: event.raw.map(|raw| restore_payload(raw, &what).into()),
                what,
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
