//! How what was asked of the service ended, taken in.

use std::time::Duration;

use super::lists;
use crate::{
    model::{Cause, Model, Note, Tone, Word, editor, note::names_of},
    presence::{Answered, Channel, Command, Moment, Outcome, Subscription, Trouble, UserId},
    wording::list_first,
};

/// Of the channels that somebody is on, so many are told by name.
const TOLD: usize = 10;

/// Official SDKs ask for no presence timeout below this.
const LEAST_TIMEOUT: Duration = Duration::from_secs(20);

/// After this, a heartbeat must show in a here now: its cache, and a moment.
const SETTLED: Duration = Duration::from_secs(4);

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
            let snapshots = if let Answered::HereNow(snapshots) = answered { snapshots } else { Vec::new() };
            lists::told(model, &command, &snapshots, now);
        }
        (command @ Command::AskHereNow { .. }, Err(trouble)) => lists::not_told(model, &command, &trouble, now),
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
        (Command::Leave { places }, result) => leave_ended(model, &places, result.map(|_| ()), now),
    }
}

/// Where somebody is, in a line.
fn found(user: &UserId, channels: &[Channel]) -> String {
    if channels.is_empty() {
        return format!("{user} is on no channel");
    }
    format!("{user} is on {}", list_first(channels, channels.len(), TOLD, ", "))
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

fn leave_ended(model: &mut Model, places: &[Subscription], result: Result<(), Trouble>, now: Moment) {
    let names = names_of(places);
    for place in places {
        match result {
            Ok(()) => model.own.left(place),
            Err(_) => model.own.not_left(place),
        }
        if let Subscription::Channel(channel) = place
            && let Some(watched) = model.channels.find(channel)
        {
            // Above the announce max the leave itself would be told much later.
            watched.truth.want(Cause::Audit, now.plus(SETTLED));
        }
    }
    model.word = Some(match result {
        Ok(()) => Word::new(Tone::Good, format!("left {names}"), now),
        Err(trouble) => {
            let text = format!("not confirmed that we left {names}, L asks again: {}", trouble.sentence);
            Word::new(Tone::Bad, text, now)
        }
    });
}
