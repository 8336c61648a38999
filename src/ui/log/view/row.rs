//! A row of the log view.

/// A row of the log view. Rows are ordered by the start of what they show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LogRow {
    /// The number of the entry, or of the first entry of the burst, which may have been dropped.
    pub number: u64,
    /// Whether it shows an entry or a burst.
    pub part: LogRowPart,
}

/// What a row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogRowPart {
    /// A whole burst in one line.
    Burst,
    /// A single entry.
    Entry,
    /// One of the users that an entry about many tells of, by its place.
    Name(u32),
}

/// The row of an entry.
pub(super) const fn entry_row(number: u64) -> LogRow {
    LogRow { number, part: LogRowPart::Entry }
}

/// The row of a burst that begins with this entry.
pub(super) const fn burst_row(number: u64) -> LogRow {
    LogRow { number, part: LogRowPart::Burst }
}

/// The rows of the users in these places of an entry about many.
pub(super) fn name_rows(number: u64, places: impl IntoIterator<Item = u32>) -> impl Iterator<Item = LogRow> {
    places.into_iter().map(move |place| LogRow { number, part: LogRowPart::Name(place) })
}
