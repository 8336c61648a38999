//! One entry of the log, opened.
//!
//! ```text
//! ╭ state-change · 12:04:28 ─────────── Esc closes ╮
//! │ channel    lobby                               │
//! │ {                                              │
//! │   "action": "state-change",                    │
//! ╰────────────────────────────────────────────────╯
//! ```

use super::{
    Appearance,
    format::{break_lines, wrap},
    popup::draw_popup,
    rows::draw_lines,
};
use crate::{
    presence::{Subscription, sanitize},
    ui::{Action, EntryViewer},
    wording::group_digits,
    world::{Entry, EntryBody as Told, EntryTime},
};
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

/// Columns of the names of facts: `unreadable` is the longest.
const NAMES: usize = 13;

pub(super) fn draw_entry(reading: &EntryViewer, look: &Appearance, bounds: Rect, buf: &mut Buffer) {
    let entry = &reading.entry;
    let kind = entry.body.kind().name();
    let time = look.time_of_day(entry.at.seconds());
    let width = usize::from(bounds.width).saturating_sub(4).min(96);
    let lines = list_lines(reading, look, width.saturating_sub(4));
    let rows = usize::from(bounds.height).saturating_sub(4).min(lines.len() + 2).max(3);
    let title = format!(" {kind} · {time} ");
    let below = lines.len().saturating_sub(rows.saturating_sub(2));
    let first = reading.top.min(below);
    let copies = match (reading.offers(Action::CopyId), reading.offers(Action::CopyJson)) {
        (true, true) => "y Y copy · ",
        (true, false) => "y copies · ",
        (false, true) => "Y copies · ",
        (false, false) => "",
    };
    let closes = if below > 0 {
        let last = (first + rows - 2).min(lines.len());
        format!("lines {}-{last} of {} · ↑↓ · {copies}Esc closes", first + 1, lines.len())
    } else {
        format!("{copies}Esc closes")
    };
    let inner = draw_popup(look, &title, &closes, (width, rows), bounds, buf);
    let inner = Rect { x: inner.x + inner.width.min(1), width: inner.width.saturating_sub(2), ..inner };
    draw_lines(lines.into_iter().skip(first), inner, buf);
}

/// List the facts, the sentence and the JSON.
fn list_lines<'a>(reading: &EntryViewer, look: &Appearance, width: usize) -> Vec<Line<'a>> {
    let quiet = look.theme.quiet;
    let mut lines = Vec::new();
    let room = width.saturating_sub(NAMES);
    for (name, value) in list_facts(&reading.entry) {
        for (nth, part) in break_lines(&sanitize(&value), room).into_iter().enumerate() {
            let name = if nth == 0 { name } else { "" };
            lines.push(Line::from(vec![Span::styled(format!("{name:<NAMES$}"), quiet), Span::raw(part)]));
        }
    }
    let said = reading.entry.describe_details();
    if !said.is_empty() && !matches!(reading.entry.body, Told::State | Told::Garbled { .. } | Told::Unknown) {
        lines.push(Line::raw(""));
        lines.extend(wrap(&said, width).into_iter().map(Line::raw));
    }
    if !reading.json.is_empty() {
        lines.push(Line::raw(""));
    }
    for line in &reading.json {
        let indent = line.len() - line.trim_start().len();
        for (nth, part) in break_lines(&sanitize(line), width).into_iter().enumerate() {
            lines.push(if nth == 0 { show_json(part, indent, look) } else { Line::raw(part) });
        }
    }
    if reading.missing > 0 {
        let text = format!("… {} more bytes; Y copies all, E writes all", group_digits(reading.missing as u64));
        lines.push(Line::styled(text, quiet));
    }
    lines
}

/// Show a line of JSON; the name of a field steps back, as everywhere.
fn show_json<'a>(line: String, indent: usize, look: &Appearance) -> Line<'a> {
    match line.get(indent..).filter(|rest| rest.starts_with('"')).and_then(|_| line.find("\": ")) {
        Some(at) => {
            let value = line[at + 2..].to_owned();
            Line::from(vec![Span::styled(line[..at + 2].to_owned(), look.theme.state), Span::raw(value)])
        }
        None => Line::raw(line),
    }
}

fn list_facts(entry: &Entry) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(channel) = &entry.channel {
        facts.push(("channel", channel.as_str().to_owned()));
    }
    match entry.event.as_ref().map(|event| event.subscription.as_ref()) {
        Some(Some(Subscription::Group(group))) => facts.push(("through", format!("channel group {}", group.as_str()))),
        Some(Some(Subscription::Pattern(pattern))) => facts.push(("through", format!("pattern {}", pattern.as_str()))),
        Some(Some(Subscription::Channel(channel))) => facts.push(("through", channel.as_str().to_owned())),
        Some(None) => facts.push(("through", "the channel itself".to_owned())),
        None => {}
    }
    if let Some(user) = &entry.user {
        facts.push(("user id", user.as_str().to_owned()));
    }
    match entry.at {
        EntryTime::Service(timetoken) => facts.push(("timetoken", timetoken.to_string())),
        EntryTime::Here(_) => facts.push(("time by", "the clock of this machine".to_owned())),
    }
    if let Some(occupancy) = entry.occupancy {
        facts.push(("occupancy", group_digits(occupancy)));
    }
    if entry.odd {
        facts.push(("odd", "was not on the list".to_owned()));
    }
    if let Told::Garbled { why, .. } = &entry.body {
        facts.push(("unreadable", why.clone()));
    }
    facts
}
