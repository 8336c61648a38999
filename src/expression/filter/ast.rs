//! The terms of a filter, and whether an occupant matches them.

use std::{cmp::Ordering, fmt};

use crate::{
    expression::{
        comparison::Comparison, field::FieldValue, fold_case::fold_case, fuzzy::has_in_order, lookup::find_text,
        path_step::PathStep,
    },
    presence::{Decimal, State},
};

/// Which occupants are meant. The empty one means all.
///
/// All terms, separated by blanks, must match:
///
/// | term | matches |
/// |---|---|
/// | `bot` | a user id with these letters in it, in either case |
/// | `=alice` | exactly this user id |
/// | `~alc` | a user id with these letters in this order, in either case |
/// | `"two words"` | as a word; `\"` and `\\` stand for `"` and `\` |
/// | `state~dev` | who has these letters anywhere in the state, in either case |
/// | `state.mood` | who has this field, whatever is in it |
/// | `state.mood=busy` | the text `busy`; `state.level=5` the number or the text; `true`, `false`, `null` too |
/// | `state.mood!=busy` | has the field, with something else in it |
/// | `state.level>=5` | a number; also `>`, `<`, `<=` |
/// | `state.mood~bus` | a text with these letters in it, in either case |
/// | `!term` | whom the term does not match |
///
/// A path goes down by dots: `state.team.members.0."full name"`; a number counts into a list, from 0. A
/// value in quotes is a text only. Brackets, and quotes within a word, must be quoted.
///
/// Holding it against an occupant allocates nothing as long as it asks for no state and the user id is
/// ASCII; the state is read only when all else matches.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filter {
    pub(super) source: String,
    /// Those about the user id first: they cost least.
    pub(super) terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Term {
    pub(super) negated: bool,
    pub(super) test: Test,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    /// The user id has this in it.
    Part(Needle),
    /// It is the user id.
    Exactly(String),
    /// The user id has these letters in this order.
    Fuzzy(Needle),
    /// The whole state, as JSON, has this in it.
    State(Needle),
    /// What the state has under this path.
    Field(Vec<PathStep>, FieldTest),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum FieldTest {
    Exists,
    Equals(WantedValue),
    Differs(WantedValue),
    Compares(Comparison, Decimal),
    Part(Needle),
}

/// A value to be equal to, as it was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct WantedValue {
    pub(super) text: String,
    /// What else the text stands for: a number, `true`, `false` or `null`; nothing if it was quoted.
    pub(super) also: AlsoValue,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum AlsoValue {
    Nothing,
    Null,
    Truth(bool),
    Number(Decimal),
}

/// Folded letters to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Needle(pub(super) String);

impl Filter {
    /// Whether it means the occupant with this user id and state.
    pub fn matches(&self, user: &str, state: Option<&State>) -> bool {
        self.matches_any(&[user], "", state)
    }

    /// As [`matches`](Self::matches), where not only the user id but any of these names may be what a term
    /// asks for; letters that stand together may stand in the `words` as well.
    pub fn matches_any(&self, names: &[&str], words: &str, state: Option<&State>) -> bool {
        self.terms.iter().all(|term| {
            let matches = match &term.test {
                Test::Part(needle) => names.iter().any(|name| needle.is_in(name)) || needle.is_in(words),
                Test::Exactly(id) => names.iter().any(|name| id == name),
                Test::Fuzzy(needle) => names.iter().any(|name| has_in_order(needle.0.chars(), name)),
                Test::State(needle) => state.is_some_and(|state| needle.is_in(state.as_json())),
                Test::Field(path, test) => state
                    .and_then(|state| find_text(state, path))
                    .and_then(FieldValue::read)
                    .is_some_and(|it| test.matches(&it)),
            };
            matches != term.negated
        })
    }

    /// Whether it means everybody, because nothing was asked.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// As it was written, but for blanks around it.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// Whether it asks for state: then a list without states can't answer.
    pub fn asks_state(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.test, Test::Field(..) | Test::State(_)))
    }
}

impl fmt::Display for Filter {
    /// As it was written, made safe to show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::presence::sanitize(&self.source))
    }
}

impl FieldTest {
    fn matches(&self, field: &FieldValue<'_>) -> bool {
        match self {
            Self::Exists => true,
            Self::Equals(wanted) => wanted.is(field),
            Self::Differs(wanted) => !wanted.is(field),
            Self::Compares(comparison, number) => {
                compare_number(field, number).is_some_and(|order| comparison.holds(order))
            }
            Self::Part(needle) => matches!(field, FieldValue::Text(text) if needle.is_in(text)),
        }
    }
}

impl WantedValue {
    fn is(&self, field: &FieldValue<'_>) -> bool {
        match (field, &self.also) {
            (FieldValue::Text(text), _) => *text == self.text,
            (FieldValue::Null, AlsoValue::Null) => true,
            (FieldValue::Truth(truth), AlsoValue::Truth(wanted)) => truth == wanted,
            (FieldValue::Number(_), AlsoValue::Number(wanted)) => {
                compare_number(field, wanted) == Some(Ordering::Equal)
            }
            _ => false,
        }
    }
}

/// How a number in a state stands to this one; nothing if the field is no number.
fn compare_number(field: &FieldValue<'_>, number: &Decimal) -> Option<Ordering> {
    let FieldValue::Number(digits) = field else { return None };
    Decimal::parse(digits).map(|field| field.cmp(number))
}

impl Needle {
    pub(super) fn new(text: &str) -> Self {
        Self(fold_case(text).collect())
    }

    fn is_in(&self, hay: &str) -> bool {
        if self.0.is_empty() {
            return true;
        }
        if hay.is_ascii() {
            let needle = self.0.as_bytes();
            return hay.as_bytes().windows(needle.len()).any(|part| part.eq_ignore_ascii_case(needle));
        }
        fold_case(hay).collect::<String>().contains(&self.0)
    }
}
