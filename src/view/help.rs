//! The help, drawn from the key table.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::{Clear, Widget},
};

use super::{
    Look,
    format::{cut, pad},
    occupants::frame,
};
use crate::{keys, model::Model};

pub(super) fn draw(model: &Model, look: &Look, screen: Rect, buf: &mut Buffer) {
    let rows = keys::bindings(model.scene.is_some()).map(|b| (b.name, b.help)).chain(keys::TERMINAL.iter().copied());
    let rows: Vec<(&str, &str)> = rows.filter(|(name, _)| !name.is_empty()).collect();
    let notes = [
        "● exact  ◌ catching up  ◐ partial  ○ stale  ≠ drifting  × refused".to_owned(),
        "An age with > in front: was here before we looked.".to_owned(),
        "Watching joins nobody: only H makes you present.".to_owned(),
        requests(model),
    ];
    let width = 70.min(screen.width);
    let wanted = u16::try_from(rows.len() + notes.len() + 3).unwrap_or(u16::MAX);
    let height = wanted.min(screen.height);
    let area =
        Rect { x: screen.x + (screen.width - width) / 2, y: screen.y + (screen.height - height) / 2, width, height };
    Clear.render(area, buf);
    let inner = frame(look, " keys ", Some(Line::styled(" ? closes ", look.theme.quiet)), true, area, buf);
    let room = usize::from(inner.width);
    let bindings = rows.iter().map(|(name, help)| {
        Line::from(vec![
            Span::styled(format!(" {} ", pad(name, 12)), look.theme.accent.patch(look.theme.strong)),
            Span::raw(cut(help, room.saturating_sub(14))),
        ])
    });
    let notes = notes.iter().map(|note| Line::styled(cut(&format!(" {note}"), room), look.theme.quiet));
    let gap = (wanted <= screen.height).then(Line::default);
    let lines = bindings.chain(gap).chain(notes);
    for (y, line) in (inner.y..inner.bottom()).zip(lines) {
        line.render(Rect { y, height: 1, ..inner }, buf);
    }
}

/// What was asked of the service, by kind.
fn requests(model: &Model) -> String {
    let kinds = model.ledger.by_kind.iter().map(|(kind, (sent, failed))| match failed {
        0 => format!("{kind} {sent}"),
        _ => format!("{kind} {sent} ({failed} failed)"),
    });
    let kinds: Vec<String> = kinds.collect();
    format!("Requests {}: {}", model.ledger.sent(), kinds.join(", "))
}
