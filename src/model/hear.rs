//! What the service tells, taken in: events into rosters and log, link changes, here-now answers.

use std::{sync::Arc, time::Duration};

use super::{
    Cause, Entry, Line, Mode, Model, Note, Source, Tone, Word, editor, note::names_of, people, watching, watchlist,
};
use crate::presence::{
    Answered, Batch, Change, Channel, Command, Happening, Heard, LinkChange, Moment, Outcome, PresenceEvent, Roster,
    Snapshot, Subscription, Trouble, UserId,
};

/// With more channels than this, those where a gap changed nothing are not told one by one.
const FEW: usize = 10;

/// Official SDKs ask for no presence timeout below this.
const LEAST_TIMEOUT: Duration = Duration::from_secs(20);

/// After this, a heartbeat must show in a here now: its cache, and a moment.
const SETTLED: Duration = Duration::from_secs(4);

/// Our clock may differ from the service's by this many seconds before it is worth a word.
const SKEW: i64 = 60;

pub(super) fn batch(model: &mut Model, batch: Batch) {
    let now = batch.at;
    if model.clock.hear(batch.cursor, now) {
        // What the lists know is stamped with times that have not come yet: begin anew.
        model.log.note(None, Note::ClockSetBack, now);
        for watched in model.channels.iter_mut() {
            watched.roster = Roster::default();
            watched.truth.want(Cause::First, now);
        }
        model.rows.restart();
    }
    say_skew(model, now);
    model.counters.duplicates += batch.duplicates as u64;
    let published = |heard: &Heard| if let Heard::Event(event) = heard { Some(event.published) } else { None };
    model.pace.reply(now);
    if let Some(published) = batch.heard.iter().filter_map(published).min() {
        model.counters.lag = Some(model.clock.now(now).since(published));
    }
    for heard in batch.heard {
        match heard {
            Heard::Event(event) => take_event(model, event, now),
            Heard::Garbled { why, raw } => {
                model.counters.garbled += 1;
                let line = Line::Garbled { why, raw };
                let at = Source::Here(now);
                let (channel, user, occupancy, event) = (None, None, None, None);
                model.log.push(Entry { number: 0, at, channel, user, occupancy, odd: false, event, line });
            }
        }
    }
    if batch.over_limit > 0 {
        model.log.note(None, Note::OverLimit { envelopes: batch.over_limit }, now);
        model.watchlist.missed("a reply held more events than are read", now);
    }
    if batch.full {
        model.log.note(None, Note::FullReply, now);
        model.watchlist.missed(&Cause::FullReply.to_string(), now);
        model.channels.iter_mut().for_each(|w| w.truth.want(Cause::FullReply, now));
    }
}

/// A clock that is off changes nothing: order and ages follow the service's. Said once.
fn say_skew(model: &mut Model, now: Moment) {
    let skew = model.clock.skew_seconds(now);
    if !model.skew_said && skew.abs() > SKEW {
        model.skew_said = true;
        model.log.note(None, Note::ClockOff { seconds: skew }, now);
    }
}

