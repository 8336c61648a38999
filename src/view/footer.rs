//! The keys of the pane in focus. A click on one does what the key does.
//!
//! ```text
//!  2 people  3 events  Enter open  s order  / find  ? help  q quit  H be here       ▲ 1 d doctor
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Widget,
};
use unicode_width::UnicodeWidthStr;

use super::{Appearance, doctor::mark_gravity, format::cut, verdict::count_rules};
use crate::{
    presence::Direction,
    ui::{Action, Pane, Screen, StatusMessage, Tone},
};

pub(super) fn draw_footer(screen: &Screen<'_>, look: &Appearance, area: Rect, buf: &mut Buffer) {
    let theme = &look.theme;
    let area = draw_badges(screen, look, area, buf);
    let width = usize::from(area.width);
    if let Some(why) = screen.ui.swallowing {
        let text = format!(" {why}; Enter or Esc goes on");
        Line::styled(cut(&text, width), theme.bad).render(area, buf);
        return;
    }
    let mut spans = vec![Span::raw(" ")];
    for (_, key, short) in choose_keys(screen, look, width) {
        spans.push(Span::styled(key, theme.accent.patch(theme.strong)));
        spans.push(Span::styled(format!(" {short}  "), theme.quiet));
    }
    Line::from(spans).render(area, buf);
}

/// Find the action that is offered in a column of the footer, if keys are shown there.
pub(super) fn find_offer(screen: &Screen<'_>, look: &Appearance, area: Rect, column: u16) -> Option<Action> {
    let (keys, badge) = split_findings(screen, look, area);
    if badge.is_some_and(|_| column >= keys.right()) {
        return Some(Action::Doctor);
    }
    let (keys, badge) = split_alarms(screen, look, keys);
    if badge.is_some_and(|_| column >= keys.right()) {
        return Some(Action::Watchlist);
    }
    let (keys, badge) = split_recording(screen, look, keys);
    if badge.is_some_and(|_| column >= keys.right()) {
        return Some(Action::Record);
    }
    if screen.ui.swallowing.is_some() {
        return None;
    }
    let mut end = usize::from(keys.x) + 1;
    for (actions, key, word) in choose_keys(screen, look, usize::from(keys.width)) {
        let begin = end;
        // Between two offers there are two blanks, one of each.
        end += key.width() + word.width() + 3;
        let column = usize::from(column);
        if (begin..end).contains(&column) {
            // Of two keys with one word, each has a half.
            return actions
                .get(if column - begin < (end - begin) / 2 { 0 } else { actions.len().saturating_sub(1) })
                .copied();
        }
    }
    None
}

/// Part off how many findings want a look, at the right end of a row, if any do and there is room.
fn split_findings<'a>(screen: &Screen<'_>, look: &Appearance, area: Rect) -> (Rect, Option<Line<'a>>) {
    let (findings, grave) = (screen.ui.doctor.findings(), screen.ui.doctor.count_trouble());
    let Some(key) = look.keys.of(Action::Doctor).first().filter(|_| grave > 0) else {
        return (area, None);
    };
    let (style, glyph) = mark_gravity(look, findings[0].gravity);
    let word = if area.width >= 100 { " doctor" } else { "" };
    let line = Line::from(vec![
        Span::styled(format!(" {glyph} {grave} "), style),
        Span::styled(key.to_string(), look.theme.accent.patch(look.theme.strong)),
        Span::styled(format!("{word} "), look.theme.quiet),
    ]);
    split_badge(line, area)
}

/// Part off how many rules hold that nobody has acknowledged.
fn split_alarms<'a>(screen: &Screen<'_>, look: &Appearance, area: Rect) -> (Rect, Option<Line<'a>>) {
    match screen.incidents.alarms() {
        [] => (area, None),
        alarms => split_badge(Line::styled(format!(" {} ", count_rules(alarms)), look.theme.warn), area),
    }
}

/// Part off that a recording is written.
fn split_recording<'a>(screen: &Screen<'_>, look: &Appearance, area: Rect) -> (Rect, Option<Line<'a>>) {
    match screen.ui.recording.describe() {
        None => (area, None),
        Some(word) => split_badge(Line::styled(format!(" ● {word} "), look.theme.bad), area),
    }
}

/// Part the cells of a badge off the right end of a row, if enough is left.
fn split_badge(badge: Line<'_>, area: Rect) -> (Rect, Option<Line<'_>>) {
    let cells = u16::try_from(badge.width()).unwrap_or(u16::MAX);
    if area.height == 0 || area.width < cells.saturating_mul(3) {
        return (area, None);
    }
    (Rect { width: area.width - cells, ..area }, Some(badge))
}

/// Draw how many findings want a look and how many rules hold, if any; returns what is left of the row.
fn draw_badges(screen: &Screen<'_>, look: &Appearance, area: Rect, buf: &mut Buffer) -> Rect {
    [split_findings, split_alarms, split_recording].into_iter().fold(area, |area, split| {
        let (rest, badge) = split(screen, look, area);
        if let Some(badge) = badge {
            badge.render(Rect { x: rest.right(), width: area.width - rest.width, height: 1, ..area }, buf);
        }
        rest
    })
}

/// Show what the person is told.
pub(super) fn show_word(look: &Appearance, word: &StatusMessage) -> (Style, String) {
    let theme = &look.theme;
    let (style, glyph) = match word.tone {
        Tone::Busy => (theme.warn, "…"),
        Tone::Good => (theme.good, "✓"),
        Tone::Bad => (theme.bad, "✗"),
        Tone::News => (theme.accent.patch(theme.strong), "★"),
    };
    (style, format!(" {glyph} {}", word.text))
}

/// What goes into a footer first, where not all fits: how to find the rest and the way out, the other panes, then what
/// is done most. What is not named here is easily guessed, or found by the help.
const FIRST: &[Action] = &[
    Action::Quit,
    Action::Help,
    Action::Close,
    Action::Bottom,
    Action::EventBack,
    Action::GoToTime,
    Action::GoTo(Pane::Channels),
    Action::GoTo(Pane::Occupants),
    Action::GoTo(Pane::Log),
    Action::Filter,
    Action::Scenes,
    Action::Direct(Direction::Outage),
    Action::Sort,
    Action::Kinds,
    Action::Open,
    Action::Pause,
    Action::Palette,
    Action::Heartbeat,
];

/// Choose the keys that fit, and show them in the order of their table, with what they do.
fn choose_keys(screen: &Screen<'_>, look: &Appearance, width: usize) -> Vec<(&'static [Action], String, &'static str)> {
    let offers = look.keys.list_offers(screen);
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
    offers.into_iter().zip(fits).filter(|(_, fits)| *fits).map(|(offer, _)| offer).collect()
}
