//! PubNub's filter language: which messages a subscriber wants (`filter-expr`), read once and held against each
//! message. Pure.

mod ast;
mod error;
mod evaluate;
mod like;
mod message_filter;
#[cfg(test)]
mod oracle;
mod parse;
mod scanner;
#[cfg(test)]
mod tests;

pub use self::{error::FilterError, message_filter::MessageFilter};
