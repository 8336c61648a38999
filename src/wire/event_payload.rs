//! The fields of a presence event, before it is known what they mean.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    Malformed,
    lenient::{RawEntries, parse_object, parse_text, show_value},
    number::{LARGEST, parse_loose_number, read_whole},
};

/// The fields of a presence event.
#[derive(Deserialize)]
pub(super) struct EventPayload<'a> {
    #[serde(borrow, default)]
    pub action: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub uuid: Option<Cow<'a, str>>,
    #[serde(default, deserialize_with = "parse_loose_number")]
    pub timestamp: Option<u64>,
    #[serde(default, deserialize_with = "parse_loose_number")]
    pub occupancy: Option<u64>,
    #[serde(borrow, default)]
    pub data: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub state: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub join: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub joined: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub leave: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub left: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub timeout: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub timedout: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub here_now_refresh: Option<&'a RawValue>,
    /// Why there is no user id.
    #[serde(skip)]
    pub wrong_user: Option<String>,
}

impl<'a> EventPayload<'a> {
    /// Read it as it was recorded, or else field by field, and say what of it could not be read.
    ///
    /// # Errors
    /// If it is no object.
    pub fn parse(raw: &'a RawValue, flaws: &mut Vec<String>) -> Result<Self, Malformed> {
        match serde_json::from_str(raw.get()) {
            Ok(payload) if raw.get().starts_with('{') => Ok(payload),
            _ => Ok(RawPayload::parse(raw)?.read(flaws)),
        }
    }
}

/// A payload with its fields unread, however they are written.
struct RawPayload<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'a> RawPayload<'a> {
    fn parse(raw: &'a RawValue) -> Result<Self, Malformed> {
        parse_object("a presence event", raw.get()).map(|RawEntries(entries)| Self(entries))
    }

    /// The last value of a field; none for null.
    fn field(&self, name: &str) -> Option<&'a RawValue> {
        let named = self.0.iter().rev().find(|(key, _)| parse_text(key).as_deref() == Some(name));
        named.map(|(_, value)| *value).filter(|value| value.get() != "null")
    }

    /// Read it field by field: what can't be read is left out and told, and costs only itself.
    fn read(self, flaws: &mut Vec<String>) -> EventPayload<'a> {
        let mut number = |field: &str| {
            let raw = self.field(field)?;
            let number = read_whole(raw, LARGEST);
            if number.is_none() {
                flaws.push(format!("its {field} is {}, which is no whole number from 0 to 2^53", show_value(raw)));
            }
            number
        };
        let (timestamp, occupancy) = (number("timestamp"), number("occupancy"));
        let field = |name: &str| self.field(name);
        let uuid = field("uuid").and_then(parse_text);
        let wrong_user = field("uuid").filter(|_| uuid.is_none());
        EventPayload {
            action: field("action").and_then(parse_text),
            uuid,
            timestamp,
            occupancy,
            data: field("data"),
            state: field("state"),
            join: field("join"),
            joined: field("joined"),
            leave: field("leave"),
            left: field("left"),
            timeout: field("timeout"),
            timedout: field("timedout"),
            here_now_refresh: field("here_now_refresh"),
            wrong_user: wrong_user.map(|raw| format!("its user id is {}", show_value(raw))),
        }
    }
}
