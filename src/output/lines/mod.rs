//! THE STORY AS LINES: what happened, one JSON line each, for programs. Pure.
//!
//! The schema in `assets/events.schema.json` says what a line may hold; tests hold every kind of line
//! against it.

mod json;
mod line;

pub use json::{harmless, quoted};
pub use line::{entry, roster};

/// What a line may hold, as JSON Schema (draft 2020-12).
pub const SCHEMA: &str = include_str!("../../../assets/events.schema.json");

/// The version of the lines, and of all that `--json` writes. Fields may be added to it; none changes or
/// goes.
pub const VERSION: u8 = 1;
