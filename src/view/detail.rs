//! The selected occupant, or the selected channel where nobody is selected.
//!
//! ```text
//! ╭ detail ──────────────────────╮
//! │ maya.nguyen                  │
//! │                              │
//! │ here since  12:00:40         │
//! │             5s ago           │
//! │ announced   twice            │
//! │                              │
//! │ state                        │
//! │   device                     │
//! │     kind    phone            │
//! │   status    away             │
//! ╰──────────────────────────────╯
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Widget,
};
use serde_json::Value;

use super::{
    Look,
    format::{age, count, cut, fold, pad, plural, wrap},
    occupants::frame,
};
use crate::{
    model::{Certainty, Mode, Model, Watched},
    presence::{Moment, Occupant, Since, UserId},
};

/// Cells of a label.
const LABEL: usize = 12;

/// A state nested deeper than this is shown as JSON from there on.
const DEEPEST: usize = 12;

pub(super) fn draw(model: &Model, look: &Look, now: Moment, area: Rect, buf: &mut Buffer) {
    let Some(watched) = model.selected() else {
        frame(look, " detail ", None, false, area, buf);
        return;
    };
    let inner = frame(look, " detail ", None, false, area, buf);
    let (width, rows) = (usize::from(inner.width).saturating_sub(2), usize::from(inner.height));
    let lines = match &model.focus.user {
        Some(user) => match watched.roster.get(user) {
            Some(occupant) => of_user(model, look, now, user, occupant, width, rows),
            None => {
                [named(look, user.as_str(), width), vec![Line::styled("not here any more", look.theme.quiet)]].concat()
            }
        },
        None => of_channel(model, look, now, watched, width),
    };
    for (y, line) in (inner.y..inner.bottom()).zip(lines) {
        line.render(Rect { x: inner.x + 1, y, width: inner.width.saturating_sub(2), height: 1 }, buf);
    }
}

/// A name, whole.
fn named<'a>(look: &Look, name: &str, width: usize) -> Vec<Line<'a>> {
    let name = fold(&look.symbols.spelled(name), width, 6);
    name.into_iter().map(|line| Line::styled(line, look.theme.strong)).chain([Line::default()]).collect()
}

fn row<'a>(look: &Look, label: &str, value: &str, style: Style, width: usize) -> Line<'a> {
    let value = cut(value, width.saturating_sub(LABEL));
    Line::from(vec![Span::styled(pad(label, LABEL), look.theme.quiet), Span::styled(value, style)])
}

fn of_user<'a>(
    model: &Model,
    look: &Look,
    now: Moment,
    user: &UserId,
    occupant: &Occupant,
    width: usize,
    rows: usize,
) -> Vec<Line<'a>> {
    let theme = &look.theme;
    let service_now = model.clock.now(now);
    let since = match occupant.since {
        Since::Joined(since) => ("here since", since),
        Since::Before(since) => ("here before", since),
    };
    let announced = match occupant.sightings {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{} times", count(n.into())),
    };
    let plain = |label: &str, value: &str| row(look, label, value, Style::new(), width);
    let mut lines = named(look, user.as_str(), width);
    if *user == model.session.user {
        lines.insert(lines.len() - 1, Line::styled("that is you", theme.good));
    }
    let time = |at: crate::presence::Timetoken| look.time_of_day(at.seconds());
    lines.push(plain(since.0, &time(since.1)));
    lines.push(plain("", &format!("{} ago", age(service_now.since(since.1)))));
    lines.push(plain("announced", &announced));
    lines.push(plain("last sign", &time(occupant.fact)));
    lines.push(Line::default());
    match &occupant.state {
        Some(state) if !state.is_empty() => {
            lines.push(Line::styled("state", theme.quiet));
            let left = rows.saturating_sub(lines.len());
            for (depth, key, value) in tree(&state.value(), left) {
                let key = format!("{}{}", "  ".repeat(depth), look.symbols.spelled(&key));
                // Keys make way for values, but never all of it.
                let taken = LABEL.max((width / 2).min(unicode_width::UnicodeWidthStr::width(key.as_str()) + 1));
                let value = cut(&look.symbols.spelled(&value), width.saturating_sub(taken));
                lines.push(Line::from(vec![Span::styled(pad(&key, taken), theme.quiet), Span::raw(value)]));
            }
        }
        _ => lines.push(Line::styled("no state", theme.quiet)),
    }
    lines
}

