//! The channels, as tabs where there is no room for a list.
//!
//! ```text
//!  ● lobby 23   ≠ support 4   ◌ match.1 12
//! ‹2 ● lobby 23   ≠ support 4             28›
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
    format::{cut_foreign, show_occupancy},
    marks::{mark_certainty, show_star},
};
use crate::{presence::Moment, ui::Screen, world::ChannelState};

/// No name in a tab is wider: the end of a channel is seen in its list.
const NAME: usize = 20;

/// Show the text of a tab, without its mark, its name in at most so many cells.
fn show_tab(screen: &Screen<'_>, watched: &ChannelState, most: usize) -> String {
    let star = show_star(screen, watched).trim_start();
    format!(" {}{star} {} ", cut_foreign(watched.channel.as_str(), most), show_occupancy(watched))
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
fn show_more_before(hidden: usize) -> String {
    if hidden == 0 { String::new() } else { format!("‹{hidden}") }
}

/// `28›`.
fn show_more_after(hidden: usize) -> String {
    if hidden == 0 { String::new() } else { format!("{hidden}›") }
}

impl Tabs {
    /// Fit as many as there is room for. The selected one is always among them, and whole: they start far enough to the right for it to fit.
    fn fit(screen: &Screen<'_>, width: usize) -> Self {
        let all = screen.world.channels.len();
        let chosen = screen.selected_place().unwrap_or(0);
        // As wide as both signs may become.
        let signs = 2 * show_more_before(all).width();
        let around = screen.selected_channel().map_or(0, |watched| 2 + show_tab(screen, watched, 0).width());
        let name = width.saturating_sub(signs + around).clamp(1, NAME);
        let cells = |place: usize| {
            screen.world.channels.get(place).map_or(0, |watched| 2 + show_tab(screen, watched, name).width())
        };
        let mut used = cells(chosen);
        let mut first = chosen;
        let after = show_more_after(all.saturating_sub(chosen + 1)).width();
        while first > 0 && show_more_before(first - 1).width() + cells(first - 1) + used + after <= width {
            first -= 1;
            used += cells(first);
        }
        let mut begin = show_more_before(first).width();
        let mut seen = Vec::new();
        for place in first..all {
            let end = begin + cells(place);
            if place > chosen && end + show_more_after(all - place - 1).width() > width {
                break;
            }
            seen.push((begin..end, place));
            begin = end;
        }
        let after = all - seen.len() - first;
        Self { before: first, seen, after, name }
    }
}

/// Find the channel in a column of the tabs, by its place.
pub(super) fn find_tab(screen: &Screen<'_>, area: Rect, column: u16) -> Option<usize> {
    let tabs = Tabs::fit(screen, usize::from(area.width));
    tabs.seen.into_iter().find(|(cells, _)| cells.contains(&usize::from(column))).map(|(_, place)| place)
}

pub(super) fn draw_tabs(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let quiet = look.theme.quiet;
    let tabs = Tabs::fit(screen, usize::from(area.width));
    let mut line = Line::from(Span::styled(show_more_before(tabs.before), quiet));
    for (_, place) in tabs.seen {
        let Some(watched) = screen.world.channels.get(place) else { continue };
        let chosen = Some(place) == screen.selected_place();
        let style = if chosen { look.theme.selected } else { quiet };
        let text = show_tab(screen, watched, tabs.name);
        line.extend([Span::raw(" "), mark_certainty(screen, look, now, watched), Span::styled(text, style)]);
    }
    let after = show_more_after(tabs.after);
    let gap = usize::from(area.width).saturating_sub(line.width() + after.width());
    line.extend([Span::raw(" ".repeat(gap)), Span::styled(after, quiet)]);
    line.render(area, buf);
}
