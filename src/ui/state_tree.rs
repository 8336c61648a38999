//! A state as a tree of lines, compared with the previous state.

use serde_json::{Map, Value};

/// A state nested deeper than this is shown as JSON from there on: it bounds the indent.
const DEEPEST: usize = 12;

/// How a field differs from the previous state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldChange {
    /// The field is the same.
    Same,
    /// The field is new.
    Added,
    /// The field had this value before, as JSON; `None` if something inside it changed.
    Changed(Option<String>),
    /// The field was removed.
    Removed,
}

/// A line of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateLine {
    /// Its depth, from 0.
    pub depth: usize,
    /// The name of the field, or the place in a list. Foreign text.
    pub key: String,
    /// The value, a text without its quotes; `None` if it follows on deeper lines. Foreign text.
    pub value: Option<String>,
    /// How it differs from the previous state.
    pub mark: FieldChange,
}

/// The lines of a state, at most `most`, compared with the previous one if that is known; and whether they are all.
pub fn list_state_lines(state: &Value, before: Option<&Value>, most: usize) -> (Vec<StateLine>, bool) {
    let mut tree = Tree { lines: Vec::new(), most: most + 1 };
    tree.add_value(state, before, 0);
    let all = tree.lines.len() <= most;
    tree.lines.truncate(most);
    (tree.lines, all)
}

struct Tree {
    lines: Vec<StateLine>,
    most: usize,
}

impl Tree {
    /// Add the fields of a value in their order, and then those that only the previous value had.
    fn add_value(&mut self, value: &Value, before: Option<&Value>, depth: usize) {
        let empty = Map::new();
        match (value, before) {
            (Value::Object(fields), before) => {
                let had = before.map(|before| before.as_object().unwrap_or(&empty));
                for (name, value) in fields.iter().take(self.most) {
                    let was = had.and_then(|had| had.get(name));
                    self.add_branch(depth, name.clone(), value, was, had.is_some());
                }
                let gone = had.unwrap_or(&empty).iter().filter(|(name, _)| !fields.contains_key(*name));
                for (name, value) in gone.take(self.most) {
                    self.add_line(depth, name.clone(), Some(abbreviate_value(value)), FieldChange::Removed);
                }
            }
            (Value::Array(items), before) => {
                let had = before.map(|before| before.as_array().map_or(&[][..], Vec::as_slice));
                for (place, item) in items.iter().enumerate().take(self.most) {
                    let was = had.and_then(|had| had.get(place));
                    self.add_branch(depth, place.to_string(), item, was, had.is_some());
                }
                let gone = had.unwrap_or_default().iter().enumerate().skip(items.len()).take(self.most);
                for (place, item) in gone {
                    self.add_line(depth, place.to_string(), Some(abbreviate_value(item)), FieldChange::Removed);
                }
            }
            (other, _) => self.add_line(depth, "value".to_owned(), Some(abbreviate_value(other)), FieldChange::Same),
        }
    }

    fn add_branch(&mut self, depth: usize, key: String, value: &Value, was: Option<&Value>, known: bool) {
        let mark = |deeper: bool| match was {
            _ if !known => FieldChange::Same,
            None => FieldChange::Added,
            Some(was) if was == value => FieldChange::Same,
            Some(was) => FieldChange::Changed((!deeper).then(|| abbreviate_value(was))),
        };
        let deeper = depth + 1 < DEEPEST
            && match value {
                Value::Object(fields) => !fields.is_empty(),
                Value::Array(items) => !items.is_empty(),
                _ => false,
            };
        if !deeper {
            self.add_line(depth, key, Some(abbreviate_value(value)), mark(false));
            return;
        }
        // The lines inside tell what changed, unless the value was of another type.
        let alike = was.is_some_and(|was| was.is_object() == value.is_object() && was.is_array() == value.is_array());
        self.add_line(depth, key, None, mark(alike));
        self.add_value(value, was.filter(|_| alike), depth + 1);
    }

    fn add_line(&mut self, depth: usize, key: String, value: Option<String>, mark: FieldChange) {
        if self.lines.len() < self.most {
            self.lines.push(StateLine { depth, key, value, mark });
        }
    }
}

/// A value on one line.
fn abbreviate_value(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn lines(state: &Value, before: Option<&Value>, most: usize) -> Vec<String> {
        let line = |leaf: StateLine| {
            let mark = match leaf.mark {
                FieldChange::Same => " ".to_owned(),
                FieldChange::Added => "+".to_owned(),
                FieldChange::Changed(None) => "~".to_owned(),
                FieldChange::Changed(Some(was)) => format!("~({was})"),
                FieldChange::Removed => "-".to_owned(),
            };
            format!("{mark}{} {} {}", leaf.depth, leaf.key, leaf.value.unwrap_or_default())
        };
        list_state_lines(state, before, most).0.into_iter().map(line).collect()
    }

    #[test]
    fn a_state_is_a_tree_with_the_last_change_marked() {
        let before = json!({"a": 1, "gone": true, "mood": "ok", "place": {"x": 1, "tags": ["a", "b"]}, "was": [1]});
        let state = json!({"a": 1, "mood": "busy", "new": null, "place": {"x": 2, "tags": ["a"]}, "was": {"k": 1}});
        let plain = lines(&state, None, 99);
        let expected =
            [" 0 a 1", " 0 mood busy", " 0 new null", " 0 place ", " 1 x 2", " 1 tags ", " 2 0 a", " 0 was ", " 1 k 1"];
        assert_eq!(plain, expected);
        let marked = lines(&state, Some(&before), 99);
        let expected = [
            " 0 a 1",
            "~(ok)0 mood busy",
            "+0 new null",
            "~0 place ",
            "~(1)1 x 2",
            "~1 tags ",
            " 2 0 a",
            "-2 1 b",
            "~([1])0 was ",
            " 1 k 1",
            "-0 gone true",
        ];
        assert_eq!(marked, expected);
        assert_eq!(lines(&json!({"a": 1}), Some(&json!({})), 9), ["+0 a 1"]);
        assert_eq!(lines(&json!({}), Some(&json!({"a": 1})), 9), ["-0 a 1"]);
        assert_eq!(lines(&json!(null), Some(&json!({"a": 1})), 9), [" 0 value null"]);
    }

    #[test]
    fn no_state_makes_more_lines_or_deeper_ones_than_it_may() {
        let many: Value = (0..5_000).map(|n| (format!("k{n}"), n.into())).collect::<Map<_, _>>().into();
        let (lines, all) = list_state_lines(&many, Some(&json!({})), 10);
        assert!((lines.len(), all) == (10, false));
        assert_eq!(list_state_lines(&json!({"a": {}}), None, 1).0.len(), 1);
        assert!(list_state_lines(&json!({"a": {}}), None, 1).1);
        let mut deep = json!("x");
        (0..100).for_each(|_| deep = json!([deep.clone()]));
        let (lines, _) = list_state_lines(&deep, None, 500);
        assert!(lines.len() == DEEPEST && lines.iter().all(|leaf| leaf.depth < DEEPEST));
    }
}
