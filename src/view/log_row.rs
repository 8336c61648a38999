//! The rows of the log: an entry, a burst, a name of an interval, a divider.
//!
//! ```text
//! │ 12:04:28 + join     lobby         23 ann                                      │
//! │▸12:04:29 + join     lobby      23→60 ×37  bob, cat and 35 more                │
//! │ 12:04:30 ≡ interval stage         87 +2 -1  eve, fay came, gus left           │
//! │ 12:04:31── ▲ link lost: connection refused ────────────────────────────────── │
//! ```

use std::time::Duration;

use ratatui::text::{Line as Text, Span};
use unicode_width::UnicodeWidthStr;

use super::{
    Appearance,
    format::{age, cut, cut_foreign, cut_middle, pad_middle, state_in_words},
    log_columns::{LogColumns, RowsInView},
};
use crate::{
    presence::{UserId, sanitize},
    ui::{Burst, EventLog},
    wording::{count_more, excerpt, group_digits, shorten_reason},
    world::{Entry, EntryBody, EntryKind, Note},
};

/// Bytes of a state that are read to draw a line: no terminal shows more of it, and it may have 32 KiB.
const STATE_READ: usize = 400;

/// Bytes of a name that are read to draw a line.
const NAME_READ: usize = 64;

/// In fewer cells no more names are begun.
const SIGNED: usize = 9;

/// Names of one row that are looked at to draw it: no terminal shows more of them, and a burst may have thousands.
const NAMES_READ: usize = 40;

/// An event that was heard this much later than it was published is told to be late.
pub(super) const LATE: Duration = Duration::from_millis(500);

/// Show one entry in one line, on its own.
pub(super) fn show_row<'a>(look: &Appearance, entry: &Entry, width: usize) -> Text<'a> {
    show_entry(look, entry, &LogColumns::fit(width, RowsInView::default()))
}

/// Show one entry as a line of plain text, `width` cells wide: notes are not cut.
pub fn show_plain_entry(entry: &Entry, look: &Appearance, width: usize) -> String {
    let width = if matches!(entry.body, EntryBody::Note(_)) { usize::from(u16::MAX) } else { width };
    let text: String = show_row(look, entry, width).spans.iter().map(|span| &*span.content).collect();
    text.trim().to_owned()
}

/// Show one entry in one line.
pub(super) fn show_entry<'a>(look: &Appearance, entry: &Entry, columns: &LogColumns) -> Text<'a> {
    let changes = read_changes(entry);
    let here = show_here(None, entry.occupancy, columns.here);
    let mut line = begin_row(look, entry, None, &here, columns);
    let late = if entry.late >= LATE { show_lateness(entry.late) } else { String::new() };
    let is_plain_note = matches!(entry.body, EntryBody::Note(_)) && changes.is_empty();
    let room = columns.width.saturating_sub(line.width() + if is_plain_note { 0 } else { columns.tail() });
    let said = match &entry.body {
        _ if !changes.is_empty() => list_changes(look, &changes, room),
        EntryBody::Note(note) => {
            let tone = if note.is_grave() { look.theme.warn } else { look.theme.quiet };
            vec![Span::styled(cut(&describe_note(note, columns.word), room), tone)]
        }
        _ => show_who(look, entry, columns, room),
    };
    if is_plain_note {
        line.extend(said);
        return line;
    }
    end_row(look, line, said, &late, columns)
}

/// End a row with what is said, and the lateness in its column.
fn end_row<'a>(
    look: &Appearance,
    mut line: Text<'a>,
    said: Vec<Span<'a>>,
    late: &str,
    columns: &LogColumns,
) -> Text<'a> {
    line.extend(said);
    let missing = columns.width.saturating_sub(line.width() + columns.late);
    line.push_span(Span::raw(" ".repeat(missing)));
    if columns.late > 0 {
        let late = format!("{late:>width$} ", width = columns.late - 1);
        line.push_span(Span::styled(late, look.theme.warn));
    }
    line
}

