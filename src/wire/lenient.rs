//! Answers parsed piece by piece, so that a bad piece costs only itself, and told apart from failures that come
//! with HTTP 200, and from what is no answer at all.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;

use super::{Malformed, number::read_whole, raw_list::RawList};
use crate::{
    presence::{Channel, State, sanitize},
    wording::excerpt,
};

/// Bytes of a foreign value that an error message repeats.
const REPEATED: usize = 80;

/// The most elements of a list and members of an object that are read; no service sends more.
const MOST_ELEMENTS: usize = 100_000;

/// The entries of an object in the order they came, keys and values unread. An empty array is an empty object, as
/// PHP writes it.
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
                    if entries.len() >= MOST_ELEMENTS {
                        return Err(de::Error::custom(format!("more than {MOST_ELEMENTS} members")));
                    }
                    entries.push(entry);
                }
                Ok(RawEntries(entries))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                match seq.next_element::<de::IgnoredAny>()? {
                    None => Ok(RawEntries(Vec::new())),
                    Some(_) => Err(de::Error::invalid_type(de::Unexpected::Seq, &self)),
                }
            }
        }
        deserializer.deserialize_any(EntriesVisitor)
    }
}

/// A name: a string, or a number, whose digits are kept as they came. Half a surrogate pair is no text.
pub(super) fn parse_text(raw: &RawValue) -> Option<Cow<'_, str>> {
    #[derive(Deserialize)]
    struct TextValue<'a>(#[serde(borrow)] Cow<'a, str>);
    match raw.get().as_bytes().first()? {
        b'"' => serde_json::from_str::<TextValue<'_>>(raw.get()).ok().map(|text| text.0),
        b'-' | b'0'..=b'9' => Some(Cow::Borrowed(raw.get())),
        _ => None,
    }
}

/// A flag: true or false, as text or as a number too.
pub(super) fn parse_flag(raw: &RawValue) -> Option<bool> {
    match raw.get().trim_matches('"').trim_ascii() {
        "" | "null" => Some(false),
        text if text.eq_ignore_ascii_case("false") => Some(false),
        text if text.eq_ignore_ascii_case("true") => Some(true),
        _ => read_whole(raw, u64::MAX).map(|number| number != 0),
    }
}

/// A state, as it came; none for null, and an empty one for an empty array.
pub(super) fn parse_state(raw: &RawValue) -> Option<State> {
    match raw.get() {
        "null" => None,
        text if is_empty_array(text) => State::parse("{}").ok(),
        _ => Some(State::from_wire(raw)),
    }
}

fn is_empty_array(text: &str) -> bool {
    text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).is_some_and(|inner| inner.trim_ascii().is_empty())
}

/// A foreign value, short enough for an error message. Cut first: half of an emoji is not harmless any more.
pub(super) fn show_value(raw: &RawValue) -> String {
    format!("`{}`", sanitize(&excerpt(raw.get(), REPEATED)))
}

/// What a body is that is no JSON object.
pub(super) fn describe_other_body(body: &str) -> &'static str {
    let body = body.trim_ascii();
    let begins = |with: &str| body.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    let word = body.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$' | '.')).unwrap_or(body.len());
    match body.as_bytes().first() {
        None => "it is empty",
        Some(b'{') => "it is not the JSON object that was asked for",
        Some(b'[') => "it is an array and not a JSON object",
        Some(b'<') if begins("<?xml") => "it is XML and not JSON",
        Some(b'<') if begins("<!doctype html") || begins("<html") => "it is HTML and not JSON",
        Some(b'<') => "it is HTML or XML and not JSON",
        _ if body == "null" => "it is null and not a JSON object",
        _ if word > 0 && body[word..].trim_ascii_start().starts_with('(') => "it is a script (JSONP) and not JSON",
        _ if serde_json::from_str::<de::IgnoredAny>(body).is_ok() => "it is a single value and not a JSON object",
        _ => "it is not JSON",
    }
}

