//! Questions that are answered by a line of text, typed in the footer.

use super::TextField;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// For how long a heartbeat keeps us present.
    PresenceTimeout,
    /// Who is to be listed. It counts while it is typed.
    Filter,
    /// Which fields of the states have a column.
    Columns,
    /// What the log is to show.
    LogFilter,
    /// Into which file.
    Export,
    /// Into which file, now that the one named last is there already.
    ExportOver,
    /// What to watch besides.
    Watch,
    /// What to be told about.
    WatchFor,
}

impl Question {
    /// What stands before the line.
    pub const fn label(self) -> &'static str {
        match self {
            Self::PresenceTimeout => "presence timeout",
            Self::Filter => "filter",
            Self::Columns => "columns",
            Self::LogFilter => "show events with",
            Self::Export | Self::ExportOver => "export to",
            Self::Watch => "watch",
            Self::WatchFor => "tell me about",
        }
    }

    /// What is said beside it as long as there is no mistake in it.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::PresenceTimeout => "such as 30 or 2m; counts from the next heartbeat on",
            Self::WatchFor => "a user id, a channel, or such as: occupancy of lobby > 100",
            Self::Watch => "a channel, a pattern such as match.*, or group:NAME; several with blanks between",
            Self::Filter => "such as bot, !bot, ~alc, =alice, state.mood=busy, state.level>5; empty lists all",
            Self::Columns => "fields of the state, such as mood, device.os; empty shows all of it",
            Self::LogFilter => "user, channel, kind or words; !not, ~fuzzy, =exactly, state.mood=busy; empty: all",
            Self::Export => "the end says how: .csv, .jsonl or .md",
            Self::ExportOver => "there is a file of this name: Enter replaces it, or change the name",
        }
    }
}

/// A line that answers a question.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// What is asked for.
    pub question: Question,
    /// What is typed.
    pub field: TextField,
    /// What is wrong with it. Safe to show.
    pub mistake: Option<String>,
}

impl Prompt {
    /// Ask, with a first answer in the line.
    pub fn new(question: Question, text: &str) -> Self {
        Self { question, field: TextField::new(text), mistake: None }
    }
}
