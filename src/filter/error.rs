//! Why a text is not a filter.

/// Bytes that an expression may have.
pub(super) const LONGEST: usize = 4 * 1024;

/// So many parentheses and signs may stand inside each other.
pub(super) const DEEPEST: usize = 64;

/// Why an expression can't be a filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// It is not looked at.
    #[error("filter-expr has {0} bytes; at most {LONGEST} are read")]
    TooLong(usize),
    /// Something else should stand there.
    #[error("filter-expr, at character {at}: expected {expected}, found {found}")]
    Unexpected {
        /// The character where reading stopped, counted from 1.
        at: usize,
        /// What could have gone on there.
        expected: &'static str,
        /// What stands there: an excerpt in backticks, or "the end".
        found: String,
    },
    /// Nested too deeply.
    #[error("filter-expr, at character {at}: more than {DEEPEST} parentheses and signs inside each other")]
    TooDeep {
        /// The character where that was found, counted from 1.
        at: usize,
    },
}
