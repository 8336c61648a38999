//! The screen: what was drawn on it, and when it is drawn on next.

use color_eyre::eyre::Result;
use ratatui::{
    backend::Backend,
    buffer::{Buffer, CellDiffOption},
    layout::Rect,
};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::pointer::Pointer;
use crate::{
    presence::Moment,
    terminal::Pacer,
    ui::{Dialog, Screen},
    view::{self, Appearance},
};

/// No terminal that anybody can look at is larger; of one that says so only this corner is drawn on.
const WIDEST: u16 = 2_000;
const HIGHEST: u16 = 1_000;

/// The screen, and the last frame drawn on it.
pub(super) struct Canvas<B> {
    backend: B,
    pub last: Buffer,
    pub pacer: Pacer,
    pub pointer: Pointer,
    pub look: Appearance,
    /// When Ctrl-C was last pressed.
    pub interrupted: Option<Moment>,
}

impl<B> Canvas<B> {
    /// Nothing is drawn yet.
    pub fn new(backend: B, look: Appearance) -> Self {
        let pacer = Pacer::new(look.frames_per_second);
        Self { backend, last: Buffer::empty(Rect::ZERO), pacer, pointer: Pointer::default(), look, interrupted: None }
    }

    /// The screen may hold anything: the next frame starts from nothing.
    pub fn forget_frame(&mut self) {
        self.last = Buffer::empty(Rect::ZERO);
    }
}

impl<B: Backend> Canvas<B>
where
    B::Error: Send + Sync + 'static,
{
    /// Draw, unless the picture is the same as the one on the screen.
    ///
    /// # Errors
    /// If the screen can't be drawn on any more.
    pub fn draw_screen(&mut self, screen: &Screen<'_>, now: Moment) -> Result<()> {
        let size = self.backend.size()?;
        let area = Rect::new(0, 0, size.width.min(WIDEST), size.height.min(HIGHEST));
        if self.last.area != area {
            self.backend.clear()?;
            self.last = Buffer::empty(area);
        }
        let mut next = Buffer::empty(area);
        view::draw_screen(screen, &self.look, now, area, &mut next);
        if matches!(screen.ui.dialog, Some(Dialog::Help(_))) {
            crate::failpoint::panic_at("view");
        }
        repeat_behind_emoji(&mut next);
        if next != self.last {
            self.backend.draw(self.last.diff(&next).into_iter())?;
            self.last = next;
        }
        self.backend.flush()?;
        Ok(())
    }
}

/// Draw again, whenever anything is drawn, what a terminal might cover that does not know an emoji sequence for one
/// picture, and draws its parts side by side.
fn repeat_behind_emoji(picture: &mut Buffer) {
    let columns = usize::from(picture.area.width);
    for at in 0..picture.content.len() {
        let symbol = picture.content[at].symbol();
        if symbol.is_ascii() || symbol.chars().nth(1).is_none() {
            continue;
        }
        let (whole, parts) = (symbol.width(), symbol.chars().filter_map(UnicodeWidthChar::width).sum::<usize>());
        let row_end = at - at % columns + columns;
        for cell in &mut picture.content[(at + whole).min(row_end)..(at + parts.max(whole)).min(row_end)] {
            cell.diff_option = CellDiffOption::AlwaysUpdate;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::style::Style;

    fn picture(text: &str) -> Buffer {
        let mut picture = Buffer::empty(Rect::new(0, 0, 8, 1));
        picture.set_stringn(0, 0, "       |", 8, Style::new());
        picture.set_stringn(0, 0, text, 7, Style::new());
        repeat_behind_emoji(&mut picture);
        picture
    }

    #[test]
    fn what_an_unknown_emoji_might_cover_is_drawn_again() {
        let drawn = |from: &str, to: &str| -> Vec<u16> {
            picture(from).diff(&picture(to)).into_iter().map(|(x, ..)| x).collect()
        };
        // Its parts would reach to the sixth column.
        assert_eq!(drawn("", "a👨\u{200d}👩\u{200d}👧"), [0, 1, 3, 4, 5, 6]);
        assert_eq!(drawn("b👨\u{200d}👩\u{200d}👧", "a👨\u{200d}👩\u{200d}👧"), [0, 3, 4, 5, 6]);
        assert_eq!(drawn("李e\u{301}", "李e\u{301}"), [0_u16; 0]);
    }
}
