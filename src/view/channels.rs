//! The channels as a table, in an order of their own, with patterns and groups and the sum of all.
//!
//! ```text
//! ─[1] 4 channels · worst first ────────────────── 1-3 of 4 ─
//!    channel            here   10 min  last 10 min    +   -   !
//! ▸▲ lobby                57      -20  ▇▇▇▇▇▇▇▇▇▇▇▅   6   5  20
//!  ▾ match.*  2 channels  23       -1  ▇▇▇▇▇▇▇▇▇▇▇▇   1   2   0
//!  ●   match.eu.1         14        0  ▇▇▇▇▇▇▇▇▇▇▇▇   0   0   0
//!    all 4               162      -21  ▇▇▇▇▇▇▇▇▇▇▇▆  10  10  20
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
    channel_columns::{ChannelCells, ChannelColumns},
    format::{count_things, cut_foreign, cut_middle, measure_common_head, pad, pad_middle, show_occupancy},
    frame::draw_frame,
    marks::{mark_certainty, show_star},
    rows::{below, draw_lines, find_first_row},
    scroll_bar::draw_scroll_bar,
};
use crate::{
    chart::is_spark,
    presence::Moment,
    theme::patch_row,
    ui::{Action, ChannelListRow, Heading, Pane, Screen},
    wording::group_digits,
    world::{Certainty, ChannelState, Moves, OccupancyHistory, SourceSum, TimeSpan, Trend, list_span_values},
};

/// Rows looked at to find how wide the table should be: more would take time in each frame, and only a part of them
/// is in sight.
const LOOKED_AT: usize = 200;

/// The rows in sight.
pub(super) struct ChannelWindow {
    /// By their place among all rows; the selected one may be apart from the others.
    pub rows: Vec<usize>,
    pub all: usize,
    pub heading: bool,
    pub sum: bool,
}

impl ChannelWindow {
    /// Find the rows in sight in a table of so many rows. Where the channels are in focus and a person selected one, it
    /// is in the middle, as far as the ends allow; otherwise, or where the sum is selected, which is always in sight,
    /// those at the top are, and below them the selected one.
    pub fn find(screen: &Screen<'_>, height: usize) -> Self {
        let all = screen.channel_rows().len();
        let heading = height >= 4;
        let sum = screen.has_sum_row() && height >= 4;
        let rows = height.saturating_sub(usize::from(heading) + usize::from(sum));
        let selected = screen.selected_row().filter(|row| *row < all);
        let first = match selected {
            Some(row) if screen.ui.focus.pane == Pane::Channels && !screen.went_by_itself() => {
                find_first_row(row, rows, all)
            }
            // The sum has a row of its own below them.
            _ => 0,
        };
        let mut rows: Vec<usize> = (first..(first + rows).min(all)).collect();
        if let (Some(row), Some(last)) = (selected, rows.last_mut())
            && row > *last
        {
            *last = row;
        }
        Self { rows, all, heading, sum }
    }

    /// Find the row at a line of the table, the sum behind all others.
    pub fn find_row(&self, line: usize) -> Option<usize> {
        let line = line.checked_sub(usize::from(self.heading))?;
        self.rows.get(line).copied().or_else(|| (self.sum && line == self.sum_line()).then_some(self.all))
    }

    /// The line of the sum, behind all others or what is said in their place.
    fn sum_line(&self) -> usize {
        self.rows.len().max(1)
    }
}

/// Measure the names and the numbers of some channels, and from them the columns that show everything.
pub(super) fn measure_width(screen: &Screen<'_>) -> usize {
    let (name, here) = measure_cells(screen, 0..LOOKED_AT);
    ChannelColumns::measure(name, here)
}

/// The width of the widest name and of the widest number of these rows.
fn measure_cells(screen: &Screen<'_>, rows: impl Iterator<Item = usize>) -> (usize, usize) {
    let all = screen.channel_rows();
    let (mut name, mut here) = (show_all(screen).width(), 0);
    for row in rows.map_while(|row| all.get(row)) {
        match row {
            ChannelListRow::Channel { place, under } => {
                if let Some(watched) = screen.world.channels.get(*place) {
                    name = name.max(watched.channel.as_str().width() + 2 * usize::from(*under));
                    here = here.max(show_occupancy(watched).width());
                }
            }
            ChannelListRow::Heading(at) => {
                let text =
                    screen.ui.channels.heading(*at).map_or(String::new(), |heading| describe_heading(&heading.sum));
                name = name.max(text.width());
            }
            ChannelListRow::Nobody => {}
        }
    }
    (name, here.max(group_digits(screen.world.channels.total().occupancy().unwrap_or(0)).width()))
}

