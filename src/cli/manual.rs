//! `herenow manual`: the manual, which is part of the program.

mod pager;
#[cfg(test)]
mod tests;
mod verb;

pub use self::verb::ManualArgs;
pub(super) use self::verb::run_manual;
