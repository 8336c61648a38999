//! Lines in the rows of an area, and which of many are in sight.

use ratatui::{buffer::Buffer, layout::Rect, text::Line, widgets::Widget};

/// Draw lines from the top down, as many as there are rows.
pub(super) fn draw_lines<'a>(lines: impl IntoIterator<Item = Line<'a>>, area: Rect, buf: &mut Buffer) {
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        line.render(Rect { y, height: 1, ..area }, buf);
    }
}

/// The first of `rows` rows in sight out of `all`, so that the chosen one is among them: in the middle, as far as
/// the ends allow.
pub(super) fn find_first_row(chosen: usize, rows: usize, all: usize) -> usize {
    chosen.saturating_sub(rows / 2).min(all.saturating_sub(rows))
}

/// An area without its first rows.
pub(super) fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}
