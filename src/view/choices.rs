//! A box with things to choose from: what is typed narrows them, one of them is chosen.
//!
//! ```text
//! ╭ actions ───────────────── Enter does it, Esc closes ╮
//! │ › re█                                               │
//! │ resync             ask here now for the channel  r  │
//! │ reverse            turn the order of the list    R  │
//! ╰─────────────────────────────────────────────────────╯
//! ```

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
    widgets::Widget,
};

use super::{
    Appearance,
    format::cut,
    popup::{Dock, draw_docked, show_field},
    rows::{below, draw_lines, find_first_row},
};
use crate::ui::FuzzyList;

/// A box with things to choose from.
pub(super) struct Choices<'a, T> {
    pub title: &'a str,
    /// How one chooses, and how the box is closed.
    pub closes: &'a str,
    /// Columns and rows of the box, borders included.
    pub size: (usize, usize),
    /// What is typed, and which one is chosen.
    pub chooser: &'a FuzzyList,
    /// Those that fit what is typed.
    pub found: &'a [T],
    /// What is said where none does, if anything.
    pub nothing: &'a str,
}

impl<T> Choices<'_, T> {
    /// Draw it. `row` makes a line of one of them, in so many cells; the last argument says that it is the chosen
    /// one.
    pub fn draw<'l>(&self, look: &Appearance, dock: Dock, buf: &mut Buffer, row: impl Fn(&T, usize, bool) -> Line<'l>) {
        let inner = draw_docked(look, self.title, self.closes, self.size, dock, buf);
        let body = draw_field(self.chooser, look, inner, buf);
        let (rows, width) = (usize::from(body.height), usize::from(body.width));
        let first = find_first_row(self.chooser.chosen, rows, self.found.len());
        let in_sight = self.found.iter().enumerate().skip(first);
        draw_lines(in_sight.map(|(place, one)| row(one, width, place == self.chooser.chosen)), body, buf);
        if self.found.is_empty() && !self.nothing.is_empty() {
            Line::styled(cut(self.nothing, width), look.theme.quiet).render(body, buf);
        }
    }
}

/// Draw what is typed on the first row; returns what is below.
pub(super) fn draw_field(chooser: &FuzzyList, look: &Appearance, inner: Rect, buf: &mut Buffer) -> Rect {
    if inner.height == 0 {
        return inner;
    }
    let mut line = Line::from(Span::styled(" › ", look.theme.accent));
    line.extend(show_field(&chooser.field, usize::from(inner.width).saturating_sub(4)));
    line.render(Rect { height: 1, ..inner }, buf);
    below(inner, 1)
}
