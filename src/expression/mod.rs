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

mod filter;
mod fuzzy;
mod mistake;

pub use filter::Filter;
pub use fuzzy::fuzzy;
pub use mistake::Mistake;

/// Lower case, letter by letter, so that no letter depends on its neighbours.
fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}
