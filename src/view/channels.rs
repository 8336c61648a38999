//! The channels, as a list with occupancy and certainty.
//!
//! ```text
//! ╭ channels 3 ────────────────────────────╮
//! │   channel      last minute  +/-    now │
//! │ ● lobby        ▁▂▃▅▆▇██▇▆▅▅ +3      23 │
//! │ ≠ support ◆    ▅▅▅▅▅▅▅▅▅▅▅▅          4 │
//! ╰────────────────────────────────────────╯
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
    format::{cut, pad, pad_foreign, show_occupancy},
    frame::draw_frame,
    marks::{mark_certainty, show_star},
    rows::{below, draw_lines, find_first_row},
    spark,
    theme::patch_row,
};
use crate::{
    presence::Moment,
    ui::{Pane, Screen},
    wording::{group_digits, show_change},
    world::{ChannelState, OccupancyHistory},
};

/// The widest change, sign included, as [`show_change`] has it.
const CHANGE: usize = 5;

/// Which columns there is room for.
struct Columns {
    name: usize,
    /// Cells for each sample of the last minute, if any.
    minute: usize,
    change: bool,
    number: usize,
}

impl Columns {
    fn fit(width: usize, widest: usize) -> Self {
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

/// Channels looked at to find how wide their list should be: more would take time in each frame, and whoever has
/// more sees a part of them only.
const LOOKED_AT: usize = 200;

/// Measure what part of a screen of so many columns shows the names, the last minute and the numbers whole, in percent:
/// from 20 to 40.
pub(super) fn measure_share(screen: &Screen<'_>, width: u16) -> u16 {
    let some = || screen.world.channels.iter().take(LOOKED_AT);
    let name = some().map(|watched| watched.channel.as_str().width()).max().unwrap_or(0).clamp(10, 32);
    let number = some().map(|watched| group_digits(watched.peak).len()).max().unwrap_or(0).max(3);
    let minute = OccupancyHistory::MINUTE * if width >= 160 { 2 } else { 1 } + 1;
    let borders = 2;
    let whole = borders + 6 + name + number + minute + CHANGE + 1;
    let percent = (whole * 100).div_ceil(usize::from(width.max(1)));
    u16::try_from(percent).unwrap_or(40).clamp(20, 40)
}

/// Find the channels in sight in a list of so many rows: the selected one in the middle, as far as the ends
/// allow.
fn find_window(screen: &Screen<'_>, rows: usize) -> Range<usize> {
    let all = screen.world.channels.len();
    let first = find_first_row(screen.selected_place().unwrap_or(0), rows, all);
    first..(first + rows).min(all)
}

/// Whether there is a line of headings.
const fn has_heading(rows: usize) -> bool {
    rows >= 4
}

/// Find the channel in a row of the list, by its place.
pub(super) fn find_channel(screen: &Screen<'_>, inner: Rect, row: u16) -> Option<usize> {
    let rows = usize::from(inner.height);
    let heading = usize::from(has_heading(rows));
    let row = usize::from(row).checked_sub(heading)?;
    find_window(screen, rows - heading).nth(row)
}

pub(super) fn draw_channels(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let focused = screen.ui.focus.pane == Pane::Channels;
    let title = format!(" channels {} ", group_digits(screen.world.channels.len() as u64));
    let mut inner = draw_frame(look, &title, None, focused, area, buf);
    let heading = has_heading(usize::from(inner.height));
    let seen = find_window(screen, usize::from(inner.height) - usize::from(heading));
    let in_sight = || screen.world.channels.iter().enumerate().skip(seen.start).take(seen.len());
    let widest = in_sight().map(|(_, watched)| show_occupancy(watched).width()).max().unwrap_or(0);
    let columns = Columns::fit(usize::from(inner.width), widest);
    if heading {
        columns.show_heading(look, usize::from(inner.width)).render(Rect { height: 1, ..inner }, buf);
        inner = below(inner, 1);
    }
    let selected = screen.selected_place();
    let lines = in_sight().map(|(place, watched)| {
        let mut line = columns.show_channel(screen, look, now, watched);
        if Some(place) == selected {
            let theme = &look.theme;
            patch_row(&mut line, if focused { theme.selected } else { theme.accent.patch(theme.strong) });
        }
        line
    });
    draw_lines(lines, inner, buf);
}

impl Columns {
    fn show_heading<'a>(&self, look: &Appearance, width: usize) -> Line<'a> {
        let mut text = format!("   {} ", pad("channel", self.name));
        if self.minute > 0 {
            text.push_str(&pad("last minute", self.minute * OccupancyHistory::MINUTE + 1));
        }
        if self.change {
            text.push_str(&pad("  +/-", CHANGE + 1));
        }
        let text = format!("{text} {:>1$}", "now", self.number);
        Line::styled(cut(&text, width), look.theme.quiet)
    }

    fn show_channel<'a>(
        &self,
        screen: &Screen<'_>,
        look: &Appearance,
        now: Moment,
        watched: &ChannelState,
    ) -> Line<'a> {
        let theme = &look.theme;
        let mut line = Line::from(vec![
            Span::raw(" "),
            mark_certainty(screen, look, now, watched),
            Span::raw(" "),
            Span::raw(pad_foreign(watched.channel.as_str(), self.name)),
            Span::styled(show_star(screen, watched), theme.accent),
        ]);
        if self.minute > 0 {
            let minute = watched.history.last_minute(now);
            let samples: Vec<_> =
                minute.into_iter().flat_map(|value| std::iter::repeat_n(value, self.minute)).collect();
            line.push_span(Span::styled(spark::draw_spark(&samples), theme.fill));
            line.push_span(Span::raw(" "));
        }
        if self.change {
            let change = watched.history.change_in_a_minute(now).unwrap_or(0);
            let (style, text) = match change {
                0 => (theme.border, "·".to_owned()),
                1.. => (theme.good, show_change(change)),
                _ => (theme.calm, show_change(change)),
            };
            line.push_span(Span::styled(format!("{text:>CHANGE$} "), style));
        }
        let present = if screen.world.own_presence.place_on(&watched.channel).is_some() { "◆" } else { " " };
        line.push_span(Span::styled(present, theme.good));
        let number = format!("{:>1$} ", show_occupancy(watched), self.number);
        line.push_span(Span::styled(number, theme.strong));
        line
    }
}
