//! THE MANUAL: its pages, and their lines in the width of a terminal. Pure.

mod page;
#[cfg(test)]
pub mod tables;

pub use self::page::{ManualPage, PAGES, fit_lines};
