//! Child processes: the programs that a configuration names, started in one way: the command that says the token, and the
//! command of an alert.
//!
//! [`CommandLine`] is what to run, as a person wrote it; [`Children`] runs it for an owner; [`AlertCommand`] is told each
//! piece of news. Invariant: a child leads a
//! process group of its own, knows none of our secrets, can't write to our terminal, and ends with its owner or when
//! its time is over, with all that it started.

mod alert_command;
mod children;
mod command_line;
mod run;

pub use alert_command::AlertCommand;
pub use children::{Children, SECRETS, end_all_children};
pub use command_line::CommandLine;
pub use run::{ChildError, ChildRun};
