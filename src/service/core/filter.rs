//! Which messages a subscriber wants: `filter-expr`, read once and held against each message. Pure.
//!
//! ```text
//! uuid != 'cvc1'
//! pn_action == "join" && pn_uuid LIKE "bot-*"
//! (data.score > 10 && meta.lang == 'en') || !(meta.tags CONTAINS "a")
//! ```
//!
//! | what | how it is written |
//! |---|---|
//! | the payload | `data.x`, `data["x"]`, `data.list[0].x`; `data` alone is all of it |
//! | the metadata, `u` | `meta.x` and so on; a bare `x` is `meta.x` |
//! | a literal | `12.5`, `"text"`, `'text'`, `true`, `false`; in text, `\` goes before a quote or a `\` |
//! | binds closest | `!` and the sign `-`; then `* / %`; then `+ -` |
//! | then a comparison | `== != > < >= <= LIKE CONTAINS`, the words in either case |
//! | then | `&&`; then <code>&#124;&#124;</code> |
//!
//! A comparison is true or false, never unknown: with an operand that is missing, or that came out of
//! arithmetic on anything but numbers or of a division by zero, it is false, `!=` too. `!` turns that
//! around, so `!(x == 1)` holds without an `x`. Things of different types are unequal, and neither is
//! greater. Only numbers are greater or less. Numbers are 64-bit floats: exact up to 2^53.
//!
//! `LIKE` compares text in which `*` stands for any text, and does not mind upper and lower case;
//! `CONTAINS` looks for a part of a text, or for a member of an array, and does. A lone operand is a
//! condition that holds if it is `true`.

mod cursor;
mod like;
#[cfg(test)]
mod oracle;
mod parse;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde_json::Value;

use self::like::Pattern;

/// Bytes that an expression may have.
const LONGEST: usize = 4 * 1024;

/// So many parentheses and signs may stand inside each other.
const DEEPEST: usize = 64;

/// Why an expression can't be a filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadFilter {
    /// It is not looked at.
    #[error("filter-expr has {0} bytes; at most {LONGEST} are read")]
    TooLong(usize),
    /// Something else should stand there.
    #[error("filter-expr, at character {at}: expected {expected}, found {found}")]
    Unexpected {
        /// The character where reading stopped, counted from 1.
        at: usize,
        /// What could have gone on there.
        expected: &'static str,
        /// What stands there: an excerpt in backticks, or "the end".
        found: String,
    },
    /// Nested too deeply.
    #[error("filter-expr, at character {at}: more than {DEEPEST} parentheses and signs inside each other")]
    TooDeep {
        /// The character where that was found, counted from 1.
        at: usize,
    },
}

/// An expression that was read. Clones share it.
#[derive(Debug, Clone)]
pub struct Filter {
    condition: Arc<Condition>,
}

impl Filter {
    /// Read an expression.
    ///
    /// # Errors
    /// If it is not one; the error says where it stops being one.
    pub fn parse(text: &str) -> Result<Self, BadFilter> {
        parse::condition(text).map(|condition| Self { condition: Arc::new(condition) })
    }

    /// Whether a message is wanted: its payload, and its metadata if it has any.
    ///
    /// Takes time in proportion to the expression, and for each of its comparisons to the text or
    /// array that is looked through. Allocates only where the pattern of a `LIKE` is itself taken
    /// out of the message.
    pub fn admits(&self, data: &Value, meta: Option<&Value>) -> bool {
        self.condition.holds(Message { data, meta })
    }
}

#[derive(Debug, Clone, Copy)]
struct Message<'a> {
    data: &'a Value,
    meta: Option<&'a Value>,
}

/// What holds or does not. Chains are flat, so that the depth is that of the parentheses.
#[derive(Debug)]
enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare(Operand, Comparison, Operand),
    /// A `LIKE` whose pattern is a literal.
    Like(Operand, Pattern),
    /// A lone operand.
    Is(Operand),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    Unequal,
    Greater,
    Less,
    AtLeast,
    AtMost,
    Like,
    Contains,
}