/// Read an object. Without this an array would do as well, its elements taken for the fields in order.
pub(super) fn parse_object<'a, T: Deserialize<'a>>(what: &'static str, body: &'a str) -> Result<T, Malformed> {
    if !body.trim_ascii_start().starts_with('{') {
        return Err(Malformed::new(what, describe_other_body(body)));
    }
    serde_json::from_str(body).map_err(|e| Malformed::new(what, e))
}

/// Read an object inside an answer, where an empty array or null stands for an empty one.
pub(super) fn parse_inner_object<'a, T: Deserialize<'a>>(
    what: &'static str,
    field: &str,
    raw: &'a RawValue,
) -> Result<T, Malformed> {
    let text = if raw.get() == "null" || is_empty_array(raw.get()) { "{}" } else { raw.get() };
    if !text.starts_with('{') {
        return Err(Malformed::new(what, format!("its {field} is {} and not an object", show_value(raw))));
    }
    serde_json::from_str(text).map_err(|e| Malformed::new(what, e))
}

/// Read a list inside an answer, where an empty object or null stands for an empty one. Of a list that is longer than
/// `MOST`, the beginning.
pub(super) fn parse_long_list<'a, const MOST: usize>(
    what: &'static str,
    field: &str,
    raw: Option<&'a RawValue>,
) -> Result<RawList<'a, MOST>, Malformed> {
    let Some(raw) = raw else { return Ok(RawList::empty()) };
    if raw.get() == "null" || raw.get().strip_prefix('{').is_some_and(|rest| rest.trim_ascii() == "}") {
        return Ok(RawList::empty());
    }
    serde_json::from_str(raw.get())
        .map_err(|_| Malformed::new(what, format!("its {field} is {} and not a list", show_value(raw))))
}

/// As [`parse_long_list`], where a longer list than any service sends is refused.
pub(super) fn parse_inner_list<'a>(
    what: &'static str,
    field: &str,
    raw: Option<&'a RawValue>,
) -> Result<Vec<&'a RawValue>, Malformed> {
    let list: RawList<'_, MOST_ELEMENTS> = parse_long_list(what, field, raw)?;
    if list.len > list.first.len() {
        let why = format!("its {field} has {} elements, and at most {MOST_ELEMENTS} are read", list.len);
        return Err(Malformed::new(what, why));
    }
    Ok(list.first)
}

/// What an answer says of itself.
#[derive(Deserialize)]
pub(super) struct OwnStatus<'a> {
    #[serde(borrow, default)]
    status: Option<&'a RawValue>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
    #[serde(borrow, default)]
    message: Option<&'a RawValue>,
}

impl OwnStatus<'_> {
    /// Whether it says that it succeeded, and not only nothing to the contrary.
    pub fn confirms(&self) -> bool {
        self.status.and_then(|status| read_whole(status, 999)).is_some_and(|status| (200..300).contains(&status))
            || self.message.and_then(parse_text).is_some_and(|message| message.trim().eq_ignore_ascii_case("ok"))
    }

    /// The status of a failure, if it has one.
    pub fn failure(&self) -> Option<u16> {
        let status = read_whole(self.status?, 599).filter(|status| *status >= 400);
        status.and_then(|status| u16::try_from(status).ok())
    }

    /// Fail if it reports a failure behind HTTP 200.
    pub fn check(&self, what: &'static str) -> Result<(), Malformed> {
        check_status(what, self.status, self.error)
    }
}

/// Fail if an answer with HTTP 200 reports a failure itself.
pub(super) fn check_status(
    what: &'static str,
    status: Option<&RawValue>,
    error: Option<&RawValue>,
) -> Result<(), Malformed> {
    let is_good = |raw: &RawValue| read_whole(raw, 999).is_some_and(|status| (200..300).contains(&status));
    if let Some(status) = status.filter(|raw| raw.get() != "null" && !is_good(raw)) {
        let status = excerpt(status.get().trim_matches('"'), REPEATED);
        let status = sanitize(&status);
        return Err(Malformed::new(what, format!("it says status {status} behind HTTP 200")));
    }
    // Recorded as a flag, a number and an object.
    if error.is_some_and(|raw| parse_flag(raw).unwrap_or(!is_empty_array(raw.get()))) {
        return Err(Malformed::new(what, "it says that it is an error, behind HTTP 200"));
    }
    Ok(())
}

