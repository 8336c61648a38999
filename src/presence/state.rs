//! Presence state: the JSON object a user carries on a channel.

use std::{collections::HashSet, fmt};

use arcstr::ArcStr;
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::{Value, value::RawValue};

use super::{Decimal, json_in_a_line};

/// Why a text can't be presence state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// Not JSON at all.
    #[error("the state is not JSON: {0}; try `{{\"mood\":\"busy\"}}`")]
    NotJson(String),
    /// JSON, but not an object.
    #[error("the state must be a JSON object such as `{{\"mood\":\"busy\"}}`")]
    NotAnObject,
    /// An object in it names a member twice, and nobody can say which of them would be kept.
    #[error("the state names `{}` twice in one object; keep one of them", super::sanitize(.0))]
    NamedTwice(String),
    /// A member has a name that JSON readers written in Rust keep for themselves, and take for something else.
    #[error("the state has a member whose name begins with `${RESERVED}`, which can't be kept; rename it")]
    Reserved,
    /// Over the limit.
    #[error("the state has {0} bytes of JSON; at most {max} can be sent", max = State::LARGEST)]
    TooLarge(usize),
}

/// What the names of such members hold.
const RESERVED: &str = "serde_json::private::";

/// A presence state, kept as the JSON text it came in: nobody pays for parsing it until somebody
/// looks. Cheap to clone, and a thin pointer: there may be a million of them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State(ArcStr);

impl State {
    /// The most bytes of JSON that are sent; see [`LARGEST_STATE`](super::rules::LARGEST_STATE).
    pub const LARGEST: usize = super::rules::LARGEST_STATE;

    /// The most bytes of JSON that are looked into; more than can be sent, as services write what they are sent with
    /// blanks and escapes.
    pub const LARGEST_READ: usize = 2 * Self::LARGEST;

    /// A state that a person or a client gave: a JSON object of at most [`LARGEST`](Self::LARGEST) bytes. Only the
    /// blanks between its parts change: each number keeps its digits, and each member its place.
    ///
    /// # Errors
    /// If it is not JSON, not an object, ambiguous, or too large.
    pub fn parse(text: &str) -> Result<Self, StateError> {
        if text.len() > Self::LARGEST {
            return Err(StateError::TooLarge(text.len()));
        }
        if text.contains(RESERVED) {
            return Err(StateError::Reserved);
        }
        let value: Value = serde_json::from_str(text).map_err(|e| StateError::NotJson(e.to_string()))?;
        if !value.is_object() {
            return Err(StateError::NotAnObject);
        }
        match serde_json::from_str(text) {
            Ok(MemberNames(None)) => Ok(Self(json_in_a_line(text).into())),
            Ok(MemberNames(Some(twice))) => Err(StateError::NamedTwice(twice)),
            Err(e) => Err(StateError::NotJson(e.to_string())),
        }
    }

    /// A state that the service sent: taken as it came.
    pub fn from_wire(raw: &RawValue) -> Self {
        Self(raw.get().into())
    }

    /// A state that the service sent, of which a scanner has found that it is a JSON object.
    pub(crate) fn from_scanned(json: &str) -> Self {
        Self(json.into())
    }

    /// The JSON text.
    pub fn as_json(&self) -> &str {
        &self.0
    }

    /// The JSON text of an empty state.
    pub fn empty_raw() -> &'static RawValue {
        serde_json::from_str("{}").unwrap_or(RawValue::NULL)
    }

    /// The JSON text as a part of a larger one, in which not a letter of it changes; `null` if it is none.
    pub fn as_raw(&self) -> &RawValue {
        serde_json::from_str(&self.0).unwrap_or(RawValue::NULL)
    }

    /// The JSON value; `null` if it is nested too deeply to be read, or larger than any state that can be set: a tree
    /// takes fifty times the bytes of its text.
    pub fn value(&self) -> Value {
        if self.0.len() > Self::LARGEST_READ {
            return Value::Null;
        }
        serde_json::from_str(&self.0).unwrap_or_default()
    }

    /// Whether both say the same, however each of them is written: services and their caches put blanks, escapes and
    /// the order of members as they like. Numbers are compared exactly.
    pub fn means_the_same(&self, other: &Self) -> bool {
        self == other || self.is_empty() && other.is_empty() || {
            let (this, that) = (self.value(), other.value());
            !this.is_null() && are_equal(&this, &that)
        }
    }

    /// Whether it holds nothing: `{}` or `null`.
    pub fn is_empty(&self) -> bool {
        matches!(&*self.0, "{}" | "null")
    }
}

