//! A body that can't be read.

/// A body that is not what the protocol says it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the answer to {what} could not be read: {why}")]
pub struct Malformed {
    /// Which answer.
    pub what: &'static str,
    /// What the parser stumbled over; never holds more than a short excerpt.
    pub why: String,
}

impl Malformed {
    pub(crate) fn new(what: &'static str, why: impl std::fmt::Display) -> Self {
        Self { what, why: why.to_string() }
    }
}
