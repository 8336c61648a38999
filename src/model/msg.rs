//! What can happen to the model.

use super::{Action, Typing};
use crate::presence::{Command, Notice, Outcome, SceneStatus};

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
    /// The simulated crowd says what it is at.
    Scene(SceneStatus),
    /// Another keyset can't be looked at: why, safe to show.
    NotSwitched(String),
    /// A command could not even be queued: the worker is busy.
    Busy(Command),
    /// Time has passed.
    Tick,
}
