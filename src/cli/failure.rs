//! How a verb fails: a sentence and an exit code, told in words or as JSON; and what happens when something panics.

mod exit_code;
mod form;
mod panics;
mod parts;
#[cfg(test)]
mod tests;
mod usage;
mod verb_failure;

#[cfg(test)]
pub use self::exit_code::EXIT_CODES;
pub use self::{form::FailureForm, panics::install_reports, usage::explain_usage, verb_failure::Failure};
