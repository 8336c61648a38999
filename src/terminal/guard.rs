//! Taking the terminal and giving it back.

use std::{
    io::{self, Write},
    sync::atomic::{AtomicBool, Ordering},
};

use crossterm::{
    Command,
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

/// Whether the mouse is wanted, while the terminal is ours.
static MOUSE: AtomicBool = AtomicBool::new(false);

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
    if MOUSE.load(Ordering::SeqCst) {
        execute!(out, MouseCapture(true))?;
    }
    Ok(guard)
}

/// Take the mouse, or give it back to the terminal, which then marks text with it; from now on, and when
/// the terminal is taken again.
///
/// # Errors
/// If the terminal refuses.
pub fn capture_mouse(on: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    MOUSE.store(on, Ordering::SeqCst);
    if OURS.load(Ordering::SeqCst) { execute!(out, MouseCapture(on)) } else { Ok(()) }
}

/// Clicks, wheel and drags, in coordinates of any size. Not every motion, as the library would ask for:
/// a hand on the mouse would wake us a hundred times a second.
struct MouseCapture(bool);

impl Command for MouseCapture {
    fn write_ansi(&self, out: &mut impl std::fmt::Write) -> std::fmt::Result {
        out.write_str(if self.0 { "\x1b[?1000h\x1b[?1002h\x1b[?1006h" } else { "\x1b[?1006l\x1b[?1002l\x1b[?1000l" })
    }

    #[cfg(windows)]
    fn execute_winapi(&self) -> io::Result<()> {
        use crossterm::event::{DisableMouseCapture, EnableMouseCapture};
        if self.0 { EnableMouseCapture.execute_winapi() } else { DisableMouseCapture.execute_winapi() }
    }

    #[cfg(windows)]
    fn is_ansi_code_supported(&self) -> bool {
        false
    }
}

/// Give the terminal back, unless that has been done. Its own errors are ignored: there is nobody
/// left to tell.
pub fn leave() {
    let mut out = io::stdout().lock();
    if OURS.swap(false, Ordering::SeqCst) {
        if MOUSE.load(Ordering::SeqCst) {
            let _ = execute!(out, MouseCapture(false));
        }
        let _ =
            execute!(out, EndSynchronizedUpdate, DisableBracketedPaste, LeaveAlternateScreen, Show, Print(TITLE_BACK));
        let _ = disable_raw_mode();
    }
}

/// Send bytes to the terminal that draw nothing; not once it has been given back.
///
/// # Errors
/// What the terminal says.
pub fn send_bytes(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if OURS.load(Ordering::SeqCst) {
        out.write_all(bytes)?;
        out.flush()?;
    }
    Ok(())
}

/// Where frames are written: each flush is one synchronized update, and none gets through once the
/// terminal has been given back.
#[derive(Debug, Default)]
pub struct TerminalScreen {
    frame: Vec<u8>,
}

impl Write for TerminalScreen {
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
