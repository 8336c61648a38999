//! What happened, newest last.
//!
//! ```text
//! ╭ events · people and trouble · v: 62 states ──────────────── following ╮
//! │ time     what       channel   who                                  here │
//! │ 12:04:28 + join     lobby     ann                                    23 │
//! │▸12:04:29 + join     lobby     ×37  bob, cat and 35 more           23→60 │
//! ╰─────────────────────────────────────────────────────────────────────────╯
//! ```

use std::time::Duration;

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line as Text, Span},
    widgets::Widget,
};

use unicode_width::UnicodeWidthStr;

use super::{
    Appearance,
    format::{cut, cut_foreign},
    frame::draw_frame,
    log_columns::{LogColumns, RowsInView},
    log_row::{LATE, parts_rows, put_mark, show_burst, show_divider, show_entry},
    rows::{below, draw_lines},
    scroll_bar::draw_scroll_bar,
};
use crate::{
    presence::Channel,
    theme::patch_row,
    ui::{Action, EventLevel, EventLog, LogRow, LogRowPart, Pane, Screen},
    wording::group_digits,
    world::{Entry, EntryKind},
};

/// Channels whose names are measured: more would take time in each frame.
const LOOKED_AT: usize = 200;

/// From so many rows on the first one names the columns.
const HEADED: u16 = 5;

pub(super) fn draw_log(screen: &Screen<'_>, look: &Appearance, area: Rect, buf: &mut Buffer) {
    let (log, journal) = (screen.log, screen.log.view());
    let focused = screen.ui.focus.pane == Pane::Log;
    let right = Text::styled(describe_following(screen, look), look.theme.quiet);
    let inner = draw_frame(look, &make_title(log, look), Some(right), focused, area, buf);
    let width = usize::from(inner.width);
    if journal.is_empty() && !log.is_empty() {
        let text = " nothing of what happened is shown: change the filter, the kinds or the channel";
        Text::styled(cut(text, width), look.theme.quiet).render(inner, buf);
        return;
    }
    let is_headed = inner.height >= HEADED;
    let body = below(inner, u16::from(is_headed));
    let rows = choose_rows(log, usize::from(body.height));
    let body = draw_scroll_bar(look, &journal.visible_range(usize::from(body.height)), journal.count_rows(), body, buf);
    let width = usize::from(body.width);
    let columns = LogColumns::fit(width, compare_rows(screen, look, &rows));
    if is_headed {
        draw_lines([columns.show_heading(look)], Rect { width: body.width, ..inner }, buf);
    }
    // While the log is followed there is no row to act on.
    let cursor = journal.cursor().filter(|_| focused && journal.is_held());
    let lines = rows.into_iter().map(|at| {
        let mut line = match (at.part, journal.burst(at.number)) {
            (LogRowPart::Burst, Some(burst)) => show_burst(log, look, burst, &columns),
            _ => log.get(at.number).map_or_else(Text::default, |entry| show_line(screen, look, entry, at, &columns)),
        };
        if cursor == Some(at) {
            let missing = width.saturating_sub(line.width());
            line.push_span(Span::raw(" ".repeat(missing)));
            patch_row(&mut line, look.theme.selected);
        }
        line
    });
    draw_lines(lines, body, buf);
}

/// While the log is followed, rows in which many left or timed out stay at the top for so long after they happened.
const KEPT_IN_SIGHT: Duration = Duration::from_secs(60);

/// The rows to show in this height: those in view, and above them what stays in sight.
fn choose_rows(log: &EventLog, height: usize) -> Vec<LogRow> {
    let journal = log.view();
    let in_view = |height: usize| journal.visible_rows(height).collect::<Vec<_>>();
    let newest = log.last_entries(1).next().filter(|_| !journal.is_held());
    let Some(newest) = newest else { return in_view(height) };
    // By the time of the newest entry rather than the clock: nothing moves as long as nothing happens.
    let is_recent = |row: &LogRow| {
        let last = journal.burst(row.number).and_then(|burst| burst.members.back()).unwrap_or(&row.number);
        log.get(*last).is_some_and(|entry| newest.heard.since(entry.heard) <= KEPT_IN_SIGHT)
    };
    let grave: Vec<LogRow> = journal.grave_rows().filter(is_recent).collect();
    for kept in 0..=(height / 3).min(grave.len()) {
        let rows = in_view(height - kept);
        let top = rows.first().copied();
        let above: Vec<LogRow> = grave.iter().copied().filter(|row| top.is_some_and(|top| *row < top)).collect();
        if above.len() <= kept || kept == height / 3 {
            return above.into_iter().rev().take(kept).rev().chain(rows).collect();
        }
    }
    in_view(height)
}

/// Names of an entry about many among which we look for us and for watched users: most are few.
const NAMES_MARKED: usize = 64;

