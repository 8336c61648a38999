//! What the ui takes: what a person does, and how its effects ended.

use super::{Action, EditKey, PaneShares, Pointed};
use crate::output::Export;

/// How an export ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exported {
    /// The file is written.
    Written,
    /// A file with this name exists, and the person did not order to replace it.
    Exists,
    /// Writing failed, for this reason. Safe to show.
    Failed(String),
}

/// Anything that changes the ui and not the world.
#[derive(Debug, Clone, PartialEq)]
pub enum UiEvent {
    /// A person chose an action.
    Act(Action),
    /// A person typed into the open dialog.
    Type(EditKey),
    /// A person pointed at something.
    Point(Pointed),
    /// A person moved a splitter between panes.
    Arrange(PaneShares),
    /// Switching to another keyset failed, for this reason. Safe to show.
    NotSwitched(String),
    /// An export ended.
    Exported(Box<Export>, Exported),
}
