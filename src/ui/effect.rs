//! What a person wants of the terminal and the disk, beyond a picture: the loop grants it after each step.

use std::sync::Arc;

use crate::{alerts::Alert, output::Export};

/// Something wanted of the terminal, of the disk, or of whoever started us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Draw everything anew: the screen may hold anything.
    Redraw,
    /// Take the mouse, or give it back to the terminal, which then marks text with it.
    Mouse(bool),
    /// Draw in the colours of this name, one of [`THEMES`](crate::ui::THEMES).
    Theme(&'static str),
    /// Stop the program as a shell does, until somebody continues it.
    Suspend,
    /// Put this text where the person pastes from; at most [`MOST_COPIED`](crate::output::MOST_COPIED) bytes.
    /// Foreign text.
    Copy(String),
    /// Write a file; how that ended is told by [`UiEvent::Exported`](crate::ui::UiEvent::Exported).
    Export(Box<Export>),
    /// Go over to another keyset, by its name in the configuration.
    Switch(Arc<str>),
    /// Tell somebody who asked for it, aloud: by bell, title, notification or command.
    Tell(Alert),
}
