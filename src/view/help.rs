//! The help and the palette: all actions with their keys, as they are now.
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
    widgets::Widget,
};
use unicode_width::UnicodeWidthStr;

use super::{
    Appearance,
    format::{count, cut, pad},
    popup::{first_in_sight, popup, typed},
    theme::over,
};
use crate::{
    ui::{ActionInfo, FuzzyList, Menu, MenuItem, Screen, THEMES, ThemePicker, list_matching_kinds},
    world::EntryKind,
};

/// Columns of the names of keys.
const KEYS: usize = 12;

/// All that can be done, by section; or what fits the search.
pub(super) fn draw(screen: &Screen<'_>, list: &FuzzyList, look: &Appearance, bounds: Rect, buf: &mut Buffer) {
    let searching = !list.field.text().trim().is_empty();
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut section = None;
    for info in screen.find_actions(list) {
        if !searching && section != Some(info.section) {
            section = Some(info.section);
            lines.push(Line::styled(format!(" {}", info.section.title()), look.theme.quiet));
        }
        let keys = look.keys.names(info.action);
        lines.push(Line::from(vec![
            Span::styled(format!("  {} ", pad(&keys, KEYS)), look.theme.accent.patch(look.theme.strong)),
            Span::raw(info.help),
        ]));
    }
    if lines.is_empty() {
        lines.push(Line::styled("  nothing of that name", look.theme.quiet));
    }
    if !searching {
        lines.push(Line::styled(" to read", look.theme.quiet));
        lines.extend(notes().map(Line::from));
    }
    let inner = popup(look, " help ", "Esc closes", (76, lines.len() + 3), bounds, buf);
    let body = field_on_top(list, look, inner, buf);
    let rows = usize::from(body.height);
    // The whole page moves: there is nothing to choose here.
    let first = list.chosen.min(lines.len().saturating_sub(rows));
    draw_lines(lines.into_iter().skip(first), body, buf);
}

/// What the marks on the screen mean.
fn notes() -> impl Iterator<Item = String> {
    [
        "  ● exact  ◌ catching up  ◐ partial  ○ stale  ≠ drifting  × refused".to_owned(),
        "  An age with > in front: was here before we looked.".to_owned(),
        "  Watching joins nobody: only a heartbeat makes you present.".to_owned(),
        "  ★ on the watch list".to_owned(),
    ]
    .into_iter()
}

/// The actions that fit what is typed, one of them chosen.
pub(super) fn draw_palette(screen: &Screen<'_>, list: &FuzzyList, look: &Appearance, bounds: Rect, buf: &mut Buffer) {
    let found = screen.find_actions(list);
    let height = (screen.offered_actions().count() + 3).min(18);
    let inner = popup(look, " actions ", "Enter does it, Esc closes", (96, height), bounds, buf);
    let body = field_on_top(list, look, inner, buf);
    let rows = usize::from(body.height);
    let first = first_in_sight(list.chosen, rows, found.len());
    let width = usize::from(body.width);
    let row = |(place, info): (usize, &&'static ActionInfo)| {
        let keys = look.keys.names(info.action);
        let text = width.saturating_sub(20 + KEYS + 3);
        let mut line = Line::from(vec![
            Span::styled(format!(" {} ", pad(info.name, 19)), look.theme.accent),
            Span::raw(pad(info.help, text)),
            Span::styled(format!(" {} ", pad(&keys, KEYS)), look.theme.quiet),
        ]);
        if place == list.chosen {
            over(&mut line, look.theme.selected);
        }
        line
    };
    draw_lines(found.iter().enumerate().skip(first).map(row), body, buf);
    if found.is_empty() {
        Line::styled("  nothing of that name", look.theme.quiet).render(body, buf);
    }
}

/// The themes, one of them worn.
pub(super) fn draw_themes(picker: &ThemePicker, look: &Appearance, bounds: Rect, buf: &mut Buffer) {
    let found = picker.list_matches();
    let inner = popup(look, " colours ", "Enter keeps, Esc goes back", (46, THEMES.len() + 3), bounds, buf);
    let body = field_on_top(&picker.list, look, inner, buf);
    let width = usize::from(body.width);
    let rows = usize::from(body.height);
    let first = first_in_sight(picker.list.chosen, rows, found.len());
    let row = |(place, name): (usize, &&'static str)| {
        let theme = &look.theme;
        let mut line = Line::from(Span::raw(pad(&format!("  {name}"), width.saturating_sub(18))));
        if place == picker.list.chosen {
            let sample =
                [("+ ", theme.good), ("- ", theme.calm), ("! ", theme.warn), ("~ ", theme.state), ("× ", theme.bad)];
            line = Line::from(Span::styled(pad(&format!("› {name}"), width.saturating_sub(18)), theme.strong));
            line.extend(sample.map(|(text, style)| Span::styled(text, style)));
            line.push_span(Span::styled("accent", theme.accent));
        }
        line
    };
    draw_lines(found.iter().enumerate().skip(first).map(row), body, buf);
}

