//! The screen cut into rectangles. No size is refused.
//!
//! ```text
//! wide (from 100 x 20), narrow (from 60 x 16)   broad (from 160 x 12)     tiny (from 24 x 6)   ticker
//! - header (2) -----------------------------   - header ------------    - header (2) ---     - ticker -
//! - channels -------+- chart ---------------   - channels +- people +-  - channels -----     - events -
//! - people -----------+- detail ------------   -          |         |   - or one pane --     ----------
//! - elsewhere         +- log ---------------   - chart ---+  log ---    - events (2) ---
//! - footer (1) -----------------------------   - footer ------------    - footer -------
//! ```
//!
//! A pane has a row for its title and, unless it begins at the left edge, a column that parts it from its neighbour.
//! Heights follow what there is to show. From 120 columns on, the people and the log stand side by side where both
//! have more than there is room for; otherwise the log is below the people. Where those on the selected channel leave
//! rows, those on the others stand below them. From 160 columns on, all but the log and the detail is in one column.
//! Zoomed, one pane fills the body below a row about the selected channel.

use ratatui::layout::{Position, Rect};

use crate::ui::{Pane, PaneShares};

/// How much room there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Size {
    /// All panes, the detail among them where it has something to say.
    Wide,
    /// All panes but the detail.
    Narrow,
    /// All panes side by side, for want of rows.
    Broad,
    /// One pane at a time; the channels with the last events.
    Tiny,
    /// One line that says it all, and what happened if there are more.
    #[default]
    Ticker,
}

impl Size {
    /// The size class of a screen.
    pub const fn of(area: Rect) -> Self {
        match (area.width, area.height) {
            (100.., 20..) => Self::Wide,
            (160.., 12..) => Self::Broad,
            (60.., 16..) => Self::Narrow,
            (24.., 6..) => Self::Tiny,
            _ => Self::Ticker,
        }
    }
}

/// A part of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScreenPart {
    /// Status.
    Header,
    /// The selected channel in one row.
    Line,
    /// The channels.
    Channels,
    /// Occupancy and its history.
    Gauge,
    /// Who is there.
    Occupants,
    /// Who is on the other channels.
    Elsewhere,
    /// The selected occupant.
    Detail,
    /// What happened.
    Log,
    /// Keys, or a word.
    Footer,
}

/// A line between panes that can be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Splitter {
    /// Right of the channels.
    Channels,
    /// Above the log.
    Log,
    /// Left of the detail.
    Detail,
}

/// What is at a position of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// A part; with the column and row within its border, or `None` on the border itself.
    On(ScreenPart, Option<Position>),
    /// A line that can be moved.
    Splitter(Splitter),
}

/// Where everything goes. Absent parts are not drawn; no part is outside the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Layout {
    /// Which class.
    pub size: Size,
    /// All between header and footer.
    pub body: Rect,
    /// Status; the whole screen in the class [`Size::Ticker`].
    pub header: Rect,
    /// The selected channel in one row, where a pane fills the body.
    pub line: Option<Rect>,
    /// The channels.
    pub channels: Option<Rect>,
    /// Occupancy.
    pub gauge: Option<Rect>,
    /// Who is there.
    pub occupants: Option<Rect>,
    /// Who is on the other channels, where those on the selected one leave room.
    pub elsewhere: Option<Rect>,
    /// The selected occupant.
    pub detail: Option<Rect>,
    /// What happened.
    pub log: Option<Rect>,
    /// Keys, or a word.
    pub footer: Rect,
}

/// What there is to show, in rows; the channels also in columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Contents {
    /// Rows of the channels, the sum included.
    pub channels: usize,
    /// Columns that show a channel whole.
    pub width: usize,
    /// Rows of the people.
    pub occupants: usize,
    /// Rows of those on other channels, in a single column.
    pub elsewhere: usize,
    /// Rows of the log.
    pub log: usize,
    /// Rows of the detail; none if it has nothing to say.
    pub detail: usize,
}

/// What is within a pane, below its title and right of the line that parts it from its neighbour; `None` where there
/// is no room for a title.
pub(super) fn inside(area: Rect) -> Option<Rect> {
    let Rect { x, y, width, height } = area;
    let line = u16::from(x > 0);
    (width >= 8 && height >= 3).then(|| Rect { x: x + line, y: y + 1, width: width - line, height: height - 1 })
}

/// The least rows of a pane with a title, a heading and two people. The row of the channel makes way for it.
const LEAST: u16 = 4;

/// Rows of the last events below the channels on a small screen.
const LAST_EVENTS: u16 = 2;

/// From so many rows on there is room for them.
const WITH_EVENTS: u16 = 7;

