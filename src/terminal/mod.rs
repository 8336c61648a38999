//! The terminal: screen and keyboard. The only room that knows crossterm.
//!
//! [`enter`] takes the terminal and [`leave`] gives it back, exactly once, whoever calls: the end of
//! the program, its panic hook, a signal, or a stop. After `leave`, nothing that is drawn reaches the
//! terminal any more. [`read_inputs`] is what the person and the system tell us.
//!
//! What is drawn is written by a thread of its own: the terminal is not waited for, and the next frame is drawn when it
//! has taken the one before, as [`watch_writing`] says.
//!
//! Invariant: what was turned on is turned off, and nothing else is touched.

mod background;
mod clipboard;
mod guard;
mod input;
mod pacer;
mod signals;
mod tell;
mod writer;

pub use background::{BACKGROUND_QUESTION, ask_background};
pub use clipboard::format_copy;
pub use guard::{Guard, TerminalScreen, capture_mouse, enter, leave, send_bytes};
pub use input::{Mouse, MouseAction, TerminalEvent, read_inputs};
pub use pacer::Pacer;
pub use signals::suspend;
pub use tell::{BELL, OscNotification, format_notification, format_title};
pub use writer::watch_writing;

/// Find why there is no terminal to draw on; `None` if there is one.
pub fn find_obstacle() -> Option<&'static str> {
    use std::io::IsTerminal;
    if !std::io::stdout().is_terminal() {
        return Some(
            "the dashboard draws on a terminal, and standard output is not one; run it without a pipe or redirection, or with --plain",
        );
    }
    if !std::io::stdin().is_terminal() {
        return Some(
            "the dashboard reads keys from a terminal, and standard input is not one; run it without a pipe or redirection, or with --plain",
        );
    }
    None
}

/// The columns and rows of the terminal; 80 x 24 where it does not say.
pub fn read_size() -> (u16, u16) {
    crossterm::terminal::size().unwrap_or((80, 24))
}

/// Whether standard output is a terminal that can't place a cursor, as TERM says.
pub fn is_dumb() -> bool {
    use std::io::IsTerminal;
    std::env::var("TERM").is_ok_and(|term| term == "dumb") && std::io::stdout().is_terminal()
}
