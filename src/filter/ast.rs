//! An expression as it was read.

use serde_json::Value;

use super::like::LikePattern;

/// What holds or does not. Chains are flat, so that the depth is that of the parentheses.
#[derive(Debug)]
pub(super) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Compare(Operand, Comparator, Operand),
    /// A `LIKE` whose pattern is a literal.
    Like(Operand, LikePattern),
    /// A lone operand.
    Is(Operand),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparator {
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
pub(super) enum Operand {
    Number(f64),
    Text(Box<str>),
    Truth(bool),
    /// An array of literals, two or more.
    List(Value),
    Field(FieldRoot, Vec<FieldStep>),
    Negative(Box<Operand>),
    /// Left to right.
    Arithmetic(Box<Operand>, Vec<(Arithmetic, Operand)>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldRoot {
    Data,
    Meta,
}

#[derive(Debug)]
pub(super) enum FieldStep {
    Name(Box<str>),
    Index(usize),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Plus,
    Minus,
    Times,
    Over,
    Modulo,
}
