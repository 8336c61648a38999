//! Pseudonyms: other names for people, so that what goes on at a real keyset can be shown. Pure: the secret is handed in.
//!
//! [`Pseudonyms`] stands where inputs enter a world. Whatever comes in is rewritten before the world takes it in, so that
//! screen, log, exports, recordings, alerts and commands know nothing else; what goes out is turned back, so that the
//! service is asked about whom it knows.
//!
//! | what | becomes |
//! |---|---|
//! | user ids | names such as `quiet-otter-4f2a`, the same one for the same id while the program runs |
//! | texts in states, and in the JSON of events | such names as well; a text that is a user id, that user's |
//! | what a service says in its own words | is left out |
//! | names of fields, numbers, true and false, channels and groups | stay |
//!
//! Names are made from a keyed hash, whose key is made at random for each run and stored nowhere, and what stands for
//! whom is kept in memory only, of at most a million users and a hundred thousand texts. Of more, names are longer, as
//! nothing else keeps two of them apart, and nothing can be asked about them.

mod hide;
mod json;
mod names;
mod table;
#[cfg(test)]
mod tests;
mod translator;

pub use self::translator::Pseudonyms;
