//! What can happen to the model.

use crate::model::{Action, Export, Pick, Shares, Typing};
use crate::presence::{Command, Notice, Outcome, SceneStatus};

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

/// Anything that can happen.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// News from a source.
    Notice(Notice),
    /// A command ended.
    Outcome(Outcome),
    /// A person meant something.
    Act(Action),
    /// A person typed into what is open.
    Type(Typing),
    /// A person pointed at something.
    Pick(Pick),
    /// A person moved a line between panes.
    Arrange(Shares),
    /// The simulated crowd says what it is at.
    Scene(SceneStatus),
    /// Another keyset can't be looked at: why, safe to show.
    NotSwitched(String),
    /// A command could not even be queued: the worker is busy.
    Busy(Command),
    /// A file was written, or was not.
    Exported(Box<Export>, Exported),
    /// Time has passed.
    Tick,
}
