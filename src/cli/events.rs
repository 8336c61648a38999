//! `herenow events`: what happens, line by line, for programs or for people.

mod args;
mod follow;
mod roster_file;
mod run;
mod teller;
mod telling;
mod writer;

pub use self::args::Events;
pub(super) use self::run::run_events;
