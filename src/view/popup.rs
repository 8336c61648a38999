//! What lies over the panes: a box in the middle, and a line to type into.
//!
//! ```text
//! ╭ title ──────────────── how it is closed ╮
//! │ what is ty█ed                           │
//! ╰─────────────────────────────────────────╯
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::{Modifier, Style},
    text::{Line, Span},
    widgets::{Clear, Widget},
};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::{Appearance, format::cut_foreign, frame::draw_box};
use crate::{presence::sanitize, ui::TextField};

/// Rows of a pane that a box about it leaves in sight, its title included.
const IN_SIGHT: u16 = 5;

/// Columns and rows beside a box that are too few to be of use: it takes them, too.
const SCRAPS: (u16, u16) = (8, 2);

/// Where a box may lie, and the pane that it is about, if it is about one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dock {
    pub bounds: Rect,
    pub pane: Option<Rect>,
}

impl Dock {
    /// In the middle, about no pane.
    pub const fn middle(bounds: Rect) -> Self {
        Self { bounds, pane: None }
    }

    /// The place of a box with this size: in the middle, or at the right edge of its pane, below its first rows where
    /// there is room for that.
    fn place(self, width: u16, height: u16) -> Rect {
        let Self { bounds, pane } = self;
        let (right, lowest) = (bounds.right() - width, bounds.bottom() - height);
        let (x, y) = pane.map_or_else(
            || (bounds.x + (bounds.width - width) / 2, bounds.y + (bounds.height - height) / 2),
            |pane| (pane.right().saturating_sub(width), (pane.y + IN_SIGHT).max(pane.bottom().saturating_sub(height))),
        );
        Rect { x: x.clamp(bounds.x, right), y: y.clamp(bounds.y, lowest), width, height }
    }
}

/// Draw an empty box of at most so many columns and rows (borders included) in the middle of the screen, with a
/// title and how it is closed; returns what is inside.
pub(super) fn draw_popup(
    look: &Appearance,
    title: &str,
    closes: &str,
    (width, height): (usize, usize),
    bounds: Rect,
    buf: &mut Buffer,
) -> Rect {
    draw_docked(look, title, closes, (width, height), Dock::middle(bounds), buf)
}

/// Draw such a box where it is docked.
pub(super) fn draw_docked(
    look: &Appearance,
    title: &str,
    closes: &str,
    (width, height): (usize, usize),
    dock: Dock,
    buf: &mut Buffer,
) -> Rect {
    let bounds = dock.bounds;
    let fit = |wanted: usize, whole: u16, scraps: u16| {
        let wanted = u16::try_from(wanted).unwrap_or(u16::MAX).min(whole);
        // What would be left beside it is too little to be read.
        if dock.pane.is_none() && whole - wanted <= scraps { whole } else { wanted }
    };
    let (width, height) = (fit(width, bounds.width, SCRAPS.0), fit(height, bounds.height, SCRAPS.1));
    let area = dock.place(width, height);
    Clear.render(area, buf);
    draw_box(look, title, Line::styled(format!(" {closes} "), look.theme.quiet), area, buf)
}

/// Show a line that is being typed, with its cursor, in at most `width` cells: the end that holds the cursor.
pub(super) fn show_field<'a>(field: &TextField, width: usize) -> Vec<Span<'a>> {
    let (before, after) = field.split_at_cursor();
    let before = sanitize(before).into_owned();
    // What does not fit goes away on the left.
    let mut start = 0;
    while before[start..].width() + 1 > width && start < before.len() {
        start += before[start..].graphemes(true).next().map_or(1, str::len);
    }
    let left = before[start..].to_owned();
    let mut rest = after.graphemes(true);
    let under = rest.next().map_or(" ".to_owned(), |letter| sanitize(letter).into_owned());
    let room = width.saturating_sub(left.width() + under.width());
    let right = cut_foreign(rest.as_str(), room);
    vec![Span::raw(left), Span::styled(under, Style::new().add_modifier(Modifier::REVERSED)), Span::raw(right)]
}
