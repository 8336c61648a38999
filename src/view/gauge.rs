//! Occupancy over time: a line from the lowest to the highest of each moment, the announce max, and in one row what it
//! was and is.
//!
//! ```text
//! ╭ lobby · occupancy ────────────────────────── 10 min  - + span ╮
//! │  80 ┤                                                         │
//! │     │⠤⠖⠚⠳⠖⠶⠒⠦⣄⡀ ⣠⠤⠤⠤⠴⠒⠋⠙⢦⣀⢀⣀⣀⣀⢀⣠⠖⠋⠓⠲⠤⠤⠤⣄⡀ ⢀⣠⠴⠶⠦⠶⢿            │
//! │  60 ┤         ⠉⠉⠁        ⠈⠉  ⠈⠉         ⠉⠉⠉     ⢸⣀⡀          │
//! │     └────────┬─────────┬─────────┬─────────┬────▲───          │
//! │            18:43     18:45     18:47     18:49   now          │
//! │ 57 here  was 77  low 57  high 82 at 18:47                     │
//! ╰───────────────────────────────────────────────────────────────╯
//!  23 here  +3  low 20  high 31  announce max 20   10 min ▁▂▄▅▇█▇▆▅▄▃
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
    Appearance, Symbols,
    format::{count_things, cut, cut_foreign, show_occupancy},
    frame::draw_frame,
    pieces::{Segment, join_pieces, measure_pieces, piece, say_in_forms, shorten_pieces},
    rank,
};
use crate::{
    chart::{self, AxisMark},
    presence::Moment,
    ui::{Action, Follow, Screen, TimeMark, TimeMarkKind},
    wording::{group_digits, show_change, show_roughly},
    world::{Extent, Mode, OccupancyHistory, TimeSpan, World},
};

/// The least rows within the border for a chart; in less there is one row.
const LEAST_CHART: u16 = 4;

/// From so many rows on the clock times have a row of their own.
const ROOMY: u16 = 7;

pub(super) fn draw_gauge(screen: &Screen<'_>, look: &Appearance, now: Moment, area: Rect, buf: &mut Buffer) {
    let watched = Charted::find(screen);
    let watched = &watched;
    let span = screen.span(now);
    if area.height < 3 {
        return draw_row(screen.world, look, now, watched, span, area, buf);
    }
    let why = screen.followed_change(now).map_or(String::new(), |change| {
        let span = Follow::RECENT;
        format!(" ({} in {span} s)", show_change(change))
    });
    let title = format!(" {}{why} · occupancy ", watched.name);
    let right = Line::styled(describe_span(look, span, area.width), look.theme.quiet);
    let inner = draw_frame(look, &title, Some(right), false, area, buf);
    if inner.height < LEAST_CHART || inner.width < 24 {
        return draw_row(screen.world, look, now, watched, span, inner, buf);
    }
    let chart = Rect { height: inner.height - 1, ..inner };
    Chart::new(screen, look, now, watched, chart).draw(look, chart, buf);
    let words = Rect { y: chart.bottom(), height: 1, ..inner };
    draw_words(screen.world, look, now, watched, span, words, buf);
}

/// What is charted: a channel, or all of them together.
pub(super) struct Charted<'a> {
    /// Safe to show.
    pub name: String,
    pub history: &'a OccupancyHistory,
    pub occupancy: u64,
    /// The occupancy as it is shown.
    pub here: String,
    announce_max: Option<u64>,
    in_intervals: bool,
}

impl<'a> Charted<'a> {
    pub fn find(screen: &Screen<'a>) -> Self {
        let Some(watched) = screen.selected_channel() else {
            let total = screen.world.channels.total();
            return Self {
                name: "all channels".to_owned(),
                history: &total.history,
                occupancy: total.occupancy().unwrap_or(0),
                here: total.occupancy().map_or("–".to_owned(), group_digits),
                announce_max: None,
                in_intervals: false,
            };
        };
        Self {
            name: cut_foreign(watched.channel.as_str(), 40),
            history: &watched.history,
            occupancy: watched.occupancy(),
            here: show_occupancy(watched),
            announce_max: screen.world.session.announce_max,
            in_intervals: matches!(watched.mode, Mode::Interval { .. }),
        }
    }
}

