//! The position in the log: following its end, or held at a row; and the rows in view.

use std::ops::Range;

use super::{LogRow, LogView, held::Held};

impl LogView {
    /// The row under the cursor; the last one while the log is followed.
    pub fn cursor(&self) -> Option<LogRow> {
        let last = self.rows.len().checked_sub(1)?;
        let at = self.held.map_or(last, |held| self.rows.partition_point(|row| *row < held.cursor).min(last));
        self.rows.get(at).copied()
    }

    /// Whether the log is held rather than followed.
    pub fn is_held(&self) -> bool {
        self.held.is_some()
    }

    /// The number of visible entries newer than the hold.
    pub fn count_newer(&self) -> usize {
        let Some(held) = self.held else { return 0 };
        self.entries.len() - self.entries.partition_point(|(number, _)| *number <= held.newest)
    }

    /// Follow the end of the log.
    pub(in crate::ui) fn follow(&mut self) {
        self.held = None;
    }

    /// Hold the log with the cursor on this row.
    pub(in crate::ui) fn hold_at(&mut self, cursor: LogRow) {
        let last = self.rows.back().copied().unwrap_or(cursor);
        let newest = self.entries.back().map_or(0, |(number, _)| *number);
        let held = self.held.get_or_insert(Held { cursor, bottom: last, newest });
        held.cursor = cursor;
        held.bottom = held.bottom.max(cursor);
        held.newest = held.newest.max(cursor.number);
    }

    /// The held row may be gone: hold the nearest one.
    pub(in crate::ui) fn hold_nearest(&mut self) {
        if self.held.is_some()
            && let Some(row) = self.cursor()
        {
            self.hold_at(row);
        }
    }

    /// Move the cursor by a number of rows. While the log is followed there is none in sight: the first step up puts it
    /// on the last row. A step down onto the last row follows
    /// the log again.
    pub(in crate::ui) fn scroll_by(&mut self, by: isize) {
        let Some(cursor) = self.cursor() else { return };
        let last = self.rows.len() - 1;
        let from = if self.is_held() { self.rows.partition_point(|row| *row < cursor) } else { last + 1 };
        let to = from.saturating_add_signed(by);
        if by > 0 && to >= last {
            self.follow();
        } else {
            self.hold_at(self.rows[to.min(last)]);
        }
    }

    /// The range of rows in view for this height.
    pub fn visible_range(&self, height: usize) -> Range<usize> {
        let all = self.rows.len();
        let Some(held) = self.held else { return all.saturating_sub(height)..all };
        let bottom = self.rows.partition_point(|row| *row <= held.bottom).max(height.min(all));
        let cursor = self.rows.partition_point(|row| *row < held.cursor).min(all.saturating_sub(1));
        // In the upper half, the window moves with the cursor.
        let start = bottom.saturating_sub(height).min(cursor.saturating_sub(height / 2));
        start..(start + height).min(all)
    }

    /// The number of rows.
    pub fn count_rows(&self) -> usize {
        self.rows.len()
    }

    /// The rows in view for this height.
    pub fn visible_rows(&self, height: usize) -> impl Iterator<Item = LogRow> {
        self.rows.range(self.visible_range(height)).copied()
    }
}
