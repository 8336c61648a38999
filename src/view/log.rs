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
    format::{cut, cut_foreign, pad, pad_foreign, state_in_words},
    frame::draw_frame,
    rows::draw_lines,
    theme::patch_row,
};
use crate::{
    presence::sanitize,
    ui::{Action, Burst, EventLog, LogRowPart},
    wording::excerpt,
    wording::group_digits,
    world::{Entry, EntryBody, EntryKind},
};

/// Bytes of a state that are read to draw a line: no terminal shows more of it, and it may have 32 KiB.
const STATE_READ: usize = 400;

/// Names of a burst that are looked at to draw a line: no terminal shows more of them, and a burst may have
/// thousands.
const NAMES_READ: usize = 40;

pub(super) fn draw_log(log: &EventLog, events: u64, focused: bool, look: &Appearance, area: Rect, buf: &mut Buffer) {
    let journal = log.view();
    let right = Text::styled(describe_following(log, look), look.theme.quiet);
    let inner = draw_frame(look, &make_title(log, events), Some(right), focused, area, buf);
    let width = usize::from(inner.width);
    let cursor = journal.cursor().filter(|_| focused);
    if journal.is_empty() && !log.is_empty() {
        let text = " nothing of what happened is shown: change the filter, the kinds or the channel";
        Text::styled(cut(text, width), look.theme.quiet).render(inner, buf);
    }
    let lines = journal.visible_rows(usize::from(inner.height)).map(|at| {
        let mut line = match (at.part, journal.burst(at.number)) {
            (LogRowPart::Burst, Some(burst)) => show_burst(log, look, burst, width),
            _ => match log.get(at.number) {
                Some(entry) if is_divider(entry) => show_divider(look, entry, width),
                Some(entry) => show_row(look, entry, width),
                None => Text::default(),
            },
        };
        if at.part == LogRowPart::Entry && journal.is_member(at.number) {
            put_mark(&mut line, "┆", look);
        }
        if cursor == Some(at) {
            let missing = width.saturating_sub(line.width());
            line.push_span(Span::raw(" ".repeat(missing)));
            patch_row(&mut line, look.theme.selected);
        }
        line
    });
    draw_lines(lines, inner, buf);
}

/// Show an entry as a line of plain text, `width` cells wide: notes are not cut.
pub fn show_plain_entry(entry: &Entry, look: &Appearance, width: usize) -> String {
    let width = if matches!(entry.body, EntryBody::Note(_)) { usize::from(u16::MAX) } else { width };
    let text: String = show_row(look, entry, width).spans.iter().map(|span| &*span.content).collect();
    text.trim().to_owned()
}

/// Say what the log tells of, and how much of it is shown.
fn make_title(log: &EventLog, events: u64) -> String {
    let journal = log.view();
    let wanted = journal.filter();
    let mut parts = vec![format!(" events {}", group_digits(events))];
    if let Some(channel) = &wanted.channel {
        parts.push(format!("{} only", cut_foreign(channel.as_str(), 24)));
    }
    let kinds = wanted.kinds().count();
    if kinds < EntryKind::ALL.len() {
        let names: Vec<&str> = wanted.kinds().take(3).map(EntryKind::name).collect();
        parts.push(if kinds <= 3 { names.join("+") } else { format!("{kinds} of {} kinds", EntryKind::ALL.len()) });
    }
    if !wanted.expression.is_empty() {
        parts.push(format!("/{}", cut_foreign(wanted.expression.as_str(), 24)));
    }
    if parts.len() > 1 {
        parts.push(format!("{} of {} lines", group_digits(journal.len() as u64), group_digits(log.len() as u64)));
    }
    parts.join(" · ") + " "
}

/// Say whether it is followed, and what is lost.
fn describe_following(log: &EventLog, look: &Appearance) -> String {
    let journal = log.view();
    let dropped = match log.dropped {
        0 => String::new(),
        n => format!(" {} older dropped ·", group_digits(n)),
    };
    if journal.is_held() {
        let newer = match journal.count_newer() {
            0 => String::new(),
            n => format!(", {} newer", group_digits(n as u64)),
        };
        let key = look.keys.of(Action::Bottom).last().map_or(String::new(), |key| format!(" · {key} follows"));
        return format!("{dropped} held{newer}{key} ");
    }
    format!("{dropped} following ")
}

