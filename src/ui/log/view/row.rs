//! A line of the log as it is shown.

/// A row of the view. They are in the order in which what they show began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogRow {
    /// The number of the entry, or of the first one of the burst, which may be dropped by now.
    pub number: u64,
    /// What it shows of it.
    pub part: LogRowPart,
}

/// What a line shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogRowPart {
    /// A whole burst in one line.
    Burst,
    /// An entry.
    Entry,
}
