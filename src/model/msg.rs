//! What can happen to the model, and what a person can mean.

use crate::presence::{Command, Direction, Notice, Outcome, SceneStatus};

/// Anything that can happen.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// News from a source.
    Notice(Notice),
    /// A command ended.
    Outcome(Outcome),
    /// A person meant something.
    Act(Action),
    /// The simulated crowd says what it is at.
    Scene(SceneStatus),
    /// A command could not even be queued: the worker is busy.
    Busy(Command),
    /// Time has passed.
    Tick,
}

/// What a person can mean by a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// End the program.
    Quit,
    /// Open or close the help.
    Help,
    /// Close what is open.
    Close,
    /// Go to the next pane.
    NextPane,
    /// Go to the pane before.
    PreviousPane,
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// Ten rows up.
    PageUp,
    /// Ten rows down.
    PageDown,
    /// The first row.
    Top,
    /// The last row; in the log: follow.
    Bottom,
    /// The next channel.
    NextChannel,
    /// The channel before.
    PreviousChannel,
    /// Send a heartbeat on the selected channel.
    Heartbeat,
    /// Leave the selected channel.
    Leave,
    /// Ask here now for the selected channel.
    Resync,
    /// Tell the simulated crowd what to do, where there is one.
    Direct(Direction),
}
