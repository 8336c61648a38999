//! Folds changes of the link into the world: up, lost, refused, allowed.

use crate::{
    presence::LinkChange,
    world::{Cause, Listener, Note, World, orders::as_channel},
};

pub(super) fn take_link_change(world: &mut World, poll: usize, change: &LinkChange, out: &mut dyn Listener) {
    let now = world.now;
    let (was_lost, was_live) = (world.link.was_live && !world.link.is_live(), world.link.is_live());
    note_link_change(world, poll, change, out);
    world.link.take_change(poll, change, now);
    match (was_live, world.link.is_live()) {
        (true, false) => world.channels.lose_sight(now),
        (false, true) => world.channels.regain_sight(now),
        _ => {}
    }
    if let LinkChange::Alive { ledger, .. } = change {
        world.ledger.clone_from(ledger);
        world.request_counts.record_ledger(ledger, now);
        world.request_rate.record_sent(world.ledger.count_sent(), now);
    }
    if let LinkChange::Live { resumed, round_trip } = change {
        world.discovery.schedule_search(&world.session.watching, now);
        // A loop that was refused entirely and is live again is no longer refused.
        let again = was_lost || resumed.is_some();
        if again {
            world.channels.for_each(|w| w.reconciler.request_ask(Cause::Gap, now));
        }
        let (resumed, round_trip) = (*resumed, *round_trip);
        world.emit_note(None, Note::Live { poll, round_trip, resumed, again }, out);
        if world.link.is_live() && is_everything_refused(world) {
            world.channels.for_each(|w| w.refused = None);
        }
    }
}

/// Tell a change of the link, and apply it to the channels that it names.
fn note_link_change(world: &mut World, poll: usize, change: &LinkChange, out: &mut dyn Listener) {
    match change {
        LinkChange::Refused { trouble, what, everything } => {
            for channel in what.iter().filter_map(as_channel) {
                if let Some(mut watched) = world.channels.find_mut(channel) {
                    watched.refused = Some(trouble.clone());
                    watched.list_refused = false;
                }
            }
            let (what, everything, trouble) = (what.clone(), *everything, trouble.clone());
            world.emit_note(None, Note::Refused { what, everything, trouble }, out);
        }
        LinkChange::Allowed { what } => {
            let now = world.now;
            world.channels.for_each(|w| {
                if what.iter().any(|s| s.covers(&w.channel)) {
                    w.refused = None;
                    w.reconciler.request_ask(Cause::Gap, now);
                }
            });
            world.emit_note(None, Note::Allowed { what: what.clone() }, out);
        }
        LinkChange::Connecting => world.emit_note(None, Note::Connecting { poll }, out),
        LinkChange::Lost { trouble, attempt, retry_at } => {
            let (trouble, attempt, retry_at) = (trouble.clone(), *attempt, *retry_at);
            world.emit_note(None, Note::Lost { poll, trouble, attempt, retry_at }, out);
        }
        LinkChange::Live { .. } | LinkChange::Alive { .. } | LinkChange::Ended => {}
    }
}

fn is_everything_refused(world: &World) -> bool {
    !world.channels.is_empty() && world.channels.iter().all(|w| w.refused.is_some())
}
