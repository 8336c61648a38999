//! The channels: as a list with occupancy and certainty, or as tabs where there is less room.
//!
//! ```text
//! ╭ channels 3 ──────────────────────────╮
//! │   channel      last minute  +/-    now │
//! │ ● lobby        ▁▂▃▅▆▇██▇▆▅▅ +3     23 │      ● lobby 23   ≠ support 4   ◌ match.1 12
//! │ ≠ support ◆    ▅▅▅▅▅▅▅▅▅▅▅▅         4 │     ‹2 ● lobby 23   ≠ support 4             28›
//! ╰──────────────────────────────────────╯
//! ```

use std::ops::Range;

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::Widget,
};
use unicode_width::UnicodeWidthStr;

use super::{
    Appearance,
    format::{count, cut, occupancy, pad, signed},
    frame::frame,
    spark,
    theme::over,
};
use crate::{
    presence::Moment,
    ui::{Pane, Screen},
    world::{ChannelState, OccupancyHistory},
};

/// The widest change, sign included.
const CHANGE: usize = 5;

fn mark<'a>(screen: &Screen<'_>, look: &Appearance, now: Moment, watched: &ChannelState) -> Span<'a> {
    let (style, glyph) = look.theme.certainty(&screen.world.certainty(watched, now));
    Span::styled(glyph, style)
}

