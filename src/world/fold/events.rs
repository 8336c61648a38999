//! Folds presence events into the rosters and passes them to the listener.

use std::{collections::HashSet, sync::Arc, time::Duration};

use crate::{
    presence::{
        Applied, Batch, Change, Departed, EventKind, Moment, PresenceEvent, ReplyItem, Roster, Subscription, UserId,
    },
    world::{
        Cause, ChannelState, Departure, DepartureReason, Entry, EntryBody, EntryTime, ListCounts, ListStep, Listener,
        Mode, MoveCounts, Note, OrderResult, Touched, World, watching,
    },
};

/// A note tells of a clock that differs from the service's by more seconds than this. Less could be the network.
pub const CLOCK_SKEW_LIMIT: u64 = 60;

/// An event may carry a timestamp this far after its reply, because the clocks of the service's servers differ.
const AHEAD: Duration = Duration::from_secs(60);

pub(super) fn take_batch(world: &mut World, batch: &Batch, out: &mut dyn Listener) {
    let now = world.now;
    if world.clock.hear(batch.cursor, batch.at) {
        ask_for_all_lists(world, out);
    }
    note_clock_skew(world, out);
    world.counters.copies += batch.copies as u64;
    world.counters.repeats += batch.repeats as u64;
    let published = |heard: &ReplyItem| if let ReplyItem::Event(event) = heard { Some(event.published) } else { None };
    world.request_rate.count_reply(now);
    if let Some(published) = batch.heard.iter().filter_map(published).min() {
        world.counters.lag = Some(world.clock.now(batch.at).since(published));
    }
    if batch.full {
        world.channels.note_full_reply(now);
    }
    for heard in &batch.heard {
        match heard {
            // An event from the future would override everything told until then, so it is not believed.
            ReplyItem::Event(event) if event.published > batch.cursor.plus(AHEAD) => {
                let raw = event.raw.as_deref().unwrap_or_default().to_owned();
                note_garbled_event(world, "published after the reply that brought it".to_owned(), raw, out);
            }
            ReplyItem::Event(event) => take_event(world, event, out),
            ReplyItem::Garbled { why, raw } => note_garbled_event(world, why.to_string(), raw.clone(), out),
        }
    }
    if batch.over_limit > 0 {
        // What was not read came last, so that none of the events above tells of it.
        world.channels.note_full_reply(now);
        world.emit_note(None, Note::OverLimit { envelopes: batch.over_limit }, out);
    }
}

/// The service's clock was set back: the lists carry timestamps from the future, so start them over.
fn ask_for_all_lists(world: &mut World, out: &mut dyn Listener) {
    let now = world.now;
    world.channels.for_each(|w| {
        w.roster = Roster::default();
        w.reconciler.request_ask(Cause::First, now);
    });
    world.emit_note(None, Note::ClockSetBack, out);
    for id in world.channels.ids() {
        out.take_change(world, id, &Touched::Cleared);
    }
}

/// Report an event that cannot be read or believed.
fn note_garbled_event(world: &mut World, why: String, raw: String, out: &mut dyn Listener) {
    world.counters.garbled += 1;
    let now = world.now;
    world.channels.for_each(|w| w.reconciler.request_ask(Cause::Unreadable, now));
    let (at, body) = (EntryTime::Here(world.now), EntryBody::Garbled { why, raw });
    let (channel, user, occupancy, event) = (None, None, None, None);
    let (heard, late) = (now, Duration::ZERO);
    world.emit_entry(Entry { at, heard, late, channel, user, occupancy, odd: false, event, body }, out);
}

/// Report, once, that our clock is off. It changes nothing else: order and ages follow the service's clock.
fn note_clock_skew(world: &mut World, out: &mut dyn Listener) {
    let skew = world.clock.skew_seconds(world.now);
    if !world.skew_said && skew.unsigned_abs() > CLOCK_SKEW_LIMIT {
        world.skew_said = true;
        world.emit_note(None, Note::ClockOff { seconds: skew }, out);
    }
}

fn take_event(world: &mut World, event: &Arc<PresenceEvent>, out: &mut dyn Listener) {
    let known = world.channels.find_id(&event.channel);
    if known.is_none() && !watching::admits_event(world, event) {
        return;
    }
    world.counters.events += 1;
    let Some(id) = known.or_else(|| world.channels.find_or_add(&event.channel, world.now)) else {
        if world.counters.out_of_view == 0 {
            world.emit_note(None, Note::TooManyChannels, out);
        }
        world.counters.out_of_view += 1;
        let entry = make_event_entry(world, event, Change::None);
        return world.emit_entry(entry, out);
    };
    let (now, full_replies) = (world.now, world.channels.full_replies());
    let mut watched = world.channels.get_mut(id);
    watched.events += 1;
    watched.note_group(event.subscription.as_ref());
    let before = watched.roster.len();
    let Applied { change, departed, replaced } = watched.roster.apply(event);
    let step = ListStep { before, after: watched.roster.len(), change };
    let moves = MoveCounts::of(&event.what, change);
    watched.moves.count(moves, now);
    watched.record_occupancy(now);
    let (counts, before) = (ListCounts::of(&watched.roster), watched.mode);
    watched.reconciler.take_event(event, step, counts, full_replies, now);
    update_mode(&mut watched, &event.what, now);
    let departed: Vec<Departure> = departed.into_iter().map(|departed| make_departure(departed, now)).collect();
    watched.departures.push_all(&departed);
    let mode = watched.mode;
    drop(watched);
    world.channels.count_moves(moves, now);
    if before.is_interval() != mode.is_interval() {
        world.emit_note(Some(event.channel.clone()), Note::Mode(mode), out);
    }
    if let (Change::StateChanged, Some(user)) = (change, event.what.user()) {
        world.previous_states.push(&event.channel, user, replaced, event.published);
    }
    take_own_departure(world, event, out);
    let entry = make_event_entry(world, event, change);
    world.emit_entry(entry, out);
    if change != Change::None {
        out.take_change(world, id, &Touched::Event { event, change, departed: &departed });
    }
}

