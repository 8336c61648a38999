//! An expression held against a message.

use serde_json::Value;

use super::{
    ast::{Arithmetic, Comparator, Condition, FieldRoot, FieldStep, Operand},
    like::LikePattern,
};

#[derive(Debug, Clone, Copy)]
pub(super) struct FilterInput<'a> {
    pub data: &'a Value,
    pub meta: Option<&'a Value>,
}

/// A value as comparisons see it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Evaluated<'a> {
    Number(f64),
    Text(&'a str),
    Truth(bool),
    /// An array, an object or null.
    Other(&'a Value),
}

impl Condition {
    /// Whether it holds for a message.
    pub fn holds(&self, message: FilterInput<'_>) -> bool {
        match self {
            Self::All(conditions) => conditions.iter().all(|c| c.holds(message)),
            Self::Any(conditions) => conditions.iter().any(|c| c.holds(message)),
            Self::Not(condition) => !condition.holds(message),
            Self::Compare(left, comparison, right) => {
                let (left, right) = (left.value(message), right.value(message));
                left.zip(right).is_some_and(|(left, right)| comparison.holds(left, right))
            }
            Self::Like(operand, pattern) => operand.value(message).is_some_and(|value| value.is_like(pattern)),
            Self::Is(operand) => operand.value(message) == Some(Evaluated::Truth(true)),
        }
    }
}

impl Comparator {
    fn holds(self, left: Evaluated<'_>, right: Evaluated<'_>) -> bool {
        let numbers = || match (left, right) {
            (Evaluated::Number(left), Evaluated::Number(right)) => Some((left, right)),
            _ => None,
        };
        match self {
            Self::Equal => left.is_same(right),
            Self::Unequal => !left.is_same(right),
            Self::Greater => numbers().is_some_and(|(left, right)| left > right),
            Self::Less => numbers().is_some_and(|(left, right)| left < right),
            Self::AtLeast => numbers().is_some_and(|(left, right)| left >= right),
            Self::AtMost => numbers().is_some_and(|(left, right)| left <= right),
            Self::Like => match right {
                Evaluated::Text(pattern) => left.is_like(&LikePattern::new(pattern)),
                _ => false,
            },
            Self::Contains => match (left, right) {
                (Evaluated::Text(text), Evaluated::Text(part)) => text.contains(part),
                (Evaluated::Other(Value::Array(members)), wanted) => {
                    members.iter().any(|member| Evaluated::of(member).is_some_and(|member| member.is_same(wanted)))
                }
                _ => false,
            },
        }
    }
}

impl Operand {
    /// Its value for this message, if it has one.
    fn value<'a>(&'a self, message: FilterInput<'a>) -> Option<Evaluated<'a>> {
        match self {
            Self::Number(number) => Some(Evaluated::Number(*number)),
            Self::Text(text) => Some(Evaluated::Text(text)),
            Self::Truth(truth) => Some(Evaluated::Truth(*truth)),
            Self::List(members) => Evaluated::of(members),
            Self::Field(source, steps) => {
                let start = match source {
                    FieldRoot::Data => message.data,
                    FieldRoot::Meta => message.meta?,
                };
                let found = steps.iter().try_fold(start, |value, step| match step {
                    FieldStep::Name(name) => value.get(&**name),
                    FieldStep::Index(index) => value.get(index),
                });
                found.and_then(Evaluated::of)
            }
            Self::Negative(operand) => operand.number(message).map(|number| Evaluated::Number(-number)),
            Self::Arithmetic(first, rest) => {
                let result = rest.iter().try_fold(first.number(message)?, |result, (operation, operand)| {
                    operation.apply(result, operand.number(message)?)
                });
                result.map(Evaluated::Number)
            }
        }
    }

    fn number(&self, message: FilterInput<'_>) -> Option<f64> {
        match self.value(message) {
            Some(Evaluated::Number(number)) => Some(number),
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

impl<'a> Evaluated<'a> {
    fn of(value: &'a Value) -> Option<Self> {
        match value {
            Value::Number(number) => number.as_f64().map(Self::Number),
            Value::String(text) => Some(Self::Text(text)),
            Value::Bool(truth) => Some(Self::Truth(*truth)),
            Value::Null | Value::Array(_) | Value::Object(_) => Some(Self::Other(value)),
        }
    }

    fn is_same(self, other: Self) -> bool {
        match (self, other) {
            (Self::Other(this), Self::Other(that)) => are_same(this, that),
            (this, that) => this == that,
        }
    }

    /// Whether a text, or any member of an array, is like the pattern.
    fn is_like(self, pattern: &LikePattern) -> bool {
        match self {
            Self::Text(text) => pattern.matches(text),
            Self::Other(Value::Array(members)) => {
                members.iter().filter_map(Value::as_str).any(|text| pattern.matches(text))
            }
            _ => false,
        }
    }
}

/// Whether two JSON values are the same, `1` and `1.0` included.
fn are_same(this: &Value, that: &Value) -> bool {
    match (this, that) {
        (Value::Array(this), Value::Array(that)) => {
            this.len() == that.len() && this.iter().zip(that).all(|(this, that)| are_same(this, that))
        }
        (Value::Object(this), Value::Object(that)) => {
            let has_same = |(name, value)| that.get(name).is_some_and(|other| are_same(value, other));
            this.len() == that.len() && this.iter().all(has_same)
        }
        (Value::Number(this), Value::Number(that)) => this.as_f64() == that.as_f64(),
        (this, that) => this == that,
    }
}