/// `12 channels · worst first`, or how many of them match.
fn make_title(screen: &Screen<'_>) -> String {
    let list = &screen.ui.channels;
    let all = group_digits(screen.world.channels.len() as u64);
    if !list.filter().is_empty() {
        let found = group_digits(list.count_found() as u64);
        let verb = if list.count_found() == 1 { "matches" } else { "match" };
        return format!(" channels {found} of {all} {verb} {} ", cut_foreign(list.filter().as_str(), 24));
    }
    let (sort, reversed) = list.sort();
    let word = if screen.world.channels.len() == 1 { "channel" } else { "channels" };
    format!(" {all} {word} · {} ", sort.describe(reversed))
}

pub(super) fn draw_channels(
    screen: &Screen<'_>,
    look: &Appearance,
    now: Moment,
    bare: bool,
    area: Rect,
    buf: &mut Buffer,
) {
    let focused = screen.ui.focus.pane == Pane::Channels;
    let height = |area: Rect| usize::from(area.height);
    let inner = if bare { area } else { super::layout::inside(area).unwrap_or(area) };
    let window = ChannelWindow::find(screen, height(inner));
    let seen = window.rows.first().map_or(0..0, |first| *first..first + window.rows.len());
    if !bare {
        let range = (seen.len() < window.all).then(|| {
            let text = format!(" {}-{} of {} ", seen.start + 1, seen.end, group_digits(window.all as u64));
            Line::styled(text, look.theme.quiet)
        });
        draw_frame(look, &make_title(screen), range, focused, area, buf);
    }
    let mut body = below(inner, u16::from(window.heading));
    if window.sum {
        body.height = body.height.saturating_sub(1);
    }
    let body = draw_scroll_bar(look, &seen, window.all, body, buf);
    let width = usize::from(if body.width < inner.width { body.width } else { inner.width });
    let (name, here) = measure_cells(screen, window.rows.iter().copied());
    let table = ChannelTable {
        screen,
        look,
        now,
        span: screen.span(now),
        columns: ChannelColumns::fit(width, name, here),
        common: measure_common(screen, &window.rows, ChannelColumns::fit(width, name, here).name),
        selected: screen.selected_row(),
        focused,
    };
    if window.heading {
        table.columns.show_heading(look, table.span, width).render(Rect { height: 1, ..inner }, buf);
    }
    let rows = screen.channel_rows();
    let lines = window.rows.iter().filter_map(|row| Some(table.show_row(*row, *rows.get(*row)?, width)));
    draw_lines(lines, body, buf);
    if rows.is_empty() {
        let text = if screen.world.channels.is_empty() {
            "   no channel in view yet".to_owned()
        } else {
            format!("   no channel matches; {} finds people as well", look.keys.names(Action::Palette))
        };
        Line::styled(text, look.theme.quiet).render(body, buf);
    }
    if window.sum {
        let y = body.y + u16::try_from(window.sum_line()).unwrap_or(0).min(body.height);
        table.show_sum(window.all, width).render(Rect { y, height: 1, ..inner }, buf);
    }
}

/// How much the names in sight have in common at their beginnings.
fn measure_common(screen: &Screen<'_>, rows: &[usize], width: usize) -> usize {
    let all = screen.channel_rows();
    let names = rows.iter().filter_map(|row| match all.get(*row)? {
        ChannelListRow::Channel { place, .. } => Some(screen.world.channels.get(*place)?.channel.as_str()),
        ChannelListRow::Heading(_) | ChannelListRow::Nobody => None,
    });
    measure_common_head(names, width)
}

/// `match.*  3 channels · skew 1.8`.
fn describe_heading(heading: &SourceSum) -> String {
    let name = cut_middle(&heading.subscription.to_string(), 0, 24);
    let word = if heading.channels == 1 { "channel" } else { "channels" };
    let mut text = format!("{name}  {} {word}", group_digits(heading.channels as u64));
    if let Some(users) = heading.users.filter(|users| *users < heading.here) {
        text = format!("{text} · {}", count_things(users, "user", "users"));
    }
    if let Some(skew) = heading.skew.filter(|skew| *skew >= 15) {
        text = format!("{text} · fullest ×{}.{}", skew / 10, skew % 10);
    }
    text
}

/// `all 12`.
fn show_all(screen: &Screen<'_>) -> String {
    format!("all {}", group_digits(screen.world.channels.len() as u64))
}

/// The same with the number of different users, where it is known, another one, and there is room for it.
fn show_sum_name(screen: &Screen<'_>, width: usize) -> String {
    let channels = &screen.world.channels;
    let users =
        screen.ui.channels.users().filter(|users| channels.total().occupancy().is_some_and(|here| *users < here));
    let all = show_all(screen);
    let whole = users.map(|users| format!("{all} · {}", count_things(users, "user", "users")));
    whole.filter(|whole| whole.width() <= width).unwrap_or(all)
}

