//! The keys, or a word about what was just asked for.
//!
//! ```text
//!  H heartbeat  L leave  r resync  Tab pane  ←→ channel  ↑↓ move  ? help  q quit
//!  ✓ present on lobby as watcher-4f2a, for 300 s and kept alive
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::Widget,
};
use unicode_width::UnicodeWidthStr;

use super::{Look, format::cut};
use crate::{
    keys,
    model::{Model, Tone},
};

pub(super) fn draw(model: &Model, look: &Look, area: Rect, buf: &mut Buffer) {
    let theme = &look.theme;
    let width = usize::from(area.width);
    if let Some(word) = &model.word {
        let (style, glyph) = match word.tone {
            Tone::Busy => (theme.warn, "…"),
            Tone::Good => (theme.good, "✓"),
            Tone::Bad => (theme.bad, "✗"),
        };
        Line::styled(cut(&format!(" {glyph} {}", word.text), width), style).render(area, buf);
        return;
    }
    let mut spans = vec![Span::raw(" ")];
    let mut used = 1;
    for binding in keys::bindings(model.scene.is_some()) {
        let Some((key, short)) = binding.short else { continue };
        let cells = key.width() + 1 + short.width() + 2;
        if used + cells > width {
            continue;
        }
        used += cells;
        spans.push(Span::styled(key, theme.accent.patch(theme.strong)));
        spans.push(Span::styled(format!(" {short}  "), theme.quiet));
    }
    Line::from(spans).render(area, buf);
}
