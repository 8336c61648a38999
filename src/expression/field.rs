//! What a field of a state holds, read off its text: of a million states one field is compared, and most numbers and
//! texts can be compared where they stand.

use std::borrow::Cow;

use serde_json::Value;

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Truth(bool),
    /// A number, as JSON writes it, with all its digits.
    Number(Cow<'a, str>),
    /// A text. Foreign.
    Text(Cow<'a, str>),
    /// A list or an object.
    Other,
}

impl<'a> FieldValue<'a> {
    /// Read the JSON text of one value; `None` if no reader of JSON takes it.
    pub(super) fn read(json: &'a str) -> Option<Self> {
        Some(match json.as_bytes().first()? {
            b'0'..=b'9' | b'-' => Self::Number(json.into()),
            b'"' if !json.contains('\\') => Self::Text(json.strip_prefix('"')?.strip_suffix('"')?.into()),
            b't' => Self::Truth(true),
            b'f' => Self::Truth(false),
            b'n' => Self::Null,
            _ => match serde_json::from_str(json).ok()? {
                Value::Number(number) => Self::Number(number.as_str().to_owned().into()),
                Value::String(text) => Self::Text(text.into()),
                _ => Self::Other,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_what_a_reader_of_json_says() {
        let text = |text: &str| Some(FieldValue::Text(text.to_owned().into()));
        let number = |text: &str| Some(FieldValue::Number(text.to_owned().into()));
        for (json, expected) in [
            ("null", Some(FieldValue::Null)),
            ("true", Some(FieldValue::Truth(true))),
            ("false", Some(FieldValue::Truth(false))),
            ("-1.50", number("-1.50")),
            ("\"\"", text("")),
            ("\"\u{e9}\"", text("é")),
            ("\"\\u00e9\\n\"", text("é\n")),
            ("\"\\ud800\"", None),
            ("[1,{}]", Some(FieldValue::Other)),
            ("{\"a\":[]}", Some(FieldValue::Other)),
            (&"[".repeat(500), None),
            ("", None),
        ] {
            assert_eq!(FieldValue::read(json), expected, "{json}");
        }
    }
}
