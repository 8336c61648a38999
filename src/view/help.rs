//! The help: what the signs mean, the keys of the pane in focus, then all actions with their keys, as they are now.
//!
//! ```text
//! ╭ help ──────────────────────────────── m manual, / searches, q closes ╮
//! │ link, lists ● live, exact  ◌ catching up │ look closer               │
//! │ in this pane                             │ /           filter the …  │
//! │ Enter       open the selected row, or …  │ s           choose the …  │
//! ╰──────────────────────────────────────────────────────────────────────╯
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use super::{
    Appearance,
    choices::draw_field,
    format::{pad, wrap},
    legend::{NOTE, show_legend},
    popup::draw_popup,
    rows::draw_lines,
    scroll_bar::draw_scroll_bar,
};
use crate::{
    presence::Direction,
    ui::{Action, ActionInfo, HelpPage, Screen, Section},
};

/// Columns of the names of keys: two of the longest, such as `PgDn Ctrl-D`.
pub(super) const KEYS: usize = 12;

/// Columns of the box: with two columns of text, and with one.
const WIDE: usize = 116;
const NARROW: usize = 76;

/// From this width on there are two columns.
const TWO_COLUMNS: u16 = 100;

/// Actions that are one line together.
const PAIRS: &[(Action, Action, &str)] = &[
    (Action::Down, Action::Up, "one row down, up"),
    (Action::PageDown, Action::PageUp, "ten rows down, up"),
    (Action::Top, Action::Bottom, "first, last row; follow; past: to now"),
    (Action::NextPane, Action::PreviousPane, "next pane, previous pane"),
    (Action::NextChannel, Action::PreviousChannel, "next channel, previous channel"),
    (Action::ShorterSpan, Action::LongerSpan, "shorter, longer span; in the past: speed"),
    (Action::Heartbeat, Action::Leave, "send a heartbeat on this channel; leave"),
    (Action::CopyJson, Action::Export, "copy as JSON; write this pane to a file"),
    (Action::Zoom, Action::Wall, "enlarge this pane; wall view for a room"),
    (Action::Theme, Action::Mouse, "choose the colours; give back the mouse"),
    (Action::EventBack, Action::EventForward, "look back an event; forward again"),
    (Action::GoToTime, Action::Mark, "look back to a time; mark this moment"),
    (Action::MinuteBack, Action::MinuteForward, "look back a minute; forward again"),
    (Action::Incident, Action::CopyReport, "evidence of the second row; its report"),
    (Action::Watchlist, Action::Mute, "open or close the watch list; mute it"),
    (Action::Direct(Direction::Faster), Action::Direct(Direction::Slower), "crowd faster, slower"),
];

/// Draw the help, or of the actions those that fit what is searched.
pub(super) fn draw_help(screen: &Screen<'_>, page: &HelpPage, look: &Appearance, bounds: Rect, buf: &mut Buffer) {
    let searching = page.searching || !page.list.field.text().is_empty();
    let two = bounds.width >= TWO_COLUMNS && !searching;
    let box_width = if two { WIDE } else { NARROW }.min(usize::from(bounds.width));
    let width = if two { (box_width - 2) / 2 - 1 } else { box_width.saturating_sub(2) };
    let lines = if searching { list_found(screen, page, look, width) } else { list_all(screen, look, width) };
    let columns = if two { 2 } else { 1 };
    let height = lines.len().div_ceil(columns) + 2 + usize::from(searching);
    let closes = if searching { "Esc closes" } else { "m manual, / searches, q closes" };
    let inner = draw_popup(look, " help ", closes, (box_width, height), bounds, buf);
    let body = if searching { draw_field(&page.list, look, inner, buf) } else { inner };
    let rows = usize::from(body.height);
    // The whole page moves: there is nothing to choose here.
    let first = page.list.chosen.min(lines.len().saturating_sub(rows * columns));
    let body = draw_scroll_bar(look, &(first..first + rows * columns), lines.len(), body, buf);
    let step = u16::try_from(width + 1).unwrap_or(u16::MAX);
    let mut rest = lines.into_iter().skip(first);
    for column in 0..u16::try_from(columns).unwrap_or(1) {
        let area = Rect { x: body.x + column * step, width: body.width.min(step), ..body };
        draw_lines(rest.by_ref().take(rows), area.intersection(body), buf);
    }
}

/// The actions that fit what is searched.
fn list_found<'a>(screen: &Screen<'_>, page: &HelpPage, look: &Appearance, width: usize) -> Vec<Line<'a>> {
    let found = screen.find_actions(&page.list);
    if found.is_empty() {
        return vec![Line::styled("  nothing of that name", look.theme.quiet)];
    }
    let line = |info: &ActionInfo| show_keys(look, &look.keys.names(info.action), info.help, width);
    found.into_iter().flat_map(line).collect()
}

/// The whole page.
fn list_all<'a>(screen: &Screen<'_>, look: &Appearance, width: usize) -> Vec<Line<'a>> {
    let mut lines: Vec<Line<'_>> = show_legend(look, width).into_iter().map(Line::from).collect();
    lines.extend(
        wrap(NOTE, width.saturating_sub(2)).into_iter().map(|text| Line::styled(format!(" {text}"), look.theme.quiet)),
    );
    let here: Vec<Action> = look.keys.list_keys_of_pane(screen.ui.focus.pane).collect();
    lines.push(Line::styled(" in this pane", look.theme.quiet));
    for action in here.iter().filter(|action| screen.offers(**action)) {
        lines.extend(show_keys(look, &look.keys.names(*action), action.info().help, width));
    }
    let mut section: Option<Section> = None;
    // What has no key is found in the palette.
    let has_key = |info: &&ActionInfo| !look.keys.of(info.action).is_empty();
    for info in screen.offered_actions().filter(has_key).filter(|info| !here.contains(&info.action)) {
        if PAIRS.iter().any(|(_, second, _)| *second == info.action) {
            continue;
        }
        if section != Some(info.section) {
            section = Some(info.section);
            lines.push(Line::styled(format!(" {}", info.section.title()), look.theme.quiet));
        }
        let pair = PAIRS.iter().find(|(first, _, _)| *first == info.action);
        let (keys, help) = match pair {
            Some((first, second, help)) => (show_pair(look, *first, *second), *help),
            None => (look.keys.names(info.action), info.help),
        };
        lines.extend(show_keys(look, &keys, help, width));
    }
    lines
}

/// The first key of each of two actions.
fn show_pair(look: &Appearance, first: Action, second: Action) -> String {
    let key = |action| look.keys.of(action).first().map(ToString::to_string);
    [key(first), key(second)].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Keys and what they do, which goes on below where it is too long.
fn show_keys<'a>(look: &Appearance, keys: &str, help: &str, width: usize) -> Vec<Line<'a>> {
    let room = width.saturating_sub(KEYS + 3).max(8);
    let mut lines = Vec::new();
    for (nth, text) in wrap(help, room).into_iter().enumerate() {
        let keys = if nth == 0 { pad(keys, KEYS) } else { " ".repeat(KEYS) };
        let keys = Span::styled(format!("  {keys} "), look.theme.accent.patch(look.theme.strong));
        lines.push(Line::from(vec![keys, Span::raw(text)]));
    }
    lines
}
