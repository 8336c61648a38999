//! In which order occupants are listed, and the key by which each of them finds a place in it.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    expression::Path,
    presence::{Occupant, Since, UserId},
};

/// Letters of a text that count for its place.
const COUNTED: usize = 64;

/// What occupants are sorted by; among equals, by user id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SortKey {
    /// The user id.
    #[default]
    Name,
    /// For how long they have been here, the newest first.
    TimeHere,
    /// How long ago the last event about them was, the latest first. Who was never in one comes last.
    LastEvent,
    /// How often they were announced.
    Sightings,
    /// A field of their state: numbers, then texts (in either case), then the rest; who lacks it comes
    /// last in either direction.
    Field(Path),
}

impl SortKey {
    /// What a person calls it.
    pub fn name(&self) -> String {
        match self {
            Self::Name => "user id".to_owned(),
            Self::TimeHere => "time here".to_owned(),
            Self::LastEvent => "last event".to_owned(),
            Self::Sightings => "sightings".to_owned(),
            Self::Field(path) => format!("state.{}", path.as_str()),
        }
    }
}

/// An order of occupants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SortOrder {
    /// By what.
    pub by: SortKey,
    /// What is greater comes first.
    pub reversed: bool,
}

impl SortOrder {
    /// As one would expect it at first: most sightings first, all else from small to great.
    pub fn new(by: SortKey) -> Self {
        let reversed = by == SortKey::Sightings;
        Self { by, reversed }
    }

    /// Whether the keys are the same in the other direction, so that it is enough to read backwards.
    pub(super) const fn reads_backward(&self) -> bool {
        matches!(self.by, SortKey::Name | SortKey::TimeHere | SortKey::Sightings)
    }

    /// Whether the state of an occupant decides.
    pub(super) const fn reads_state(&self) -> bool {
        matches!(self.by, SortKey::Field(_))
    }

    /// Where an occupant belongs.
    pub(super) fn sort_value(&self, occupant: &Occupant) -> SortValue {
        // Whatever the direction, who lacks it is read last.
        let missing = if self.reversed { SortValue::First } else { SortValue::Last };
        match &self.by {
            SortKey::Name => SortValue::First,
            SortKey::TimeHere => {
                let (Since::Joined(at) | Since::Before(at)) = occupant.since;
                SortValue::Whole(u64::MAX - at.ticks())
            }
            SortKey::LastEvent => occupant.heard.map_or(missing, |at| SortValue::Whole(u64::MAX - at.ticks())),
            SortKey::Sightings => SortValue::Whole(occupant.sightings.into()),
            SortKey::Field(path) => {
                let state = occupant.state.as_ref().map(crate::presence::State::value);
                state.as_ref().and_then(|state| path.find(state)).map_or(missing, SortValue::from_json)
            }
        }
    }
}

/// What places are compared by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SortValue {
    First,
    Whole(u64),
    /// The bits of a float, such that they compare as it does.
    Number(u64),
    Text(Arc<str>),
    Truth(bool),
    /// Lists and objects have no order.
    Other,
    Last,
}

impl SortValue {
    fn from_json(value: &Value) -> Self {
        match value {
            Value::Number(number) => {
                let bits = number.as_f64().unwrap_or_default().to_bits();
                let negative = bits >> 63 == 1;
                Self::Number(if negative { !bits } else { bits | 1 << 63 })
            }
            Value::String(text) => {
                Self::Text(text.chars().take(COUNTED).flat_map(char::to_lowercase).collect::<String>().into())
            }
            Value::Bool(truth) => Self::Truth(*truth),
            Value::Null | Value::Array(_) | Value::Object(_) => Self::Other,
        }
    }
}

/// A place in an order: a key, and whose it is.
pub(super) type SortedPlace = (SortValue, UserId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_an_order() {
        let sorted =
            ["-1e9", "-2", "-1.5", "0", "0.5", "3", "1e300", "\"Ann\"", "\"bob\"", "\"Cat\"", "false", "true", "[]"];
        let keys = sorted.map(|json| SortValue::from_json(&serde_json::from_str(json).unwrap()));
        assert!(keys.is_sorted_by(|a, b| a < b), "{keys:?}");
        assert_eq!(SortValue::from_json(&"x".repeat(1000).into()), SortValue::from_json(&"X".repeat(64).into()));
    }
}
