//! Finds a field in the JSON text of a state, without building a tree of all that is in it: lists are sorted and
//! filtered by one field of a million states.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::path_step::PathStep;
use crate::presence::{JsonScanner, State};

/// The JSON text that a state has under a path, if it has any. Of a member that is named twice the last one counts, as
/// JSON readers have it. States beyond [`State::LARGEST_READ`] have no fields.
pub(super) fn find_text<'a>(state: &'a State, path: &[PathStep]) -> Option<&'a str> {
    let json = state.as_json();
    if json.len() > State::LARGEST_READ {
        return None;
    }
    path.iter().try_fold(json, find_member)
}

/// The text of a member of an object, or of an element of a list.
fn find_member<'a>(json: &'a str, step: &PathStep) -> Option<&'a str> {
    let mut scanner = JsonScanner::new(json);
    let mut found = None;
    let (scanned, index) = match (scanner.peek()?, step.index) {
        (b'{', _) => (scan_member(&mut scanner, &step.name, &mut found), None),
        (b'[', Some(index)) => (scan_element(&mut scanner, index, &mut found), Some(index)),
        _ => return None,
    };
    if scanned.is_some() {
        return found;
    }
    // It is written in another way than the scanner knows, or no JSON.
    let mut reader = serde_json::Deserializer::from_str(json);
    let found = match index {
        None => reader.deserialize_map(FindMember(&step.name)),
        Some(index) => reader.deserialize_seq(FindElement(index)),
    };
    found.ok()?.map(RawValue::get)
}

fn scan_member<'a>(scanner: &mut JsonScanner<'a>, name: &str, found: &mut Option<&'a str>) -> Option<()> {
    scanner.take_object(|scanner, other| {
        if other == name {
            *found = Some(scanner.take_value()?);
            return Some(());
        }
        scanner.skip_value()
    })
}

fn scan_element<'a>(scanner: &mut JsonScanner<'a>, index: usize, found: &mut Option<&'a str>) -> Option<()> {
    let mut passed = 0;
    scanner.take_array(|scanner| {
        let value = scanner.take_value()?;
        if passed == index {
            *found = Some(value);
        }
        passed += 1;
        Some(())
    })
}

struct FindMember<'n>(&'n str);

impl<'de> Visitor<'de> for FindMember<'_> {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(is_it) = members.next_key_seed(IsName(self.0))? {
            if is_it {
                found = Some(members.next_value()?);
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

struct FindElement(usize);

impl<'de> Visitor<'de> for FindElement {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        for _ in 0..self.0 {
            if elements.next_element::<IgnoredAny>()?.is_none() {
                return Ok(None);
            }
        }
        let found = elements.next_element()?;
        // The reader takes only a list that was read to its end.
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(found)
    }
}

/// Whether a name is this one.
struct IsName<'n>(&'n str);

impl<'de> DeserializeSeed<'de> for IsName<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for IsName<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<bool, E> {
        Ok(name == self.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::expression::Path;

    /// What a tree has there.
    fn find_in_tree(tree: &Value, path: &[PathStep]) -> Option<Value> {
        let resolve = |value: &Value, step: &PathStep| match value {
            Value::Object(fields) => fields.get(&step.name).cloned(),
            Value::Array(members) => members.get(step.index?).cloned(),
            _ => None,
        };
        path.iter().try_fold(tree.clone(), |value, step| resolve(&value, step))
    }

    #[test]
    fn the_text_has_what_the_tree_has() {
        let states = [
            r#"{"mood":"busy","device":{"os":["x",{"a,b":7}]},"a":1,"a":2,"n":1.50e3}"#,
            r#"{"m\u006fod":"\u00e9","device":null,"a":[],"0":{"1":true}}"#,
            r#" {"mood" : {"mood":[ [1,2] , [3] ]} , "device":"[1]"}"#,
            "{}",
        ];
        let paths = ["mood", "a", "n", "a.0", "device.os.0", "device.os.1.\"a,b\"", "device.os.2", "device", "0.1"];
        let paths = paths.into_iter().chain(["mood.mood.0.1", "mood.mood.1.1", "device.0", "none"]);
        for path in paths.map(|path| Path::parse(path).unwrap()) {
            for json in states {
                let state = State::parse(json).unwrap_or_else(|_| {
                    let raw = RawValue::from_string(json.to_owned()).unwrap();
                    State::from_wire(&raw)
                });
                let expected = find_in_tree(&serde_json::from_str(json).unwrap(), path.steps());
                assert_eq!(path.find(&state), expected, "{} in {json}", path.as_str());
            }
        }
    }

    #[test]
    fn a_state_too_large_to_be_set_has_no_fields() {
        let state = |pad: usize| {
            let json = format!("{{\"mood\":\"busy\",\"pad\":\"{}\"}}", "x".repeat(pad));
            State::from_wire(&RawValue::from_string(json).unwrap())
        };
        let path = Path::parse("mood").unwrap();
        assert_eq!(path.find(&state(100)), Some("busy".into()));
        assert_eq!(path.find(&state(State::LARGEST_READ)), None);
    }
}