fn make_departure(departed: Departed, now: Moment) -> Departure {
    let Departed { user, was, timed_out } = departed;
    let reason = if timed_out { DepartureReason::TimedOut } else { DepartureReason::Left };
    Departure { user, reason, at: now, was: Some(was) }
}

/// Update how the service tells of a channel, and request a here now where an event calls for one.
fn update_mode(watched: &mut ChannelState, what: &EventKind, now: Moment) {
    match what {
        EventKind::Interval { joined, left, timed_out, refresh } => {
            let names = !(joined.is_empty() && left.is_empty() && timed_out.is_empty());
            let deltas = names || *refresh || watched.mode == (Mode::Interval { deltas: true });
            watched.mode = Mode::Interval { deltas };
            let came: HashSet<&UserId, foldhash::fast::RandomState> = joined.iter().collect();
            let both_ways = left.iter().chain(timed_out).any(|user| came.contains(user));
            if *refresh || both_ways {
                watched.reconciler.request_ask(Cause::RefreshAsked, now);
            } else if !deltas {
                watched.reconciler.request_ask(Cause::BareInterval, now);
            }
        }
        EventKind::Joined { .. } | EventKind::Left { .. } | EventKind::TimedOut { .. } => {
            if watched.mode.is_interval() && !watched.roster.knows_all_states() {
                // From here on events tell of states, but not of those that were set before.
                watched.reconciler.request_ask(Cause::Audit, now);
            }
            watched.mode = Mode::Announce;
        }
        EventKind::StateChanged { .. } | EventKind::Unknown { .. } => {}
    }
}

/// The log entry for an event and what it changed.
fn make_event_entry(world: &World, event: &Arc<PresenceEvent>, change: Change) -> Entry {
    let body = match (&event.what, change) {
        (EventKind::Joined { .. }, Change::Flapped { away }) => EntryBody::Flap { away },
        (EventKind::Joined { .. }, Change::SeenAgain { sightings }) => EntryBody::Join { sightings },
        (EventKind::Joined { .. }, _) => EntryBody::Join { sightings: 1 },
        (EventKind::Left { .. }, Change::Gone { stayed }) => EntryBody::Leave { stayed },
        (EventKind::Left { .. }, _) => EntryBody::Leave { stayed: None },
        (EventKind::TimedOut { .. }, Change::Gone { stayed }) => EntryBody::Timeout { stayed },
        (EventKind::TimedOut { .. }, _) => EntryBody::Timeout { stayed: None },
        (EventKind::StateChanged { .. }, _) => EntryBody::State,
        (EventKind::Interval { joined, left, timed_out, refresh }, _) => {
            EntryBody::Interval { named: [joined.len(), left.len(), timed_out.len()], refresh: *refresh }
        }
        (EventKind::Unknown { .. }, _) => EntryBody::Unknown,
    };
    Entry {
        at: EntryTime::Service(event.published),
        heard: world.now,
        late: world.clock.now(world.now).since(event.published),
        channel: Some(event.channel.clone()),
        user: event.what.user().cloned(),
        occupancy: event.occupancy,
        odd: change == Change::OddAbsent,
        event: Some(Arc::clone(event)),
        body,
    }
}

/// Take an event that says we left or timed out where we thought we were present.
fn take_own_departure(world: &mut World, event: &PresenceEvent, out: &mut dyn Listener) {
    let me = &world.session.user;
    let timed_out = match &event.what {
        EventKind::Left { user } if user == me => false,
        EventKind::TimedOut { user } if user == me => true,
        EventKind::Interval { joined, left, timed_out, .. } if !joined.contains(me) => {
            if left.contains(me) {
                false
            } else if timed_out.contains(me) {
                true
            } else {
                return;
            }
        }
        _ => return,
    };
    let place = Subscription::Channel(event.channel.clone());
    // Who timed out while being kept alive was held up, by a sleep or by the network, and did not want to go.
    let returning = timed_out && world.own_presence.return_after_timeout(&place, event.published, world.now);
    if returning || world.own_presence.take_departure(&place, event.published) {
        let (channel, user) = (event.channel.clone(), me.clone());
        let reply = OrderResult::GoneOurselves { channel, user, timed_out, returning };
        world.emit_note(Some(event.channel.clone()), Note::OrderResult(reply), out);
    }
}
