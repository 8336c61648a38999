//! CHILDREN: the programs that a configuration names, started in one way: the command that says the token, and the
//! command of an alert.
//!
//! [`CommandLine`] is what to run, as a person wrote it.

mod command_line;

pub use command_line::CommandLine;
