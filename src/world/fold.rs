//! What comes from outside, taken in: each kind of it has its own file.

mod answers;
mod events;
mod here_now;
mod link;

pub(super) use answers::{ended, outcome};

use super::{Listener, World};
use crate::presence::Notice;

/// A source tells something.
pub(super) fn notice(world: &mut World, notice: Notice, out: &mut dyn Listener) {
    match notice {
        Notice::Batch(batch) => events::batch(world, batch, out),
        Notice::Link { poll, change, .. } => link::changed(world, poll, &change, out),
    }
}
