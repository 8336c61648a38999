//! What a person ordered.

use serde::{Deserialize, Serialize};

use super::{
    command::RecordedDirection,
    words::{JsonText, Nanos, RecordedPlace, Text, record_all, restore_all, restore_channel},
};
use crate::{
    presence::UserId,
    world::{Order, Removal},
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RecordedOrder<'a> {
    Join(#[serde(borrow)] RecordedPlace<'a>),
    Leave(#[serde(borrow)] RecordedPlace<'a>),
    LeaveAll,
    KeepAlive(bool),
    PresenceTimeout(Nanos),
    Resync(#[serde(borrow)] Text<'a>),
    Watch(#[serde(borrow)] Vec<RecordedPlace<'a>>),
    Unwatch(#[serde(borrow)] RecordedPlace<'a>),
    Hide(#[serde(borrow)] Text<'a>),
    WhereNow(#[serde(borrow)] Text<'a>),
    Requests(#[serde(borrow)] Text<'a>),
    SetState {
        #[serde(borrow)]
        places: Vec<RecordedPlace<'a>>,
        #[serde(borrow)]
        state: JsonText<'a>,
    },
    Mark(#[serde(borrow)] Text<'a>),
    Direct(RecordedDirection),
}

impl<'a> From<&'a Order> for RecordedOrder<'a> {
    fn from(order: &'a Order) -> Self {
        match order {
            Order::Join(place) => Self::Join(place.into()),
            Order::Leave(place) => Self::Leave(place.into()),
            Order::LeaveAll => Self::LeaveAll,
            Order::KeepAlive(on) => Self::KeepAlive(*on),
            Order::PresenceTimeout(timeout) => Self::PresenceTimeout(Nanos(*timeout)),
            Order::Resync(channel) => Self::Resync(channel.as_str().into()),
            Order::Watch(places) => Self::Watch(record_all(places)),
            Order::Unwatch(Removal::Whole(place)) => Self::Unwatch(place.into()),
            Order::Unwatch(Removal::Hide(channel)) => Self::Hide(channel.as_str().into()),
            Order::WhereNow(user) => Self::WhereNow(user.as_str().into()),
            Order::AskRequests(user) => Self::Requests(user.as_str().into()),
            Order::SetState { places, state } => Self::SetState { places: record_all(places), state: state.into() },
            Order::Mark(text) => Self::Mark(text.as_str().into()),
            Order::Direct(direction) => Self::Direct((*direction).into()),
        }
    }
}

impl From<RecordedOrder<'_>> for Order {
    fn from(order: RecordedOrder<'_>) -> Self {
        match order {
            RecordedOrder::Join(place) => Self::Join(place.into()),
            RecordedOrder::Leave(place) => Self::Leave(place.into()),
            RecordedOrder::LeaveAll => Self::LeaveAll,
            RecordedOrder::KeepAlive(on) => Self::KeepAlive(on),
            RecordedOrder::PresenceTimeout(timeout) => Self::PresenceTimeout(timeout.0),
            RecordedOrder::Resync(channel) => Self::Resync(restore_channel(&channel)),
            RecordedOrder::Watch(places) => Self::Watch(restore_all(places)),
            RecordedOrder::Unwatch(place) => Self::Unwatch(Removal::Whole(place.into())),
            RecordedOrder::Hide(channel) => Self::Unwatch(Removal::Hide(restore_channel(&channel))),
            RecordedOrder::WhereNow(user) => Self::WhereNow(UserId::from_wire(&user)),
            RecordedOrder::Requests(user) => Self::AskRequests(UserId::from_wire(&user)),
            RecordedOrder::SetState { places, state } => {
                Self::SetState { places: restore_all(places), state: state.into() }
            }
            RecordedOrder::Mark(text) => Self::Mark(text.to_string()),
            RecordedOrder::Direct(direction) => Self::Direct(direction.into()),
        }
    }
}
