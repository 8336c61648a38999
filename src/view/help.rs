//! The help: all actions with their keys, as they are now.
//!
//! ```text
//! ╭ help ─────────────────────────── Esc closes ╮
//! │ › heart█                                    │
//! │ H           send a heartbeat: be present …  │
//! ╰─────────────────────────────────────────────╯
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use super::{Appearance, choices::draw_field, format::pad, popup::draw_popup, rows::draw_lines};
use crate::ui::{FuzzyList, Screen};

/// Columns of the names of keys: two of the longest, such as `PgDn Ctrl-D`.
pub(super) const KEYS: usize = 12;

/// What the marks on the screen mean.
const NOTES: [&str; 4] = [
    "  ● exact  ◌ catching up  ◐ partial  ○ stale  ≠ drifting  × refused",
    "  An age with > in front: was here before we looked.",
    "  Watching joins nobody: only a heartbeat makes you present.",
    "  ★ on the watch list",
];

/// Draw all that can be done, by section; or what fits the search.
pub(super) fn draw_help(screen: &Screen<'_>, chooser: &FuzzyList, look: &Appearance, bounds: Rect, buf: &mut Buffer) {
    let searching = !chooser.field.text().trim().is_empty();
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut section = None;
    for meaning in screen.find_actions(chooser) {
        if !searching && section != Some(meaning.section) {
            section = Some(meaning.section);
            lines.push(Line::styled(format!(" {}", meaning.section.title()), look.theme.quiet));
        }
        let keys = look.keys.names(meaning.action);
        lines.push(Line::from(vec![
            Span::styled(format!("  {} ", pad(&keys, KEYS)), look.theme.accent.patch(look.theme.strong)),
            Span::raw(meaning.help),
        ]));
    }
    if lines.is_empty() {
        lines.push(Line::styled("  nothing of that name", look.theme.quiet));
    }
    if !searching {
        lines.push(Line::styled(" to read", look.theme.quiet));
        lines.extend(NOTES.map(Line::raw));
    }
    let inner = draw_popup(look, " help ", "Esc closes", (76, lines.len() + 3), bounds, buf);
    let body = draw_field(chooser, look, inner, buf);
    let rows = usize::from(body.height);
    // The whole page moves: there is nothing to choose here.
    let first = chooser.chosen.min(lines.len().saturating_sub(rows));
    draw_lines(lines.into_iter().skip(first), body, buf);
}
