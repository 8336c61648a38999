//! An entry of the log, opened to be read: where it came from, and its JSON in lines.

use std::sync::Arc;

use crate::{presence::json_in_lines, world::Entry};

/// Bytes of JSON that are laid out to be read.
const MOST_READ: usize = 64 * 1024;

/// Cells that a line has on the smallest screen worth reading on.
const NARROW: usize = 30;

/// An opened entry.
#[derive(Debug, Clone)]
pub struct EntryViewer {
    /// Which.
    pub entry: Arc<Entry>,
    /// Its JSON in lines, as far as that is laid out. Foreign text.
    pub json: Vec<String>,
    /// Bytes of it that are not.
    pub missing: usize,
    /// Lines that are scrolled out of sight.
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

    /// Scroll by so many lines; about the last one stays in sight.
    pub(in crate::ui) fn scroll_by(&mut self, by: isize) {
        let lines: usize = self.json.iter().map(|line| line.chars().count() / NARROW + 1).sum();
        self.top = self.top.saturating_add_signed(by).min(lines);
    }
}
