//! Answers parsed piece by piece, so that a bad piece costs only itself, and told apart from failures that come
//! with HTTP 200.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;

use super::Malformed;
use crate::{presence::Channel, wording::excerpt};

/// Bytes of a foreign status that an error message repeats.
const REPEATED: usize = 80;

/// The entries of an object in the order they came, keys and values unread.
pub(super) struct RawEntries<'a>(pub Vec<(&'a RawValue, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for RawEntries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor;
        impl<'de> de::Visitor<'de> for EntriesVisitor {
            type Value = RawEntries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(RawEntries(entries))
            }
        }
        deserializer.deserialize_map(EntriesVisitor)
    }
}

/// A string, unless it can't be read: half a surrogate pair is no text.
pub(super) fn parse_text(raw: &RawValue) -> Option<Cow<'_, str>> {
    #[derive(Deserialize)]
    struct TextValue<'a>(#[serde(borrow)] Cow<'a, str>);
    serde_json::from_str::<TextValue<'_>>(raw.get()).ok().map(|text| text.0)
}

/// Read an object. Without this an array would do as well, its elements taken for the fields in order.
pub(super) fn parse_object<'a, T: Deserialize<'a>>(what: &'static str, body: &'a str) -> Result<T, Malformed> {
    if !body.trim_ascii_start().starts_with('{') {
        return Err(Malformed::new(what, "it is not a JSON object"));
    }
    serde_json::from_str(body).map_err(|e| Malformed::new(what, e))
}

/// Read an answer that came with HTTP 200, unless it reports a failure itself.
pub(super) fn parse_accepted<'a, T: Deserialize<'a>>(what: &'static str, body: &'a str) -> Result<T, Malformed> {
    #[derive(Deserialize)]
    struct StatusAndError<'a> {
        #[serde(borrow, default)]
        status: Option<&'a RawValue>,
        #[serde(borrow, default)]
        error: Option<&'a RawValue>,
    }
    let StatusAndError { status, error } = parse_object(what, body)?;
    if let Some(status) = status.map(|s| s.get().trim_matches('"')).filter(|s| !matches!(*s, "200" | "null")) {
        return Err(Malformed::new(what, format!("it says status {} behind HTTP 200", excerpt(status, REPEATED))));
    }
    // Recorded as a flag, a number and an object.
    let is_error = |raw: &RawValue| !matches!(raw.get(), "false" | "0" | "null" | "\"\"" | "\"false\"");
    if error.is_some_and(is_error) {
        return Err(Malformed::new(what, "it says that it is an error, behind HTTP 200"));
    }
    parse_object(what, body)
}

/// Channel names, and how many of them could not be read.
pub(super) fn parse_channels(what: &'static str, list: &[&RawValue]) -> Result<(Vec<Channel>, usize), Malformed> {
    let names = list.iter().filter_map(|raw| parse_text(raw)).filter(|name| !name.is_empty());
    let read: Vec<_> = names.map(|name| Channel::from_wire(&name)).collect();
    let unread = list.len() - read.len();
    if read.is_empty() && unread > 0 {
        return Err(Malformed::new(what, "none of the channels that it names can be read"));
    }
    Ok((read, unread))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_no_behind_http_200_is_no_yes() {
        let read =
            |body: &str| parse_accepted::<serde_json::Value>("leave", body).map(|_| ()).map_err(|e| e.to_string());
        for yes in ["{}", r#" {"status":200,"error":false}"#, r#"{"status":"200","error":null}"#, r#"{"error":0}"#] {
            assert_eq!(read(yes), Ok(()), "{yes}");
        }
        for no in
            ["[]", "7", "null", "", r#"{"status":403}"#, r#"{"error":true}"#, r#"{"error":{}}"#, r#"{"status":"no"}"#]
        {
            assert!(read(no).is_err(), "{no}");
        }
        assert!(read(r#"{"status":403,"error":true}"#).unwrap_err().contains("status 403 behind HTTP 200"));
    }
}