fn of_channel<'a>(model: &Model, look: &Look, now: Moment, watched: &Watched, width: usize) -> Vec<Line<'a>> {
    let theme = &look.theme;
    let plain = |label: &str, value: &str| row(look, label, value, Style::new(), width);
    let told = match watched.mode {
        Mode::Announce => "each change",
        Mode::Interval { deltas: true } => "intervals, with names",
        Mode::Interval { deltas: false } => "intervals, no names",
    };
    let certainty = model.certainty(watched, now);
    let (style, glyph) = theme.certainty(&certainty);
    let mut lines = named(look, watched.channel.as_str(), width);
    lines.push(plain("here", &count(watched.occupancy())));
    lines.push(plain("named", &count(watched.roster.len() as u64)));
    lines.push(row(look, "the list is", &format!("{glyph} {}", certainty.word()), style, width));
    if let Certainty::Partial(why) = certainty {
        lines.push(plain("", why));
    }
    if let Some(trouble) = &watched.refused {
        lines.extend(wrap(&trouble.sentence, width).into_iter().map(|line| Line::styled(line, theme.bad)));
    }
    lines.push(plain("told", told));
    lines.push(plain("heard", &plural(watched.events, "event", "events")));
    if watched.truth.drift_found > 0 {
        lines.push(plain("repaired", &plural(watched.truth.drift_found, "user", "users")));
    }
    lines.push(Line::default());
    lines.push(Line::styled(cut("↑↓ in the list: who it is", width), theme.quiet));
    lines
}

/// A state as lines of depth, key and value; at most `most` of them, the last saying if there are more.
fn tree(state: &Value, most: usize) -> Vec<(usize, String, String)> {
    let mut lines = Vec::new();
    grow(state, 1, most + 1, &mut lines);
    if lines.len() > most {
        lines.truncate(most.saturating_sub(1));
        lines.push((1, "…".to_owned(), String::new()));
    }
    lines
}

fn grow(value: &Value, depth: usize, most: usize, lines: &mut Vec<(usize, String, String)>) {
    let mut leaf = |key: String, value: &Value| {
        if lines.len() >= most {
            return;
        }
        match value {
            Value::Object(fields) if !fields.is_empty() && depth < DEEPEST => {
                lines.push((depth, key, String::new()));
                grow(value, depth + 1, most, lines);
            }
            Value::Array(items) if !items.is_empty() && depth < DEEPEST => {
                lines.push((depth, key, String::new()));
                grow(value, depth + 1, most, lines);
            }
            Value::String(text) => lines.push((depth, key, text.clone())),
            other => lines.push((depth, key, other.to_string())),
        }
    };
    match value {
        Value::Object(fields) => fields.iter().take(most).for_each(|(key, value)| leaf(key.clone(), value)),
        Value::Array(items) => items.iter().take(most).enumerate().for_each(|(n, value)| leaf(format!("{n}"), value)),
        other => leaf("value".to_owned(), other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_becomes_a_tree_of_bounded_length() {
        let state = serde_json::json!({"mood": "ok", "place": {"x": 1, "tags": ["a", {}]}});
        let lines: Vec<String> =
            tree(&state, 9).into_iter().map(|(depth, key, value)| format!("{depth} {key} {value}")).collect();
        assert_eq!(lines, ["1 mood ok", "1 place ", "2 tags ", "3 0 a", "3 1 {}", "2 x 1"]);
        let lines = tree(&state, 3);
        assert_eq!((lines.len(), lines[2].1.as_str()), (3, "…"));
        let mut deep = Value::Null;
        (0..100).for_each(|_| deep = serde_json::json!([deep.clone()]));
        assert!(tree(&deep, 50).len() <= DEEPEST);
        assert_eq!(tree(&state, 0).len(), 1);
    }
}
