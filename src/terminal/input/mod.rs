//! What comes from the person and the system, in words of our own.

#[cfg(unix)]
mod csi;
#[cfg(unix)]
mod inputs;
#[cfg(not(unix))]
#[path = "events.rs"]
mod inputs;
#[cfg(unix)]
mod keyboard;
#[cfg(unix)]
mod parse;
#[cfg(any(not(unix), test))]
mod translate;

pub use inputs::read_inputs;

use crate::keys::Key;

/// What a hand does with the mouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MouseAction {
    /// The left button goes down.
    Press,
    /// The mouse moves while it is down.
    Drag,
    /// The button goes up.
    Release,
    /// The wheel turns up by a notch.
    WheelUp,
    /// The wheel turns down by a notch.
    WheelDown,
}

/// The mouse, at a position of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mouse {
    /// What is done.
    pub action: MouseAction,
    /// Columns from the left.
    pub column: u16,
    /// Rows from the top.
    pub row: u16,
}

/// Something the terminal tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TerminalEvent {
    /// A key.
    Key(Key),
    /// Text that was copied elsewhere. Foreign.
    Paste(String),
    /// The mouse.
    Mouse(Mouse),
    /// The background of the terminal, which was asked for.
    Background {
        /// Whether it is light.
        is_light: bool,
    },
    /// What kind of terminal it is, which was asked for.
    Attributes,
    /// The window has another size.
    Resized,
    /// The screen may hold anything: draw all of it again.
    Redraw,
    /// Something to say to the person.
    Say(&'static str),
    /// The system wants us to end, or the terminal is gone.
    End,
}
