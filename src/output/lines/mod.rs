//! Events as lines of JSON, for programs. Pure: text is appended to a string.
//!
//! This is the only JSON of an [`Entry`](crate::world::Entry) that is promised to anybody:
//! `assets/events.schema.json` says what a line may hold, and tests hold every kind of line against it. Code
//! that writes entries for programs calls the functions here, each of which appends one object and the end of its
//! line:
//!
//! | line | function |
//! |---|---|
//! | something that happened | [`write_entry`] |
//! | something unusual of all that happened | [`write_incident`] |
//! | who is on a channel | [`write_roster`] |
//! | all of it in numbers | [`write_summary`], of what a [`Tally`] has counted |
//!
//! Every line begins with `version`, `type` and `time`. What is not known is left out. Foreign text keeps its
//! meaning, and a terminal obeys nothing of it.

mod entry;
mod incident;
mod object;
mod roster;
mod summary;

pub use self::{
    entry::write_entry,
    incident::write_incident,
    roster::write_roster,
    summary::{Summary, Tally, write_summary},
};

/// What a line may hold, as JSON Schema (draft 2020-12).
pub const SCHEMA: &str = include_str!("../../../assets/events.schema.json");

/// The version of the lines, and of all that `--json` writes. Fields may be added to it; none changes or
/// goes.
pub const VERSION: u8 = 1;
