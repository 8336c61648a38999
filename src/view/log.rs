//! What happened, newest last.
//!
//! ```text
//! ╭ events 345 · lobby only · /ann · 12 of 340 lines ─ following ╮
//! │ 12:04:28  + join      lobby     ann                 23 │
//! │▸12:04:29  + join      lobby     ×37 bob, cat, …     60 │
//! │ 12:04:31 ── ▲ link lost: connection refused ────────── │
//! ╰────────────────────────────────────────────────────────╯
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line as Text, Span},
    widgets::Widget,
};
use unicode_width::UnicodeWidthStr;

use super::{
    Appearance,
    format::{count, cut, pad, state_in_words},
    frame::frame,
    theme::over,
};
use crate::{
    presence::{Moment, shown},
    ui::{Action, Burst, LogRowPart, Pane, Screen},
    wire::excerpt,
    world::{Entry, EntryBody, EntryKind},
};

/// Bytes of a state that are read to draw a line.
const STATE_READ: usize = 400;

/// Names of a burst that are looked at to draw a line.
const NAMES_READ: usize = 40;

pub(super) fn draw(screen: &Screen<'_>, look: &Appearance, _now: Moment, area: Rect, buf: &mut Buffer) {
    let focused = screen.ui.focus.pane == Pane::Log;
    let view = screen.log.view();
    let right = Text::styled(status(screen, look), look.theme.quiet);
    let inner = frame(look, &title(screen), Some(right), focused, area, buf);
    let width = usize::from(inner.width);
    let cursor = view.cursor().filter(|_| focused);
    if view.is_empty() && !screen.log.is_empty() {
        let text = " nothing of what happened is shown: change the filter, the kinds or the channel";
        Text::styled(cut(text, width), look.theme.quiet).render(inner, buf);
    }
    for (y, at) in (inner.y..inner.bottom()).zip(view.visible_rows(usize::from(inner.height))) {
        let mut line = match (at.part, view.burst(at.number)) {
            (LogRowPart::Burst, Some(burst)) => burst_row(screen, look, burst, width),
            _ => match screen.log.get(at.number) {
                Some(entry) if divides(entry) => divider(look, entry, width),
                Some(entry) => row(look, entry, width),
                None => Text::default(),
            },
        };
        if at.part == LogRowPart::Entry && view.is_member(at.number) {
            mark(&mut line, "┆", look);
        }
        if cursor == Some(at) {
            let missing = width.saturating_sub(line.width());
            line.push_span(Span::raw(" ".repeat(missing)));
            over(&mut line, look.theme.selected);
        }
        line.render(Rect { y, height: 1, ..inner }, buf);
    }
}

/// An entry as a line of plain text, `width` cells wide: notes are not cut.
pub fn plain(entry: &Entry, look: &Appearance, width: usize) -> String {
    let width = if matches!(entry.body, EntryBody::Note(_)) { usize::from(u16::MAX) } else { width };
    let text: String = row(look, entry, width).spans.iter().map(|span| &*span.content).collect();
    text.trim().to_owned()
}

/// What the log tells of, and how much of it is shown.
fn title(screen: &Screen<'_>) -> String {
    let view = screen.log.view();
    let wanted = view.filter();
    let mut parts = vec![format!(" events {}", count(screen.world.counters.events))];
    if let Some(channel) = &wanted.channel {
        parts.push(format!("{} only", cut(channel.as_str(), 24)));
    }
    let kinds = wanted.kinds().count();
    if kinds < EntryKind::ALL.len() {
        let names: Vec<&str> = wanted.kinds().take(3).map(EntryKind::name).collect();
        parts.push(if kinds <= 3 { names.join("+") } else { format!("{kinds} of {} kinds", EntryKind::ALL.len()) });
    }
    if !wanted.expression.is_empty() {
        parts.push(format!("/{}", cut(wanted.expression.as_str(), 24)));
    }
    if parts.len() > 1 {
        parts.push(format!("{} of {} lines", count(view.len() as u64), count(screen.log.len() as u64)));
    }
    parts.join(" · ") + " "
}

/// Whether it is followed, and what is lost.
fn status(screen: &Screen<'_>, look: &Appearance) -> String {
    let view = screen.log.view();
    let dropped = match screen.log.dropped {
        0 => String::new(),
        n => format!(" {} older dropped ·", count(n)),
    };
    if view.is_held() {
        let newer = match view.count_newer() {
            0 => String::new(),
            n => format!(", {} newer", count(n as u64)),
        };
        let key = look.keys.of(Action::Bottom).last().map_or(String::new(), |key| format!(" · {key} follows"));
        return format!("{dropped} held{newer}{key} ");
    }
    format!("{dropped} following ")
}

/// What is told about the conversation itself parts what was before from what comes after; that a look
/// found nothing does not.
fn divides(entry: &Entry) -> bool {
    let EntryBody::Note(note) = &entry.body else { return false };
    match note.kind() {
        EntryKind::Gap | EntryKind::Link => true,
        EntryKind::Resync => note.difference().is_some_and(|difference| !difference.is_empty()),
        _ => false,
    }
}

