//! A test's screen.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use ratatui::{
    backend::{Backend, ClearType, TestBackend, WindowSize},
    buffer::{Buffer, Cell},
    layout::{Position, Size},
};

/// A screen that counts its frames.
pub struct Screen {
    pub cells: TestBackend,
    /// Frames that changed something.
    pub frames: Arc<AtomicUsize>,
    /// Looks at each frame when it is complete.
    pub eye: Box<dyn FnMut(&Buffer) + Send>,
}

impl Screen {
    /// With nobody to look at it.
    pub fn new(columns: u16, rows: u16) -> Self {
        Self { cells: TestBackend::new(columns, rows), frames: Arc::default(), eye: Box::new(|_| ()) }
    }
}

impl Backend for Screen {
    type Error = <TestBackend as Backend>::Error;
    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> Result<(), Self::Error> {
        self.frames.fetch_add(1, Ordering::SeqCst);
        self.cells.draw(content)
    }
    fn hide_cursor(&mut self) -> Result<(), Self::Error> {
        self.cells.hide_cursor()
    }
    fn show_cursor(&mut self) -> Result<(), Self::Error> {
        self.cells.show_cursor()
    }
    fn get_cursor_position(&mut self) -> Result<Position, Self::Error> {
        self.cells.get_cursor_position()
    }
    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Self::Error> {
        self.cells.set_cursor_position(position)
    }
    fn clear(&mut self) -> Result<(), Self::Error> {
        self.cells.clear()
    }
    fn clear_region(&mut self, region: ClearType) -> Result<(), Self::Error> {
        self.cells.clear_region(region)
    }
    fn size(&self) -> Result<Size, Self::Error> {
        self.cells.size()
    }
    fn window_size(&mut self) -> Result<WindowSize, Self::Error> {
        self.cells.window_size()
    }
    fn flush(&mut self) -> Result<(), Self::Error> {
        self.cells.flush()?;
        (self.eye)(self.cells.buffer());
        Ok(())
    }
}
