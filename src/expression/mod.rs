//! THE SMALL LANGUAGE: which occupants one means, and what one claims about presence. Pure.
//!
//! A [`Filter`] says which occupants are meant. All terms, separated by blanks, must match:
//!
//! | term | matches |
//! |---|---|
//! | `bot` | a user id with these letters in it, in either case |
//! | `=alice` | exactly this user id |
//! | `~alc` | a user id with these letters in this order, in either case |
//! | `"two words"` | as a word; `\"` and `\\` stand for `"` and `\` |
//! | `state.mood` | who has this field, whatever is in it |
//! | `state.mood=busy` | the text `busy`; `state.level=5` the number or the text; `true`, `false`, `null` too |
//! | `state.mood!=busy` | has the field, with something else in it |
//! | `state.level>=5` | a number; also `>`, `<`, `<=` |
//! | `state.mood~bus` | a text with these letters in it, in either case |
//! | `!term` | whom the term does not match |
//!
//! A path goes down by dots: `state.team.members.0."full name"`; a number counts into a list, from 0. A
//! value in quotes is a text only. Brackets, and quotes within a word, must be quoted.
//!
//! An [`Expression`] claims something; `and` binds closer than `or`, `not` closest, and parentheses
//! group. A user id or channel that is a word of the language, or holds blanks or signs, goes in quotes.
//!
//! | claim | holds if |
//! |---|---|
//! | `occupancy of lobby >= 10` | so many are there, as the service counts; also `>`, `<`, `<=`, `==`, `!=` |
//! | `alice present in lobby` | this user id is there; without `in …`: on any channel that is watched |
//! | `alice absent from lobby` | they are not; so does `alice not present in lobby` |
//! | `[state.mood=busy] present in lobby` | somebody is there whom the filter means |
//! | `users [bot] in match.* >= 3` | so many user ids are there whom the filter means |
//! | `alice never in two of match.*` | at no moment they were on so many of the channels |
//! | `no timeout of [bot] in lobby for 5m` | that has not happened for so long; `of` and `in` can be left out |
//!
//! A place is a channel, a pattern such as `match.*`, or `*`, which is all that is watched. What can be
//! missing for a while is a `join`, `leave`, `timeout`, `state`, `event`, `drift` or `gap`.
//!
//! A [`Judge`] holds an expression against [`Facts`] and says whether it holds, does not, or that it
//! can't be known: a list that may be wrong proves nothing, and what was missed is not called quiet.

mod ast;
mod comparison;
mod cursor;
mod evaluate;
mod facts;
mod filter;
mod fuzzy;
mod judge;
mod lexer;
mod memory;
mod mistake;
mod parse;
mod path;
#[cfg(test)]
mod tests;
mod verdict;
mod violation;

pub use ast::{Expression, Place};
pub use facts::{Facts, Seen};
pub use filter::Filter;
pub use fuzzy::fuzzy;
pub use judge::Judge;
pub use mistake::Mistake;
pub use path::Path;
pub use verdict::Verdict;

/// Lower case, letter by letter, so that no letter depends on its neighbours.
fn fold_case(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}
