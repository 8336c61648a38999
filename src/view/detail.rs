//! The selected occupant, or the selected channel where nobody is selected; beside the list, or over
//! everything.
//!
//! ```text
//! ╭ detail ──────────────────────────────╮
//! │ maya.nguyen                          │
//! │                                      │
//! │ here since  12:00:40 · 5m            │
//! │ last event  12:05:31 · 9s            │
//! │ announced   twice                    │
//! │ ___________+_______________+~_______ │
//! │          12:00         12:05     now │
//! │ elsewhere · 4s ago                   │
//! │   stage                              │
//! │                                      │
//! │ state · changed 9s ago               │
//! │   device                             │
//! │     kind    phone                    │
//! │ ~ mood      away ← busy              │
//! ╰──────────────────────────────────────╯
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use super::{
    Appearance,
    channel_detail::list_channel_facts,
    facts::Detail,
    frame::draw_frame,
    popup::draw_popup,
    rows::{below, draw_lines, find_first_row},
};
use crate::{
    presence::Moment,
    theme::patch_row,
    ui::{DetailRow, Screen, detail_rows},
};

/// Rows of a detail beside the list at the most.
const MOST_ROWS: usize = 24;

/// Columns of a name over everything: whole, if it is one that a person can read.
const NAME: usize = 6;

/// Rows of what is told of a channel.
const CHANNEL_ROWS: usize = 11;

/// Rows of a detail that is worth its place: that of somebody who is selected.
pub(super) fn count_rows(screen: &Screen<'_>) -> usize {
    match (screen.selected_channel(), &screen.ui.focus.user) {
        (Some(_), Some(_)) => detail_rows(&screen.list_detail_parts()).count().min(MOST_ROWS),
        (Some(_), None) => CHANNEL_ROWS,
        (None, _) => 0,
    }
}

/// Draw as much as there is room for beside the list.
pub(super) fn draw_detail(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let inner = draw_frame(look, " detail ", None, false, area, buf);
    let (width, rows) = (usize::from(inner.width).saturating_sub(2), usize::from(inner.height));
    let lines = match (screen.selected_channel(), &screen.ui.focus.user) {
        (Some(_), Some(_)) => Detail { screen: *screen, look, now, width }.show_short(rows),
        (Some(watched), None) => list_channel_facts(screen, look, now, watched, width),
        (None, _) => Vec::new(),
    };
    draw_lines(lines, Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }, buf);
}

/// Draw all of it over everything; one row is looked at.
pub(super) fn draw_whole_detail(
    screen: &Screen<'_>,
    row: usize,
    look: &Appearance,
    now: Moment,
    bounds: Rect,
    buf: &mut Buffer,
) {
    let parts = screen.list_detail_parts();
    let all = detail_rows(&parts).count();
    let columns = usize::from(bounds.width).min(90);
    let detail = Detail { screen: *screen, look, now, width: columns.saturating_sub(4) };
    let name = detail.show_name(NAME);
    let inner = draw_popup(look, " detail ", "Esc closes", (columns, all + name.len() + 2), bounds, buf);
    let mut body = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
    // The name stays in sight, but not alone.
    let kept = name.len().min(usize::from(body.height).saturating_sub(1));
    draw_lines(name.into_iter().take(kept), body, buf);
    body = below(body, u16::try_from(kept).unwrap_or(u16::MAX));
    let first = find_first_row(row, usize::from(body.height), all);
    let lines = detail_rows(&parts).enumerate().skip(first).map(|(place, content)| {
        let mut line = match content {
            DetailRow::Blank => Line::default(),
            DetailRow::Title(title) => detail.show_title(title),
            DetailRow::Fact(fact) => detail.show_fact(fact),
        };
        if place == row {
            line.push_span(Span::raw(" ".repeat(usize::from(body.width).saturating_sub(line.width()))));
            patch_row(&mut line, look.theme.selected);
        }
        line
    });
    draw_lines(lines, body, buf);
}
