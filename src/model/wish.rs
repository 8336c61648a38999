//! What the model wants of the terminal, beyond a picture: the loop grants it after each update.

use super::News;

/// Something wanted of the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Draw everything anew: the screen may hold anything.
    Redraw,
    /// Stop the program as a shell does, until somebody continues it.
    Suspend,
    /// Tell somebody who asked for it, aloud: by bell, title, notification or command.
    Tell(News),
}
