//! What the ui asks of the terminal, the disk and the program. The loop carries it out after each step.

use std::sync::Arc;

use crate::{alerts::Alert, output::Export};

/// A request to the terminal, the disk, or the program around the loop.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Redraw everything, because the screen may hold anything.
    Redraw,
    /// Take the mouse, or return it to the terminal, which then selects text with it.
    Mouse(bool),
    /// Switch to this theme, one of [`THEMES`](crate::ui::THEMES).
    Theme(&'static str),
    /// Suspend the program, as a shell does.
    Suspend,
    /// Copy this text to the clipboard: at most [`MOST_COPIED`](crate::output::MOST_COPIED) bytes. Foreign text.
    Copy(String),
    /// Write a file. [`UiEvent::Exported`](crate::ui::UiEvent::Exported) reports how that ended.
    Export(Box<Export>),
    /// Switch to the keyset with this name.
    Switch(Arc<str>),
    /// Deliver an alert, by bell, title, notification or command.
    Tell(Alert),
}