/// Begin a row with time, kind, channel and occupancy, in columns; `place` stands for the channel if there are several.
fn begin_row<'a>(look: &Appearance, entry: &Entry, place: Option<&str>, here: &str, columns: &LogColumns) -> Text<'a> {
    let theme = &look.theme;
    let (style, glyph, word) = theme.mark_line(&entry.body);
    let mut spans = vec![Span::raw(" "), Span::styled(columns.show_time(look, entry.heard), theme.quiet)];
    let kind = if columns.word { format!("{glyph} {word:<8} ") } else { format!("{glyph} ") };
    spans.push(Span::styled(kind, style));
    // What is about no channel has their room, too.
    let is_about_none = entry.channel.is_none() && place.is_none() && here.is_empty();
    if columns.channel > 0 && !is_about_none {
        let name = place.unwrap_or_else(|| entry.channel.as_ref().map_or("", |channel| channel.as_str()));
        // A long name takes what its number leaves free.
        let most = columns.channel + columns.here.saturating_sub(here.width());
        // Where room is scarce, what is said of it begins right after it.
        let is_note = matches!(entry.body, EntryBody::Note(_)) && here.is_empty() && !columns.word;
        let room = if is_note { most.min(name.width().max(columns.channel)) } else { most };
        spans.push(Span::styled(pad_middle(name, 0, room), theme.quiet));
        spans.push(Span::raw(" "));
    }
    if columns.here > 0 && !is_about_none {
        let room = if columns.channel > 0 { here.width().min(columns.here) } else { columns.here };
        spans.push(Span::styled(format!("{here:>room$} "), theme.quiet));
    }
    Text::from(spans)
}

/// Show who it is about, and the details.
fn show_who<'a>(look: &Appearance, entry: &Entry, columns: &LogColumns, room: usize) -> Vec<Span<'a>> {
    let quiet = look.theme.quiet;
    let details = |room: usize| {
        if let (EntryBody::State, Some(state)) = (&entry.body, entry.state()) {
            return state_in_words(&excerpt(state.as_json(), STATE_READ), room, quiet);
        }
        let said = entry.describe_details();
        // That they are back says the kind.
        let fits = if said.width() > room { said.strip_prefix("back ").unwrap_or(&said) } else { &said };
        vec![Span::styled(cut(fits, room), quiet)]
    };
    let Some(who) = &entry.user else { return details(room) };
    if !columns.details {
        return vec![Span::raw(cut_middle(who.as_str(), 0, room))];
    }
    let cells = columns.who.min(room);
    let mut said = vec![Span::raw(pad_middle(who.as_str(), 0, cells)), Span::raw(" ")];
    said.extend(details(room.saturating_sub(cells + 1)));
    said
}

/// Users who changed in the same way: the sign of it, what it is called, and who.
type Changed<'e> = (&'static str, &'static str, &'e [UserId]);

/// Who came and went by an interval or by the here now after it. What the occupancy was before does not follow: who
/// came and went within the interval is not named.
fn read_changes(entry: &Entry) -> Vec<Changed<'_>> {
    if !matches!(entry.body, EntryBody::Interval { .. } | EntryBody::Note(Note::CaughtUp { .. })) {
        return Vec::new();
    }
    let changes = entry.changes().map(|(kind, users)| match kind {
        EntryKind::Timeout => ("!", "timed out", users),
        EntryKind::Leave => ("-", "left", users),
        EntryKind::Resync => ("≠", "gone", users),
        _ => ("+", "came", users),
    });
    changes.into_iter().filter(|(_, _, users)| !users.is_empty()).collect()
}