/// The kinds of the log, each on or off.
pub(super) fn draw_kinds(screen: &Screen<'_>, list: &FuzzyList, look: &Appearance, bounds: Rect, buf: &mut Buffer) {
    let found = list_matching_kinds(list);
    let shown = screen.log.view().filter();
    let inner =
        popup(look, " events shown ", "Enter shows or hides, Esc closes", (56, EntryKind::ALL.len() + 4), bounds, buf);
    let body = field_on_top(list, look, inner, buf);
    let rows = usize::from(body.height);
    let first = first_in_sight(list.chosen, rows, found.len());
    let width = usize::from(body.width);
    let row = |(place, kind): (usize, &Option<EntryKind>)| {
        let (on, name, number) = match kind {
            Some(kind) => (shown.shows_kind(*kind), kind.name(), screen.log.count_kind(*kind)),
            None => (shown.kinds().count() == EntryKind::ALL.len(), "all kinds", screen.log.len()),
        };
        let number = if number == 0 { String::new() } else { count(number as u64) };
        let mut line = Line::from(vec![
            Span::styled(if on { " [x] " } else { " [ ] " }, look.theme.accent),
            Span::styled(pad(name, 16), if on { look.theme.base } else { look.theme.quiet }),
            Span::styled(format!("{number:>width$} ", width = width.saturating_sub(22)), look.theme.quiet),
        ]);
        if place == list.chosen {
            over(&mut line, look.theme.selected);
        }
        line
    };
    draw_lines(found.iter().enumerate().skip(first).map(row), body, buf);
}

/// A few things to choose from, one of them chosen.
pub(super) fn draw_menu(menu: &Menu, look: &Appearance, bounds: Rect, buf: &mut Buffer) {
    let found = menu.list_matches();
    let title = format!(" {} ", menu.title);
    let height = (menu.items.len() + 3).min(18);
    let inner = popup(look, &title, "Enter does it, Esc closes", (76, height), bounds, buf);
    let body = field_on_top(&menu.list, look, inner, buf);
    let first = first_in_sight(menu.list.chosen, usize::from(body.height), found.len());
    let width = usize::from(body.width);
    let longest = menu.items.iter().map(|item| cut(&item.label, 30).width()).max().unwrap_or(0);
    let row = |(place, item): (usize, &&MenuItem)| {
        let alarm = if item.alarm.is_empty() { String::new() } else { format!("{}  ", item.alarm) };
        let room = width.saturating_sub(longest + 3 + alarm.width());
        let mut line = Line::from(vec![
            Span::styled(format!(" {}  ", pad(&item.label, longest)), look.theme.accent),
            Span::styled(alarm, look.theme.bad),
            Span::styled(pad(&item.remark, room), look.theme.quiet),
        ]);
        if place == menu.list.chosen {
            over(&mut line, look.theme.selected);
        }
        line
    };
    draw_lines(found.iter().enumerate().skip(first).map(row), body, buf);
    if found.is_empty() {
        Line::styled("  nothing of that name", look.theme.quiet).render(body, buf);
    }
}

/// What is typed, on the first row; returns what is below.
pub(super) fn field_on_top(list: &FuzzyList, look: &Appearance, inner: Rect, buf: &mut Buffer) -> Rect {
    if inner.height == 0 {
        return inner;
    }
    let mut line = Line::from(Span::styled(" › ", look.theme.accent));
    line.extend(typed(&list.field, usize::from(inner.width).saturating_sub(4)));
    line.render(Rect { height: 1, ..inner }, buf);
    Rect { y: inner.y + 1, height: inner.height - 1, ..inner }
}

fn draw_lines<'a>(lines: impl Iterator<Item = Line<'a>>, area: Rect, buf: &mut Buffer) {
    for (y, line) in (area.y..area.bottom()).zip(lines) {
        line.render(Rect { y, height: 1, ..area }, buf);
    }
}

/// A question in the footer.
pub(super) fn question<'a>(question: &str, look: &Appearance, width: usize) -> Line<'a> {
    let rest = "  y yes, any other key no";
    let text = cut(&format!(" {question}"), width.saturating_sub(rest.len()));
    Line::from(vec![Span::styled(text, look.theme.bad), Span::styled(cut(rest, width), look.theme.strong)])
}
