//! The first members of a JSON object, as many as are seen of it.

use std::fmt;

use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

/// Texts up to so many bytes are read whole: of a member that is named twice the last one counts.
const READ_WHOLE: usize = 2 * 1024;

/// The names and values that so many cells have room for, and some more, each value as text. Nothing, if it is no
/// object. Of a long one the rest is not read: many in sight would take time in each frame.
pub(super) fn read_first_members(json: &str, width: usize) -> Option<Vec<(String, String)>> {
    if json.len() <= READ_WHOLE {
        let Ok(Value::Object(members)) = serde_json::from_str(json) else { return None };
        return Some(members.into_iter().map(|(name, value)| (name, show_value(value))).collect());
    }
    let mut members = FirstMembers { width, found: Vec::new(), filled: false };
    let read = serde_json::Deserializer::from_str(json).deserialize_map(&mut members);
    (read.is_ok() || members.filled).then_some(members.found)
}

fn show_value(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

struct FirstMembers {
    width: usize,
    found: Vec<(String, String)>,
    /// No more is seen, so no more was read.
    filled: bool,
}

impl<'de> Visitor<'de> for &mut FirstMembers {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut cells = 0;
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            let value = show_value(value);
            // Neither is shown wider than this.
            let seen = name.width().min(40) + value.width().min(self.width);
            self.found.push((name, value));
            if cells > self.width {
                self.filled = true;
                return Err(A::Error::custom("no more is seen"));
            }
            cells += seen;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_state_only_what_is_seen_is_read() {
        let pad = "x".repeat(READ_WHOLE);
        let json = format!(r#"{{"mood":"busy","n":1.50,"pad":"{pad}","more":[1, 2],"nonsense"#);
        let expected: Vec<_> = [("mood", "busy"), ("n", "1.50"), ("pad", &pad), ("more", "[1,2]")]
            .map(|(a, b)| (a.into(), b.into()))
            .into();
        assert_eq!(read_first_members(&json, 50), Some(expected));
        assert_eq!(read_first_members(&json, 5_000), None);
        assert_eq!(read_first_members(&format!("[\"{pad}\"]"), 9), None);
        assert_eq!(read_first_members("{\"a\":1,\"a\":2}", 1), Some(vec![("a".to_owned(), "2".to_owned())]));
    }
}
