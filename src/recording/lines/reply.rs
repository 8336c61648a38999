//! Subscribe replies and the events in them, as they are written: member by member, as they are most of what a recording
//! holds. [`event`](super::event) reads them.

use super::words::{write_json, write_number, write_text, write_valid_json};
use crate::presence::{Batch, EventKind, Moment, PresenceEvent, ReplyItem, Subscription, Timetoken, UserId};

/// Write the line of a reply that was taken in at `moment`, without its end.
pub(super) fn write_reply_line(out: &mut Vec<u8>, number: u64, moment: Moment, batch: &Batch) {
    let Batch { poll, heard, cursor, copies, repeats, full, over_limit, at } = batch;
    let mut line = Members::open(out);
    line.number("n", number).number("at", moment.micros());
    let mut reply = line.object("reply");
    reply.count("poll", *poll).token("cursor", *cursor);
    if *at != moment {
        reply.number("at", at.micros());
    }
    let out = reply.name("events");
    out.push(b'[');
    for (place, item) in heard.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        write_item(out, item);
    }
    out.push(b']');
    reply.count("copies", *copies).count("repeats", *repeats).mark("full", *full).count("over_limit", *over_limit);
    reply.close();
    line.close();
}

/// One element: an object of one member, which is named after what it is.
fn write_item(out: &mut Vec<u8>, item: &ReplyItem) {
    let mut outer = Members::open(out);
    match item {
        ReplyItem::Event(event) => write_event(outer.object(name_kind(&event.what)), event),
        ReplyItem::Garbled { why, raw } => {
            let mut garbled = outer.object("garbled");
            garbled.text("why", why.as_str()).text("raw", raw);
            garbled.close();
        }
    }
    outer.close();
}

const fn name_kind(what: &EventKind) -> &'static str {
    match what {
        EventKind::Joined { .. } => "join",
        EventKind::Left { .. } => "leave",
        EventKind::TimedOut { .. } => "timeout",
        EventKind::StateChanged { .. } => "state_change",
        EventKind::Interval { .. } => "interval",
        EventKind::Unknown { .. } => "unknown",
    }
}

fn write_event(mut members: Members<'_>, event: &PresenceEvent) {
    let PresenceEvent { channel, subscription, published, timestamp, occupancy, what, raw } = event;
    members.text("channel", channel.as_str());
    if let Some(place) = subscription {
        let mut object = members.object("subscription");
        object.text(name_place(place), place.as_str());
        object.close();
    }
    members.token("published", *published);
    for (name, number) in [("timestamp", timestamp), ("occupancy", occupancy)] {
        if let Some(number) = number {
            members.number(name, *number);
        }
    }
    if let Some(user) = what.user() {
        members.text("user", user.as_str());
    }
    match what {
        EventKind::Joined { state: Some(state), .. } | EventKind::StateChanged { state, .. } => {
            write_valid_json(members.name("state"), state.as_json());
        }
        EventKind::Interval { joined, left, timed_out, refresh } => {
            members.users("joined", joined).users("left", left).users("timed_out", timed_out).mark("refresh", *refresh);
        }
        EventKind::Unknown { action, raw } => {
            members.text("action", action).text("unread", raw);
        }
        EventKind::Joined { state: None, .. } | EventKind::Left { .. } | EventKind::TimedOut { .. } => {}
    }
    match (raw, what) {
        // Of one that is not known it may be cut.
        (Some(raw), EventKind::Unknown { .. }) => write_json(members.name("raw"), raw),
        (Some(raw), _) => write_valid_json(members.name("raw"), raw),
        (None, _) => {}
    }
    members.close();
}

const fn name_place(place: &Subscription) -> &'static str {
    match place {
        Subscription::Channel(_) => "channel",
        Subscription::Pattern(_) => "pattern",
        Subscription::Group(_) => "group",
    }
}

/// The members of an object that is being written. None of their names needs an escape.
struct Members<'o> {
    out: &'o mut Vec<u8>,
    is_empty: bool,
}

impl<'o> Members<'o> {
    fn open(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, is_empty: true }
    }

    /// Write a name; the caller writes its value.
    fn name(&mut self, name: &'static str) -> &mut Vec<u8> {
        if !std::mem::take(&mut self.is_empty) {
            self.out.push(b',');
        }
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.out
    }

    /// Begin an object as a value; the caller closes it.
    fn object(&mut self, name: &'static str) -> Members<'_> {
        Members::open(self.name(name))
    }

    fn number(&mut self, name: &'static str, number: u64) -> &mut Self {
        write_number(self.name(name), number);
        self
    }

    /// Left out where it is zero.
    fn count(&mut self, name: &'static str, count: usize) -> &mut Self {
        if count > 0 { self.number(name, count as u64) } else { self }
    }

    /// Left out where it is not so.
    fn mark(&mut self, name: &'static str, is_so: bool) -> &mut Self {
        if is_so {
            self.name(name).extend_from_slice(b"true");
        }
        self
    }

    /// In digits, as [`TokenDigits`](super::words::TokenDigits) are read.
    fn token(&mut self, name: &'static str, token: Timetoken) -> &mut Self {
        let out = self.name(name);
        out.push(b'"');
        write_number(out, token.ticks());
        out.push(b'"');
        self
    }

    fn text(&mut self, name: &'static str, text: &str) -> &mut Self {
        write_text(self.name(name), text);
        self
    }

    /// Left out where nobody is named.
    fn users(&mut self, name: &'static str, users: &[UserId]) -> &mut Self {
        for (place, user) in users.iter().enumerate() {
            if place == 0 {
                self.name(name).push(b'[');
            } else {
                self.out.push(b',');
            }
            write_text(self.out, user.as_str());
        }
        if !users.is_empty() {
            self.out.push(b']');
        }
        self
    }

    fn close(self) {
        self.out.push(b'}');
    }
}
