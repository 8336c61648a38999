//! A log entry opened for reading, with its JSON in lines.

use std::sync::Arc;

use crate::{presence::json_in_lines, ui::Action, world::Entry};

/// The most JSON laid out, in bytes: it bounds the time of opening.
const MOST_READ: usize = 64 * 1024;

/// The width of a line on the smallest screen worth reading on, in cells.
const NARROW: usize = 30;

/// A log entry opened for reading.
#[derive(Debug, Clone)]
pub struct EntryViewer {
    /// The entry.
    pub entry: Arc<Entry>,
    /// Its JSON in lines, up to the limit. Foreign text.
    pub json: Vec<String>,
    /// The number of bytes beyond the limit.
    pub missing: usize,
    /// The number of lines scrolled out of sight.
    pub top: usize,
}

impl EntryViewer {
    /// Open an entry.
    pub fn new(entry: &Arc<Entry>) -> Self {
        let raw = entry.raw().unwrap_or_default();
        let end = raw.floor_char_boundary(MOST_READ);
        let json = if raw.is_empty() { Vec::new() } else { json_in_lines(&raw[..end]) };
        Self { entry: entry.clone(), json, missing: raw.len() - end, top: 0 }
    }

    /// Whether an action means something to this entry: not each is about a user, or was told by the service.
    pub fn offers(&self, action: Action) -> bool {
        match action {
            Action::CopyId | Action::WhereNow => self.entry.user.is_some(),
            Action::CopyJson => self.entry.raw().is_some(),
            _ => true,
        }
    }

    /// Scroll by a number of lines. About one line stays in sight.
    pub(in crate::ui) fn scroll_by(&mut self, by: isize) {
        let lines: usize = self.json.iter().map(|line| line.chars().count() / NARROW + 1).sum();
        self.top = self.top.saturating_add_signed(by).min(lines);
    }
}
