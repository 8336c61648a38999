//! What a [`World`](super::World) takes in: what comes from outside, and what a person wants done.

use std::time::Duration;

use super::Removal;
use crate::presence::{Channel, Command, Direction, Notice, Outcome, SceneStatus, State, Subscription, UserId};

/// Anything that changes what is known.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A source tells something.
    Notice(Notice),
    /// A command ended.
    Outcome(Outcome),
    /// A command could not even be queued: the worker is busy.
    Busy(Command),
    /// The simulated crowd says what it is at.
    Scene(SceneStatus),
    /// A person wants something done.
    Order(Order),
    /// Time has passed, and nothing else happened.
    Tick,
}

/// What a person wants done: the only way in which one who looks changes the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    /// Send a heartbeat: be present there.
    Join(Subscription),
    /// Leave.
    Leave(Subscription),
    /// Leave wherever we are, may be or are about to be: we are on the way out.
    LeaveAll,
    /// Let heartbeats go on by themselves, or not.
    KeepAlive(bool),
    /// From the next heartbeat on, stay present for so long: 5 s to 1 h.
    PresenceTimeout(Duration),
    /// Ask here now for a channel as soon as it may be asked.
    Resync(Channel),
    /// Watch this as well.
    Watch(Vec<Subscription>),
    /// Watch this no more.
    Unwatch(Removal),
    /// Ask on which channels somebody is.
    WhereNow(UserId),
    /// Replace our own state.
    SetState {
        /// Where.
        places: Vec<Subscription>,
        /// With what.
        state: State,
    },
    /// Tell the simulated crowd what to do.
    Direct(Direction),
}
