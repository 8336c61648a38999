//! What a person does, and how what the picture asked for ended.

use super::{Action, EditKey, PaneShares, Pointed};
use crate::output::Export;

/// How writing a file ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exported {
    /// It is there, whole.
    Written,
    /// There is a file of this name, and nobody said to replace it.
    Exists,
    /// It can't be written; why. Safe to show.
    Failed(String),
}

/// Anything that happens to the picture and not to the world.
#[derive(Debug, Clone, PartialEq)]
pub enum UiEvent {
    /// A person meant something.
    Act(Action),
    /// A person typed into what is open.
    Type(EditKey),
    /// A person pointed at something.
    Point(Pointed),
    /// A person moved a line between panes.
    Arrange(PaneShares),
    /// Another keyset can't be looked at: why, safe to show.
    NotSwitched(String),
    /// A file was written, or was not.
    Exported(Box<Export>, Exported),
}
