//! `herenow events`: what happens, line by line, for programs or for people.

mod args;
mod follow;
mod line_printer;
mod roster_file;
mod run;
mod telling;

pub use self::args::{Events, UntilArg};
pub(super) use self::{
    roster_file::RosterFile,
    run::{print_summary, run_events},
    telling::Telling,
};
