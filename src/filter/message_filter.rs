//! A filter, from the outside.

use std::sync::Arc;

use serde_json::Value;

use super::{FilterError, ast::Condition, evaluate::FilterInput, parse::parse_condition};

/// An expression that was read. Clones share it.
///
/// ```text
/// uuid != 'cvc1'
/// pn_action == "join" && pn_uuid LIKE "bot-*"
/// (data.score > 10 && meta.lang == 'en') || !(meta.tags CONTAINS "a")
/// ```
///
/// | what | how it is written |
/// |---|---|
/// | the payload | `data.x`, `data["x"]`, `data.list[0].x`; `data` alone is all of it |
/// | the metadata, `u` | `meta.x` and so on; a bare `x` is `meta.x` |
/// | a literal | `12.5`, `"text"`, `'text'`, `true`, `false`; in text, `\` goes before a quote or a `\` |
/// | a list | two literals or more: `('admin', 'owner')` |
/// | binds closest | `!` and the sign `-`; then `* / %`; then `+ -` |
/// | then a comparison | `== != > < >= <= LIKE CONTAINS`, the words in either case |
/// | then | `&&`; then <code>&#124;&#124;</code> |
///
/// A comparison is true or false, never unknown: with an operand that is missing, or that came out of
/// arithmetic on anything but numbers or of a division by zero, it is false, `!=` too. `!` turns that
/// around, so `!(x == 1)` holds without an `x`. Things of different types are unequal, and neither is
/// greater. Only numbers are greater or less. Numbers are 64-bit floats: exact up to 2^53.
///
/// `LIKE` compares text, or any member of an array, with a text in which `*` stands for any text, and does not mind
/// upper and lower case; `CONTAINS` looks for a part of a text, or for a member of an array, and does. A list is an
/// array: `('admin', 'owner') CONTAINS role`. A lone operand is a condition that holds if it is `true`.
#[derive(Debug, Clone)]
pub struct MessageFilter {
    condition: Arc<Condition>,
}

impl MessageFilter {
    /// Read an expression.
    ///
    /// # Errors
    /// If it is not one; the error says where it stops being one.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        parse_condition(text).map(|condition| Self { condition: Arc::new(condition) })
    }

    /// Whether a message is wanted: its payload, and its metadata if it has any.
    ///
    /// Takes time in proportion to the expression, and for each of its comparisons to the text or
    /// array that is looked through. Allocates only where the pattern of a `LIKE` is itself taken
    /// out of the message.
    pub fn admits(&self, data: &Value, meta: Option<&Value>) -> bool {
        self.condition.holds(FilterInput { data, meta })
    }
}