/// Read an answer that came with HTTP 200, unless it reports a failure itself; and what it says of itself.
pub(super) fn parse_accepted<'a, T: Deserialize<'a>>(
    what: &'static str,
    body: &'a str,
) -> Result<(T, OwnStatus<'a>), Malformed> {
    let own: OwnStatus<'a> = parse_object(what, body)?;
    own.check(what)?;
    Ok((parse_object(what, body)?, own))
}

/// Channel names, and how many of them could not be read.
pub(super) fn parse_channels(what: &'static str, list: &[&RawValue]) -> Result<(Vec<Channel>, usize), Malformed> {
    let names = list.iter().filter_map(|raw| parse_text(raw)).filter(|name| !name.is_empty());
    let read: Vec<_> = names.map(|name| Channel::from_wire(&name)).collect();
    let unread = list.len() - read.len();
    match list.first() {
        Some(first) if read.is_empty() => Err(Malformed::new(
            what,
            format!("none of the channels that it names can be read, such as {}", show_value(first)),
        )),
        _ => Ok((read, unread)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).unwrap()
    }

    #[test]
    fn a_no_behind_http_200_is_no_yes() {
        let read = |body: &str| parse_accepted::<de::IgnoredAny>("leave", body).map(|_| ()).map_err(|e| e.to_string());
        for yes in ["{}", r#" {"status":200,"error":false}"#, r#"{"status":"200","error":null}"#, r#"{"error":0}"#] {
            assert_eq!(read(yes), Ok(()), "{yes}");
        }
        for yes in [r#"{"status":200.0,"error":"false"}"#, r#"{"status":"299","error":[]}"#] {
            assert_eq!(read(yes), Ok(()), "{yes}");
        }
        for no in
            ["[]", "7", "null", "", r#"{"status":403}"#, r#"{"error":true}"#, r#"{"error":{}}"#, r#"{"status":"no"}"#]
        {
            assert!(read(no).is_err(), "{no}");
        }
        assert!(read(r#"{"status":403,"error":true}"#).unwrap_err().contains("status 403 behind HTTP 200"));
    }

    #[test]
    fn what_is_no_object_is_called_by_its_name() {
        for (body, said) in [
            ("", "empty"),
            (" \n", "empty"),
            ("<!DOCTYPE html><p>", "HTML"),
            ("<HTML>", "HTML"),
            ("<?xml version=\"1.0\"?>", "XML"),
            ("cb({\"status\":200})", "JSONP"),
            ("window.cb_1 ([1])", "JSONP"),
            ("[]", "array"),
            ("null", "null"),
            ("7", "single value"),
            ("OK", "not JSON"),
        ] {
            assert!(describe_other_body(body).contains(said), "{body}: {}", describe_other_body(body));
        }
    }

    #[test]
    fn names_flags_and_states_are_read_however_they_are_written() {
        assert_eq!(parse_text(&raw("1.10")).as_deref(), Some("1.10"));
        assert_eq!(
            parse_text(&raw("123456789012345678901234567890")).as_deref(),
            Some("123456789012345678901234567890")
        );
        for none in ["null", "true", "[\"a\"]", "{}", r#""\ud800""#] {
            assert_eq!(parse_text(&raw(none)), None, "{none}");
        }
        let flags = ["true", "\"TRUE\"", "1", "\"1\"", "false", "\"false\"", "0", "null", "\"\"", "{}", "\"x\""];
        let (yes, no) = (Some(true), Some(false));
        assert_eq!(flags.map(|text| parse_flag(&raw(text))), [yes, yes, yes, yes, no, no, no, no, no, None, None]);
        let states = ["[]", "[ ]", "null", "{\"a\":1.10}", "[1]"].map(|text| parse_state(&raw(text)));
        let shown = states.each_ref().map(|state| state.as_ref().map(State::as_json));
        assert_eq!(shown, [Some("{}"), Some("{}"), None, Some("{\"a\":1.10}"), Some("[1]")]);
    }
}