/// Show an entry, or one of the users that it tells of, in its row; what is about us or a watched user stands out.
fn show_line<'a>(screen: &Screen<'_>, look: &Appearance, entry: &Entry, at: LogRow, columns: &LogColumns) -> Text<'a> {
    if parts_rows(entry) {
        return show_divider(look, entry, columns);
    }
    let journal = screen.log.view();
    let named = match at.part {
        LogRowPart::Name(place) => entry.make_change_entry(place as usize),
        _ => None,
    };
    let entry = named.as_ref().unwrap_or(entry);
    let mut line = show_entry(look, entry, columns);
    let many = entry.changes().into_iter().flat_map(|(_, users)| users).take(NAMES_MARKED);
    let own = &screen.world.session.user;
    let mut mark = if journal.is_member(at) { Some("┆") } else { None };
    if at.part == LogRowPart::Entry && journal.is_opened(at.number) {
        mark = Some("▾");
    } else if entry.count_changes() > 0 {
        mark = Some("▸");
    }
    for user in entry.user.iter().chain(many) {
        let is_own = user == own;
        if is_own || screen.ui.alerts.has_user(user) {
            mark = Some(if is_own { "◆" } else { "★" });
            patch_row(&mut line, look.theme.strong);
            break;
        }
    }
    if let Some(mark) = mark {
        put_mark(&mut line, mark, look);
    }
    line
}

/// Find out what the rows in view have in common. For the day the newest entry counts too, which may be far below.
fn compare_rows(screen: &Screen<'_>, look: &Appearance, rows: &[LogRow]) -> RowsInView {
    let log = screen.log;
    let day = |entry: &Entry| look.month_and_day(entry.heard.seconds());
    let first = rows.first().and_then(|row| log.get(row.number));
    let newest = log.last_entries(1).next();
    let names = screen.world.channels.iter().take(LOOKED_AT).map(|watched| watched.channel.as_str());
    let in_view = rows.iter().filter_map(|row| log.get(row.number)?.channel.as_ref()).map(Channel::as_str);
    RowsInView {
        longest: names.chain(in_view).map(UnicodeWidthStr::width).max(),
        one_channel: log.view().filter().channel.is_some() || screen.world.channels.len() == 1,
        dated: first.zip(newest).is_some_and(|(first, newest)| day(first) != day(newest)),
        late: rows.iter().filter_map(|row| log.get(row.number)).any(|entry| entry.late >= LATE),
    }
}

/// Say what the log tells of, and how much of it is not shown.
fn make_title(log: &EventLog, look: &Appearance) -> String {
    let journal = log.view();
    let wanted = journal.filter();
    let mut parts = vec![" events".to_owned()];
    if let Some(channel) = &wanted.channel {
        parts.push(format!("{} only", cut_foreign(channel.as_str(), 24)));
    }
    match wanted.level() {
        Some(level) => {
            parts.push(level.title().to_owned());
            parts.extend(describe_hidden(log, level, look));
        }
        None => parts.push(describe_kinds(log)),
    }
    if !wanted.expression.is_empty() {
        parts.push(format!("/{}", cut_foreign(wanted.expression.as_str(), 24)));
        parts.push(format!("{} of {} lines", group_digits(journal.len() as u64), group_digits(log.len() as u64)));
    }
    parts.join(" · ") + " "
}

/// Say how many states a level hides, and which key shows them.
fn describe_hidden(log: &EventLog, level: EventLevel, look: &Appearance) -> Option<String> {
    let states = [EntryKind::StateChange, EntryKind::StateCorrection];
    let hidden: usize =
        states.into_iter().filter(|kind| !level.shows_kind(*kind)).map(|kind| log.count_kind(kind)).sum();
    let key = look.keys.of(Action::EventLevel).first().map_or(String::new(), |key| format!("{key}: "));
    let states = if hidden == 1 { "state" } else { "states" };
    (hidden > 0).then(|| format!("{key}{} {states}", group_digits(hidden as u64)))
}

/// Name the kinds that are shown, if they are those of no level.
fn describe_kinds(log: &EventLog) -> String {
    let wanted = log.view().filter();
    let kinds = wanted.kinds().count();
    let names: Vec<&str> = wanted.kinds().take(3).map(EntryKind::name).collect();
    if kinds <= 3 && kinds > 0 { names.join("+") } else { format!("{kinds} of {} kinds", EntryKind::ALL.len()) }
}

/// Say whether it is followed, and what is lost.
fn describe_following(screen: &Screen<'_>, look: &Appearance) -> String {
    let (log, journal) = (screen.log, screen.log.view());
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
    let how = match screen.ui.pause() {
        None => "following",
        Some(paused) if paused.past.is_some() => "past",
        Some(_) => "held",
    };
    format!("{dropped} {how} ")
}
