//! The expression language: which occupants are meant, and what is claimed about presence. Pure.
//!
//! A [`Filter`] says which occupants are meant, an [`Expression`] claims something about presence; each is read
//! from text, and what is no such text is a [`Mistake`] with its place.
//!
//! A [`Judge`] holds an expression against [`Facts`] and says whether it holds, does not, or that it
//! can't be known: a list that may be wrong proves nothing, and what was missed is not called quiet.

mod ast;
mod comparison;
mod cursor;
mod evaluate;
mod facts;
mod field;
mod filter;
mod fold_case;
mod fuzzy;
mod judge;
mod lexer;
mod lookup;
mod memory;
mod mistake;
mod parse;
mod path;
mod path_step;
#[cfg(test)]
mod tests;
mod verdict;
mod violation;

pub use ast::{Expression, Place};
pub use facts::{Facts, Seen};
pub use field::FieldValue;
pub use filter::Filter;
pub use fuzzy::fuzzy;
pub use judge::Judge;
pub use mistake::Mistake;
pub use path::Path;
pub use verdict::Verdict;
