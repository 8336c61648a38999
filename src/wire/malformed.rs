//! A body that can't be read.

use crate::presence::SafeText;

/// A body that is not what the protocol says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the answer to {what} could not be read: {why}")]
pub struct Malformed {
    /// The answer, as in "here now".
    pub what: &'static str,
    /// What is wrong with it. Holds a short excerpt at most.
    pub why: SafeText,
}

impl Malformed {
    pub(crate) fn new(what: &'static str, why: impl std::fmt::Display) -> Self {
        Self { what, why: SafeText::from_sentence(why) }
    }
}
