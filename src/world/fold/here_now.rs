//! Folds here-now answers into the lists, and decides what to tell of their changes and when.

use crate::{
    presence::{Channel, Command, Difference, Folded, Moment, Occupant, Snapshot, State, Trouble, UserId},
    world::{
        Cause, ChannelId, ChannelState, Departure, DepartureReason, Entry, ListCounts, Listener, Mode, MoveCounts,
        Note, OrderResult, Touched, World, channel_state::Collecting, watching,
    },
};

/// With more channels than this, a gap that changed nothing is not told for each of them.
const FEW: usize = 10;

/// At most this many corrected states of one answer are told one by one; its difference names all the users.
const STATES_TOLD: usize = 1000;

/// Take the answer to a here now, or the last page of one.
pub(super) fn take_here_now(world: &mut World, command: &Command, snapshots: &[Snapshot], out: &mut dyn Listener) {
    take_page(world, command, snapshots, out);
    let now = world.now;
    for channel in command.channels() {
        if let Some(mut watched) = world.channels.find_mut(channel) {
            watched.abandon_collecting();
            watched.reconciler.retry_unanswered(now);
        }
    }
    abandon_group_pages(world, command);
}

/// No more pages come of the channels of groups, which the command does not name.
fn abandon_group_pages(world: &mut World, command: &Command) {
    if command.asks_groups() {
        let is_left = |watched: &ChannelState| watched.is_collecting() && !watched.reconciler.is_asked();
        for id in world.channels.ids() {
            if is_left(world.channels.at(id)) {
                world.channels.get_mut(id).abandon_collecting();
            }
        }
    }
}

/// Take a page of a here now, whether others follow or not.
pub(super) fn take_page(world: &mut World, command: &Command, snapshots: &[Snapshot], out: &mut dyn Listener) {
    let by_group = command.asks_groups();
    for snapshot in snapshots {
        // The answer may still name a channel that was removed in the meantime.
        if !watching::admits_list(world, &snapshot.channel, by_group) {
            continue;
        }
        let Some(id) = world.channels.find_or_add(&snapshot.channel, world.now) else { continue };
        let before = snapshot.part.before;
        // It may have been removed and added again, or its list cleared, since the first page.
        if before == 0 || world.channels.at(id).roster.awaits_page(before, snapshot.as_of) {
            take_snapshot(world, id, snapshot, out);
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
        watched.abandon_collecting();
        if refused(channel) {
            watched.reconciler.take_failure(trouble, now);
            news |= watched.refused.is_none();
            watched.list_refused |= watched.refused.is_none();
            watched.refused = Some(trouble.clone());
        } else {
            news |= watched.reconciler.take_failure(if some_named { &others } else { trouble }, now);
        }
    }
    abandon_group_pages(world, command);
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
    let is_blank = watched.roster.is_empty() && watched.events == 0;
    let Folded { difference, departed, replaced, complete } = watched.roster.fold(snapshot);
    watched.record_occupancy(now);
    let mode = watched.mode;
    let told = watched.collecting.as_ref().map_or(0, |found| found.difference.restated.len());
    let (cause, result) = settle_answer(&mut watched, snapshot, (&difference, complete), is_blank, now);
    let gone = |(user, was): (&_, Occupant)| Departure {
        user: Clone::clone(user),
        reason: DepartureReason::Resync,
        at: now,
        was: Some(was),
    };
    let departed: Vec<Departure> = difference.extra.iter().zip(departed).map(gone).collect();
    watched.departures.push_all(&departed);
    // Elsewhere events or intervals tell who came and went, some of it only after this answer.
    let is_told_by_lists = matches!(cause, Cause::BareInterval | Cause::RefreshAsked);
    let moves = if is_told_by_lists { MoveCounts::between_lists(&difference) } else { MoveCounts::default() };
    watched.moves.count(moves, now);
    drop(watched);
    world.channels.count_moves(moves, now);
    let touched = Touched::HereNow { difference: &difference, first: cause == Cause::First, departed: &departed };
    out.take_change(world, id, &touched);
    // Where intervals name the users, their states come by here now only.
    if mode == Mode::Announce && cause != Cause::First {
        let most = STATES_TOLD.saturating_sub(told);
        note_corrected_states(world, id, cause, difference.restated.iter().zip(replaced).take(most), out);
    }
    let Some(result) = result else { return };
    note_snapshot_result(world, id, result, out);
    if cause == Cause::OwnJoin && complete {
        note_if_unlisted(world, id, out);
    }
}

/// Keep what a page of several found, or take the answer of which it is all or the last. Returns its cause, and what it
/// found if that is all. `is_blank`: nothing was known about the channel before.
fn settle_answer(
    watched: &mut ChannelState,
    snapshot: &Snapshot,
    (page, complete): (&Difference, bool),
    is_blank: bool,
    now: Moment,
) -> (Cause, Option<SnapshotResult>) {
    let earlier = watched.collecting.take().filter(|_| snapshot.part.before > 0);
    let several = earlier.is_some() || snapshot.part.more;
    let mut found = earlier.unwrap_or_else(|| Collecting { first: is_blank, difference: Difference::default() });
    let cause = watched.reconciler.asked_cause();
    let mut page = page.clone();
    if several && cause == Cause::First {
        // A second copy of all names, which nobody reads.
        page.missing = Vec::new();
        found.first = true;
    }
    found.difference.extend(page);
    if snapshot.part.more {
        watched.collecting = Some(found);
        return (cause, None);
    }
    let Collecting { first, difference } = found;
    let (agrees, here) = (watched.roster.agrees(), watched.roster.len());
    let counts = ListCounts::of(&watched.roster);
    watched.most_listed = snapshot.part.cut;
    let cause = watched.reconciler.take_answer(counts, &difference, watched.mode, now);
    if (!complete || difference.held_back > 0) && !agrees {
        // The pages may have shifted against each other, or the answer may be older than an event: ask again.
        watched.reconciler.ask_again(cause, here, now);
    }
    (cause, Some(SnapshotResult { cause, difference, first, here }))
}

/// Tell each state that an answer corrected.
fn note_corrected_states<'a>(
    world: &mut World,
    id: ChannelId,
    cause: Cause,
    restated: impl Iterator<Item = (&'a UserId, Option<State>)>,
    out: &mut dyn Listener,
) {
    let channel = world.channels.at(id).channel.clone();
    let (at, now) = (world.clock.now(world.now), world.now);
    for (user, before) in restated {
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
    /// Nothing was known about the channel before, or it was too large for one page.
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
        Cause::ByHand => Note::AskedAgain { difference },
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