/// What has a value, or none.
#[derive(Debug)]
enum Operand {
    Number(f64),
    Text(Box<str>),
    Truth(bool),
    Field(Source, Vec<Step>),
    Negative(Box<Operand>),
    /// Left to right.
    Arithmetic(Box<Operand>, Vec<(Arithmetic, Operand)>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Data,
    Meta,
}

#[derive(Debug)]
enum Step {
    Name(Box<str>),
    Index(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arithmetic {
    Plus,
    Minus,
    Times,
    Over,
    Modulo,
}

/// A value as comparisons see it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Seen<'a> {
    Number(f64),
    Text(&'a str),
    Truth(bool),
    /// An array, an object or null.
    Other(&'a Value),
}

impl Condition {
    fn holds(&self, message: Message<'_>) -> bool {
        match self {
            Self::All(conditions) => conditions.iter().all(|c| c.holds(message)),
            Self::Any(conditions) => conditions.iter().any(|c| c.holds(message)),
            Self::Not(condition) => !condition.holds(message),
            Self::Compare(left, comparison, right) => {
                let (left, right) = (left.value(message), right.value(message));
                left.zip(right).is_some_and(|(left, right)| comparison.holds(left, right))
            }
            Self::Like(operand, pattern) => {
                matches!(operand.value(message), Some(Seen::Text(text)) if pattern.matches(text))
            }
            Self::Is(operand) => operand.value(message) == Some(Seen::Truth(true)),
        }
    }
}

impl Comparison {
    fn holds(self, left: Seen<'_>, right: Seen<'_>) -> bool {
        let numbers = || match (left, right) {
            (Seen::Number(left), Seen::Number(right)) => Some((left, right)),
            _ => None,
        };
        match self {
            Self::Equal => left == right,
            Self::Unequal => left != right,
            Self::Greater => numbers().is_some_and(|(left, right)| left > right),
            Self::Less => numbers().is_some_and(|(left, right)| left < right),
            Self::AtLeast => numbers().is_some_and(|(left, right)| left >= right),
            Self::AtMost => numbers().is_some_and(|(left, right)| left <= right),
            Self::Like => match (left, right) {
                (Seen::Text(text), Seen::Text(pattern)) => Pattern::new(pattern).matches(text),
                _ => false,
            },
            Self::Contains => match (left, right) {
                (Seen::Text(text), Seen::Text(part)) => text.contains(part),
                (Seen::Other(Value::Array(members)), wanted) => {
                    members.iter().any(|member| Seen::of(member) == Some(wanted))
                }
                _ => false,
            },
        }
    }
}

impl Operand {
    /// Its value for this message, if it has one.
    fn value<'a>(&'a self, message: Message<'a>) -> Option<Seen<'a>> {
        match self {
            Self::Number(number) => Some(Seen::Number(*number)),
            Self::Text(text) => Some(Seen::Text(text)),
            Self::Truth(truth) => Some(Seen::Truth(*truth)),
            Self::Field(source, steps) => {
                let start = match source {
                    Source::Data => message.data,
                    Source::Meta => message.meta?,
                };
                let found = steps.iter().try_fold(start, |value, step| match step {
                    Step::Name(name) => value.get(&**name),
                    Step::Index(index) => value.get(index),
                });
                found.and_then(Seen::of)
            }
            Self::Negative(operand) => operand.number(message).map(|number| Seen::Number(-number)),
            Self::Arithmetic(first, rest) => {
                let result = rest.iter().try_fold(first.number(message)?, |result, (operation, operand)| {
                    operation.apply(result, operand.number(message)?)
                });
                result.map(Seen::Number)
            }
        }
    }

    fn number(&self, message: Message<'_>) -> Option<f64> {
        match self.value(message) {
            Some(Seen::Number(number)) => Some(number),
            _ => None,
        }
    }
}

impl Arithmetic {
    /// No result is without bound: what is too large is no number, like a division by zero.
    fn apply(self, left: f64, right: f64) -> Option<f64> {
        let result = match self {
            Self::Plus => left + right,
            Self::Minus => left - right,
            Self::Times => left * right,
            Self::Over => left / right,
            Self::Modulo => left % right,
        };
        Some(result).filter(|result| result.is_finite())
    }
}

impl<'a> Seen<'a> {
    fn of(value: &'a Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_f64().map(Self::Number),
            Value::String(text) => Some(Self::Text(text)),
            Value::Bool(truth) => Some(Self::Truth(*truth)),
            Value::Null | Value::Array(_) | Value::Object(_) => Some(Self::Other(value)),
        }
    }
}