/// What is told about the conversation itself parts what was before from what comes after; that a look
/// found nothing does not.
fn is_divider(entry: &Entry) -> bool {
    let EntryBody::Note(note) = &entry.body else { return false };
    match note.kind() {
        EntryKind::Gap | EntryKind::Link => true,
        EntryKind::Resync => note.difference().is_some_and(|difference| !difference.is_empty()),
        _ => false,
    }
}

/// Show an entry as a line that parts what was before from what comes after.
fn show_divider<'a>(look: &Appearance, entry: &Entry, width: usize) -> Text<'a> {
    let EntryBody::Note(note) = &entry.body else { return show_row(look, entry, width) };
    let theme = &look.theme;
    let style = if note.is_grave() { theme.warn.patch(theme.strong) } else { theme.accent };
    let time = if width >= 34 { format!("{} ", look.time_of_day(entry.at.seconds())) } else { String::new() };
    let glyph = if note.is_grave() { "▲" } else { "●" };
    let place = entry.channel.as_ref().map(|c| format!("{}: ", cut_foreign(c.as_str(), 20))).unwrap_or_default();
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
fn put_mark(line: &mut Text<'_>, mark: &'static str, look: &Appearance) {
    if let Some(first) = line.spans.first_mut()
        && let Some(rest) = first.content.strip_prefix(' ')
    {
        let rest = Span::styled(rest.to_owned(), first.style);
        *first = Span::styled(mark, look.theme.accent);
        line.spans.insert(1, rest);
    }
}

/// Show a whole burst in one line: how many, and the names of the first few.
fn show_burst<'a>(log: &EventLog, look: &Appearance, burst: &Burst, width: usize) -> Text<'a> {
    let entry = |number: Option<&u64>| number.and_then(|number| log.get(*number));
    let (Some(first), Some(last)) = (entry(burst.members.front()), entry(burst.members.back())) else {
        return Text::default();
    };
    let mut line = begin_row(look, first, width);
    put_mark(&mut line, if burst.unfolded { "▾" } else { "▸" }, look);
    let number = last.occupancy.map(group_digits).unwrap_or_default();
    let times = format!("×{} ", group_digits(burst.members.len() as u64));
    let room = width.saturating_sub(line.width() + times.width() + number.width() + 2);
    let names = burst.members.iter().take(NAMES_READ).filter_map(|number| log.get(*number)?.user.as_ref());
    let mut said = String::new();
    for name in names {
        let between = if said.is_empty() { "" } else { ", " };
        said.push_str(between);
        said.push_str(&sanitize(&excerpt(name.as_str(), 64)));
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

/// Begin a line with time, kind and channel, in columns.
fn begin_row<'a>(look: &Appearance, entry: &Entry, width: usize) -> Text<'a> {
    let theme = &look.theme;
    let (style, glyph, word) = theme.mark_line(&entry.body);
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

/// From this width on the channel has a column: in less room it would be cut down to nothing.
const ROOMY: usize = 70;

/// Show one entry in one line.
pub(super) fn show_row<'a>(look: &Appearance, entry: &Entry, width: usize) -> Text<'a> {
    let theme = &look.theme;
    let mut line = begin_row(look, entry, width);
    if let EntryBody::Note(note) = &entry.body {
        let place = entry.channel.as_ref().map(|c| format!("{}: ", cut_foreign(c.as_str(), 20))).unwrap_or_default();
        let tone = if note.is_grave() { theme.warn } else { theme.quiet };
        let room = width.saturating_sub(line.width());
        line.push_span(Span::styled(cut(&format!("{place}{note}"), room), tone));
        return line;
    }
    if let Some(who) = &entry.user {
        let user = if width >= ROOMY { (width / 4).clamp(12, 34) } else { width / 3 };
        line.push_span(Span::raw(pad_foreign(who.as_str(), user)));
        line.push_span(Span::raw(" "));
    }
    let number = entry.occupancy.map(group_digits).unwrap_or_default();
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