/// What the rows are made with.
struct ChannelTable<'s, 'a> {
    screen: &'s Screen<'a>,
    look: &'s Appearance,
    now: Moment,
    span: TimeSpan,
    columns: ChannelColumns,
    /// How much the names in sight have in common.
    common: usize,
    selected: Option<usize>,
    focused: bool,
}

impl ChannelTable<'_, '_> {
    fn show_row<'l>(&self, place: usize, row: ChannelListRow, width: usize) -> Line<'l> {
        let cells = match row {
            ChannelListRow::Channel { place, under } => {
                self.screen.world.channels.get(place).map(|watched| self.list_cells(watched, under))
            }
            ChannelListRow::Heading(at) => self.screen.ui.channels.heading(at).map(|heading| self.sum_cells(heading)),
            ChannelListRow::Nobody => None,
        };
        match cells {
            Some(cells) => self.finish_row(place, cells, width),
            None => Line::styled("     nobody yet", self.look.theme.quiet),
        }
    }

    /// Mark the selected row over its whole width.
    fn finish_row<'l>(&self, place: usize, mut cells: ChannelCells<'l>, width: usize) -> Line<'l> {
        let theme = &self.look.theme;
        cells.selected = self.selected == Some(place);
        let selected = cells.selected;
        let mut line = self.columns.show_row(self.look, cells);
        if selected {
            line.push_span(Span::raw(" ".repeat(width.saturating_sub(line.width()))));
            patch_row(&mut line, if self.focused { theme.selected } else { theme.strong });
            // As many as before is not the brightest thing on the screen.
            for span in line.spans.iter_mut().filter(|span| theme.selected.bg.is_some() && is_spark(&span.content)) {
                span.style.fg = theme.fill.fg;
            }
        }
        line
    }

    fn list_cells<'l>(&self, watched: &ChannelState, under: bool) -> ChannelCells<'l> {
        let (screen, theme) = (self.screen, &self.look.theme);
        let cells = self.tell_span(&watched.history, &watched.moves);
        let sure = matches!(screen.world.certainty(watched, self.now), Certainty::Exact | Certainty::CatchingUp);
        let mark = if cells.trend.beyond && sure {
            Span::styled("▲", theme.warn)
        } else {
            mark_certainty(screen, self.look, self.now, watched)
        };
        let indent = if under { 2.min(self.columns.name) } else { 0 };
        let name = pad_middle(watched.channel.as_str(), self.common, self.columns.name - indent);
        let present = if screen.world.own_presence.place_on(&watched.channel).is_some() { "◆" } else { " " };
        let never = watched.peak == 0 && watched.known_occupancy().is_some();
        ChannelCells {
            mark,
            name: Span::raw(format!("{}{name}", " ".repeat(indent))),
            flags: [Span::styled(show_star(screen, watched), theme.accent), Span::styled(present, theme.good)],
            here: show_occupancy(watched),
            remark: if never { "nobody yet" } else { "" },
            ..cells
        }
    }

    /// What is told of the span: the change, the line and the moves.
    fn tell_span<'l>(&self, history: &OccupancyHistory, moves: &Moves) -> ChannelCells<'l> {
        ChannelCells {
            trend: Trend::of(history, self.span, self.now),
            values: list_span_values(history, self.span, self.columns.count_samples(), self.now),
            moves: moves.within(self.span, self.now),
            ..ChannelCells::default()
        }
    }

    fn sum_cells<'l>(&self, heading: &Heading) -> ChannelCells<'l> {
        let theme = &self.look.theme;
        let Heading { sum, folded } = heading;
        ChannelCells {
            selected: false,
            mark: Span::styled(if *folded { "▸" } else { "▾" }, theme.accent),
            name: Span::styled(pad(&describe_heading(sum), self.columns.name), theme.strong),
            flags: [Span::raw(" "), Span::raw(" ")],
            here: group_digits(sum.here),
            trend: Trend { change: sum.change, fall: 0, beyond: sum.fell },
            values: sum.values.iter().copied().map(Some).collect(),
            remark: "nobody yet",
            moves: sum.moves,
        }
    }

    /// The sum of all channels.
    fn show_sum<'l>(&self, place: usize, width: usize) -> Line<'l> {
        let total = self.screen.world.channels.total();
        let cells = ChannelCells {
            mark: Span::raw(" "),
            name: Span::styled(
                pad(&show_sum_name(self.screen, self.columns.name), self.columns.name),
                self.look.theme.strong,
            ),
            flags: [Span::raw(" "), Span::raw(" ")],
            here: total.occupancy().map_or("–".to_owned(), group_digits),
            ..self.tell_span(&total.history, &total.moves)
        };
        let line = self.finish_row(place, cells, width);
        line.patch_style(Style::new())
    }
}