/// The channels take no more of the body than this, in percent.
const MOST_CHANNELS: u16 = 45;

/// The chart has a few rows even beside a single channel.
const LEAST_CHART: u16 = 5;

/// A pane may have so many blank rows below what it shows.
const FEW_BLANK: u16 = 2;

/// From so many columns on people and log may stand side by side.
const SIDE_BY_SIDE: u16 = 120;

/// From so many columns on there is room for the detail beside the people.
const WITH_DETAIL: u16 = 120;

/// From so many columns on all but the log stands in one column.
const TWO_COLUMNS: u16 = 160;

/// Cells of a column of names: a mark, a name and an age.
const COLUMN: u16 = 23;

/// Columns of names in so many cells at the most.
pub(super) fn count_name_columns(width: u16) -> usize {
    usize::from((width / COLUMN).max(1))
}

/// Whether a list of so many rows has a line of headings: never in the place of the second of two people.
pub(super) const fn has_heading(rows: u16) -> bool {
    rows >= 3
}

/// Takes rows off the top of what is left.
pub(super) struct RowCutter(pub Rect);

impl RowCutter {
    pub fn take(&mut self, height: u16) -> Rect {
        let height = height.min(self.0.height);
        let taken = Rect { height, ..self.0 };
        self.0.y += height;
        self.0.height -= height;
        taken
    }

    fn take_bottom(&mut self, height: u16) -> Rect {
        let height = height.min(self.0.height);
        self.0.height -= height;
        Rect { y: self.0.y + self.0.height, height, ..self.0 }
    }
}

/// Cut an area in two, the left one so wide.
fn cut_columns(area: Rect, left: u16) -> (Rect, Rect) {
    let left = left.min(area.width);
    (Rect { width: left, ..area }, Rect { x: area.x + left, width: area.width - left, ..area })
}

/// Take a part of `whole` in percent, at least `least`, and leaving at least `others`.
fn take_share(whole: u16, percent: u16, least: u16, others: u16) -> u16 {
    let part = u32::from(whole) * u32::from(percent) / 100;
    let part = u16::try_from(part).unwrap_or(u16::MAX);
    part.min(whole.saturating_sub(others)).max(least).min(whole)
}

