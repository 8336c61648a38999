//! Presence events, taken in: into the roster, the log and all that goes by them.

use std::{collections::HashSet, sync::Arc, time::Duration};

use crate::{
    model::{Cause, Entry, Line, Mode, Model, Note, Source, Tone, Word, ear, people, watching},
    presence::{Batch, Change, Happening, Heard, Moment, PresenceEvent, Roster, Subscription, UserId},
};

/// Our clock may differ from the service's by this many seconds before it is worth a word.
const SKEW: i64 = 60;

/// An event may be stamped so much later than the reply that it came with, by servers whose clocks differ.
const AHEAD: Duration = Duration::from_secs(60);

pub(crate) fn batch(model: &mut Model, batch: Batch) {
    let now = batch.at;
    if model.world.clock.hear(batch.cursor, now) {
        // What the lists know is stamped with times that have not come yet: begin anew.
        model.log.note(None, Note::ClockSetBack, now);
        for watched in model.world.channels.iter_mut() {
            watched.roster = Roster::default();
            watched.truth.want(Cause::First, now);
        }
        model.rows.restart();
    }
    say_skew(model, now);
    model.world.counters.duplicates += batch.duplicates as u64;
    let published = |heard: &Heard| if let Heard::Event(event) = heard { Some(event.published) } else { None };
    model.world.pace.reply(now);
    if let Some(published) = batch.heard.iter().filter_map(published).min() {
        model.world.counters.lag = Some(model.world.clock.now(now).since(published));
    }
    for heard in batch.heard {
        match heard {
            // What is stamped with a time to come would outweigh all that is told until then.
            Heard::Event(event) if event.published > batch.cursor.plus(AHEAD) => {
                let raw = event.raw.as_deref().unwrap_or_default().to_owned();
                garbled(model, "published after the reply that brought it".to_owned(), raw, now);
            }
            Heard::Event(event) => take_event(model, event, now),
            Heard::Garbled { why, raw } => garbled(model, why, raw, now),
        }
    }
    if batch.over_limit > 0 {
        model.log.note(None, Note::OverLimit { envelopes: batch.over_limit }, now);
        model.watchlist.missed("a reply held more events than are read", now);
    }
    if batch.full {
        model.log.note(None, Note::FullReply, now);
        model.watchlist.missed(&Cause::FullReply.to_string(), now);
        model.world.channels.iter_mut().for_each(|w| w.truth.want(Cause::FullReply, now));
    }
}

/// An event that can't be read, or believed.
fn garbled(model: &mut Model, why: String, raw: String, now: Moment) {
    model.world.counters.garbled += 1;
    let (at, line) = (Source::Here(now), Line::Garbled { why, raw });
    let (channel, user, occupancy, event) = (None, None, None, None);
    model.log.push(Entry { number: 0, at, channel, user, occupancy, odd: false, event, line });
}

/// A clock that is off changes nothing: order and ages follow the service's. Said once.
fn say_skew(model: &mut Model, now: Moment) {
    let skew = model.world.clock.skew_seconds(now);
    if !model.world.skew_said && skew.abs() > SKEW {
        model.world.skew_said = true;
        model.log.note(None, Note::ClockOff { seconds: skew }, now);
    }
}

