//! Folds what comes from outside into the world; one file for each kind.

mod answers;
mod events;
mod here_now;
mod link;
mod missing;

pub(super) use answers::{take_command_end, take_outcome};
pub use events::CLOCK_SKEW_LIMIT;
pub(super) use missing::take_missing;

use super::{Listener, World};
use crate::presence::Notice;

/// Fold a notice from a source into the world.
pub(super) fn take_notice(world: &mut World, notice: Notice, out: &mut dyn Listener) {
    match notice {
        Notice::Batch(batch) => events::take_batch(world, &batch, out),
        Notice::Link { poll, change, .. } => link::take_link_change(world, poll, &change, out),
    }
}
