//! What the model wants of the terminal, beyond a picture: the loop grants it after each update.

use std::sync::Arc;

/// Something wanted of the terminal, or of whoever started us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Draw everything anew: the screen may hold anything.
    Redraw,
    /// Stop the program as a shell does, until somebody continues it.
    Suspend,
    /// Go over to another keyset, by its name in the configuration.
    Switch(Arc<str>),
}
