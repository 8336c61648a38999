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
    /// The time that can be looked back at, below the header.
    pub timeline: Option<Rect>,
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
    /// Columns that their names need, if they stand in blocks; none if they want what they can get.
    pub names: u16,
    /// Letters of a long name among those in blocks.
    pub longest: usize,
    /// Rows of those on other channels, in a single column.
    pub elsewhere: usize,
    /// Rows of the log.
    pub log: usize,
    /// Rows of the detail; none if it has nothing to say.
    pub detail: usize,
    /// Rows of the timeline.
    pub timeline: u16,
}

/// What is within a pane, below its title and right of the line that parts it from its neighbour; `None` where there
/// is no room for a title.
pub(super) fn inside(area: Rect) -> Option<Rect> {
    let Rect { x, y, width, height } = area;
    let line = u16::from(x > 0);
    (width >= 8 && height >= 3).then(|| Rect { x: x + line, y: y + 1, width: width - line, height: height - 1 })
}

/// The least rows of a pane with a title, a heading and two people. The row of the channel makes way for it.
pub(super) const LEAST: u16 = 4;

/// Rows of the last events below the channels on a small screen.
const LAST_EVENTS: u16 = 2;

/// From so many rows on there is room for them.
const WITH_EVENTS: u16 = 7;

/// Cells of a column of names beside the name: a mark, an age, and the blanks around them.
const BESIDE_NAME: u16 = 12;

/// Cells of a name in such a column at least: more people say more than whole names do, and both ends of a name tell it
/// apart.
const NAME: u16 = 11;

/// Names of so many letters are long: they have so much room.
const LONG: usize = 18;
const LONG_NAME: u16 = 24;

/// Cells of the log in which every column has its room, and a line and a scroll bar beside it.
const WITH_LOG: u16 = 73;

/// Cells of a column of names of so many letters.
const fn measure_column(longest: usize) -> u16 {
    BESIDE_NAME + if longest >= LONG { LONG_NAME } else { NAME }
}

/// Columns of names of so many letters in so many cells at the most.
pub(super) fn count_name_columns(width: u16, longest: usize) -> usize {
    usize::from((width / measure_column(longest)).max(1))
}

/// Cells of blocks of names of so many letters beside a log that has its room. A single column takes all of them, for
/// states.
pub(super) const fn measure_names(width: u16, longest: usize) -> u16 {
    let (room, column) = (width.saturating_sub(WITH_LOG), measure_column(longest));
    if room / column < 2 { room } else { room / column * column + 1 }
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

    pub fn take_bottom(&mut self, height: u16) -> Rect {
        let height = height.min(self.0.height);
        self.0.height -= height;
        Rect { y: self.0.y + self.0.height, height, ..self.0 }
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
        let timeline = if rows.0.height > LEAST + contents.timeline { contents.timeline } else { 0 };
        let timeline = Some(rows.take(timeline)).filter(|area| area.height > 0);
        let body = rows.0;
        let mut layout = Self { size, body, header, timeline, footer, ..Self::default() };
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
