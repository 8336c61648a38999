//! Whom and what somebody wants to be told about, and what they are told.

pub(crate) mod alert;
pub(crate) mod item;
pub(crate) mod list;
pub(crate) mod listen;
#[cfg(test)]
mod tests;

pub use self::{
    alert::{About, News, What},
    item::Item,
    list::{Watchlist, mistakes_in},
};
