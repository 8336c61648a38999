//! THE MANUAL: its pages, and their lines in the width of a terminal. Pure.

mod page;

pub use self::page::{ManualPage, PAGES, fit_lines};
