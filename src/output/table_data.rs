//! What a pane shows, as a table: to be written to a file elsewhere.

use std::{path::Path, sync::Arc};

use crate::{
    incident::Incident,
    presence::{Channel, Moment, Since, State, Timetoken, UserId},
    world::Entry,
};

/// More bytes than this are not copied: terminals take escape sequences of at most 100,000 bytes, of which
/// base64 and the frame around it leave this much.
pub const MOST_COPIED: usize = 74_994;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// RFC 4180, for spreadsheets.
    Csv,
    /// One JSON object a line, for programs: exact.
    JsonLines,
    /// A table, for people.
    Markdown,
}

impl ExportFormat {
    /// By the end of a file's name.
    pub fn of(path: &str) -> Option<Self> {
        let end = Path::new(path).extension()?.to_str()?;
        let formats = [("csv", Self::Csv), ("jsonl", Self::JsonLines), ("md", Self::Markdown)];
        formats.into_iter().find(|(name, _)| end.eq_ignore_ascii_case(name)).map(|(_, format)| format)
    }
}

/// Somebody in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedOccupant {
    /// On which channel.
    pub channel: Channel,
    /// Who.
    pub user: UserId,
    /// Since when.
    pub since: Since,
    /// How often they were announced while present.
    pub sightings: u32,
    /// Their state, if they have any.
    pub state: Option<State>,
}

/// A channel, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelRow {
    /// Which.
    pub channel: Channel,
    /// How many are present, as the service counts.
    pub occupancy: u64,
    /// How many of them the list names.
    pub listed: usize,
    /// The highest occupancy seen.
    pub peak: u64,
    /// Events heard.
    pub events: u64,
    /// Whether the service sums up.
    pub interval: bool,
    /// How sure the list is, in a word.
    pub certainty: &'static str,
}

/// All rows of what a pane shows, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableData {
    /// The occupants of a channel, or of several, one channel after the other, at a time of the service's clock.
    Occupants(Timetoken, Vec<ListedOccupant>),
    /// The log.
    Log(Vec<Arc<Entry>>),
    /// The channels.
    Channels(Vec<ChannelRow>),
}

impl TableData {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        match self {
            Self::Occupants(_, rows) => rows.len(),
            Self::Log(rows) => rows.len(),
            Self::Channels(rows) => rows.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Rows on their way into a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Export {
    /// Which file, as it was typed.
    pub path: String,
    /// How it is written.
    pub format: ExportFormat,
    /// What.
    pub table: TableData,
    /// What was unusual so far, the latest first: it follows the rows.
    pub incidents: Vec<Incident>,
    /// When it was exported.
    pub at: Moment,
    /// A file that is there already is to be replaced.
    pub over: bool,
}
