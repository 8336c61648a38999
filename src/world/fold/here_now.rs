//! Folds here-now answers into the lists, and decides what to tell of their changes and when.

use crate::{
    presence::{Channel, Command, Difference, Folded, Occupant, Snapshot, State, Trouble},
    world::{
        Cause, ChannelId, Departure, DepartureReason, Entry, Listener, Mode, Note, OrderResult, Touched, World,
        watching,
    },
};

/// With more channels than this, a gap that changed nothing is not told for each of them.
const FEW: usize = 10;

/// At most this many corrected states of one answer are told one by one; its difference names all the users.
const STATES_TOLD: usize = 1000;

/// Take the answer to a here now.
pub(super) fn take_here_now(world: &mut World, command: &Command, snapshots: &[Snapshot], out: &mut dyn Listener) {
    let by_group = command.asks_groups();
    for snapshot in snapshots {
        // The answer may still name a channel that was removed in the meantime.
        if watching::admits_list(world, &snapshot.channel, by_group)
            && let Some(id) = world.channels.find_or_add(&snapshot.channel, world.now)
        {
            take_snapshot(world, id, snapshot, out);
        }
    }
    let now = world.now;
    for channel in command.channels() {
        if let Some(mut watched) = world.channels.find_mut(channel) {
            watched.reconciler.retry_unanswered(now);
        }
    }
}

/// Take the failure of a here now: mark the channels refused by name, and ask again about the others.
pub(super) fn take_here_now_failure(world: &mut World, command: &Command, trouble: &Trouble, out: &mut dyn Listener) {
    let now = world.now;
    let refused = |channel: &Channel| trouble.refused.iter().any(|name| name == channel.as_str());
    let some_named = command.channels().any(refused);
    let others = Trouble { passing: true, ..trouble.clone() };
    let (mut news, mut awaited) = (false, false);
    for channel in command.channels() {
        let Some(mut watched) = world.channels.find_mut(channel) else { continue };
        awaited |= watched.reconciler.is_awaited();
        if refused(channel) {
            watched.reconciler.take_failure(trouble, now);
            news |= watched.refused.is_none();
            watched.list_refused |= watched.refused.is_none();
            watched.refused = Some(trouble.clone());
        } else {
            news |= watched.reconciler.take_failure(if some_named { &others } else { trouble }, now);
        }
    }
    if awaited {
        world.emit_note(None, Note::OrderResult(OrderResult::ResyncFailed { trouble: trouble.clone() }), out);
    }
    if news {
        world.emit_note(None, Note::HereNowRefused { trouble: trouble.clone() }, out);
    }
}

fn take_snapshot(world: &mut World, id: ChannelId, snapshot: &Snapshot, out: &mut dyn Listener) {
    let now = world.now;
    let mut watched = world.channels.get_mut(id);
    if std::mem::take(&mut watched.list_refused) {
        watched.refused = None;
    }
    let first = watched.roster.is_empty() && watched.events == 0;
    let Folded { difference, departed, replaced } = watched.roster.fold(snapshot);
    watched.record_occupancy(now);
    let (agrees, mode) = (watched.roster.agrees(), watched.mode);
    let cause = watched.reconciler.take_answer(agrees, &difference, mode, now);
    if (!snapshot.complete || difference.held_back > 0) && !agrees {
        // The pages may have shifted against each other, or the answer may be older than an event: ask again.
        let names = watched.roster.len();
        watched.reconciler.ask_again(cause, names, now);
    }
    let here = watched.roster.len();
    let gone = |(user, was): (&_, Occupant)| Departure {
        user: Clone::clone(user),
        reason: DepartureReason::Resync,
        at: now,
        was: Some(was),
    };
    let departed: Vec<Departure> = difference.extra.iter().zip(departed).map(gone).collect();
    watched.departures.push_all(&departed);
    drop(watched);
    let touched = Touched::HereNow { difference: &difference, first: cause == Cause::First, departed: &departed };
    out.take_change(world, id, &touched);
    // Where intervals name the users, their states come by here now only.
    if mode == Mode::Announce && cause != Cause::First {
        note_corrected_states(world, id, cause, &difference, replaced, out);
    }
    note_snapshot_result(world, id, SnapshotResult { cause, difference, first, here }, out);
    if cause == Cause::OwnJoin && snapshot.complete {
        note_if_unlisted(world, id, out);
    }
}

/// Tell each state that an answer corrected.
fn note_corrected_states(
    world: &mut World,
    id: ChannelId,
    cause: Cause,
    difference: &Difference,
    replaced: Vec<Option<State>>,
    out: &mut dyn Listener,
) {
    let channel = world.channels.at(id).channel.clone();
    let (at, now) = (world.clock.now(world.now), world.now);
    for (user, before) in difference.restated.iter().zip(replaced).take(STATES_TOLD) {
        let state = world.channels.at(id).roster.get(user).and_then(|occupant| occupant.state().cloned());
        world.previous_states.push(&channel, user, before.clone(), at);
        let note = Note::StateCorrected { cause, state, before };
        world.emit_entry(Entry { user: Some(user.clone()), ..Entry::from_note(Some(channel.clone()), note, now) }, out);
    }
}

/// What a here now found.
struct SnapshotResult {
    cause: Cause,
    difference: Difference,
    /// Nothing was known about the channel before.
    first: bool,
    /// The number of names on the list.
    here: usize,
}

/// Tell what a here now changed, if it is worth telling.
fn note_snapshot_result(world: &mut World, id: ChannelId, found: SnapshotResult, out: &mut dyn Listener) {
    let SnapshotResult { cause, difference, first, here } = found;
    let channel = world.channels.at(id).channel.clone();
    let nothing = difference.is_empty();
    let note = match cause {
        Cause::First if first => Note::FirstLook { here, difference },
        Cause::ByHand => Note::AskedAgain { channel: channel.clone(), difference },
        Cause::Gap if nothing && world.channels.len() <= FEW => Note::NothingChanged,
        // After a noticed loss, the difference is what happened in the meantime.
        Cause::Gap | Cause::FullReply | Cause::Missing | Cause::Unreadable => Note::Repaired { cause, difference },
        // Without names in the intervals, here now is how the list is kept, not a repair.
        Cause::BareInterval | Cause::RefreshAsked => Note::CaughtUp { cause, difference },
        // These are reported only if no event explains them in time.
        Cause::First | Cause::Audit | Cause::Disagreement | Cause::SecondSession | Cause::OwnJoin => {
            Note::Corrected { cause, difference }
        }
    };
    let worth_a_word = matches!(note, Note::FirstLook { .. } | Note::AskedAgain { .. } | Note::NothingChanged);
    if worth_a_word || !nothing {
        world.emit_note(Some(channel), note, out);
    }
}

/// Check whether a complete here now lists us after our own heartbeat.
fn note_if_unlisted(world: &mut World, id: ChannelId, out: &mut dyn Listener) {
    let watched = world.channels.at(id);
    if world.own_presence.place_on(&watched.channel).is_some() && watched.roster.get(&world.session.user).is_none() {
        let channel = watched.channel.clone();
        world.emit_note(Some(channel), Note::Unlisted, out);
    }
}
