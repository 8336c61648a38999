//! The message about what was just asked for: at the right end of the row above the keys, which stay in sight.
//!
//! ```text
//! │ 12:04:28 + join     lobby     ann    ✓ present on lobby as me, for 300 s and kept alive │
//!  2 people  3 events  Enter open  s order  / find  ? help  q quit
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::Line,
    widgets::{Clear, Widget},
};
use unicode_width::UnicodeWidthStr;

use super::{Appearance, footer::show_word, format::cut};
use crate::ui::Screen;

/// Draw the message, if there is one, above the row of the keys.
pub(super) fn draw_status(screen: &Screen<'_>, look: &Appearance, footer: Rect, buf: &mut Buffer) {
    let Some(status) = &screen.ui.status else { return };
    if footer.y == 0 || footer.height == 0 {
        return;
    }
    let (style, text) = show_word(look, status);
    // It stays on the right as long as that is enough for it.
    let most = footer.width;
    let text = format!("{} ", cut(&text, usize::from(most).saturating_sub(1)));
    let width = u16::try_from(text.width()).unwrap_or(most).min(most);
    let area = Rect { x: footer.right() - width, y: footer.y - 1, width, height: 1 };
    Clear.render(area, buf);
    Line::styled(text, style).render(area, buf);
}
