//! The order of occupants, and the values that it compares.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    expression::Path,
    presence::{Occupant, Since, UserId},
};

/// The letters of a text that are compared: it bounds the memory of an index.
const COUNTED: usize = 64;

/// What occupants are sorted by. Ties are sorted by user id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SortKey {
    /// The user id.
    #[default]
    Name,
    /// The time present, shortest first.
    TimeHere,
    /// The time of the last event about the user, latest first. Users without an event come last.
    LastEvent,
    /// How often the user was announced.
    Sightings,
    /// A field of the state: numbers, then texts, ignoring case, then the rest. Users without the field come last in
    /// either direction.
    Field(Path),
}

impl SortKey {
    /// Its name, for people.
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

/// The order of occupants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SortOrder {
    /// The sort key.
    pub by: SortKey,
    /// Whether the greatest comes first.
    pub reversed: bool,
}

impl SortOrder {
    /// The usual order for a key: most sightings first, everything else ascending.
    pub fn new(by: SortKey) -> Self {
        let reversed = by == SortKey::Sightings;
        Self { by, reversed }
    }

    /// Whether reversing the order only reverses the list.
    pub(super) const fn reads_backward(&self) -> bool {
        matches!(self.by, SortKey::Name | SortKey::TimeHere | SortKey::Sightings)
    }

    /// Whether the order depends on states.
    pub(super) const fn reads_state(&self) -> bool {
        matches!(self.by, SortKey::Field(_))
    }

    /// The value that an occupant is sorted by.
    pub(super) fn sort_value(&self, occupant: &Occupant) -> SortValue {
        // Users without a value come last in either direction.
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

/// A value that occupants are sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SortValue {
    First,
    Whole(u64),
    /// The bits of a float, arranged to compare as the float does.
    Number(u64),
    Text(Arc<str>),
    Truth(bool),
    /// Lists and objects, which have no order.
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

/// A place in the order: a value, and the user it belongs to.
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