fn rows_of(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

impl Contents {
    /// Rows of the pane of channels: title, heading and rows.
    fn channels_height(&self) -> u16 {
        rows_of(self.channels).saturating_add(2)
    }

    /// Rows of the pane of people. It grows by three at a time, so that not everyone who comes moves a line.
    fn occupants_height(&self) -> u16 {
        rows_of(self.occupants.max(3).div_ceil(3) * 3).saturating_add(2)
    }

    /// Rows of the pane of those on other channels, in so many cells; none if there is nobody.
    fn elsewhere_height(&self, width: u16) -> u16 {
        let columns = count_name_columns(width);
        match self.elsewhere {
            0 => 0,
            // Of a block that is set in two columns the heading is told twice.
            rows => rows_of((rows + columns - 1).div_ceil(columns)).saturating_add(1),
        }
    }

    fn detail_height(&self) -> u16 {
        if self.detail > 0 { rows_of(self.detail).saturating_add(1) } else { 0 }
    }

    fn log_height(&self) -> u16 {
        rows_of(self.log).saturating_add(1)
    }

    /// The width of the channels beside the chart: as wide as what stands there, or as it was dragged.
    fn channels_width(&self, whole: u16, shares: PaneShares) -> u16 {
        if shares.channels != PaneShares::default().channels {
            return take_share(whole, shares.channels, 24, 24);
        }
        let (least, most) = (whole / 3, whole * 11 / 20);
        u16::try_from(self.width).unwrap_or(u16::MAX).clamp(least, most)
    }
}

impl Layout {
    /// Cut the screen. `zoom`: `pane` fills the body.
    pub fn cut(area: Rect, pane: Pane, zoom: bool, shares: PaneShares, contents: Contents) -> Self {
        let size = Size::of(area);
        let mut rows = RowCutter(area);
        let header = match size {
            Size::Ticker => rows.take(area.height),
            Size::Tiny if area.height < 8 => rows.take(1),
            _ => rows.take(2),
        };
        let footer = rows.take_bottom(1);
        let body = rows.0;
        let mut layout = Self { size, body, header, footer, ..Self::default() };
        match size {
            Size::Ticker => {}
            Size::Wide | Size::Narrow if !zoom => {
                layout.stack_panes(shares, contents);
                layout.add_elsewhere(contents);
            }
            Size::Broad if !zoom => {
                layout.line_up_panes(contents);
                layout.add_elsewhere(contents);
            }
            Size::Tiny if pane == Pane::Channels => {
                let events = if body.height >= WITH_EVENTS && !zoom { LAST_EVENTS } else { 0 };
                layout.log = Some(rows.take_bottom(events)).filter(|log| log.height > 0);
                layout.channels = Some(rows.0);
            }
            Size::Wide | Size::Narrow | Size::Broad | Size::Tiny => {
                if pane != Pane::Channels && body.height > LEAST {
                    layout.line = Some(rows.take(1));
                }
                let room = Some(rows.0);
                match pane {
                    Pane::Channels => layout.channels = room,
                    Pane::Occupants => layout.occupants = room,
                    Pane::Log => layout.log = room,
                }
            }
        }
        layout
    }

    /// The wall view: one part without panes above the footer.
    pub(super) fn wall(area: Rect) -> Self {
        let mut rows = RowCutter(area);
        let (header, footer) = (rows.take(0), rows.take_bottom(1));
        Self { size: Size::of(area), body: rows.0, header, footer, ..Self::default() }
    }

    /// Channels and chart at the top, people and log below.
    fn stack_panes(&mut self, shares: PaneShares, contents: Contents) {
        let body = self.body;
        let (people, log) = (contents.occupants_height(), contents.log_height());
        if body.width >= TWO_COLUMNS && log >= body.height {
            return self.set_two_columns(shares, contents);
        }
        let may_be_beside = body.width >= SIDE_BY_SIDE;
        let beside = if body.width >= WITH_DETAIL { contents.detail_height().min(body.height * 2 / 5) } else { 0 };
        let wanted = contents.channels_height().max(LEAST_CHART);
        let all_fits = wanted.saturating_add(people.max(log.saturating_add(beside))) <= body.height;
        let most = (body.height * MOST_CHANNELS / 100).max(5);
        // What nobody else needs is for the channels, too.
        let spare = body.height.saturating_sub(people.saturating_add(log));
        let top = if may_be_beside && all_fits { wanted } else { wanted.min(most.max(spare)) };
        let mut rows = RowCutter(body);
        let (channels, gauge) = cut_columns(rows.take(top), contents.channels_width(body.width, shares));
        (self.channels, self.gauge) = (Some(channels), Some(gauge));
        let rest = rows.0;
        // Both have more than there is room for, or both fit, which they do not one above the other.
        let fill = |rows: u16, room: u16| rows.saturating_add(FEW_BLANK) >= room;
        let all_people = rows_of(contents.occupants).saturating_add(2 + contents.elsewhere_height(rest.width / 2));
        let both_fill = fill(all_people, rest.height) && fill(log, rest.height.saturating_sub(beside));
        let both_fit = all_fits && people.saturating_add(log) > rest.height;
        if may_be_beside && (both_fill || both_fit) {
            let share = if shares.detail == PaneShares::default().detail { 50 } else { shares.detail };
            let right = take_share(body.width, share, 50, 50);
            let (left, right) = cut_columns(rest, body.width - right);
            let mut right = RowCutter(right);
            self.occupants = Some(left);
            self.detail = (beside > 0).then(|| right.take(beside));
            self.log = Some(right.0);
            return;
        }
        let share = take_share(body.height, shares.log, 4, 0).min(rest.height.saturating_sub(LEAST)).max(3);
        let height = if shares.log == PaneShares::default().log {
            let without_log = rest.height.saturating_sub(share);
            if people < without_log { rest.height - people } else { share.min(log.max(3)) }
        } else {
            share
        };
        self.log = Some(rows.take_bottom(height));
        let aside = if beside > 0 { take_share(body.width, shares.detail, 24, 60) } else { 0 };
        let (left, right) = cut_columns(rows.0, body.width - aside);
        self.occupants = Some(left);
        self.detail = (aside > 0).then_some(right);
    }

    /// Channels, chart and people in one column, the log in another, where it has more than there is room for.
    fn set_two_columns(&mut self, shares: PaneShares, contents: Contents) {
        let body = self.body;
        let share = if shares.detail == PaneShares::default().detail { 50 } else { shares.detail };
        let (left, right) = cut_columns(body, body.width - take_share(body.width, share, 60, 60));
        let mut left = RowCutter(left);
        let people = contents.occupants_height();
        let most = (body.height * MOST_CHANNELS / 100).max(LEAST_CHART);
        self.channels = Some(left.take(contents.channels_height().min(most)));
        // What neither people need nor those elsewhere.
        let spare = left.0.height.saturating_sub(people + contents.elsewhere_height(left.0.width));
        let chart = (body.height / 5).max(LEAST_CHART).max(spare);
        self.gauge = Some(left.take(chart));
        self.occupants = Some(left.0);
        let mut right = RowCutter(right);
        let detail = contents.detail_height().min(body.height / 2);
        self.detail = (detail > 0).then(|| right.take(detail));
        self.log = Some(right.0);
    }

    /// Where the people do not fill their pane, those on the other channels stand below them.
    fn add_elsewhere(&mut self, contents: Contents) {
        let Some(people) = &mut self.occupants else { return };
        let spare = people.height.saturating_sub(contents.occupants_height());
        let wanted = contents.elsewhere_height(people.width).min(spare);
        if wanted >= LEAST {
            people.height -= wanted;
            self.elsewhere = Some(Rect { y: people.bottom(), height: wanted, ..*people });
        }
    }

    /// Channels above the chart, people and log side by side.
    fn line_up_panes(&mut self, contents: Contents) {
        let width = u16::try_from(contents.width).unwrap_or(u16::MAX).clamp(self.body.width / 4, self.body.width / 3);
        let (left, rest) = cut_columns(self.body, width);
        let (people, log) = cut_columns(rest, rest.width / 2);
        let mut left = RowCutter(left);
        self.channels = Some(left.take(contents.channels_height().max(LEAST)));
        self.gauge = Some(left.0).filter(|chart| chart.height > 0);
        (self.occupants, self.log) = (Some(people), Some(log));
    }

    /// Whether the channels have no title: on a small screen each row is theirs.
    pub(super) const fn has_bare_channels(&self) -> bool {
        matches!(self.size, Size::Tiny)
    }

    /// What is within a part.
    pub(super) fn inner(&self, part: ScreenPart, area: Rect) -> Rect {
        match part {
            ScreenPart::Channels if self.has_bare_channels() => area,
            ScreenPart::Header | ScreenPart::Line | ScreenPart::Footer => area,
            _ => inside(area).unwrap_or(area),
        }
    }

    /// List the parts that are there.
    pub(super) fn list_parts(&self) -> impl Iterator<Item = (ScreenPart, Rect)> {
        let parts = [
            (ScreenPart::Header, Some(self.header)),
            (ScreenPart::Line, self.line),
            (ScreenPart::Channels, self.channels),
            (ScreenPart::Gauge, self.gauge),
            (ScreenPart::Occupants, self.occupants),
            (ScreenPart::Elsewhere, self.elsewhere),
            (ScreenPart::Detail, self.detail),
            (ScreenPart::Log, self.log),
            (ScreenPart::Footer, Some(self.footer)),
        ];
        parts.into_iter().filter_map(|(part, area)| Some((part, area?)))
    }

    /// Find what is there, if anything is.
    pub fn find_spot(&self, column: u16, row: u16) -> Option<Spot> {
        let here = Position::new(column, row);
        if let Some(splitter) = self.find_splitter(here) {
            return Some(Spot::Splitter(splitter));
        }
        let (part, area) = self.list_parts().find(|(_, area)| area.contains(here))?;
        let inner = self.inner(part, area);
        let within = inner.contains(here).then(|| Position::new(column - inner.x, row - inner.y));
        Some(Spot::On(part, within))
    }

    /// The title of the log, and the lines between panes.
    fn find_splitter(&self, here: Position) -> Option<Splitter> {
        let Position { x, y } = here;
        let at_left = |area: Rect| x == area.x && x > self.body.x && (area.y..area.bottom()).contains(&y);
        let (gauge, channels) = (self.gauge?, self.channels?);
        if gauge.x == channels.right() && at_left(gauge) {
            return Some(Splitter::Channels);
        }
        let log = self.log?;
        if self.detail.is_some_and(at_left) || at_left(log) && self.size == Size::Wide {
            return Some(Splitter::Detail);
        }
        (log.width == self.body.width && log.y > self.body.y && y == log.y && log.contains(here))
            .then_some(Splitter::Log)
    }

    /// Find the shares that move a splitter to a position, all else as in `shares`. Always within 5 to 90
    /// percent.
    pub fn drag(&self, splitter: Splitter, column: u16, row: u16, shares: PaneShares) -> PaneShares {
        let percent = |part: u16, whole: u16| {
            let percent = (u32::from(part) * 100 + u32::from(whole) / 2) / u32::from(whole.max(1));
            u16::try_from(percent).unwrap_or(90).clamp(5, 90)
        };
        let Rect { width, height, .. } = self.body;
        match splitter {
            Splitter::Channels => PaneShares { channels: percent(column.saturating_sub(self.body.x), width), ..shares },
            Splitter::Log => PaneShares { log: percent(self.body.bottom().saturating_sub(row), height), ..shares },
            Splitter::Detail => {
                PaneShares { detail: percent(self.body.right().saturating_sub(column), width), ..shares }
            }
        }
    }
}

#[cfg(test)]
mod tests;
