//! What the model wants of the terminal, beyond a picture: the loop grants it after each update.

/// Something wanted of the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Draw everything anew: the screen may hold anything.
    Redraw,
    /// Take the mouse, or give it back to the terminal, which then marks text with it.
    Mouse(bool),
    /// Draw in the colours of this name, one of [`THEMES`](super::THEMES).
    Theme(&'static str),
    /// Stop the program as a shell does, until somebody continues it.
    Suspend,
}
