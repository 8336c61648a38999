//! The filter over an occupant: read once, held against each.

mod ast;
pub(super) mod parse;
#[cfg(test)]
mod tests;

pub use ast::Filter;
