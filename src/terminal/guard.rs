//! Taking the terminal and giving it back.

use std::{
    io::{self, Write},
    sync::atomic::{AtomicBool, Ordering},
};

use crossterm::{
    cursor::{Hide, Show},
    event::{DisableBracketedPaste, EnableBracketedPaste},
    execute,
    style::Print,
    terminal::{
        BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
        enable_raw_mode,
    },
};

use super::tell::{TITLE_BACK, TITLE_KEPT};

/// Whether the terminal is ours. Looked at and changed only under the lock of stdout, which is
/// reentrant: a panic in the middle of a write can still give the terminal back.
static OURS: AtomicBool = AtomicBool::new(false);

/// What clearing the whole screen ends with.
const CLEAR: &[u8] = b"\x1b[2J";

/// Gives the terminal back when dropped.
#[derive(Debug)]
#[must_use = "the terminal is given back when this is dropped"]
pub struct Guard(());

impl Drop for Guard {
    fn drop(&mut self) {
        leave();
    }
}

/// Take the terminal: raw mode, alternate screen, no cursor, pastes marked as such.
///
/// # Errors
/// If the terminal refuses; then nothing is left changed.
pub fn enter() -> io::Result<Guard> {
    let guard = Guard(());
    let mut out = io::stdout().lock();
    OURS.store(true, Ordering::SeqCst);
    enable_raw_mode()?;
    execute!(out, Print(TITLE_KEPT), EnterAlternateScreen, EnableBracketedPaste, Hide)?;
    Ok(guard)
}

/// Give the terminal back, unless that has been done. Its own errors are ignored: there is nobody
/// left to tell.
pub fn leave() {
    let mut out = io::stdout().lock();
    if OURS.swap(false, Ordering::SeqCst) {
        let _ =
            execute!(out, EndSynchronizedUpdate, DisableBracketedPaste, LeaveAlternateScreen, Show, Print(TITLE_BACK));
        let _ = disable_raw_mode();
    }
}

/// Write what is no picture: a bell, a title. Not once the terminal has been given back. Errors are left
/// to the next frame, which meets them, too.
pub fn emit(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    if OURS.load(Ordering::SeqCst) {
        let _ = out.write_all(bytes).and_then(|()| out.flush());
    }
}

/// Where frames are written: each flush is one synchronized update, and none gets through once the
/// terminal has been given back.
#[derive(Debug, Default)]
pub struct Screen {
    frame: Vec<u8>,
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.frame.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        // A cleared screen is not shown by itself: it waits for what is drawn on it.
        if self.frame.is_empty() || self.frame.ends_with(CLEAR) {
            return Ok(());
        }
        let mut out = io::stdout().lock();
        let mut written = Ok(());
        if OURS.load(Ordering::SeqCst) {
            written = execute!(out, BeginSynchronizedUpdate)
                .and_then(|()| out.write_all(&self.frame))
                .and_then(|()| execute!(out, EndSynchronizedUpdate));
        }
        self.frame.clear();
        written
    }
}
