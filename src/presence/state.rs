//! Presence state: the JSON object a user carries on a channel.

use std::{fmt, sync::Arc};

use serde_json::value::RawValue;

/// Why a text can't be presence state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// Not JSON at all.
    #[error("the state is not JSON: {0}; try `{{\"mood\":\"busy\"}}`")]
    NotJson(String),
    /// JSON, but not an object.
    #[error("the state must be a JSON object such as `{{\"mood\":\"busy\"}}`")]
    NotAnObject,
    /// Over the limit.
    #[error("the state has {0} bytes of JSON; at most {max} can be sent", max = State::LARGEST)]
    TooLarge(usize),
}

/// A presence state, kept as the JSON text it came in: nobody pays for parsing it until somebody
/// looks. Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct State(Arc<str>);

impl State {
    /// The most bytes of JSON that are sent; see [`LARGEST_STATE`](super::rules::LARGEST_STATE).
    pub const LARGEST: usize = super::rules::LARGEST_STATE;

    /// A state that a person gave: a JSON object of at most [`LARGEST`](Self::LARGEST) bytes.
    ///
    /// # Errors
    /// If it is not JSON, not an object, or too large.
    pub fn parse(text: &str) -> Result<Self, StateError> {
        if text.len() > Self::LARGEST {
            return Err(StateError::TooLarge(text.len()));
        }
        let value: serde_json::Value = serde_json::from_str(text).map_err(|e| StateError::NotJson(e.to_string()))?;
        if !value.is_object() {
            return Err(StateError::NotAnObject);
        }
        Ok(Self(value.to_string().into()))
    }

    /// A state that the service sent: taken as it came.
    pub fn from_wire(raw: &RawValue) -> Self {
        Self(raw.get().into())
    }

    /// The JSON text.
    pub fn as_json(&self) -> &str {
        &self.0
    }

    /// The JSON value; `null` if it is nested too deeply to be read.
    pub fn value(&self) -> serde_json::Value {
        serde_json::from_str(&self.0).unwrap_or_default()
    }

    /// Whether it holds nothing: `{}` or `null`.
    pub fn is_empty(&self) -> bool {
        matches!(&*self.0, "{}" | "null")
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "State({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_an_object() {
        assert_eq!(State::parse(" { \"a\" : 1 } ").unwrap().as_json(), "{\"a\":1}");
        assert!(matches!(State::parse("[1]"), Err(StateError::NotAnObject)));
        assert!(matches!(State::parse("{"), Err(StateError::NotJson(_))));
        assert!(matches!(State::parse(&"x".repeat(40_000)), Err(StateError::TooLarge(40_000))));
    }
}
