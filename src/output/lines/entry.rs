//! An entry of the log as a line: what is the same in all, and then what its kind has.

use super::object::{Object, begin_line, millis};
use crate::{
    presence::{Difference, EventKind, PresenceEvent},
    world::{Entry, EntryBody, EntryKind, EntryTime, MissingEvents, Mode, Note, Removal},
};

/// Write an entry as a line, with its end.
pub fn write_entry(out: &mut String, entry: &Entry) {
    let at = match entry.at {
        EntryTime::Service(published) => published.millis(),
        EntryTime::Here(moment) => millis(moment),
    };
    let mut line = begin_line(out, entry.body.kind().name(), at);
    if let EntryTime::Service(published) = entry.at {
        line.text("timetoken", &published.to_string());
    }
    if let Some(channel) = &entry.channel {
        line.text("channel", channel.as_str());
    }
    match (&entry.body, &entry.event) {
        (EntryBody::Note(note), _) => {
            if let Some(user) = &entry.user {
                line.text("user", user.as_str());
            }
            add_note(&mut line, note);
        }
        (EntryBody::Garbled { why, raw }, _) => {
            line.text("reason", why).text("raw", raw);
        }
        (_, Some(event)) => add_event(&mut line, entry, event),
        // An event's line without its event: nobody makes one.
        (_, None) => {}
    }
    line.close();
    out.push('\n');
}

fn add_event(line: &mut Object<'_>, entry: &Entry, event: &PresenceEvent) {
    if let Some(subscription) = &event.subscription {
        line.text("subscription", subscription.as_str());
    }
    if let Some(user) = event.what.user() {
        line.text("user", user.as_str());
    }
    if let Some(occupancy) = event.occupancy {
        line.number("occupancy", occupancy);
    }
    match &event.what {
        EventKind::Joined { state: Some(state), .. } | EventKind::StateChanged { state, .. } => {
            line.state("state", Some(state));
        }
        EventKind::Interval { joined, left, timed_out, refresh } => {
            let mut names = Object::open(line.key("names"));
            names.users("joined", joined).users("left", left).users("timed_out", timed_out);
            names.close();
            line.mark("refresh", *refresh);
        }
        EventKind::Unknown { action, raw } => {
            line.text("action", action).text("raw", raw);
        }
        EventKind::Joined { state: None, .. } | EventKind::Left { .. } | EventKind::TimedOut { .. } => {}
    }
    match &entry.body {
        EntryBody::Join { sightings } => {
            line.number("sightings", sightings);
        }
        EntryBody::Flap { away } => {
            line.span("flap", *away);
        }
        EntryBody::Leave { stayed: Some(stayed) } | EntryBody::Timeout { stayed: Some(stayed) } => {
            line.span("stayed", *stayed);
        }
        _ => {}
    }
    line.mark("odd", entry.odd);
}

fn add_missing_events<'a, 'b>(line: &'a mut Object<'b>, missing: MissingEvents) -> &'a mut Object<'b> {
    line.text("what", "missing").number("expected", missing.expected).number("told", missing.told)
}

fn add_note(line: &mut Object<'_>, note: &Note) {
    match note {
        Note::Connecting { poll } => line.text("what", "connecting").number("poll", poll),
        Note::Live { poll, round_trip, resumed, again } => {
            line.text("what", "live").number("poll", poll).span("round_trip", *round_trip);
            if let Some(resumed) = resumed {
                line.text("resumed", &resumed.to_string());
            }
            line.mark("again", *again)
        }
        Note::Lost { poll, trouble, attempt, retry_at } => line
            .text("what", "lost")
            .number("poll", poll)
            .number("attempt", attempt)
            .number("retry_at", millis(*retry_at))
            .trouble(trouble),
        Note::Refused { what, everything, trouble } => {
            line.text("what", "subscribe").places(what).mark("everything", *everything).trouble(trouble)
        }
        Note::HereNowRefused { trouble } => {
            line.text("what", "here-now").texts("names", trouble.refused.iter().map(String::as_str)).trouble(trouble)
        }
        Note::Allowed { what } => line.places(what),
        Note::ClockSetBack => line.text("what", "set-back"),
        Note::ClockOff { seconds } => line.text("what", "off").number("seconds", seconds),
        Note::EventsMissing(missing) => add_missing_events(line, *missing),
        Note::OverLimit { envelopes } => line.text("what", "reply").number("envelopes", envelopes),
        Note::NotRecorded { inputs, .. } => line.text("what", "recording").number("inputs", inputs),
        Note::TooManyChannels => line.text("what", "channels"),
        Note::Mode(Mode::Announce) => line.text("what", "announce"),
        Note::Mode(Mode::Interval { .. }) => line.text("what", "interval"),
        Note::FirstLook { here, difference } => line.text("cause", "first").number("here", here).difference(difference),
        Note::AskedAgain { difference, .. } => line.text("cause", "by-hand").difference(difference),
        Note::NothingChanged => line.text("cause", "gap").difference(&Difference::default()),
        Note::Corrected { cause, difference }
        | Note::Repaired { cause, difference }
        | Note::CaughtUp { cause, difference }
        | Note::Drift { cause, difference } => line.text("cause", cause.name()).difference(difference),
        Note::StateCorrected { cause, state, before } => {
            line.text("cause", cause.name()).state("state", state.as_ref()).state("before", before.as_ref())
        }
        Note::Unlisted => line.text("what", "unlisted"),
        Note::HeartbeatFailed { places, trouble } => {
            line.text("what", "heartbeat-failed").places(places).trouble(trouble)
        }
        Note::Crowd { title: what } | Note::Mark { text: what } => line.text("what", what),
        Note::Told(alert) => line.text("what", alert.what).text("about", &alert.about),
        Note::Added { what } => line.text("what", "added").places(what),
        Note::Removed { what: Removal::Whole(what), .. } => {
            line.text("what", "removed").places(std::slice::from_ref(what))
        }
        Note::Removed { what: Removal::Hide(channel), .. } => {
            line.text("what", "removed").texts("channels", std::iter::once(channel.as_str()))
        }
        Note::RanOut { places } => line.text("what", "ran-out").places(places),
        Note::OrderResult(reply) => line.text("what", reply.name()),
    };
    debug_assert!(!note.kind().is_event() && note.kind() != EntryKind::Garbled);
    line.text("text", &note.to_string()).mark("grave", note.is_grave());
}
