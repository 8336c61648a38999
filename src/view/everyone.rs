//! Who is on the channels of a sum, or on all but the selected one, in blocks side by side.
//!
//! ```text
//!  ● lobby              32    ● match.eu.1         14
//!    aiko.silva        4 m      ana.duarte        12 s
//!    amara.tanaka     12 s      bob               30 s
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Widget,
};

use super::{
    Appearance,
    departures::show_departures,
    format::{cut, measure_common_head, pad_foreign, pad_left, pad_middle, state_in_words},
    frame::draw_frame,
    layout::{count_name_columns, inside},
    rows::draw_lines,
    table::{mark_user, show_time_here},
};
use crate::{
    duration::AGE,
    presence::{Moment, Occupant, UserId},
    ui::{BlockLine, Pane, Screen},
    wording::{excerpt, group_digits},
};

/// So many cells of a state tell something; where a column has fewer, it tells none.
const LEAST_STATE: usize = 12;

/// Cells of a name that has something beside it.
const NAME: usize = 18;
const MOST_NAME: usize = 24;

/// Cells of the mark before a name.
const MARK: usize = 3;

/// Bytes of a state that are read: no column shows more of it.
const STATE_READ: usize = 200;

/// The blocks in an area: as few and as wide columns as show everybody.
fn set_blocks<'a>(screen: &Screen<'a>, area: Rect) -> Vec<Vec<BlockLine<'a>>> {
    let most = count_name_columns(area.width, screen.measure_everyone());
    let height = usize::from(area.height);
    let fewest = (1..most).find(|columns| screen.count_everyone_rows(*columns) <= height);
    screen.list_everyone(fewest.unwrap_or(most), height)
}

/// The cells of each of so many columns.
fn divide(area: Rect, columns: usize) -> impl Iterator<Item = Rect> {
    let columns = u16::try_from(columns.max(1)).unwrap_or(u16::MAX);
    // A blank between them.
    let width = (area.width / columns).max(1);
    (0..columns).map(move |at| Rect { x: area.x + at * width, width: width.saturating_sub(1), ..area })
}

/// Cut off the line of those who have just left a sum, if there are any.
fn cut_off_line(screen: &Screen<'_>, now: Moment, inner: Rect) -> (Rect, Option<Rect>) {
    if inner.height < 3 || screen.ui.focus.sum.is_none() || screen.list_all_departures(now).is_empty() {
        return (inner, None);
    }
    let blocks = Rect { height: inner.height - 1, ..inner };
    (blocks, Some(Rect { y: blocks.bottom(), height: 1, ..inner }))
}

/// Draw a pane of blocks: of the channels of a sum, or of all but the selected one.
pub(super) fn draw_everyone(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let is_sum = screen.ui.focus.sum.is_some();
    let title = if is_sum { " people · by channel " } else { " elsewhere " };
    let named = inside(area).and_then(|inner| describe_named(screen, now, inner));
    let named = named.map(|text| Line::styled(text, look.theme.quiet));
    let focused = is_sum && screen.ui.focus.pane == Pane::Occupants;
    let inner = draw_frame(look, title, named, focused, area, buf);
    draw_blocks(screen, look, now, inner, buf);
}

/// Say how many of all there is room for, if it is not all.
fn describe_named(screen: &Screen<'_>, now: Moment, inner: Rect) -> Option<String> {
    let blocks = set_blocks(screen, cut_off_line(screen, now, inner).0);
    let named = blocks.iter().flatten().filter(|line| matches!(line, BlockLine::Person(..))).count() as u64;
    let all = screen.count_everyone();
    (named < all).then(|| format!(" {} of {} in sight ", group_digits(named), group_digits(all)))
}

