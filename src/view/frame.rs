//! The border of a pane or a box, with its title and a word on the right.
//!
//! ```text
//! ╭ title ─────────── word ╮
//! │                        │
//! ╰────────────────────────╯
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::{Block, BorderType, Widget},
};
use unicode_width::UnicodeWidthStr;

use super::{Appearance, format::cut, layout::inside};

/// A word on the right makes way where a title would have fewer cells: it says what the pane is, the word only
/// how that goes.
pub(super) const LEAST_TITLE: usize = 14;

/// Draw a border with a title left and, perhaps, a word right; returns what is inside. Where there is no
/// room for a border there is none.
pub(super) fn draw_frame(
    look: &Appearance,
    title: &str,
    right: Option<Line<'_>>,
    focused: bool,
    area: Rect,
    buf: &mut Buffer,
) -> Rect {
    let Some(inner) = inside(area) else { return area };
    let (border, name) = if focused {
        (look.theme.accent, look.theme.accent.patch(look.theme.strong))
    } else {
        (look.theme.border, look.theme.quiet.patch(look.theme.strong))
    };
    let mut block = Block::bordered().border_type(BorderType::Rounded).border_style(border);
    let room = usize::from(area.width) - 4;
    let right = right.filter(|right| right.width() + title.width().min(LEAST_TITLE) < room);
    let taken = right.as_ref().map_or(0, |right| right.width() + 1);
    block = block.title(Span::styled(cut(title, room.saturating_sub(taken)), name));
    if let Some(right) = right {
        block = block.title(right.right_aligned());
    }
    block.render(area, buf);
    inner
}
