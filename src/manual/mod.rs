//! The manual: its pages, and their lines in the width of a terminal. Pure.

mod layout;
mod page;
#[cfg(test)]
pub mod tables;

pub use self::{
    layout::{PageLine, PageLineKind, lay_out_page},
    page::{ManualPage, PAGES},
};
