//! Occupancy as told, against the highest told so far and, where it is known, the announce max; and how
//! it went.
//!
//! ```text
//! ╭ lobby · occupancy · in intervals ─────────────────────── 2 min ╮
//! │ 23 here             ╌╌╌╌╌╌╌╌╌╌╌▁▂▄▅▇█▇▆▅╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 31 │
//! │ +3 in a minute             ▂▄▅▇█████████▆▅▄▃▂                  │
//! │ ███████████░░░░░ …    ▂▄▆██████████████████████▇▆▅▄▃▂▁       0 │
//! ╰────────────────────────────────────────────────────────────────╯
//!  23 here ███████░░░ peak 31 · announce max 20         ▁▂▄▅▇█▇▆▅▄▃
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Widget,
};
use unicode_width::UnicodeWidthStr;

use super::{
    Appearance,
    format::{age, cut, cut_foreign, show_occupancy},
    frame::draw_frame,
    rows::draw_lines,
    spark,
};
use crate::{
    presence::Moment,
    wording::{group_digits, show_change, show_roughly},
    world::{ChannelState, Mode, World},
};

/// Cells of the words beside the chart: `no change since 12:04`.
const WORDS: u16 = 24;

pub(super) fn draw_gauge(
    world: &World,
    selected: Option<&ChannelState>,
    look: &Appearance,
    now: Moment,
    area: Rect,
    buf: &mut Buffer,
) {
    let Some(watched) = selected else {
        if area.height >= 3 {
            draw_frame(look, " occupancy ", None, false, area, buf);
        }
        return;
    };
    let mode = match watched.mode {
        Mode::Announce => "",
        Mode::Interval { .. } => " · in intervals",
    };
    if area.height < 3 {
        draw_row(world, look, now, watched, mode, area, buf);
        return;
    }
    let title = format!(" {} · occupancy{mode} ", cut_foreign(watched.channel.as_str(), 40));
    let tall = area.height >= 7;
    let columns = usize::from(area.width.saturating_sub(WORDS + 10));
    let (values, step) = watched.history.chart(columns, now);
    let span = step * u32::try_from(values.len()).unwrap_or(0);
    let right = tall.then(|| Line::styled(format!(" the last {} ", age(span)), look.theme.quiet));
    let inner = draw_frame(look, &title, right, false, area, buf);
    if tall && inner.width > 2 * WORDS {
        draw_words(world, look, now, watched, Rect { width: WORDS, ..inner }, buf);
        let chart = Rect { x: inner.x + WORDS, width: inner.width - WORDS, ..inner };
        draw_chart(world, look, &values, chart, buf);
    } else {
        draw_row(world, look, now, watched, "", inner, buf);
    }
}

/// Draw all of it in one row.
fn draw_row(
    world: &World,
    look: &Appearance,
    now: Moment,
    watched: &ChannelState,
    mode: &str,
    area: Rect,
    buf: &mut Buffer,
) {
    let theme = &look.theme;
    let (here, peak) = (watched.occupancy(), watched.peak);
    let max = world.session.announce_max.map_or_else(String::new, |max| format!(" · announce max {max}"));
    let number = format!(" {} here ", show_occupancy(watched));
    let rest = format!(" peak {}{max}{mode}", group_digits(peak));
    let room = usize::from(area.width).saturating_sub(number.width() + rest.width() + 1);
    let bar = (room / 3).min(16);
    let full = fill_cells(here, peak, bar);
    let (values, _) = watched.history.chart(room.saturating_sub(bar + 3), now);
    let blanks = room.saturating_sub(bar + values.len());
    Line::from(vec![
        Span::styled(number, theme.strong),
        Span::styled("█".repeat(full), theme.accent),
        Span::styled("░".repeat(bar - full), theme.border),
        Span::styled(rest, theme.quiet),
        Span::raw(" ".repeat(blanks)),
        Span::styled(spark::draw_spark(&values), theme.fill),
    ])
    .render(area, buf);
}