/// Whether it is on the watch list.
fn star(screen: &Screen<'_>, watched: &ChannelState) -> &'static str {
    if screen.ui.alerts.has_channel(&watched.channel) { "★" } else { " " }
}

/// Which columns there is room for.
struct Columns {
    name: usize,
    /// Cells for each sample of the last minute, if any.
    minute: usize,
    change: bool,
    number: usize,
}

impl Columns {
    fn of(width: usize, widest: usize) -> Self {
        let number = widest.max(3);
        // Blank, mark, blank, name, blank, our own mark, number, blank.
        let room = width.saturating_sub(number + 6);
        let with = |cells: usize| room.checked_sub(cells).filter(|name| *name >= 10);
        let pictured = |cells: usize| with(cells * OccupancyHistory::MINUTE + 1 + CHANGE + 1);
        let (name, minute, change) = match (pictured(1), with(CHANGE + 1)) {
            (Some(_), _) if pictured(2).is_some_and(|name| name >= 20) => (pictured(2).unwrap_or(room), 2, true),
            (Some(name), _) => (name, 1, true),
            (None, Some(name)) => (name, 0, true),
            (None, None) => (room, 0, false),
        };
        Self { name, minute, change, number }
    }
}

/// Channels looked at to find how wide their list should be.
const LOOKED_AT: usize = 200;

/// What part of a screen of so many columns shows the names, the last minute and the numbers whole, in percent:
/// from 20 to 40.
pub(super) fn share(screen: &Screen<'_>, width: u16) -> u16 {
    let some = || screen.world.channels.iter().take(LOOKED_AT);
    let name = some().map(|watched| watched.channel.as_str().width()).max().unwrap_or(0).clamp(10, 32);
    let number = some().map(|watched| count(watched.peak).len()).max().unwrap_or(0).max(3);
    let minute = OccupancyHistory::MINUTE * if width >= 160 { 2 } else { 1 } + 1;
    let borders = 2;
    let whole = borders + 6 + name + number + minute + CHANGE + 1;
    let percent = (whole * 100).div_ceil(usize::from(width.max(1)));
    u16::try_from(percent).unwrap_or(40).clamp(20, 40)
}

/// The channels in sight in a list of so many rows: the selected one in the middle, as far as the ends
/// allow.
fn window(screen: &Screen<'_>, rows: usize) -> Range<usize> {
    let all = screen.world.channels.len();
    let first = screen.selected_place().unwrap_or(0).saturating_sub(rows / 2).min(all.saturating_sub(rows));
    first..(first + rows).min(all)
}

/// Whether there is a line of headings.
const fn headed(rows: usize) -> bool {
    rows >= 4
}

/// The channel in a row of the list, by its place.
pub(super) fn in_row(screen: &Screen<'_>, inner: Rect, row: u16) -> Option<usize> {
    let rows = usize::from(inner.height);
    let heading = usize::from(headed(rows));
    let row = usize::from(row).checked_sub(heading)?;
    window(screen, rows - heading).nth(row)
}

pub(super) fn draw(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let theme = &look.theme;
    let focused = screen.ui.focus.pane == Pane::Channels;
    let title = format!(" channels {} ", count(screen.world.channels.len() as u64));
    let mut inner = frame(look, &title, None, focused, area, buf);
    let heading = headed(usize::from(inner.height));
    let seen = window(screen, usize::from(inner.height) - usize::from(heading));
    let in_sight = || screen.world.channels.iter().enumerate().skip(seen.start).take(seen.len());
    let widest = in_sight().map(|(_, watched)| occupancy(watched).width()).max().unwrap_or(0);
    let columns = Columns::of(usize::from(inner.width), widest);
    if heading {
        let mut text = format!("   {} ", pad("channel", columns.name));
        if columns.minute > 0 {
            text.push_str(&pad("last minute", columns.minute * OccupancyHistory::MINUTE + 1));
        }
        if columns.change {
            text.push_str(&pad("  +/-", CHANGE + 1));
        }
        let text = format!("{text} {:>1$}", "now", columns.number);
        Line::styled(cut(&text, usize::from(inner.width)), theme.quiet).render(Rect { height: 1, ..inner }, buf);
        inner = Rect { y: inner.y + 1, height: inner.height - 1, ..inner };
    }
    for (y, (place, watched)) in (inner.y..).zip(in_sight()) {
        let present = if screen.world.own_presence.place_on(&watched.channel).is_some() { "◆" } else { " " };
        let mut line = Line::from(vec![
            Span::raw(" "),
            mark(screen, look, now, watched),
            Span::raw(" "),
            Span::raw(pad(watched.channel.as_str(), columns.name)),
            Span::styled(star(screen, watched), look.theme.accent),
        ]);
        if columns.minute > 0 {
            let minute = watched.history.last_minute(now);
            let samples: Vec<_> =
                minute.into_iter().flat_map(|value| std::iter::repeat_n(value, columns.minute)).collect();
            line.push_span(Span::styled(spark::line(&samples), theme.fill));
            line.push_span(Span::raw(" "));
        }
        if columns.change {
            let change = watched.history.change_in_a_minute(now).unwrap_or(0);
            let (style, text) = match change {
                0 => (theme.border, "·".to_owned()),
                1.. => (theme.good, signed(change)),
                _ => (theme.calm, signed(change)),
            };
            line.push_span(Span::styled(format!("{text:>CHANGE$} "), style));
        }
        line.push_span(Span::styled(present, theme.good));
        let number = format!("{:>1$} ", occupancy(watched), columns.number);
        line.push_span(Span::styled(number, theme.strong));
        if Some(place) == screen.selected_place() {
            over(&mut line, if focused { theme.selected } else { theme.accent.patch(theme.strong) });
        }
        line.render(Rect { y, height: 1, ..inner }, buf);
    }
}

/// No name in a tab is wider.
const NAME: usize = 20;

/// The text of a tab, without its mark, its name in at most so many cells.
fn tab(screen: &Screen<'_>, watched: &ChannelState, most: usize) -> String {
    let star = star(screen, watched).trim_start();
    format!(" {}{star} {} ", cut(watched.channel.as_str(), most), occupancy(watched))
}

/// The tabs in sight, and how many there are on either side of them.
struct Tabs {
    before: usize,
    /// Where each begins and ends, and which channel it is.
    seen: Vec<(Range<usize>, usize)>,
    after: usize,
    /// The most cells of a name.
    name: usize,
}

/// `‹2`.
fn more_before(hidden: usize) -> String {
    if hidden == 0 { String::new() } else { format!("‹{hidden}") }
}

/// `28›`.
fn more_after(hidden: usize) -> String {
    if hidden == 0 { String::new() } else { format!("{hidden}›") }
}

impl Tabs {
    /// The selected one is always among them, and whole: they start far enough to the right for it to fit.
    fn of(screen: &Screen<'_>, width: usize) -> Self {
        let all = screen.world.channels.len();
        let chosen = screen.selected_place().unwrap_or(0);
        // As wide as both signs may become.
        let signs = 2 * more_before(all).width();
        let around = screen.selected_channel().map_or(0, |watched| 2 + tab(screen, watched, 0).width());
        let name = width.saturating_sub(signs + around).clamp(1, NAME);
        let cells =
            |place: usize| screen.world.channels.get(place).map_or(0, |watched| 2 + tab(screen, watched, name).width());
        let mut used = cells(chosen);
        let mut first = chosen;
        let after = more_after(all.saturating_sub(chosen + 1)).width();
        while first > 0 && more_before(first - 1).width() + cells(first - 1) + used + after <= width {
            first -= 1;
            used += cells(first);
        }
        let mut begin = more_before(first).width();
        let mut seen = Vec::new();
        for place in first..all {
            let end = begin + cells(place);
            if place > chosen && end + more_after(all - place - 1).width() > width {
                break;
            }
            seen.push((begin..end, place));
            begin = end;
        }
        let after = all - seen.len() - first;
        Self { before: first, seen, after, name }
    }
}

/// The channel in a column of the tabs, by its place.
pub(super) fn in_column(screen: &Screen<'_>, area: Rect, column: u16) -> Option<usize> {
    let tabs = Tabs::of(screen, usize::from(area.width));
    tabs.seen.into_iter().find(|(cells, _)| cells.contains(&usize::from(column))).map(|(_, place)| place)
}

pub(super) fn draw_tabs(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let quiet = look.theme.quiet;
    let tabs = Tabs::of(screen, usize::from(area.width));
    let mut line = Line::from(Span::styled(more_before(tabs.before), quiet));
    for (_, place) in tabs.seen {
        let Some(watched) = screen.world.channels.get(place) else { continue };
        let chosen = Some(place) == screen.selected_place();
        let style = if chosen { look.theme.selected } else { quiet };
        let text = tab(screen, watched, tabs.name);
        line.extend([Span::raw(" "), mark(screen, look, now, watched), Span::styled(text, style)]);
    }
    let after = more_after(tabs.after);
    let gap = usize::from(area.width).saturating_sub(line.width() + after.width());
    line.extend([Span::raw(" ".repeat(gap)), Span::styled(after, quiet)]);
    line.render(area, buf);
}
