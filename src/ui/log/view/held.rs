//! Where a person holds the log.

use super::row::LogRow;

/// Where a person holds the log.
#[derive(Debug, Clone, Copy)]
pub(in crate::ui) struct Held {
    pub cursor: LogRow,
    /// The last line in view, unless the cursor is far above it.
    pub bottom: LogRow,
    /// The newest entry that was shown then.
    pub newest: u64,
}
