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

use super::{
    Appearance, doctor,
    format::{cut, plural},
    help,
    popup::typed,
};
use crate::{
    presence::Direction,
    ui::{Action, Dialog, Prompt, Screen, StatusMessage, Tone},
};

pub(super) fn draw(screen: &Screen<'_>, look: &Appearance, area: Rect, buf: &mut Buffer) {
    let area = doctor::count(screen, look, area, buf);
    let theme = &look.theme;
    let area = paused(screen, look, area, buf);
    let width = usize::from(area.width);
    match &screen.ui.dialog {
        Some(Dialog::Confirm { question, .. }) => {
            help::question(question, look, width).render(area, buf);
            return;
        }
        Some(Dialog::Prompt(line)) => {
            question_line(line, look, width).render(area, buf);
            return;
        }
        _ => {}
    }
    if let Some(status) = &screen.ui.status {
        let (style, text) = said(look, status);
        Line::styled(cut(&text, width), style).render(area, buf);
        return;
    }
    let mut spans = vec![Span::raw(" ")];
    for (key, short) in chosen(screen, look, width) {
        spans.push(Span::styled(key, theme.accent.patch(theme.strong)));
        spans.push(Span::styled(format!(" {short}  "), theme.quiet));
    }
    Line::from(spans).render(area, buf);
}

/// That the picture is held still, since when, and what waits: first of all, and it stays. Returns what is
/// left of the row.
fn paused(screen: &Screen<'_>, look: &Appearance, area: Rect, buf: &mut Buffer) -> Rect {
    let Some(paused) = screen.ui.paused() else { return area };
    let since = look.time_of_day(paused.at.seconds());
    let key = look.keys.of(Action::Pause).first().map_or(String::new(), |key| format!(" · {key} goes on"));
    let waiting = plural(paused.waiting, "event waits", "events wait");
    let lost = if screen.lost_behind_the_picture() { " · LINK LOST" } else { "" };
    let short = look.keys.of(Action::Pause).first().map_or(String::new(), |key| format!(" · {key}"));
    let texts = [
        format!(" PAUSED at {since} · {waiting}{key}{lost} "),
        format!(" PAUSED{key}{lost} "),
        format!(" PAUSED{short}{lost} "),
        format!(" PAUSED{lost} "),
        " PAUSED ".to_owned(),
    ];
    let most = usize::from(area.width) * 2 / 3;
    let Some(text) = texts.into_iter().find(|text| text.width() <= most) else { return area };
    let width = u16::try_from(text.width()).unwrap_or(area.width);
    // The style of a line fills its area.
    Line::styled(text, theme_of_pause(look)).render(Rect { width, ..area }, buf);
    Rect { x: area.x + width, width: area.width - width, ..area }
}

/// Nobody must take a picture that stands still for one that moves.
fn theme_of_pause(look: &Appearance) -> ratatui::style::Style {
    look.theme.warn.patch(look.theme.strong).add_modifier(ratatui::style::Modifier::REVERSED)
}

/// A question, what is typed as its answer, and what is wrong with that.
fn question_line<'a>(line: &Prompt, look: &Appearance, width: usize) -> Line<'a> {
    let label = format!(" {}: ", line.question.label());
    let (note, style) = match &line.mistake {
        Some(mistake) => (mistake.as_str(), look.theme.bad),
        None => (line.question.hint(), look.theme.quiet),
    };
    let room = width.saturating_sub(label.width());
    let text = (line.field.text().width() + 1).clamp(room.min(12), room);
    let mut spans = vec![Span::styled(label, look.theme.accent)];
    spans.extend(typed(&line.field, text));
    let used: usize = spans.iter().map(Span::width).sum();
    spans.push(Span::styled(cut(&format!("  {note}"), width.saturating_sub(used)), style));
    Line::from(spans)
}

/// A word as it is shown.
pub(super) fn said(look: &Appearance, status: &StatusMessage) -> (Style, String) {
    let theme = &look.theme;
    let (style, glyph) = match status.tone {
        Tone::Busy => (theme.warn, "…"),
        Tone::Good => (theme.good, "✓"),
        Tone::Bad => (theme.bad, "✗"),
        Tone::News => (theme.accent.patch(theme.strong), "★"),
    };
    (style, format!(" {glyph} {}", status.text))
}

/// What goes into a footer first, where not all fits: how to find the rest and the way out, then what a
/// presenter needs. What is not named here is easily guessed, or found by the help.
const FIRST: &[Action] = &[
    Action::Quit,
    Action::Help,
    Action::Close,
    Action::Heartbeat,
    Action::Leave,
    Action::Direct(Direction::Next),
    Action::Direct(Direction::Outage),
    Action::Resync,
    Action::NextPane,
    Action::Direct(Direction::Faster),
    Action::Filter,
    Action::Pause,
    Action::Palette,
];

/// What fits, in the order of the table.
fn chosen(screen: &Screen<'_>, look: &Appearance, width: usize) -> Vec<(String, &'static str)> {
    let offers = look.keys.footer(screen);
    let rank = |actions: &[Action]| FIRST.iter().position(|first| actions.contains(first)).unwrap_or(FIRST.len());
    let mut order: Vec<usize> = (0..offers.len()).collect();
    order.sort_by_key(|place| rank(offers[*place].0));
    let mut room = width.saturating_sub(1);
    let mut fits = vec![false; offers.len()];
    for place in order {
        let (_, keys, word) = &offers[place];
        let cells = keys.width() + 1 + word.width() + 2;
        if cells <= room {
            room -= cells;
            fits[place] = true;
        }
    }
    offers.into_iter().zip(fits).filter(|(_, fits)| *fits).map(|((_, keys, word), _)| (keys, word)).collect()
}