/// Say how long the span is, and by which keys it changes where there is room.
fn describe_span(look: &Appearance, span: TimeSpan, width: u16) -> String {
    let key = |action| look.keys.of(action).first().map(ToString::to_string);
    match (key(Action::ShorterSpan), key(Action::LongerSpan)) {
        (Some(shorter), Some(longer)) if width >= 48 => format!(" {}  {shorter} {longer} span ", span.name()),
        _ => format!(" {} ", span.name()),
    }
}

/// Find since when the link is lost, if it was there: what is shown was true then.
pub(super) fn find_loss(world: &World) -> Option<Moment> {
    let link = &world.link;
    (link.was_live && !link.is_live()).then_some(link.since)
}

/// Say what the occupancy is and was, in parts that give way.
pub(super) fn describe_occupancy<'a>(
    world: &World,
    look: &Appearance,
    now: Moment,
    watched: &Charted<'_>,
    span: TimeSpan,
) -> Vec<Segment<'a>> {
    let theme = &look.theme;
    let part = |rank: u8, text: String| piece(rank, vec![Span::styled(text, theme.quiet)]);
    let here = format!("{} here", watched.here);
    let mut parts = vec![piece(rank::NEVER, vec![Span::styled(here, theme.strong)])];
    if let Some(since) = find_loss(world) {
        parts.push(part(1, format!("as of {}", look.time_of_day(since.seconds()))));
    }
    let steps = watched.history.sample(span, SEARCHED, now);
    let known = || steps.iter().enumerate().filter_map(|(place, extent)| Some((place, (*extent)?)));
    let (Some(low), Some(high)) = (known().map(|(_, it)| it.low).min(), known().map(|(_, it)| it.high).max()) else {
        return parts;
    };
    let change = watched.history.change_within(span, now);
    let was = change.map(|change| watched.occupancy.saturating_add_signed(change.saturating_neg()));
    // It is told of a moment just before those that are charted.
    let (low, high) = (low.min(was.unwrap_or(low)), high.max(was.unwrap_or(high)));
    if let Some(was) = was.filter(|was| *was != watched.occupancy) {
        parts.push(part(6, format!("was {}", group_digits(was))));
    }
    if low < high {
        parts.push(part(2, format!("low {}", group_digits(low))));
        let at = known().filter(|(_, extent)| extent.high == high).map(|(place, _)| place).max().unwrap_or(0);
        let back = (SEARCHED - 1 - at) as u64 * span.seconds() / SEARCHED as u64;
        let at = look.hour_and_minute(now.seconds().saturating_sub(back));
        let forms = [format!("high {} at {at}", group_digits(high)), format!("high {}", group_digits(high))];
        let forms = forms.into_iter().zip([6, 2]).map(|(text, rank)| (vec![Span::styled(text, theme.quiet)], rank));
        parts.push(Segment { forms: forms.collect() });
    }
    let about = |long: String, short: String, rank: u8| say_in_forms(theme.quiet, [(long, 7), (short, rank)]);
    match watched.announce_max.map(|max| (max, format!("announce max {}", group_digits(max)))) {
        Some((_, max)) if watched.in_intervals => {
            parts.push(about(format!("over {max}: in intervals"), format!("over {max}"), 3));
        }
        Some((max, alone)) => {
            let joins = count_things(max.saturating_sub(watched.occupancy) + 1, "join", "joins");
            parts.push(about(format!("{alone}, {joins} until intervals"), alone, 5));
        }
        None if watched.in_intervals => parts.push(part(3, "in intervals".to_owned())),
        None => {}
    }
    parts
}

/// In so many parts of the span its highest is looked for: as fine as it is kept.
const SEARCHED: usize = 120;

fn draw_words(
    world: &World,
    look: &Appearance,
    now: Moment,
    watched: &Charted<'_>,
    span: TimeSpan,
    area: Rect,
    buf: &mut Buffer,
) {
    let mut parts = describe_occupancy(world, look, now, watched, span);
    shorten_pieces(&mut parts, &mut Vec::new(), usize::from(area.width).saturating_sub(2));
    let mut spans = vec![Span::raw(" ")];
    spans.extend(join_pieces(look, parts));
    Line::from(spans).render(area, buf);
}

