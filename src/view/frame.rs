//! The title of a pane and the line that parts it from its neighbour; and the border of a box.
//!
//! ```text
//! ────[1] channels 12 · worst first ──────── 1-7 of 12 ─┬───── title ──
//!                                                       │
//!
//! ╭ title ─────────── word ╮
//! │                        │
//! ╰────────────────────────╯
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::{Block, BorderType, Widget},
};
use unicode_width::UnicodeWidthStr;

use super::{
    Appearance,
    format::{cut, shorten_title},
    layout::inside,
};

/// A word on the right makes way where a title would have fewer cells: it says what the pane is, the word only
/// how that goes.
pub(super) const LEAST_TITLE: usize = 14;

/// Cells before the title of a pane, for its digit.
const BEFORE: usize = 4;

/// The styles of a line and of a title, of a pane or box that may be focused.
fn style_frame(look: &Appearance, focused: bool) -> (Style, Style) {
    let theme = &look.theme;
    if focused {
        (theme.accent, theme.accent.patch(theme.strong))
    } else {
        (theme.border, Style::reset().patch(theme.strong))
    }
}

/// Draw the title of a pane left and, perhaps, a word right, and the line at its left; returns what is inside. Where
/// there is no room for a title there is none.
pub(super) fn draw_frame(
    look: &Appearance,
    title: &str,
    right: Option<Line<'_>>,
    focused: bool,
    area: Rect,
    buf: &mut Buffer,
) -> Rect {
    let Some(inner) = inside(area) else { return area };
    let (line, name) = style_frame(look, focused);
    for x in area.x..area.right() {
        buf[(x, area.y)].set_symbol("─").set_style(line);
    }
    if inner.x > area.x {
        buf[(area.x, area.y)].set_symbol("┬").set_style(look.theme.border);
        for y in inner.y..inner.bottom() {
            buf[(area.x, y)].set_symbol("│").set_style(look.theme.border);
        }
    }
    let room = usize::from(inner.width).saturating_sub(BEFORE + 1);
    let right = right.filter(|right| right.width() + title.width().min(LEAST_TITLE) < room);
    let taken = right.as_ref().map_or(0, |right| right.width() + 1);
    let title = shorten_title(title, room.saturating_sub(taken));
    // What it is stands out, how many and how steps back.
    let (what, how) = title.split_at(title.find(" · ").unwrap_or(title.len()));
    let title = Line::from(vec![Span::styled(what, name), Span::styled(how, look.theme.quiet)]);
    let before = u16::try_from(BEFORE).unwrap_or(0).min(inner.width);
    title.render(Rect { x: inner.x + before, width: inner.width - before, y: area.y, height: 1 }, buf);
    if let Some(right) = right {
        let width = u16::try_from(right.width()).unwrap_or(inner.width).min(inner.width);
        let x = area.right().saturating_sub(width + 1);
        right.render(Rect { x, width, y: area.y, height: 1 }, buf);
    }
    inner
}

/// Draw the digit that goes to a pane before its title.
pub(super) fn draw_digit(look: &Appearance, digit: &str, area: Rect, buf: &mut Buffer) {
    let Some(inner) = inside(area) else { return };
    let digit = Span::styled(cut(digit, BEFORE - 2), look.theme.accent.patch(look.theme.strong));
    let line = Line::from(vec![Span::styled("[", look.theme.border), digit, Span::styled("]", look.theme.border)]);
    line.render(Rect { x: inner.x + 1, width: inner.width.saturating_sub(1), y: area.y, height: 1 }, buf);
}

/// Join the lines of panes where they meet.
pub(super) fn join_lines(areas: impl Iterator<Item = Rect>, buf: &mut Buffer) {
    for area in areas.filter(|area| area.x > 0 && inside(*area).is_some()) {
        for (y, joint, crossing) in [(area.y, "┬", "┼"), (area.bottom(), "┴", "┼")] {
            if !buf.area.contains((area.x, y).into()) || !"─┬┴".contains(buf[(area.x, y)].symbol()) {
                continue;
            }
            let goes_on = |y: Option<u16>| {
                y.is_some_and(|y| buf.area.contains((area.x, y).into()) && buf[(area.x, y)].symbol() == "│")
            };
            // A line that goes on upon which a title begins.
            let begins = buf[(area.x - 1, y)].symbol() != "─";
            let both = goes_on(y.checked_sub(1)) && goes_on(y.checked_add(1));
            buf[(area.x, y)].set_symbol(if begins && both {
                "├"
            } else if both {
                crossing
            } else {
                joint
            });
        }
    }
}

/// What is within the border of a box; `None` where there is no room for a border.
fn within_box(area: Rect) -> Option<Rect> {
    let Rect { x, y, width, height } = area;
    (width >= 8 && height >= 3).then(|| Rect { x: x + 1, y: y + 1, width: width - 2, height: height - 2 })
}

/// Draw the border of a box with a title left and a word right; returns what is inside. Where there is no room for a
/// border there is none.
pub(super) fn draw_box(look: &Appearance, title: &str, right: Line<'_>, area: Rect, buf: &mut Buffer) -> Rect {
    let Some(inner) = within_box(area) else { return area };
    let (border, name) = style_frame(look, true);
    let mut block = Block::bordered().border_type(BorderType::Rounded).border_style(border);
    let room = usize::from(area.width) - 4;
    let right = Some(right).filter(|right| right.width() + title.width().min(LEAST_TITLE) < room);
    let taken = right.as_ref().map_or(0, |right| right.width() + 1);
    block = block.title(Span::styled(shorten_title(title, room.saturating_sub(taken)), name));
    if let Some(right) = right {
        block = block.title(right.right_aligned());
    }
    block.render(area, buf);
    inner
}
