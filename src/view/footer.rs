//! The keys, or a word about what was just asked for.
//!
//! ```text
//!  H heartbeat  L leave  r resync  Tab pane  ←→ channel  ↑↓ move  ? help  q quit
//!  ✓ present on lobby as watcher-4f2a, for 300 s and kept alive
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Widget,
};
use unicode_width::UnicodeWidthStr;

use super::{Look, format::cut};
use crate::{
    keys,
    model::{Action, Model, Tone, Word},
    presence::Direction,
};

pub(super) fn draw(model: &Model, look: &Look, area: Rect, buf: &mut Buffer) {
    let theme = &look.theme;
    let width = usize::from(area.width);
    if let Some(word) = &model.word {
        let (style, text) = said(look, word);
        Line::styled(cut(&text, width), style).render(area, buf);
        return;
    }
    let mut spans = vec![Span::raw(" ")];
    for (key, short) in chosen(model.scene.is_some(), width) {
        spans.push(Span::styled(key, theme.accent.patch(theme.strong)));
        spans.push(Span::styled(format!(" {short}  "), theme.quiet));
    }
    Line::from(spans).render(area, buf);
}

/// A word as it is shown.
pub(super) fn said(look: &Look, word: &Word) -> (Style, String) {
    let theme = &look.theme;
    let (style, glyph) = match word.tone {
        Tone::Busy => (theme.warn, "…"),
        Tone::Good => (theme.good, "✓"),
        Tone::Bad => (theme.bad, "✗"),
    };
    (style, format!(" {glyph} {}", word.text))
}

/// What fits, in the order of the table. Before a crowd of our own there is more to tell: then what is
/// easily guessed is left out first.
fn chosen(stage: bool, width: usize) -> Vec<(&'static str, &'static str)> {
    let guessed = [Action::PreviousChannel, Action::Up, Action::Direct(Direction::Slower)];
    let named = || keys::bindings(stage).filter_map(|b| Some((b.action, b.short?)));
    let (late, early): (Vec<_>, Vec<_>) = named().partition(|(action, _)| stage && guessed.contains(action));
    let mut room = width.saturating_sub(1);
    let mut fitting = Vec::new();
    for (action, (key, short)) in early.into_iter().chain(late) {
        let cells = key.width() + 1 + short.width() + 2;
        if cells <= room {
            room -= cells;
            fitting.push(action);
        }
    }
    named().filter(|(action, _)| fitting.contains(action)).map(|(_, words)| words).collect()
}
