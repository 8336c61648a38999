//! Occupancy as told, against the highest told so far.
//!
//! ```text
//! ╭ lobby · occupancy ─────────────────────╮
//! │ ███████████████████░░░░░░░  23 of 31   │
//! ╰────────────────────────────────────────╯
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::Widget,
};
use unicode_width::UnicodeWidthStr;

use super::{
    Look,
    format::{count, cut},
    occupants::frame,
};
use crate::model::{Mode, Model};

pub(super) fn draw(model: &Model, look: &Look, area: Rect, buf: &mut Buffer) {
    let Some(watched) = model.selected() else { return };
    let mode = match watched.mode {
        Mode::Announce => "",
        Mode::Interval { .. } => " · in intervals",
    };
    let inner = if area.height >= 3 {
        let title = format!(" {} · occupancy{mode} ", cut(watched.channel.as_str(), 40));
        frame(look, &title, None, false, area, buf)
    } else {
        area
    };
    let (now, peak) = (watched.occupancy(), watched.peak);
    let text = format!(" {} here · peak {} ", count(now), count(peak));
    let bar = usize::from(inner.width).saturating_sub(text.width() + 1);
    Line::from(vec![
        Span::raw(" "),
        Span::styled("█".repeat(filled(now, peak, bar)), look.theme.accent),
        Span::styled("░".repeat(bar - filled(now, peak, bar)), look.theme.quiet),
        Span::styled(text, look.theme.strong),
    ])
    .render(inner, buf);
}

/// How many of `cells` show `now` out of `peak`: none for nobody, at least one for somebody, never
/// more than there are.
fn filled(now: u64, peak: u64, cells: usize) -> usize {
    if now == 0 || peak == 0 {
        return 0;
    }
    let share = u128::from(now) * cells as u128 / u128::from(peak);
    usize::try_from(share).unwrap_or(cells).clamp(usize::from(cells > 0), cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_never_undefined() {
        assert_eq!(filled(0, 0, 10), 0);
        assert_eq!(filled(1, 1_000_000, 10), 1);
        assert_eq!(filled(5, 10, 10), 5);
        assert_eq!(filled(u64::MAX, 1, 10), 10);
        assert_eq!(filled(1, 1, 0), 0);
    }
}
