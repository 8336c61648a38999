//! An entry of the log, and a roster, as a JSON line.

use std::fmt::Write as _;

use super::{
    VERSION,
    json::{harmless, quoted},
};
use crate::{
    presence::{Difference, Happening, Moment, PresenceEvent, State, Subscription, Trouble, UserId},
    world::{Certainty, ChannelState, Entry, EntryBody, EntryKind, EntryTime, Mode, Note, Removal},
};

/// An object that is being written. Fields that are not known are left out.
struct Object<'o> {
    out: &'o mut String,
    empty: bool,
}

impl<'o> Object<'o> {
    fn open(out: &'o mut String) -> Self {
        out.push('{');
        Self { out, empty: true }
    }

    fn key(&mut self, key: &str) -> &mut String {
        if !std::mem::take(&mut self.empty) {
            self.out.push(',');
        }
        quoted(self.out, key);
        self.out.push(':');
        self.out
    }

    fn number(&mut self, key: &str, number: impl std::fmt::Display) -> &mut Self {
        // Writing to a string can't fail.
        let _ = write!(self.key(key), "{number}");
        self
    }

    fn text(&mut self, key: &str, text: &str) -> &mut Self {
        quoted(self.key(key), text);
        self
    }

    /// Left out where it is false.
    fn mark(&mut self, key: &str, is: bool) -> &mut Self {
        if is {
            self.key(key).push_str("true");
        }
        self
    }

    fn span(&mut self, key: &str, span: std::time::Duration) -> &mut Self {
        self.number(key, span.as_millis())
    }

    fn state(&mut self, state: Option<&State>) -> &mut Self {
        match state.filter(|state| !state.is_empty()) {
            Some(state) => harmless(self.key("state"), state.as_json()),
            None => self.key("state").push_str("null"),
        }
        self
    }

    fn texts<'t>(&mut self, key: &str, texts: impl Iterator<Item = &'t str>) -> &mut Self {
        let out = self.key(key);
        out.push('[');
        for (n, text) in texts.enumerate() {
            if n > 0 {
                out.push(',');
            }
            quoted(out, text);
        }
        out.push(']');
        self
    }

    fn users(&mut self, key: &str, users: &[UserId]) -> &mut Self {
        self.texts(key, users.iter().map(UserId::as_str))
    }

    fn places(&mut self, places: &[Subscription]) -> &mut Self {
        let is_group = |place: &&Subscription| matches!(place, Subscription::Group(_));
        self.texts("channels", places.iter().filter(|place| !is_group(place)).map(Subscription::as_str));
        self.texts("groups", places.iter().filter(is_group).map(Subscription::as_str))
    }

    fn difference(&mut self, difference: &Difference) -> &mut Self {
        self.users("missing", &difference.missing).users("extra", &difference.extra)
    }

    fn trouble(&mut self, trouble: &Trouble) -> &mut Self {
        self.text("reason", &trouble.sentence)
    }

    fn close(self) {
        self.out.push('}');
    }
}

/// Milliseconds since 1970.
fn millis(at: Moment) -> u64 {
    at.micros() / 1000
}

fn begin<'o>(out: &'o mut String, kind: &str, millis: u64) -> Object<'o> {
    let mut line = Object::open(out);
    line.number("version", VERSION).text("type", kind).number("time", millis);
    line
}

/// Write an entry as a line, with its end.
pub fn entry(out: &mut String, entry: &Entry) {
    let at = match entry.at {
        EntryTime::Service(published) => published.millis(),
        EntryTime::Here(moment) => millis(moment),
    };
    let mut line = begin(out, entry.body.kind().name(), at);
    if let EntryTime::Service(published) = entry.at {
        line.text("timetoken", &published.to_string());
    }
    if let Some(channel) = &entry.channel {
        line.text("channel", channel.as_str());
    }
    match (&entry.body, &entry.event) {
        (EntryBody::Note(note), _) => self::note(&mut line, note),
        (EntryBody::Garbled { why, raw }, _) => {
            line.text("reason", why).text("raw", raw);
        }
        (_, Some(event)) => happening(&mut line, entry, event),
        // An event's line without its event: nobody makes one.
        (_, None) => {}
    }
    line.close();
    out.push('\n');
}

fn happening(line: &mut Object<'_>, entry: &Entry, event: &PresenceEvent) {
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
        Happening::Joined { state: Some(state), .. } | Happening::StateChanged { state, .. } => {
            line.state(Some(state));
        }
        Happening::Interval { joined, left, timed_out, refresh } => {
            let mut names = Object::open(line.key("names"));
            names.users("joined", joined).users("left", left).users("timed_out", timed_out);
            names.close();
            line.mark("refresh", *refresh);
        }
        Happening::Unknown { action, raw } => {
            line.text("action", action).text("raw", raw);
        }
        Happening::Joined { state: None, .. } | Happening::Left { .. } | Happening::TimedOut { .. } => {}
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

fn note(line: &mut Object<'_>, note: &Note) {
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
        Note::FullReply => line.text("what", "full-reply"),
        Note::OverLimit { envelopes } => line.text("what", "reply").number("envelopes", envelopes),
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
        Note::Unlisted => line.text("what", "unlisted"),
        Note::HeartbeatFailed { places, trouble } => {
            line.text("what", "heartbeat-failed").places(places).trouble(trouble)
        }
        Note::Crowd { title } => line.text("what", title),
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

/// Write who is on a channel as a line, with its end.
pub fn roster(out: &mut String, watched: &ChannelState, certainty: &Certainty, now: Moment) {
    let mut line = begin(out, "roster", millis(now));
    line.text("channel", watched.channel.as_str());
    line.number("occupancy", watched.occupancy());
    line.text("certainty", certainty.word());
    let users = line.key("occupants");
    users.push('[');
    for (n, (user, occupant)) in watched.roster.iter().enumerate() {
        if n > 0 {
            users.push(',');
        }
        let mut one = Object::open(users);
        one.text("user", user.as_str()).state(occupant.state.as_ref());
        one.close();
    }
    users.push(']');
    line.close();
    out.push('\n');
}
