//! Where the log is held.

use super::row::LogRow;

/// Where the log is held.
#[derive(Debug, Clone, Copy)]
pub(in crate::ui) struct Held {
    pub cursor: LogRow,
    /// The last line in view, unless the cursor is far above it.
    pub bottom: LogRow,
    /// The newest entry at the time of the hold.
    pub newest: u64,
}