fn take_event(model: &mut Model, event: PresenceEvent, now: Moment) {
    if model.world.channels.place(&event.channel).is_none() && !watching::admits(model, &event) {
        return;
    }
    model.world.counters.events += 1;
    let before = people::before(model, &event);
    let Some(watched) = model.world.channels.discover(&event.channel, now) else {
        if model.world.counters.out_of_view == 0 {
            model.log.note(None, Note::TooManyChannels, now);
        }
        model.world.counters.out_of_view += 1;
        return log_event(model, Arc::new(event), Change::None);
    };
    watched.events += 1;
    watched.came_through(event.subscription.as_ref());
    let had = event.what.user().and_then(|user| watched.roster.get(user)).and_then(|occupant| occupant.state.clone());
    let change = watched.roster.apply(&event).change;
    watched.mark(now);
    watched.truth.heard(&event, watched.roster.agrees(), now);
    let mode = watched.mode;
    match &event.what {
        Happening::Interval { joined, left, timed_out, refresh } => {
            let names = !(joined.is_empty() && left.is_empty() && timed_out.is_empty());
            let deltas = names || *refresh || mode == (Mode::Interval { deltas: true });
            watched.mode = Mode::Interval { deltas };
            let came: HashSet<&UserId, foldhash::fast::RandomState> = joined.iter().collect();
            let both_ways = left.iter().chain(timed_out).any(|user| came.contains(user));
            if *refresh || both_ways {
                watched.truth.want(Cause::RefreshAsked, now);
            } else if !deltas {
                watched.truth.want(Cause::BareInterval, now);
            }
        }
        Happening::Joined { .. } | Happening::Left { .. } | Happening::TimedOut { .. } => watched.mode = Mode::Announce,
        Happening::StateChanged { .. } | Happening::Unknown { .. } => {}
    }
    let is_interval = |mode| matches!(mode, Mode::Interval { .. });
    if is_interval(mode) != is_interval(watched.mode) {
        model.log.note(Some(event.channel.clone()), Note::Mode(watched.mode), now);
    }
    if let (Change::Flapped { .. }, Some(user)) = (change, event.what.user()) {
        model.log.take_departure(&event.channel, user);
    }
    if let (Change::StateChanged, Some(user)) = (change, event.what.user()) {
        model.world.replaced.push(&event.channel, user, had, event.published);
    }
    people::heard(model, &event, before, change, now);
    let me = &model.world.session.user;
    let gone = match &event.what {
        Happening::Left { user } => (user == me).then_some(false),
        Happening::TimedOut { user } => (user == me).then_some(true),
        Happening::Interval { joined, left, timed_out, .. } if !joined.contains(me) => {
            left.contains(me).then_some(false).or(timed_out.contains(me).then_some(true))
        }
        _ => None,
    };
    if let Some(timed_out) = gone {
        gone_ourselves(model, &event, timed_out, now);
    }
    let event = Arc::new(event);
    log_event(model, Arc::clone(&event), change);
    ear::heard(model, &event, change, now);
}

/// Write an event into the log, with what it changed.
fn log_event(model: &mut Model, event: Arc<PresenceEvent>, change: Change) {
    let line = match (&event.what, change) {
        (Happening::Joined { .. }, Change::Flapped { away }) => Line::Flap { away },
        (Happening::Joined { .. }, Change::SeenAgain { sightings }) => Line::Join { sightings },
        (Happening::Joined { .. }, _) => Line::Join { sightings: 1 },
        (Happening::Left { .. }, Change::Gone { stayed }) => Line::Leave { stayed },
        (Happening::Left { .. }, _) => Line::Leave { stayed: None },
        (Happening::TimedOut { .. }, Change::Gone { stayed }) => Line::Timeout { stayed },
        (Happening::TimedOut { .. }, _) => Line::Timeout { stayed: None },
        (Happening::StateChanged { .. }, _) => Line::State,
        (Happening::Interval { joined, left, timed_out, refresh }, _) => {
            Line::Interval { named: [joined.len(), left.len(), timed_out.len()], refresh: *refresh }
        }
        (Happening::Unknown { .. }, _) => Line::Unknown,
    };
    model.log.push(Entry {
        number: 0,
        at: Source::Service(event.published),
        channel: Some(event.channel.clone()),
        user: event.what.user().cloned(),
        occupancy: event.occupancy,
        odd: change == Change::OddAbsent,
        event: Some(event),
        line,
    });
}

/// The service says that we are gone from a channel where we thought we were.
fn gone_ourselves(model: &mut Model, event: &PresenceEvent, timed_out: bool, now: Moment) {
    if model.world.own.told_gone(&Subscription::Channel(event.channel.clone()), event.published) {
        let user = &model.world.session.user;
        let how = if timed_out { "timed out" } else { "left, by another client of the same user id" };
        let text = format!("{user} (you) {how} on {}; H joins again", event.channel);
        model.word = Some(Word::new(Tone::Bad, text, now));
    }
}