/// Draw all of it in one row.
fn draw_row(
    world: &World,
    look: &Appearance,
    now: Moment,
    watched: &Charted<'_>,
    span: TimeSpan,
    area: Rect,
    buf: &mut Buffer,
) {
    let width = usize::from(area.width);
    let mut parts = describe_occupancy(world, look, now, watched, span);
    if let Some(change) = watched.history.change_within(span, now) {
        parts.insert(1, piece(1, vec![Span::styled(show_change(change), look.theme.quiet)]));
    }
    let spark = width.saturating_sub(24).min(usize::from(area.width / 3));
    shorten_pieces(&mut parts, &mut Vec::new(), width.saturating_sub(spark + 10));
    let said = measure_pieces(&parts);
    let mut spans = vec![Span::raw(" ")];
    spans.extend(join_pieces(look, parts));
    if spark >= 8 {
        let name = span.name();
        let blanks = width.saturating_sub(said + spark + name.width() + 3);
        let highs = watched.history.sample(span, spark, now);
        let highs: Vec<_> = highs.into_iter().map(|extent| extent.map(|extent| extent.high)).collect();
        spans.push(Span::raw(" ".repeat(blanks)));
        spans.push(Span::styled(format!("{name} "), look.theme.quiet));
        spans.push(Span::styled(chart::draw_spark(&highs), look.theme.fill));
    }
    Line::from(spans).render(area, buf);
}

/// Where an incident began, where events were missed, and where a scene began.
const INCIDENT: char = '▲';
const MISSED: char = '?';
const SCENE: char = '┆';

/// Find what is marked along a chart.
fn list_marks(screen: &Screen<'_>, now: Moment) -> Vec<AxisMark> {
    let draw = |mark: TimeMark| {
        let (glyph, name) = match mark.kind {
            TimeMarkKind::Incident => (INCIDENT, String::new()),
            TimeMarkKind::Missed => (MISSED, String::new()),
            TimeMarkKind::Scene(name) | TimeMarkKind::Marked(name) => (SCENE, cut_foreign(&name, 24)),
        };
        AxisMark { second: mark.at.seconds(), glyph, name }
    };
    let mut marks: Vec<AxisMark> = screen.list_time_marks(now).into_iter().map(draw).collect();
    // In one cell the graver mark is the one that is seen.
    marks.sort_by_key(|mark| mark.glyph != SCENE);
    marks
}

/// A chart, ready to be drawn.
pub(super) struct Chart {
    /// Cells of the numbers at its left.
    labels: usize,
    /// Its rows of cells, from the top down.
    lines: Vec<Vec<char>>,
    /// The highest value that fits, and the distance of the numbers.
    scale: (u64, u64),
    /// The announce max, if it is within the scale.
    limit: Option<u64>,
    /// The seconds at its left and right edge.
    seconds: std::ops::Range<u64>,
    /// Which cells show a time of which nothing is known, though something was known before.
    gaps: Vec<bool>,
    marks: Vec<AxisMark>,
    /// What the right end is.
    end: &'static str,
}

impl Chart {
    pub fn new(screen: &Screen<'_>, look: &Appearance, now: Moment, watched: &Charted<'_>, area: Rect) -> Self {
        let span = screen.span(now);
        let history = watched.history;
        let top = screen.find_chart_top(now);
        let scale = (top, chart::choose_tick(top));
        let limit = watched.announce_max.filter(|max| *max > 0 && *max <= top);
        let labels = show_roughly(scale.0).width().max(3);
        let cells = usize::from(area.width).saturating_sub(labels + 4);
        let rows = usize::from(area.height) - if area.height >= ROOMY { 2 } else { 1 };
        let (lines, known) = if look.symbols == Symbols::Ascii {
            let extents = history.sample(span, cells, now);
            let highs: Vec<_> = extents.iter().map(|extent| extent.map(|extent| extent.high)).collect();
            (chart::draw_blocks(&highs, rows, scale.0), extents.iter().map(Option::is_some).collect::<Vec<_>>())
        } else {
            let extents = history.sample(span, cells * 2, now);
            let known = extents.chunks(2).map(|pair| pair.iter().any(Option::<Extent>::is_some)).collect();
            (chart::fill_ground(chart::draw_dots(&extents, rows, scale.0)), known)
        };
        let first = known.iter().position(|known| *known).unwrap_or(known.len());
        let gaps = known.iter().enumerate().map(|(cell, known)| cell > first && !known).collect();
        let end = (now.seconds() / OccupancyHistory::step_seconds(span) + 1) * OccupancyHistory::step_seconds(span);
        let seconds = end.saturating_sub(span.seconds())..end;
        let word = if screen.is_past() { "then" } else { "now" };
        Self { labels, lines, scale, limit, seconds, gaps, marks: list_marks(screen, now), end: word }
    }

