//! The screen: what was drawn on it, and when it is drawn on next.

use color_eyre::eyre::Result;
use ratatui::{backend::Backend, buffer::Buffer, layout::Rect};

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
}

impl<B> Canvas<B> {
    /// Nothing is drawn yet.
    pub fn new(backend: B, look: Appearance) -> Self {
        let pacer = Pacer::new(look.frames_per_second);
        Self { backend, last: Buffer::empty(Rect::ZERO), pacer, pointer: Pointer::default(), look }
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
        self.pacer.mark_drawn(now);
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
        if next != self.last {
            self.backend.draw(self.last.diff(&next).into_iter())?;
            self.last = next;
        }
        self.backend.flush()?;
        Ok(())
    }
}