/// Draw the blocks, and who has just left.
fn draw_blocks(screen: &Screen<'_>, look: &Appearance, now: Moment, inner: Rect, buf: &mut Buffer) {
    let (area, line) = cut_off_line(screen, now, inner);
    if let Some(line) = line {
        show_departures(&screen.list_all_departures(now), look, now, usize::from(line.width)).render(line, buf);
    }
    let blocks = set_blocks(screen, area);
    if blocks.iter().all(Vec::is_empty) {
        let known = screen.world.channels.iter().all(|watched| watched.known_occupancy().is_some());
        let text = match known {
            _ if screen.is_sum_filtered_out() => "   no channel matches the filter",
            true => "   nobody is here",
            false => "   who is here is not known yet",
        };
        return Line::styled(cut(text, usize::from(area.width)), look.theme.quiet).render(area, buf);
    }
    let cells = divide(area, blocks.len()).next().map_or(0, |cells| usize::from(cells.width));
    let names = NameCells::fit(screen, &blocks, cells);
    for (lines, cells) in blocks.iter().zip(divide(area, blocks.len())) {
        draw_lines(lines.iter().map(|line| show_line(screen, look, now, line, &names)), cells, buf);
    }
}

/// How names are shown in a column.
struct NameCells {
    /// Cells of the column, and of a name in it.
    width: usize,
    room: usize,
    /// Those that are cut begin alike for so many bytes.
    common: usize,
}

impl NameCells {
    fn fit(screen: &Screen<'_>, blocks: &[Vec<BlockLine<'_>>], width: usize) -> Self {
        // What is left beside the mark and the age.
        let all = width.saturating_sub(MARK + AGE + 2);
        let name = screen.measure_everyone().clamp(NAME, MOST_NAME);
        let room = if all < name + LEAST_STATE { all } else { name };
        let names = blocks.iter().flatten().filter_map(|line| match line {
            BlockLine::Person(_, user, _) => Some(user.as_str()),
            BlockLine::Channel(_) | BlockLine::Continued(_) => None,
        });
        Self { width, room, common: measure_common_head(names, room) }
    }
}

fn show_line<'a>(
    screen: &Screen<'_>,
    look: &Appearance,
    now: Moment,
    line: &BlockLine<'_>,
    names: &NameCells,
) -> Line<'a> {
    let (theme, width) = (&look.theme, names.width);
    match line {
        BlockLine::Channel(watched) => {
            let (style, glyph) = theme.mark_certainty(&screen.world.shown_certainty(watched, now));
            let here = group_digits(watched.occupancy());
            let room = width.saturating_sub(4 + here.len());
            Line::from(vec![
                Span::styled(format!(" {glyph} "), style),
                Span::styled(pad_foreign(watched.channel.as_str(), room), theme.strong),
                Span::styled(format!(" {here}"), theme.strong),
            ])
        }
        BlockLine::Continued(watched) => {
            Line::styled(format!("   {}", pad_foreign(watched.channel.as_str(), width.saturating_sub(3))), theme.quiet)
        }
        BlockLine::Person(_, user, occupant) => show_person(screen, look, now, (user, occupant), names),
    }
}

fn show_person<'a>(
    screen: &Screen<'_>,
    look: &Appearance,
    now: Moment,
    (user, occupant): (&UserId, &Occupant),
    &NameCells { width, room, common }: &NameCells,
) -> Line<'a> {
    let quiet = look.theme.quiet;
    let mut line = Line::from(mark_user(screen, look, user));
    let age = format!(" {}", pad_left(&show_time_here(screen, occupant, now), AGE + 1));
    let rest = width.saturating_sub(line.width() + room + age.len() + 1);
    line.push_span(Span::styled(pad_middle(user.as_str(), common, room), Style::new()));
    line.push_span(Span::styled(age, quiet));
    if let Some(state) = occupant.state().filter(|_| rest > 0) {
        line.push_span(Span::raw(" "));
        line.extend(state_in_words(&excerpt(state.as_json(), STATE_READ), rest, quiet));
    }
    line
}

/// Find the line at a position of the pane.
pub(super) fn find_line<'a>(
    screen: &Screen<'a>,
    now: Moment,
    inner: Rect,
    (column, row): (u16, u16),
) -> Option<BlockLine<'a>> {
    let (area, _) = cut_off_line(screen, now, inner);
    let blocks = set_blocks(screen, area);
    let at =
        divide(Rect { x: 0, ..area }, blocks.len()).position(|cells| (cells.x..=cells.right()).contains(&column))?;
    blocks.get(at)?.get(usize::from(row)).copied()
}