/// List who changed: the counts, then as many names as fit, with a verb or, where room is scarce, with their signs.
fn list_changes<'a>(look: &Appearance, changes: &[Changed<'_>], room: usize) -> Vec<Span<'a>> {
    let counts: Vec<String> = changes.iter().rev().map(|(sign, _, users)| format!("{sign}{}", users.len())).collect();
    let counts = cut(&format!("{}  ", counts.join(" ")), room);
    let mut left = room.saturating_sub(counts.width());
    let mut spans = vec![Span::styled(counts, look.theme.strong)];
    for (nth, (_, verb, users)) in changes.iter().enumerate() {
        let separator = if nth == 0 { "" } else { ", " };
        let around = separator.len() + verb.len() + 1;
        // What one of them does not need is for those after it.
        let share = left / (changes.len() - nth);
        let mut names = list_within(users.iter(), users.len(), share.saturating_sub(around));
        if names.ends_with('…') {
            names = list_within(users.iter(), users.len(), left.saturating_sub(around));
        }
        if names.is_empty() || names.ends_with('…') {
            if nth == 0 {
                spans.extend(list_signed(changes, left));
            } else {
                spans.push(Span::raw(cut(if left < SIGNED { ", …" } else { ", " }, left)));
                spans.extend((left >= SIGNED).then(|| list_signed(&changes[nth..], left - 2)).flatten());
            }
            break;
        }
        left -= around + names.width();
        spans.push(Span::raw(format!("{separator}{names}")));
        spans.push(Span::styled(format!(" {verb}"), look.theme.quiet));
    }
    spans
}

/// As many names as fit, each with its sign: `-eve +fay`.
fn list_signed<'a>(changes: &[Changed<'_>], room: usize) -> Option<Span<'a>> {
    let named = changes.iter().flat_map(|(sign, _, users)| users.iter().map(move |user| (sign, user)));
    let names = named.take(NAMES_READ).map(|(sign, user)| format!("{sign}{}", excerpt(user.as_str(), NAME_READ)));
    (room > 0).then(|| Span::raw(cut_foreign(&names.collect::<Vec<_>>().join(" "), room)))
}

/// As many names as fit, and how many more there are: `ann, bob and 35 more`.
fn list_within<'e>(names: impl Iterator<Item = &'e UserId>, count: usize, room: usize) -> String {
    let mut said = String::new();
    for (nth, name) in names.take(NAMES_READ).enumerate() {
        let name = sanitize(&excerpt(name.as_str(), NAME_READ)).into_owned();
        let separator = if nth == 0 { "" } else { ", " };
        let more = count_more(count - nth - 1).map_or(0, |more| more.len() + 1);
        if nth > 0 && said.width() + separator.len() + name.width() + more > room {
            let more = count_more(count - nth).unwrap_or_default();
            return cut(&format!("{said} {more}"), room);
        }
        said.push_str(separator);
        said.push_str(&name);
    }
    match count_more(count.saturating_sub(NAMES_READ)) {
        Some(more) => cut(&format!("{said} {more}"), room),
        None => cut(&said, room),
    }
}

/// Show an occupancy; where it changed by more than one, from which to which, if there is room for that.
fn show_here(before: Option<u64>, after: Option<u64>, room: usize) -> String {
    let Some(after) = after.filter(|_| room > 0) else { return String::new() };
    let change = before.filter(|before| before.abs_diff(after) > 1);
    let change = change.map(|before| format!("{}→{}", group_digits(before), group_digits(after)));
    let now = || Some(group_digits(after));
    let fits = |text: &String| text.width() <= room;
    change.filter(fits).or_else(now).filter(fits).unwrap_or_default()
}

fn show_lateness(late: Duration) -> String {
    let tenths = late.as_millis() / 100;
    if tenths < 100 { format!("{}.{} s", tenths / 10, tenths % 10) } else { age(late) }
}

