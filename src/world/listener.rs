//! Who hears what happens in a [`World`], as it happens.

use std::sync::Arc;

use super::{ChannelId, Departure, Entry, World};
use crate::presence::{Change, Command, Difference, PresenceEvent, UserId};

/// Hears what a [step](World::step) leads to, in the order in which it happens.
pub trait Listener: Send {
    /// Something is to be asked of the service.
    fn command(&mut self, command: Command) {
        drop(command);
    }

    /// Something happened; the world is as it was right after it.
    fn entry(&mut self, world: &World, entry: &Arc<Entry>) {
        let _ = (world, entry);
    }

    /// The list of a channel was touched. The id is valid during this call.
    fn changed(&mut self, world: &World, channel: ChannelId, touched: &Touched<'_>) {
        let _ = (world, channel, touched);
    }
}

/// Nobody.
impl Listener for () {}

/// What touched the list of a channel.
#[derive(Debug, Clone, Copy)]
pub enum Touched<'a> {
    /// An event that changed it.
    Event {
        /// Which.
        event: &'a PresenceEvent,
        /// What it did.
        change: Change,
        /// Who went by it, in its order.
        departed: &'a [Departure],
    },
    /// A here-now answer.
    HereNow {
        /// What it changed.
        difference: &'a Difference,
        /// It was the first look: who is missing was never told of before.
        first: bool,
        /// Who went by it.
        departed: &'a [Departure],
    },
    /// The service confirmed that this user is there.
    Vouched(&'a UserId),
    /// All that was known of it is forgotten.
    Cleared,
}
