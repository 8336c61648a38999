//! Receives what happens in a [`World`], as it happens.

use std::{fmt, sync::Arc};

use super::{ChannelId, Departure, Entry, Input, World};
use crate::presence::{Change, Command, Difference, Moment, PresenceEvent, UserId};

/// Receives everything that a [step](World::step) causes, in order.
pub trait Listener: Send {
    /// An input is about to be taken in, from outside or from a recording. `world` is as it was before, which may be some time ago.
    fn take_input(&mut self, world: &World, at: Moment, input: &Input) {
        let _ = (world, at, input);
    }

    /// A command for the service.
    fn take_command(&mut self, command: Command) {
        drop(command);
    }

    /// An entry was made. The world is as it was right after it.
    fn take_entry(&mut self, world: &World, entry: &Arc<Entry>) {
        let _ = (world, entry);
    }

    /// The list of a channel changed. The id is valid during this call.
    fn take_change(&mut self, world: &World, channel: ChannelId, touched: &Touched<'_>) {
        let _ = (world, channel, touched);
    }
}

/// Ignores everything.
impl Listener for () {}

/// Listens beside somebody else: what is measured does not depend on who looks.
pub trait Observer: Listener + fmt::Debug {}

impl<T: Listener + fmt::Debug> Observer for T {}

/// What changed the list of a channel.
#[derive(Debug, Clone, Copy)]
pub enum Touched<'a> {
    /// An event.
    Event {
        /// The event.
        event: &'a PresenceEvent,
        /// Its effect on the roster.
        change: Change,
        /// The users who departed, in the order of the event.
        departed: &'a [Departure],
    },
    /// A here-now answer.
    HereNow {
        /// What the answer changed.
        difference: &'a Difference,
        /// Whether it was the first answer: then nothing it names is news.
        first: bool,
        /// The users who departed.
        departed: &'a [Departure],
    },
    /// The service confirmed that this user is present.
    Vouched(&'a UserId),
    /// Everything known about the channel was discarded.
    Cleared,
}
