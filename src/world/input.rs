//! What changes a [`World`](super::World): input from outside, and orders of a person.

use std::time::Duration;

use super::Removal;
use crate::presence::{Channel, Command, Direction, Moment, Notice, Outcome, SceneStatus, State, Subscription, UserId};

/// Anything that changes the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// A source reports something.
    Notice(Notice),
    /// A command has ended.
    Outcome(Outcome),
    /// A command could not be queued, because the worker is busy.
    Busy(Command),
    /// The simulated crowd reports what it is doing.
    Scene(SceneStatus),
    /// A person gives an order.
    Order(Order),
    /// Time has passed and nothing else happened.
    Tick,
    /// Inputs are missing: a recording could not keep them. What came since this moment is not known, and no list is exact
    /// before a here now has told it again.
    Missing {
        /// How many.
        inputs: u64,
        /// Since when.
        since: Moment,
    },
    /// Nothing more will come: what no event has explained by now is reported.
    End,
}

/// What a person orders. Nothing else that a person does changes the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    /// Send a heartbeat, which makes us present.
    Join(Subscription),
    /// Leave.
    Leave(Subscription),
    /// Leave every place where we are, may be, or are about to be present, before the program ends.
    LeaveAll,
    /// Whether to repeat heartbeats automatically.
    KeepAlive(bool),
    /// The presence timeout from the next heartbeat on: 5 s to 1 h.
    PresenceTimeout(Duration),
    /// Ask here now for a channel as soon as the rules allow.
    Resync(Channel),
    /// Add subscriptions.
    Watch(Vec<Subscription>),
    /// Remove a subscription or hide a channel.
    Unwatch(Removal),
    /// Ask on which channels a user is present.
    WhereNow(UserId),
    /// Ask herenow's own service what a user asked of it last.
    AskRequests(UserId),
    /// Replace our own state.
    SetState {
        /// The channels.
        places: Vec<Subscription>,
        /// The new state.
        state: State,
    },
    /// Mark this moment with a text, which may be empty. Foreign text of at most 80 characters.
    Mark(String),
    /// Tell the simulated crowd what to do.
    Direct(Direction),
}
