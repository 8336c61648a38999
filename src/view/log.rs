//! What happened, newest last.
//!
//! ```text
//! ╭ events ───────────────────────────────────── following ╮
//! │ 12:04:28  + join      lobby     ann                 23 │
//! │ 12:04:31  ! timeout   lobby     bob  after 4m       22 │
//! ╰────────────────────────────────────────────────────────╯
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line as Text, Span},
    widgets::Widget,
};

use super::{
    Look,
    format::{age, count, cut, pad, plural, state_in_words},
    occupants::frame,
};
use crate::{
    model::{Entry, Line, Model, Pane},
    presence::{Happening, Moment},
    wire::excerpt,
};

/// Bytes of a state that are read to draw a line.
const STATE_READ: usize = 400;

pub(super) fn draw(model: &Model, look: &Look, _now: Moment, area: Rect, buf: &mut Buffer) {
    let focused = model.focus.pane == Pane::Log;
    let status = match model.log.held {
        Some(_) => format!(" held, {} · G follows ", plural(model.log.below() as u64, "newer", "newer")),
        None => " following ".to_owned(),
    };
    let dropped = match model.log.dropped {
        0 => String::new(),
        n => format!("{} older dropped · ", count(n)),
    };
    let right = Text::styled(format!(" {dropped}{}", status.trim_start()), look.theme.quiet);
    let title = format!(" events {} ", count(model.counters.events));
    let inner = frame(look, &title, Some(right), focused, area, buf);
    let width = usize::from(inner.width);
    for (y, entry) in (inner.y..).zip(model.log.tail(usize::from(inner.height))) {
        row(look, entry, width).render(Rect { y, height: 1, ..inner }, buf);
    }
}

/// One entry in one line.
pub(super) fn row<'a>(look: &Look, entry: &Entry, width: usize) -> Text<'a> {
    let theme = &look.theme;
    let (style, glyph, word) = theme.line(&entry.line);
    let time = look.time_of_day(entry.at.seconds());
    let roomy = width >= 70;
    let (channel, user) = if roomy { ((width / 7).clamp(8, 20), (width / 4).clamp(12, 34)) } else { (8, width / 3) };
    let mut spans = vec![Span::raw(" ")];
    if width >= 34 {
        spans.push(Span::styled(format!("{time} "), theme.quiet));
    }
    spans.push(Span::styled(format!("{glyph} {word:<8} "), style));
    let mut used = 1 + if width >= 34 { 9 } else { 0 } + 11;
    if let Line::Note(note) = &entry.line {
        let place = entry.channel.as_ref().map(|c| format!("{}: ", cut(c.as_str(), 20))).unwrap_or_default();
        let tone = if note.is_grave() { theme.warn } else { theme.quiet };
        spans.push(Span::styled(cut(&format!("{place}{note}"), width.saturating_sub(used)), tone));
        return Text::from(spans);
    }
    if roomy {
        let name = entry.channel.as_ref().map_or("", |c| c.as_str());
        spans.push(Span::styled(pad(name, channel), theme.quiet));
        spans.push(Span::raw(" "));
        used += channel + 1;
    }
    if let Some(who) = &entry.user {
        spans.push(Span::raw(pad(who.as_str(), user)));
        spans.push(Span::raw(" "));
        used += user + 1;
    }
    let number = entry.occupancy.map(count).unwrap_or_default();
    let room = width.saturating_sub(used + number.len() + 2);
    let said = match entry.event.as_deref().map(|event| &event.what) {
        Some(Happening::StateChanged { state, .. }) => {
            state_in_words(&excerpt(state.as_json(), STATE_READ), room, theme.quiet)
        }
        _ => vec![Span::styled(cut(&details(entry), room), theme.quiet)],
    };
    let missing = room.saturating_sub(said.iter().map(Span::width).sum());
    spans.extend(said);
    spans.push(Span::styled(format!("{} {number}", " ".repeat(missing)), theme.quiet));
    Text::from(spans)
}

/// What an event says beyond its kind.
fn details(entry: &Entry) -> String {
    let odd = if entry.odd { "was not on the list" } else { "" };
    match &entry.line {
        Line::Join { sightings: 1 }
        | Line::Leave { stayed: None }
        | Line::Timeout { stayed: None }
        | Line::State
        | Line::Note(_) => odd.to_owned(),
        Line::Join { sightings } => format!("seen again, {sightings} times now"),
        Line::Leave { stayed: Some(stayed) } | Line::Timeout { stayed: Some(stayed) } => {
            format!("after {}", age(*stayed))
        }
        Line::Flap { away } => format!("left and was back within {} ms", away.as_millis()),
        Line::Interval { refresh: true, .. } => "too many changes: asks to ask here now".to_owned(),
        Line::Interval { named: [0, 0, 0], .. } => "occupancy only".to_owned(),
        Line::Interval { named: [joined, left, timed_out], .. } => {
            format!("+{joined} joined  -{left} left  !{timed_out} timed out")
        }
        Line::Unknown => match entry.event.as_deref().map(|event| &event.what) {
            Some(Happening::Unknown { action, raw }) => format!("{action}: {raw}"),
            _ => String::new(),
        },
        Line::Garbled { why, raw } => format!("{why}: {raw}"),
    }
}
