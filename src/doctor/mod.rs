//! What herenow knows to be wrong or suspects.

pub(crate) mod examine;
mod link;
mod lists;
mod own;
#[cfg(test)]
mod tests;

pub use self::examine::{CHECKED, Finding, Gravity, examine};
