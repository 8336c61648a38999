//! The screen: what was drawn on it, and when it is drawn on next.

use color_eyre::eyre::Result;
use ratatui::{
    backend::Backend,
    buffer::{Buffer, Cell, CellDiffOption},
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

    /// Whether what is known of the selected user is in sight.
    pub fn shows_detail(&self, screen: &Screen<'_>, now: Moment) -> bool {
        match &screen.ui.dialog {
            Some(dialog) => matches!(dialog, Dialog::Detail(_)),
            None => view::cut_screen(screen, now, self.last.area).detail.is_some(),
        }
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
        rewrite_doubtful_rows(&self.last, &mut next);
        if next != self.last {
            draw_changes(&mut self.backend, &self.last.diff(&next))?;
            self.last = next;
        }
        self.backend.flush()?;
        Ok(())
    }
}

/// Whether terminals differ in how many cells they give to a symbol: one of several characters that is no ASCII.
fn is_doubtful(symbol: &str) -> bool {
    !symbol.is_ascii() && symbol.chars().nth(1).is_some()
}

/// Where a row holds or held a symbol of doubtful width, and changes, write all of it: its cells may not stand on the
/// screen where they were written.
fn rewrite_doubtful_rows(last: &Buffer, next: &mut Buffer) {
    let columns = usize::from(next.area.width).max(1);
    for (before, now) in last.content.chunks(columns).zip(next.content.chunks_mut(columns)) {
        let holds_doubtful = |row: &[Cell]| row.iter().any(|cell| is_doubtful(cell.symbol()));
        let is_changed = before.iter().zip(&*now).any(|(a, b)| a.symbol() != b.symbol() || a.style() != b.style());
        if is_changed && (holds_doubtful(before) || holds_doubtful(now)) {
            for cell in now {
                cell.diff_option = CellDiffOption::AlwaysUpdate;
            }
        }
    }
}

/// Draw changed cells. The cursor is set again behind each symbol of doubtful width, and what was in its cells is
/// blanked before.
fn draw_changes<B: Backend>(backend: &mut B, changes: &[(u16, u16, &Cell)]) -> Result<(), B::Error> {
    let blank = Cell::new(" ");
    let mut rest = changes;
    while let Some(at) = rest.iter().position(|(_, _, cell)| is_doubtful(cell.symbol())) {
        let (before, behind) = rest.split_at(at);
        let (doubtful, behind) = behind.split_at(1);
        backend.draw(before.iter().copied())?;
        let (x, y, cell) = doubtful[0];
        let cells = u16::try_from(cell.symbol().width()).unwrap_or(1);
        backend.draw((x..x.saturating_add(cells)).map(|x| (x, y, &blank)))?;
        backend.draw(doubtful.iter().copied())?;
        rest = behind;
    }
    backend.draw(rest.iter().copied())
}

/// Draw again, whenever anything is drawn, what a terminal might cover that does not know an emoji sequence for one
/// picture, and draws its parts side by side.
fn repeat_behind_emoji(picture: &mut Buffer) {
    let columns = usize::from(picture.area.width);
    for at in 0..picture.content.len() {
        let symbol = picture.content[at].symbol();
        if !is_doubtful(symbol) {
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
    fn f38_a_row_with_a_symbol_of_doubtful_width_is_written_whole_when_it_changes() {
        let row = |text: &str| {
            let mut row = Buffer::empty(Rect::new(0, 0, 8, 2));
            row.set_stringn(0, 0, text, 8, Style::new());
            row.set_stringn(0, 1, "plain", 8, Style::new());
            row
        };
        let written = |from: &str, to: &str| -> usize {
            let (before, mut now) = (row(from), row(to));
            rewrite_doubtful_rows(&before, &mut now);
            before.diff(&now).len()
        };
        assert_eq!(written("abc", "abd"), 1);
        assert_eq!(written("हु c", "हु d"), 8);
        assert_eq!(written("हु c", "a c"), 8, "it was there before");
        assert_eq!(written("हु c", "हु c"), 0, "nothing has changed");
    }

    #[test]
    fn f38_the_cursor_is_set_again_behind_a_symbol_of_doubtful_width() {
        use ratatui::backend::CrosstermBackend;
        let mut bytes = Vec::new();
        let mut next = Buffer::empty(Rect::new(0, 0, 8, 1));
        next.set_stringn(0, 0, "aहुb", 8, Style::new());
        let last = Buffer::empty(next.area);
        draw_changes(&mut CrosstermBackend::new(&mut bytes), &last.diff(&next)).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let behind = text.split("हु").nth(1).unwrap();
        assert!(behind.contains("\u{1b}[1;3Hb"), "{text:?}");
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