/// Draw the numbers beside the chart.
fn draw_words(world: &World, look: &Appearance, now: Moment, watched: &ChannelState, area: Rect, buf: &mut Buffer) {
    let theme = &look.theme;
    let (here, peak) = (watched.occupancy(), watched.peak);
    let bar = usize::from(WORDS) - 6;
    let full = fill_cells(here, peak, bar);
    let since = match watched.history.younger_than_a_minute(now) {
        Some(first) => format!("since {}", look.hour_and_minute(first.seconds())),
        None => "in a minute".to_owned(),
    };
    let change = match watched.history.change_in_a_minute(now) {
        None => String::new(),
        Some(0) => format!("no change {since}"),
        Some(change) => format!("{} {since}", show_change(change)),
    };
    let change = match find_loss(world) {
        Some(since) => format!("as of {}", look.time_of_day(since.seconds())),
        None => change,
    };
    let max = world.session.announce_max.map_or_else(String::new, |max| format!("announce max {max}"));
    let number = |text: String, style: Style| Line::styled(cut(&format!(" {text}"), usize::from(WORDS) - 1), style);
    let lines = [
        number(format!("{} here", show_occupancy(watched)), theme.strong.patch(theme.accent)),
        number(change, theme.quiet),
        Line::from(vec![
            Span::raw(" "),
            Span::styled("█".repeat(full), theme.accent),
            Span::styled("░".repeat(bar - full), theme.border),
        ]),
        number(format!("peak {}", group_digits(peak)), Style::new()),
        number(max, theme.quiet),
    ];
    draw_lines(lines, area, buf);
}

/// Find since when the link is lost, if it was there: what is shown was true then.
pub(super) fn find_loss(world: &World) -> Option<Moment> {
    let link = &world.link;
    (link.was_live && !link.is_live()).then_some(link.since)
}

/// Draw the chart, and at its right the scale: from nobody to the peak, and where the announce max is.
fn draw_chart(world: &World, look: &Appearance, values: &[Option<u64>], area: Rect, buf: &mut Buffer) {
    let theme = &look.theme;
    let rows = usize::from(area.height);
    let max = world.session.announce_max.filter(|max| *max > 0);
    let highest = values.iter().flatten().copied().max().unwrap_or(0);
    // The announce max is on the chart when the crowd comes near it.
    let top = max.filter(|max| *max <= highest * 2).map_or(highest, |max| max.max(highest)).max(1);
    let limit = max.and_then(|max| spark::find_row(max, rows, top));
    let columns = usize::from(area.width).saturating_sub(8);
    let blanks = columns.saturating_sub(values.len());
    let lines = spark::draw_chart(values, rows, top);
    for (place, line) in lines.iter().enumerate() {
        let (label, limited) = match place {
            _ if limit == Some(place) => (max.map(show_roughly).unwrap_or_default(), true),
            0 => (show_roughly(top), false),
            _ if place + 1 == rows => ("0".to_owned(), false),
            _ => (String::new(), false),
        };
        // What the crowd leaves free in the row of the announce max is its line; the upper edge of the
        // crowd is bright, its body is not.
        let free = if limited { '╌' } else { ' ' };
        let mut spans = vec![Span::styled(free.to_string().repeat(blanks), theme.border)];
        let cells = line.iter().copied().enumerate().map(|(column, cell)| match cell {
            ' ' => (theme.border, free),
            _ if lines.get(place.wrapping_sub(1)).is_some_and(|above| !above[column].is_whitespace()) => {
                (theme.fill, cell)
            }
            _ => (theme.accent, cell),
        });
        for (style, cell) in cells {
            match spans.last_mut().filter(|last| last.style == style) {
                Some(last) => last.content.to_mut().push(cell),
                None => spans.push(Span::styled(cell.to_string(), style)),
            }
        }
        let style = if limited && highest > max.unwrap_or(highest) { theme.warn } else { theme.quiet };
        spans.push(Span::styled(format!(" {:>6}", cut(&label, 6)), style));
        let y = area.y + u16::try_from(place).unwrap_or(0);
        Line::from(spans).render(Rect { y, height: 1, ..area }, buf);
    }
}

/// Find how many of `cells` show `now` out of `peak`: none for nobody, at least one for somebody, never
/// more than there are.
fn fill_cells(now: u64, peak: u64, cells: usize) -> usize {
    if now == 0 || peak == 0 {
        return 0;
    }
    let share = u128::from(now) * cells as u128 / u128::from(peak);
    usize::try_from(share).unwrap_or(cells).clamp(usize::from(cells > 0), cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_is_never_undefined() {
        assert_eq!(fill_cells(0, 0, 10), 0);
        assert_eq!(fill_cells(1, 1_000_000, 10), 1);
        assert_eq!(fill_cells(5, 10, 10), 5);
        assert_eq!(fill_cells(u64::MAX, 1, 10), 10);
        assert_eq!(fill_cells(1, 1, 0), 0);
    }
}