    pub fn draw(&self, look: &Appearance, area: Rect, buf: &mut Buffer) {
        let (top, tick) = self.scale;
        let rows = self.lines.len();
        let mut numbers = vec![None; rows + 1];
        // The announce max has a row of its own, and stands nowhere else.
        for (row, number) in chart::place_numbers(rows, top, tick) {
            numbers[row] = Some(number).filter(|number| Some(*number) != self.limit);
        }
        let limit = self.limit.map(|max| (chart::find_row(max, rows, top), max));
        for (row, line) in self.lines.iter().enumerate() {
            let y = area.y + u16::try_from(row).unwrap_or(u16::MAX);
            let limit = limit.filter(|(limit, _)| *limit == row).map(|(_, max)| max);
            self.draw_line(look, line, numbers[row], limit, Rect { y, height: 1, ..area }, buf);
        }
        let below = Rect { y: area.y + u16::try_from(rows).unwrap_or(0), height: area.height, ..area };
        self.draw_times(look, numbers[rows], Rect { height: area.bottom() - below.y, ..below }, buf);
    }

    fn draw_line(
        &self,
        look: &Appearance,
        line: &[char],
        number: Option<u64>,
        limit: Option<u64>,
        area: Rect,
        buf: &mut Buffer,
    ) {
        let theme = &look.theme;
        // Below the announce max there is the ground.
        let label = number.filter(|number| *number == 0).or(limit).or(number);
        let label = label.map(|value| cut(&show_roughly(value), self.labels)).unwrap_or_default();
        let tick = if label.is_empty() { '│' } else { '┤' };
        let mut spans = vec![Span::styled(format!(" {label:>0$} {tick}", self.labels), theme.quiet)];
        for cell in line {
            let (style, cell) = match (*cell, limit) {
                // What the occupancy leaves free in the row of the announce max is the line of that.
                (' ', Some(_)) => (theme.border, '╌'),
                (chart::GROUND, Some(_)) => (theme.border.patch(theme.ground), '╌'),
                (' ' | chart::GROUND, None) => (theme.border, *cell),
                (dots, _) if chart::are_high_dots(dots) => (theme.ground, dots),
                (cell, _) => (Style::new(), cell),
            };
            match spans.last_mut().filter(|last| last.style == style) {
                Some(last) => last.content.to_mut().push(cell),
                None => spans.push(Span::styled(cell.to_string(), style)),
            }
        }
        Line::from(spans).render(area, buf);
    }

    /// Draw the axis with its marks, and the clock times below it where there are two rows, else within it.
    fn draw_times(&self, look: &Appearance, number: Option<u64>, area: Rect, buf: &mut Buffer) {
        let theme = &look.theme;
        let write = |at: u64| {
            let time = look.time_of_day(at);
            if self.seconds.end - self.seconds.start < 120 { time } else { time[..5].to_owned() }
        };
        let axis = chart::draw_axis(self.seconds.clone(), &self.gaps, write, &self.marks, (self.end, area.height >= 2));
        let indent = " ".repeat(self.labels + 2);
        let label = number.map_or_else(String::new, |number| number.to_string());
        let mut line = Line::styled(format!(" {label:>0$} └", self.labels), theme.quiet);
        // An incident or a loss is unusual; all else is quiet.
        for cell in axis.line {
            let style = if matches!(cell, INCIDENT | MISSED) { theme.warn } else { theme.quiet };
            line.push_span(Span::styled(cell.to_string(), style));
        }
        line.render(Rect { height: 1, ..area }, buf);
        if area.height >= 2 {
            let words = format!("{indent} {}", axis.words);
            Line::styled(words, theme.quiet).render(Rect { y: area.y + 1, height: 1, ..area }, buf);
        }
    }
}