/// The sentence of a note, which begins after the word of its kind. Of a failure only what it was is told here, since
/// the header and the list say in full what to do about it; the opened entry does too.
fn describe_note(note: &Note, has_word: bool) -> String {
    let whole = note.to_string();
    let said = match note.trouble().and_then(|trouble| whole.strip_suffix(&*trouble.sentence)) {
        Some(before) => format!("{before}{}", shorten_reason(&whole[before.len()..])),
        None => whole,
    };
    let after_kind = said.strip_prefix(note.kind().name()).and_then(|rest| rest.strip_prefix(' '));
    after_kind.filter(|_| has_word).unwrap_or(&said).to_owned()
}

/// Show a whole burst in one line: how many, and the names of the first few.
pub(super) fn show_burst<'a>(log: &EventLog, look: &Appearance, burst: &Burst, columns: &LogColumns) -> Text<'a> {
    let entry = |number: Option<&u64>| number.and_then(|number| log.get(*number));
    let (Some(first), Some(last)) = (entry(burst.members.front()), entry(burst.members.back())) else {
        return Text::default();
    };
    let count = burst.members.len();
    let channels = burst.count_channels();
    let place = (channels > 1).then(|| format!("{channels} channels"));
    let here = burst.occupancy().filter(|_| !matches!(last.body, EntryBody::Note(_)));
    let here = here.map_or(String::new(), |(before, after)| show_here(Some(before), Some(after), columns.here));
    let mut line = begin_row(look, first, place.as_deref(), &here, columns);
    put_mark(&mut line, if burst.unfolded { "▾" } else { "▸" }, look);
    if let EntryBody::Note(Note::Mode(mode)) = &last.body {
        let room = columns.width.saturating_sub(line.width());
        let side = if mode.is_interval() { "above" } else { "below" };
        let took = age(last.heard.since(first.heard));
        let said = format!("around the announce max: {count} changes in {took}, now {side}");
        line.push_span(Span::styled(cut(&said, room), look.theme.quiet));
        return line;
    }
    let times = format!("×{}  ", group_digits(count as u64));
    let room = columns.width.saturating_sub(line.width() + times.width() + columns.tail());
    let names = burst.members.iter().take(NAMES_READ).filter_map(|number| log.get(*number)?.user.as_ref());
    let said = vec![Span::styled(times, look.theme.strong), Span::raw(list_within(names, count, room))];
    end_row(look, line, said, "", columns)
}

/// Whether an entry parts what was before from what comes after: the link was lost, or is live again.
pub(super) fn parts_rows(entry: &Entry) -> bool {
    matches!(&entry.body, EntryBody::Note(Note::Lost { .. } | Note::Live { .. }))
}

/// Show an entry as a line that parts what was before from what comes after.
pub(super) fn show_divider<'a>(look: &Appearance, entry: &Entry, columns: &LogColumns) -> Text<'a> {
    let EntryBody::Note(note) = &entry.body else { return Text::default() };
    let theme = &look.theme;
    let (style, glyph) = if note.is_grave() { (theme.warn.patch(theme.strong), "▲") } else { (theme.accent, "●") };
    let time = columns.show_time(look, entry.heard);
    let room = columns.width.saturating_sub(time.len() + 8);
    let said = cut(&describe_note(note, false), room);
    let rest = "─".repeat(room.saturating_sub(said.width()) + 1);
    Text::from(vec![
        Span::styled(format!(" {time}"), theme.quiet),
        Span::styled("── ", theme.border),
        Span::styled(format!("{glyph} {said} "), style),
        Span::styled(rest, theme.border),
    ])
}

/// Put a mark into the blank that each line begins with.
pub(super) fn put_mark(line: &mut Text<'_>, mark: &'static str, look: &Appearance) {
    if let Some(first) = line.spans.first_mut()
        && let Some(rest) = first.content.strip_prefix(' ')
    {
        let rest = Span::styled(rest.to_owned(), first.style);
        *first = Span::styled(mark, look.theme.accent);
        line.spans.insert(1, rest);
    }
}

#[cfg(test)]
mod tests;
