//! JSON with other texts in it: fields, numbers and the rest stay.

use serde_json::Value;

/// Rewrite all texts of a value; the names of fields stay.
pub(super) fn rewrite_texts(value: &mut Value, rewrite: &mut impl FnMut(&str) -> String) {
    match value {
        Value::String(text) => *text = rewrite(text),
        Value::Array(all) => all.iter_mut().for_each(|one| rewrite_texts(one, rewrite)),
        Value::Object(fields) => fields.values_mut().for_each(|one| rewrite_texts(one, rewrite)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
