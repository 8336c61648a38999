//! The screen cut into rectangles. No size is refused.
//!
//! ```text
//! wide (from 100 x 20)            narrow (from 60 x 16)       tiny
//! ┌ header (2) ───────────┐       ┌ header ─────┐             ┌ header ──┐
//! ├ channels ┬ gauge (3) ─┤       ├ tabs (1) ───┤             ├ one pane │
//! │          ├ occupants  │       ├ gauge (1) ──┤             │          │
//! │          │            │       ├ occupants   │             │          │
//! ├──────────┴ log ───────┤       ├ log ────────┤             │          │
//! └ footer (1) ───────────┘       └ footer ─────┘             └ footer ──┘
//! ```

use ratatui::layout::Rect;

use crate::model::Pane;

/// How much room there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// Everything side by side.
    Wide,
    /// Channels as tabs, occupants above the log.
    Narrow,
    /// One pane at a time.
    Tiny,
}

impl Size {
    /// The size class of a screen.
    pub const fn of(area: Rect) -> Self {
        match (area.width, area.height) {
            (100.., 20..) => Self::Wide,
            (60.., 16..) => Self::Narrow,
            _ => Self::Tiny,
        }
    }
}

/// Where everything goes. Absent parts are not drawn; no part is outside the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Which class.
    pub size: Size,
    /// Status.
    pub header: Rect,
    /// Channels as tabs.
    pub tabs: Option<Rect>,
    /// Channels as a list.
    pub channels: Option<Rect>,
    /// Occupancy.
    pub gauge: Option<Rect>,
    /// Who is there.
    pub occupants: Option<Rect>,
    /// What happened.
    pub log: Option<Rect>,
    /// Keys, or a word.
    pub footer: Rect,
}

/// Takes rows off the top of what is left.
struct Rows(Rect);

impl Rows {
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

impl Layout {
    /// Cut the screen; `second`: there is a second header line to show, where there is room.
    pub fn of(area: Rect, pane: Pane, second: bool) -> Self {
        let size = Size::of(area);
        let mut rows = Rows(area);
        let header = rows.take(if size != Size::Tiny && second { 2 } else { 1 });
        let footer = if area.height > 2 { rows.take_bottom(1) } else { Rect::new(area.x, area.y, 0, 0) };
        let mut layout =
            Self { size, header, tabs: None, channels: None, gauge: None, occupants: None, log: None, footer };
        match size {
            Size::Wide => {
                let log = (rows.0.height * 2 / 5).clamp(6, 18);
                layout.log = Some(rows.take_bottom(log));
                let left = (rows.0.width / 4).clamp(24, 40);
                layout.channels = Some(Rect { width: left, ..rows.0 });
                let mut right = Rows(Rect { x: rows.0.x + left, width: rows.0.width - left, ..rows.0 });
                layout.gauge = Some(right.take(3));
                layout.occupants = Some(right.0);
            }
            Size::Narrow => {
                layout.tabs = Some(rows.take(1));
                layout.gauge = Some(rows.take(1));
                let log = (rows.0.height * 2 / 5).clamp(5, 16);
                layout.log = Some(rows.take_bottom(log));
                layout.occupants = Some(rows.0);
            }
            Size::Tiny => {
                if rows.0.height > 4 {
                    layout.tabs = Some(rows.take(1));
                }
                let room = Some(rows.0).filter(|r| r.height > 0);
                match pane {
                    Pane::Channels => layout.channels = room,
                    Pane::Occupants => layout.occupants = room,
                    Pane::Log => layout.log = room,
                }
            }
        }
        layout
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_is_ever_outside_the_screen() {
        for (width, height) in (0..=130).flat_map(|w| (0..=50).map(move |h| (w, h))) {
            let area = Rect::new(0, 0, width, height);
            for pane in [Pane::Channels, Pane::Occupants, Pane::Log] {
                let l = Layout::of(area, pane, true);
                let parts = [l.tabs, l.channels, l.gauge, l.occupants, l.log, Some(l.header), Some(l.footer)];
                for part in parts.into_iter().flatten() {
                    assert_eq!(part.intersection(area), part, "{width}x{height}");
                }
            }
        }
    }
}
