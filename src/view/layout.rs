//! The screen cut into rectangles. No size is refused.
//!
//! ```text
//! wide (from 100 x 20)                     narrow (from 60 x 16)   tiny (from 24 x 6)   ticker
//! ┌ header (2) ──────────────────────┐     ┌ header ─────┐         ┌ header ──┐         ┌ ticker ┐
//! ├ channels ┬ gauge (3 or 7) ───────┤     ├ tabs (1) ───┤         ├ tabs (1) ┤         │ events │
//! │          ├ occupants ┬ detail ───┤     ├ gauge (1) ──┤         ├ one pane │         └────────┘
//! │          │           │ from 120  │     ├ occupants   │         │          │
//! ├──────────┴ log ──────┴───────────┤     ├ log ────────┤         │          │
//! └ footer (1) ──────────────────────┘     └ footer ─────┘         └ footer ──┘
//! ```
//!
//! Zoomed, one pane fills the body between header and footer.

use ratatui::layout::{Position, Rect};

use crate::ui::{Pane, PaneShares};

/// How much room there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Everything side by side.
    Wide,
    /// Channels as tabs, occupants above the log.
    Narrow,
    /// One pane at a time.
    Tiny,
    /// One line that says it all, and what happened if there are more.
    Ticker,
}

impl Size {
    /// The size class of a screen.
    pub const fn of(area: Rect) -> Self {
        match (area.width, area.height) {
            (100.., 20..) => Self::Wide,
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
    /// Channels as tabs.
    Tabs,
    /// Channels as a list.
    Channels,
    /// Occupancy and its history.
    Gauge,
    /// Who is there.
    Occupants,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Which class.
    pub size: Size,
    /// All between header and footer.
    pub body: Rect,
    /// Status; the whole screen in the class [`Size::Ticker`].
    pub header: Rect,
    /// Channels as tabs.
    pub tabs: Option<Rect>,
    /// Channels as a list.
    pub channels: Option<Rect>,
    /// Occupancy.
    pub gauge: Option<Rect>,
    /// Who is there.
    pub occupants: Option<Rect>,
    /// The selected occupant.
    pub detail: Option<Rect>,
    /// What happened.
    pub log: Option<Rect>,
    /// Keys, or a word.
    pub footer: Rect,
}

/// What is within the border of a pane; `None` where there is no room for a border.
pub(super) fn inside(area: Rect) -> Option<Rect> {
    let Rect { x, y, width, height } = area;
    (width >= 8 && height >= 3).then(|| Rect { x: x + 1, y: y + 1, width: width - 2, height: height - 2 })
}

/// The least rows of a pane with a border, a heading and two people. Tabs make way for it.
const LEAST: u16 = 5;

/// Whether a list of so many rows has a line of headings: never in the place of the second of two people.
pub(super) const fn has_heading(rows: u16) -> bool {
    rows >= 3
}

/// Takes rows off the top of what is left.
struct RowCutter(Rect);

impl RowCutter {
    fn take(&mut self, height: u16) -> Rect {
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

/// Take a part of `whole` in percent, at least `least`, and leaving at least `others`.
fn take_share(whole: u16, percent: u16, least: u16, others: u16) -> u16 {
    let part = u32::from(whole) * u32::from(percent) / 100;
    let part = u16::try_from(part).unwrap_or(u16::MAX);
    part.min(whole.saturating_sub(others)).max(least).min(whole)
}

impl Layout {
    /// Cut the screen; `second`: there is a second header line to show, where there is room; `zoom`:
    /// `pane` fills the body.
    pub fn cut(area: Rect, pane: Pane, second: bool, zoom: bool, shares: PaneShares) -> Self {
        let size = Size::of(area);
        let mut rows = RowCutter(area);
        let header = match size {
            Size::Ticker => rows.take(area.height),
            Size::Tiny => rows.take(1),
            Size::Wide | Size::Narrow => rows.take(if second { 2 } else { 1 }),
        };
        let footer = rows.take_bottom(1);
        let body = rows.0;
        let (tabs, channels, gauge, occupants, detail, log) = (None, None, None, None, None, None);
        let mut layout = Self { size, body, header, tabs, channels, gauge, occupants, detail, log, footer };
        match size {
            Size::Ticker => {}
            Size::Wide if !zoom => {
                layout.log = Some(rows.take_bottom(take_share(body.height, shares.log, 4, 11)));
                let left = take_share(body.width, shares.channels, 24, 60);
                layout.channels = Some(Rect { width: left, ..rows.0 });
                let mut right = RowCutter(Rect { x: rows.0.x + left, width: rows.0.width - left, ..rows.0 });
                layout.gauge = Some(right.take(if right.0.height >= 18 { 7 } else { 3 }));
                let below = right.0;
                let aside = if area.width >= 120 { take_share(body.width, shares.detail, 24, left + 36) } else { 0 };
                let aside = aside.min(below.width.saturating_sub(24));
                layout.occupants = Some(Rect { width: below.width - aside, ..below });
                let detail = Rect { x: below.right() - aside, width: aside, ..below };
                layout.detail = Some(detail).filter(|_| aside >= 24);
                if layout.detail.is_none() {
                    layout.occupants = Some(below);
                }
            }
            Size::Narrow if !zoom => {
                layout.tabs = Some(rows.take(1));
                layout.gauge = Some(rows.take(1));
                layout.log = Some(rows.take_bottom(take_share(body.height, shares.log, 4, 8)));
                layout.occupants = Some(rows.0);
            }
            Size::Wide | Size::Narrow | Size::Tiny => {
                if (pane != Pane::Channels || size == Size::Tiny) && body.height > LEAST {
                    layout.tabs = Some(rows.take(1));
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

    /// List the parts that are there.
    fn list_parts(&self) -> impl Iterator<Item = (ScreenPart, Rect)> {
        let parts = [
            (ScreenPart::Header, Some(self.header)),
            (ScreenPart::Tabs, self.tabs),
            (ScreenPart::Channels, self.channels),
            (ScreenPart::Gauge, self.gauge),
            (ScreenPart::Occupants, self.occupants),
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
        let framed = matches!(
            part,
            ScreenPart::Channels | ScreenPart::Gauge | ScreenPart::Occupants | ScreenPart::Detail | ScreenPart::Log
        );
        let inner = if framed { inside(area).unwrap_or(area) } else { area };
        let within = inner.contains(here).then(|| Position::new(column - inner.x, row - inner.y));
        Some(Spot::On(part, within))
    }

    /// Borders lie side by side: both belong to the splitter between them.
    fn find_splitter(&self, here: Position) -> Option<Splitter> {
        let Position { x, y } = here;
        let beside = |edge: u16, at: u16| at == edge || at + 1 == edge;
        let rows = |area: Rect| (area.y..area.bottom()).contains(&y);
        if self.log.is_some_and(|log| log.y > self.body.y && y == log.y && log.contains(here)) {
            return Some(Splitter::Log);
        }
        if self.channels.is_some_and(|area| area.right() < self.body.right() && beside(area.right(), x) && rows(area)) {
            return Some(Splitter::Channels);
        }
        self.detail.is_some_and(|area| beside(area.x, x) && rows(area)).then_some(Splitter::Detail)
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
mod tests {
    use super::*;

    fn plain(width: u16, height: u16) -> Layout {
        Layout::cut(Rect::new(0, 0, width, height), Pane::Occupants, true, false, PaneShares::default())
    }

    #[test]
    fn no_part_is_ever_outside_the_screen_or_upon_another() {
        let odd = [
            PaneShares::default(),
            PaneShares { channels: 0, log: 0, detail: 0 },
            PaneShares { channels: 90, log: 99, detail: 300 },
        ];
        for (width, height) in (0..=260).step_by(3).flat_map(|w| (0..=70).map(move |h| (w, h))) {
            let area = Rect::new(0, 0, width, height);
            for (pane, zoom) in [(Pane::Channels, false), (Pane::Occupants, true), (Pane::Log, false)] {
                for shares in odd {
                    let layout = Layout::cut(area, pane, true, zoom, shares);
                    let parts: Vec<_> = layout.list_parts().filter(|(_, part)| !part.is_empty()).collect();
                    for (n, (name, part)) in parts.iter().enumerate() {
                        assert_eq!(part.intersection(area), *part, "{width}x{height} {name:?}");
                        let upon = parts[..n].iter().find(|(_, other)| !part.intersection(*other).is_empty());
                        assert_eq!(upon, None, "{width}x{height} {name:?}");
                    }
                    let covered: u32 = parts.iter().map(|(_, part)| part.area()).sum();
                    assert_eq!(covered, area.area(), "{width}x{height}: every cell belongs to a part");
                }
            }
        }
    }

    #[test]
    fn a_list_has_room_for_two_people_or_is_not_there() {
        for (width, height) in (1..=60).flat_map(|w| (1..=30).map(move |h| (w, h))).chain([(80, 6), (100, 20)]) {
            for (zoom, second) in [(false, false), (true, false), (false, true), (true, true)] {
                for pane in [Pane::Channels, Pane::Occupants, Pane::Log] {
                    let area = Rect::new(0, 0, width, height);
                    let layout = Layout::cut(area, pane, second, zoom, PaneShares::default());
                    let lists = [layout.channels, layout.occupants, layout.log];
                    for list in lists.into_iter().flatten() {
                        let rows = inside(list).unwrap_or(list).height;
                        assert!(rows - u16::from(has_heading(rows)) >= 2, "{width}x{height} {pane:?}: {rows}");
                    }
                    let some = lists.into_iter().flatten().count() > 0;
                    assert_eq!(some, layout.size != Size::Ticker, "{width}x{height}");
                }
            }
        }
    }

    #[test]
    fn the_sizes_people_have() {
        assert_eq!(
            [(200, 60), (100, 20), (80, 24), (40, 12), (20, 5), (1, 1)].map(|(w, h)| plain(w, h).size),
            [Size::Wide, Size::Wide, Size::Narrow, Size::Tiny, Size::Ticker, Size::Ticker,]
        );
        assert!(plain(119, 40).detail.is_none() && plain(120, 20).detail.is_some());
    }

    #[test]
    fn a_position_is_a_row_of_a_pane_a_border_or_a_splitter() {
        let layout = plain(120, 40);
        let (channels, occupants, log) = (layout.channels.unwrap(), layout.occupants.unwrap(), layout.log.unwrap());
        let row = |part, column, row| Some(Spot::On(part, Some(Position::new(column, row))));
        assert_eq!(layout.find_spot(3, 0), row(ScreenPart::Header, 3, 0));
        assert_eq!(layout.find_spot(occupants.x + 5, occupants.y + 3), row(ScreenPart::Occupants, 4, 2));
        assert_eq!(layout.find_spot(occupants.x + 5, occupants.y), Some(Spot::On(ScreenPart::Occupants, None)));
        assert_eq!(layout.find_spot(channels.right(), channels.y + 1), Some(Spot::Splitter(Splitter::Channels)));
        assert_eq!(
            layout.find_spot(layout.detail.unwrap().x - 1, occupants.y + 1),
            Some(Spot::Splitter(Splitter::Detail))
        );
        assert_eq!(layout.find_spot(60, log.y), Some(Spot::Splitter(Splitter::Log)));
        assert_eq!(layout.find_spot(120, 0), None);
    }

    #[test]
    fn a_dragged_splitter_goes_where_it_is_dragged() {
        let layout = plain(200, 60);
        let area = Rect::new(0, 0, 200, 60);
        for column in [60, 80, 100] {
            let shares = layout.drag(Splitter::Channels, column, 0, PaneShares::default());
            let moved = Layout::cut(area, Pane::Occupants, true, false, shares);
            assert_eq!(moved.channels.unwrap().right(), column);
        }
        let shares = layout.drag(Splitter::Log, 0, 30, PaneShares::default());
        let moved = Layout::cut(area, Pane::Occupants, true, false, shares);
        assert!(moved.log.unwrap().y.abs_diff(30) <= 1);
        let shares = layout.drag(Splitter::Detail, 160, 0, shares);
        assert_eq!(Layout::cut(area, Pane::Log, true, false, shares).detail.unwrap().x, 160);
    }
}