fn are_equal(this: &Value, that: &Value) -> bool {
    match (this, that) {
        (Value::Number(this), Value::Number(that)) => {
            this == that || Decimal::parse(this.as_str()).is_some_and(|n| Some(n) == Decimal::parse(that.as_str()))
        }
        (Value::Array(this), Value::Array(that)) => {
            this.len() == that.len() && this.iter().zip(that).all(|(this, that)| are_equal(this, that))
        }
        (Value::Object(this), Value::Object(that)) => {
            let is_in = |(name, this): (&String, &Value)| that.get(name).is_some_and(|that| are_equal(this, that));
            this.len() == that.len() && this.iter().all(is_in)
        }
        _ => this == that,
    }
}

/// The first member that an object anywhere in a JSON value names twice.
struct MemberNames(Option<String>);

impl<'de> Deserialize<'de> for MemberNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NamesVisitor;
        impl<'de> de::Visitor<'de> for NamesVisitor {
            type Value = MemberNames;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<MemberNames, A::Error> {
                let (mut names, mut twice) = (HashSet::new(), None);
                while let Some(name) = map.next_key::<String>()? {
                    let MemberNames(inside) = map.next_value()?;
                    twice = twice.or(inside).or_else(|| names.contains(&name).then(|| name.clone()));
                    names.insert(name);
                }
                Ok(MemberNames(twice))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<MemberNames, A::Error> {
                let mut twice = None;
                while let Some(MemberNames(inside)) = seq.next_element()? {
                    twice = twice.or(inside);
                }
                Ok(MemberNames(twice))
            }

            fn visit_bool<E>(self, _: bool) -> Result<MemberNames, E> {
                Ok(MemberNames(None))
            }

            fn visit_i64<E>(self, _: i64) -> Result<MemberNames, E> {
                Ok(MemberNames(None))
            }

            fn visit_u64<E>(self, _: u64) -> Result<MemberNames, E> {
                Ok(MemberNames(None))
            }

            fn visit_f64<E>(self, _: f64) -> Result<MemberNames, E> {
                Ok(MemberNames(None))
            }

            fn visit_str<E>(self, _: &str) -> Result<MemberNames, E> {
                Ok(MemberNames(None))
            }

            fn visit_unit<E>(self) -> Result<MemberNames, E> {
                Ok(MemberNames(None))
            }
        }
        deserializer.deserialize_any(NamesVisitor)
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
        let reserved = State::parse(r#"{"a":{"$serde_json::private::Number":"1.5"}}"#);
        assert!(matches!(reserved, Err(StateError::Reserved)));
        assert!(matches!(State::parse(r#"{"a":[{"b":1,"b":2}]}"#), Err(StateError::NamedTwice(name)) if name == "b"));
    }

    #[test]
    fn every_digit_and_the_order_of_members_stay() {
        let text = r#"{"z":123456789012345678901234567890,"a":1.10,"n":[9007199254740993,-0,1E+2,1e400],"é":"\u00e9"}"#;
        let state = State::parse(text).unwrap();
        assert_eq!(state.as_json(), text);
        let rewritten = text.replace("\\u00e9", "é").replace("1E+2", "1e+2").replace("1e400", "1e+400");
        assert_eq!(state.value().to_string(), rewritten, "numbers keep their digits");
    }

    #[test]
    fn states_mean_the_same_however_they_are_written() {
        let state = |text: &str| State(text.into());
        for (this, that, same) in [
            (r#"{"a":1,"b":[2]}"#, r#"{ "b": [2], "a": 1 }"#, true),
            (r#"{"a":"\u00e9"}"#, r#"{"a":"é"}"#, true),
            (r#"{"n":1.0}"#, r#"{"n":1}"#, true),
            (r#"{"n":9007199254740993}"#, r#"{"n":9007199254740992}"#, false),
            (r#"{"a":[1,2]}"#, r#"{"a":[2,1]}"#, false),
            (r#"{"a":1}"#, r#"{"a":1,"b":null}"#, false),
            ("{}", "null", true),
            ("{}", r#"{"a":1}"#, false),
        ] {
            assert_eq!(state(this).means_the_same(&state(that)), same, "{this} {that}");
        }
        let large = state(&format!("[{}0]", "0,".repeat(State::LARGEST)));
        assert!(large.value().is_null() && large.means_the_same(&large.clone()));
        let deep = "[".repeat(500) + &"]".repeat(500);
        assert!(!state(&deep).means_the_same(&state(&deep.replacen('[', "[ ", 1))), "too deep to tell");
    }
}
