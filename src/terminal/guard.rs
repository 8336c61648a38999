//! Taking the terminal and giving it back.

use std::{
    io::{self, Write},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crossterm::{
    Command,
    cursor::{Hide, Show},
    event::{DisableBracketedPaste, EnableBracketedPaste},
    queue,
    style::Print,
    terminal::{
        BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
        enable_raw_mode,
    },
};

use super::{
    tell::{TITLE_BACK, TITLE_KEPT},
    writer::{hand_over, offer, start_writer, wait_until_written, write_last},
};
use crate::shutdown::give_up_on_readers;

/// Whether the terminal is ours, and whether the mouse is wanted while it is. Held while something is handed over to
/// be written, and never while somebody waits.
static OWNERSHIP: Mutex<Ownership> = Mutex::new(Ownership { ours: false, mouse: false });

struct Ownership {
    ours: bool,
    mouse: bool,
}

/// A terminal that does not take what gives it back within this time is left as it is, but for its settings.
const PATIENCE: Duration = Duration::from_millis(500);

fn lock() -> MutexGuard<'static, Ownership> {
    OWNERSHIP.lock().unwrap_or_else(PoisonError::into_inner)
}

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
    start_writer()?;
    let guard = Guard(());
    let mut held = lock();
    held.ours = true;
    enable_raw_mode()?;
    let mut bytes = Vec::new();
    queue!(bytes, Print(TITLE_KEPT), EnterAlternateScreen, EnableBracketedPaste, Hide)?;
    if held.mouse {
        queue!(bytes, MouseCapture(true))?;
    }
    hand_over(&bytes)?;
    drop(held);
    // Whoever gives it back throws away what still waits. Without this, that could be the way into the alternate screen,
    // and leaving what was not entered moves the cursor over what was there before.
    let _ = wait_until_written(PATIENCE);
    Ok(guard)
}

/// Take the mouse, or give it back to the terminal, which then marks text with it; from now on, and when
/// the terminal is taken again.
///
/// # Errors
/// If the terminal refuses.
pub fn capture_mouse(on: bool) -> io::Result<()> {
    let mut held = lock();
    held.mouse = on;
    if !held.ours {
        return Ok(());
    }
    let mut bytes = Vec::new();
    queue!(bytes, MouseCapture(on))?;
    hand_over(&bytes)
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
/// left to tell. A terminal that is not read holds nobody up: then it is not waited for at the end of the program
/// either.
pub fn leave() {
    if !give_back() {
        give_up_on_readers();
    }
}

/// Give the terminal back, unless that has been done. Returns whether it took what was written to it.
pub(super) fn give_back() -> bool {
    let mouse = {
        let mut held = lock();
        if !std::mem::take(&mut held.ours) {
            drop(held);
            // Whoever gives it back at the moment may wait for it.
            return wait_until_written(PATIENCE);
        }
        held.mouse
    };
    let mut bytes = Vec::new();
    if mouse {
        let _ = queue!(bytes, MouseCapture(false));
    }
    let _ = queue!(bytes, EndSynchronizedUpdate, DisableBracketedPaste, LeaveAlternateScreen, Show, Print(TITLE_BACK));
    let written = write_last(&bytes, PATIENCE);
    let _ = disable_raw_mode();
    written
}

/// Send bytes to the terminal that draw nothing; not once it has been given back.
///
/// # Errors
/// What the terminal says, or that it does not take what was sent before.
pub fn send_bytes(bytes: &[u8]) -> io::Result<()> {
    let held = lock();
    if held.ours { offer(bytes) } else { Ok(()) }
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
        let mut bytes = Vec::new();
        queue!(bytes, BeginSynchronizedUpdate)?;
        bytes.append(&mut self.frame);
        queue!(bytes, EndSynchronizedUpdate)?;
        let held = lock();
        if held.ours { hand_over(&bytes) } else { Ok(()) }
    }
}