fn divider<'a>(look: &Appearance, entry: &Entry, width: usize) -> Text<'a> {
    let EntryBody::Note(note) = &entry.body else { return row(look, entry, width) };
    let theme = &look.theme;
    let style = if note.is_grave() { theme.warn.patch(theme.strong) } else { theme.accent };
    let time = if width >= 34 { format!("{} ", look.time_of_day(entry.at.seconds())) } else { String::new() };
    let glyph = if note.is_grave() { "▲" } else { "●" };
    let place = entry.channel.as_ref().map(|c| format!("{}: ", cut(c.as_str(), 20))).unwrap_or_default();
    let room = width.saturating_sub(time.len() + 8);
    let said = cut(&format!("{place}{note}"), room);
    let rest = "─".repeat(room.saturating_sub(said.width()) + 1);
    Text::from(vec![
        Span::styled(format!(" {time}"), theme.quiet),
        Span::styled("── ", theme.border),
        Span::styled(format!("{glyph} {said} "), style),
        Span::styled(rest, theme.border),
    ])
}

/// Put a mark into the blank that each line begins with.
fn mark(line: &mut Text<'_>, mark: &'static str, look: &Appearance) {
    if let Some(first) = line.spans.first_mut()
        && let Some(rest) = first.content.strip_prefix(' ')
    {
        let rest = Span::styled(rest.to_owned(), first.style);
        *first = Span::styled(mark, look.theme.accent);
        line.spans.insert(1, rest);
    }
}

/// A whole burst in one line: how many, and the names of the first few.
fn burst_row<'a>(screen: &Screen<'_>, look: &Appearance, burst: &Burst, width: usize) -> Text<'a> {
    let entry = |number: Option<&u64>| number.and_then(|number| screen.log.get(*number));
    let (Some(first), Some(last)) = (entry(burst.members.front()), entry(burst.members.back())) else {
        return Text::default();
    };
    let mut line = beginning(look, first, width);
    mark(&mut line, if burst.unfolded { "▾" } else { "▸" }, look);
    let number = last.occupancy.map(count).unwrap_or_default();
    let times = format!("×{} ", count(burst.members.len() as u64));
    let room = width.saturating_sub(line.width() + times.width() + number.width() + 2);
    let names = burst.members.iter().take(NAMES_READ).filter_map(|number| screen.log.get(*number)?.user.as_ref());
    let mut said = String::new();
    for name in names {
        let between = if said.is_empty() { "" } else { ", " };
        said.push_str(between);
        said.push_str(&shown(&excerpt(name.as_str(), 64)));
        if said.width() > room {
            break;
        }
    }
    if burst.members.len() > NAMES_READ && said.width() <= room {
        said.push('…');
    }
    line.push_span(Span::styled(times, look.theme.strong));
    line.push_span(Span::raw(pad(&said, room)));
    line.push_span(Span::styled(format!(" {number}"), look.theme.quiet));
    line
}

/// Time, kind and channel, in columns.
fn beginning<'a>(look: &Appearance, entry: &Entry, width: usize) -> Text<'a> {
    let theme = &look.theme;
    let (style, glyph, word) = theme.line(&entry.body);
    let mut spans = vec![Span::raw(" ")];
    if width >= 34 {
        spans.push(Span::styled(format!("{} ", look.time_of_day(entry.at.seconds())), theme.quiet));
    }
    spans.push(Span::styled(format!("{glyph} {word:<8} "), style));
    if width >= ROOMY && !matches!(entry.body, EntryBody::Note(_)) {
        let name = entry.channel.as_ref().map_or("", |c| c.as_str());
        spans.push(Span::styled(pad(name, (width / 7).clamp(8, 20)), theme.quiet));
        spans.push(Span::raw(" "));
    }
    Text::from(spans)
}

/// From this width on the channel has a column.
const ROOMY: usize = 70;

/// One entry in one line.
pub(super) fn row<'a>(look: &Appearance, entry: &Entry, width: usize) -> Text<'a> {
    let theme = &look.theme;
    let mut line = beginning(look, entry, width);
    if let EntryBody::Note(note) = &entry.body {
        let place = entry.channel.as_ref().map(|c| format!("{}: ", cut(c.as_str(), 20))).unwrap_or_default();
        let tone = if note.is_grave() { theme.warn } else { theme.quiet };
        let room = width.saturating_sub(line.width());
        line.push_span(Span::styled(cut(&format!("{place}{note}"), room), tone));
        return line;
    }
    if let Some(who) = &entry.user {
        let user = if width >= ROOMY { (width / 4).clamp(12, 34) } else { width / 3 };
        line.push_span(Span::raw(pad(who.as_str(), user)));
        line.push_span(Span::raw(" "));
    }
    let number = entry.occupancy.map(count).unwrap_or_default();
    let room = width.saturating_sub(line.width() + number.len() + 2);
    let said = match (&entry.body, entry.state()) {
        (EntryBody::State, Some(state)) => state_in_words(&excerpt(state.as_json(), STATE_READ), room, theme.quiet),
        _ => vec![Span::styled(cut(&entry.describe_details(), room), theme.quiet)],
    };
    let missing = room.saturating_sub(said.iter().map(Span::width).sum());
    line.extend(said);
    line.push_span(Span::styled(format!("{} {number}", " ".repeat(missing)), theme.quiet));
    line
}
