//! Folds what is missing into the world: what it told is not known.

use crate::{
    presence::Moment,
    world::{Cause, Listener, Note, World},
};

/// No list can be relied on before a here now has told it again. Nobody is asked: the next answer that comes does.
pub(in crate::world) fn take_missing(world: &mut World, inputs: u64, since: Moment, out: &mut dyn Listener) {
    let (now, full_replies) = (world.now, world.channels.full_replies());
    world.channels.for_each(|watched| {
        watched.reconciler.request_ask(Cause::Gap, now);
        watched.reconciler.mark_asked(Cause::Gap, full_replies);
    });
    world.emit_note(None, Note::NotRecorded { inputs, since }, out);
}
