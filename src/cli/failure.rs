//! How a verb fails: a sentence and an exit code; and what happens when something panics.

mod panics;
#[cfg(test)]
mod tests;
mod verb_failure;

pub use self::{panics::install_reports, verb_failure::Failure};