fn take_event(model: &mut Model, event: PresenceEvent, now: Moment) {
    if model.channels.place(&event.channel).is_none() && !watching::admits(model, &event) {
        return;
    }
    model.counters.events += 1;
    let before = people::before(model, &event);
    let Some(watched) = model.channels.discover(&event.channel, now) else {
        if model.counters.out_of_view == 0 {
            model.log.note(None, Note::TooManyChannels, now);
        }
        model.counters.out_of_view += 1;
        return log_event(model, Arc::new(event), Change::None);
    };
    watched.events += 1;
    watched.came_through(event.subscription.as_ref());
    let had = event.what.user().and_then(|user| watched.roster.get(user)).and_then(|occupant| occupant.state.clone());
    let change = watched.roster.apply(&event);
    watched.mark(now);
    watched.truth.heard(&event, watched.roster.agrees(), now);
    let mode = watched.mode;
    match &event.what {
        Happening::Interval { joined, left, timed_out, refresh } => {
            let names = !(joined.is_empty() && left.is_empty() && timed_out.is_empty());
            let deltas = names || *refresh || mode == (Mode::Interval { deltas: true });
            watched.mode = Mode::Interval { deltas };
            let both_ways = joined.iter().any(|user| left.contains(user) || timed_out.contains(user));
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
        model.replaced.push(&event.channel, user, had, event.published);
    }
    people::heard(model, &event, before, change, now);
    let me = &model.session.user;
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
    watchlist::heard(model, &event, change, now);
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
    if model.own.told_gone(&Subscription::Channel(event.channel.clone()), event.published) {
        let user = &model.session.user;
        let how = if timed_out { "timed out" } else { "left, by another client of the same user id" };
        let text = format!("{user} (you) {how} on {}; H joins again", event.channel);
        model.word = Some(Word::new(Tone::Bad, text, now));
    }
}

pub(super) fn link(model: &mut Model, poll: usize, change: &LinkChange, now: Moment) {
    let was_lost = model.link.was_live && !model.link.is_live();
    if let LinkChange::Refused { trouble, what, everything } = change {
        for name in what {
            if let Subscription::Channel(channel) = name
                && let Some(watched) = model.channels.find(channel)
            {
                watched.refused = Some(trouble.clone());
            }
        }
        let (what, everything, trouble) = (what.clone(), *everything, trouble.clone());
        model.log.note(None, Note::Refused { what, everything, trouble }, now);
    }
    if let LinkChange::Allowed { what } = change {
        for watched in model.channels.iter_mut().filter(|w| what.iter().any(|s| s.covers(&w.channel))) {
            watched.refused = None;
            watched.truth.want(Cause::Gap, now);
        }
        model.log.note(None, Note::Allowed { what: what.clone() }, now);
    }
    match change {
        LinkChange::Connecting => model.log.note(None, Note::Connecting { poll }, now),
        LinkChange::Lost { trouble, attempt, retry_at } => {
            model.watchlist.missed(&Cause::Gap.to_string(), now);
            let (trouble, attempt, retry_at) = (trouble.clone(), *attempt, *retry_at);
            model.log.note(None, Note::Lost { poll, trouble, attempt, retry_at }, now);
        }
        _ => {}
    }
    model.link.change(poll, change, now);
    if let LinkChange::Alive { ledger, .. } = change {
        model.ledger.clone_from(ledger);
        model.rates.note(ledger, now);
        model.pace.note(model.ledger.sent(), now);
    }
    if let LinkChange::Live { resumed, round_trip } = change {
        model.scouts.live(&model.session.watching, now);
        // A loop that is live again after all of it was refused is refused no more.
        let again = was_lost || resumed.is_some();
        model.log.note(None, Note::Live { poll, round_trip: *round_trip, resumed: *resumed, again }, now);
        if again {
            model.channels.iter_mut().for_each(|w| w.truth.want(Cause::Gap, now));
        }
        if model.link.is_live() && everything_was_refused(model) {
            model.channels.iter_mut().for_each(|w| w.refused = None);
        }
    }
}

fn everything_was_refused(model: &Model) -> bool {
    !model.channels.is_empty() && model.channels.iter().all(|w| w.refused.is_some())
}

pub(super) fn outcome(model: &mut Model, outcome: Outcome) {
    model.rates.note(&outcome.ledger, outcome.at);
    model.ledger = outcome.ledger;
    model.pace.note(model.ledger.sent(), outcome.at);
    ended(model, outcome.command, outcome.result, outcome.at);
}

/// A command has ended, or was never begun.
pub(super) fn ended(model: &mut Model, command: Command, result: Result<Answered, Trouble>, now: Moment) {
    model.scouts.ended(&command, result.as_ref().err(), now);
    match (command, result) {
        (Command::FindChannels, Ok(Answered::HereNow(found))) => {
            for found in found.iter().filter(|found| found.occupancy > 0) {
                if model.session.watching.iter().any(|watched| watched.covers(&found.channel)) {
                    model.channels.discover(&found.channel, now);
                }
            }
        }
        (command @ Command::AskHereNow { .. }, Ok(answered)) => {
            if let Answered::HereNow(snapshots) = answered {
                let by_group = command.asks_groups();
                for snapshot in &snapshots {
                    // Late news of what is watched no more.
                    if watching::admits_list(model, &snapshot.channel, by_group) {
                        take_snapshot(model, snapshot, now);
                    }
                }
            }
            for channel in command.channels() {
                if let Some(watched) = model.channels.find(channel) {
                    watched.truth.unanswered(now);
                }
            }
        }
        (command @ Command::AskHereNow { .. }, Err(trouble)) => here_now_failed(model, &command, &trouble, now),
        (Command::AskWhereNow { user }, Ok(Answered::WhereNow(channels))) => {
            model.word = Some(Word::new(Tone::Good, found(&user, &channels), now));
            model.asked.answered(&user, Ok(channels), now);
        }
        (Command::AskWhereNow { user }, Err(trouble)) => {
            model.word = Some(Word::new(Tone::Bad, format!("where {user} is: {}", trouble.sentence), now));
            model.asked.answered(&user, Err(trouble), now);
        }
        (Command::SetState { places, .. }, result) => editor::ended(model, &places, result, now),
        (Command::FindChannels | Command::Watch(_), _) | (Command::Direct(_) | Command::AskWhereNow { .. }, Ok(_)) => {}
        (Command::Direct(_), Err(trouble)) => {
            model.word = Some(Word::new(Tone::Bad, format!("the crowd: {}", trouble.sentence), now));
        }
        (Command::SendHeartbeat { places, timeout, by_hand }, result) => {
            heartbeat_ended(model, &places, timeout, by_hand, result.map(|_| ()), now);
        }
        (Command::Leave { places }, result) => {
            let names = names_of(&places);
            for place in &places {
                if result.is_ok() {
                    model.own.left(place);
                }
                if let Subscription::Channel(channel) = place
                    && let Some(watched) = model.channels.find(channel)
                {
                    // Above the announce max the leave itself would be told much later.
                    watched.truth.want(Cause::Audit, now.plus(SETTLED));
                }
            }
            model.word = Some(match result {
                Ok(_) => Word::new(Tone::Good, format!("left {names}"), now),
                Err(trouble) => Word::new(Tone::Bad, format!("leave {names}: {}", trouble.sentence), now),
            });
        }
    }
}

/// Where somebody is, in a line.
fn found(user: &UserId, channels: &[Channel]) -> String {
    if channels.is_empty() {
        return format!("{user} is on no channel");
    }
    let names: Vec<String> = channels.iter().take(FEW).map(ToString::to_string).collect();
    let more = channels.len() - names.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{user} is on {}{more}", names.join(", "))
}

/// No here now: those that were refused by name are marked, the others are asked about again.
fn here_now_failed(model: &mut Model, command: &Command, trouble: &Trouble, now: Moment) {
    if model.word.as_ref().is_some_and(|w| w.tone == Tone::Busy) {
        let text = format!("here now: {}", trouble.sentence);
        model.word = Some(Word::new(Tone::Bad, text, now));
    }
    let refused = |channel: &Channel| trouble.refused.iter().any(|name| name == channel.as_str());
    let some_named = command.channels().any(refused);
    let others = Trouble { passing: true, ..trouble.clone() };
    for channel in command.channels() {
        let Some(watched) = model.channels.find(channel) else { continue };
        if refused(channel) {
            watched.truth.failed(trouble, now);
            watched.refused = Some(trouble.clone());
        } else {
            watched.truth.failed(if some_named { &others } else { trouble }, now);
        }
    }
    if some_named {
        model.log.note(None, Note::HereNowRefused { trouble: trouble.clone() }, now);
    }
}

fn heartbeat_ended(
    model: &mut Model,
    places: &[Subscription],
    timeout: Duration,
    by_hand: bool,
    result: Result<(), Trouble>,
    now: Moment,
) {
    let names = names_of(places);
    match result {
        Ok(()) => {
            model.log.signs.heartbeat = None;
            let at = model.clock.now(now);
            for place in places {
                if !model.own.seen(place, timeout, now) {
                    // We have left meanwhile.
                    return;
                }
                if let Subscription::Channel(channel) = place
                    && let Some(watched) = model.channels.find(channel)
                {
                    // Above the announce max the join itself would be told much later.
                    watched.roster.vouch(&model.session.user, at);
                    model.rows.touched(channel, &watched.roster, &model.session.user);
                }
            }
            if by_hand {
                let warning = if timeout < LEAST_TIMEOUT { "; below 20 s many SDKs refuse it" } else { "" };
                let kept = if model.own.kept_alive { " and kept alive" } else { ", not kept alive" };
                let (user, seconds) = (&model.session.user, timeout.as_secs());
                let text = format!("present on {names} as {user}, for {seconds} s{kept}{warning}");
                model.word = Some(Word::new(Tone::Good, text, now));
                // Is it true? Where presence is not enabled, the service says yes and lists nobody.
                for place in places {
                    if let Subscription::Channel(channel) = place
                        && let Some(watched) = model.channels.find(channel)
                    {
                        watched.truth.want(Cause::OwnJoin, now.plus(SETTLED));
                    }
                }
            }
        }
        Err(trouble) => {
            for place in places {
                model.own.failed(place);
            }
            let note = Note::HeartbeatFailed { places: places.to_vec(), trouble };
            model.word = Some(Word::new(Tone::Bad, note.to_string(), now));
            model.log.note(None, note, now);
        }
    }
}

fn take_snapshot(model: &mut Model, snapshot: &Snapshot, now: Moment) {
    let Some(watched) = model.channels.discover(&snapshot.channel, now) else { return };
    let first = watched.roster.is_empty() && watched.events == 0;
    let selected = model.focus.user.as_ref().and_then(|user| watched.roster.get(user)).cloned();
    let difference = watched.roster.fold(snapshot);
    watched.mark(now);
    let cause = watched.truth.answered(watched.roster.agrees(), &difference, watched.mode, now);
    if (!snapshot.complete || difference.held_back > 0) && !watched.roster.agrees() {
        // Pages that moved against each other, or an answer perhaps older than an event: the look is
        // not over.
        watched.truth.unsettled(cause, watched.roster.len(), now);
    }
    let here = watched.roster.len();
    let nothing = difference.is_empty();
    people::looked(model, &snapshot.channel, &difference, selected.as_ref(), now);
    if cause != Cause::First {
        watchlist::compared(model, &snapshot.channel, &difference, now);
    }
    let note = match cause {
        Cause::First if first => Note::FirstLook { here, difference },
        Cause::ByHand => {
            let note = Note::AskedAgain { channel: snapshot.channel.clone(), difference };
            model.word = Some(Word::new(Tone::Good, note.to_string(), now));
            note
        }
        Cause::Gap if nothing && model.channels.len() <= FEW => Note::NothingChanged,
        // After a loss that was noticed, this is what happened meanwhile.
        Cause::Gap | Cause::FullReply => Note::Repaired { cause, difference },
        // Without names in the intervals this is how the list is kept, not a repair.
        Cause::BareInterval | Cause::RefreshAsked => Note::CaughtUp { cause, difference },
        // Reported when nothing explains it in time.
        Cause::First | Cause::Audit | Cause::Disagreement | Cause::SecondSession | Cause::OwnJoin => {
            Note::Corrected { cause, difference }
        }
    };
    let worth_a_word = matches!(note, Note::FirstLook { .. } | Note::AskedAgain { .. } | Note::NothingChanged);
    if worth_a_word || !nothing {
        model.log.note(Some(snapshot.channel.clone()), note, now);
    }
    if cause == Cause::OwnJoin && snapshot.complete {
        say_unlisted(model, &snapshot.channel, now);
    }
}

/// A here now that lists everybody was asked for after our own heartbeat: does it list us?
fn say_unlisted(model: &mut Model, channel: &Channel, now: Moment) {
    let Some(watched) = model.channels.find(channel) else { return };
    if model.own.on(channel).is_some() && watched.roster.get(&model.session.user).is_none() {
        model.word = Some(Word::new(Tone::Bad, format!("{channel}: {}", Note::Unlisted), now));
        model.log.note(Some(channel.clone()), Note::Unlisted, now);
    }
}

/// Report the differences that nothing has explained in time.
pub(super) fn report_drift(model: &mut Model, now: Moment) {
    for watched in model.channels.iter_mut() {
        while let Some((cause, difference)) = watched.truth.report(now) {
            model.watchlist.drifted(&watched.channel, &cause.to_string(), now);
            model.log.note(Some(watched.channel.clone()), Note::Drift { cause, difference }, now);
        }
    }
}
