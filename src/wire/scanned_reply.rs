//! The reply to subscribe, read in one pass where it is written as PubNub was recorded to write it.
//!
//! A stream of full replies is where a watcher spends its time, and nearly all of it in reading. The general reader
//! ([`RawReply`](super::RawReply)) takes any JSON that means a reply, and passes over the same text up to five times.
//! This one passes over it once. What it does not know it leaves to the general reader: a whole reply, one envelope, or
//! the payload of one. What it reads means the same to both, which a test holds with texts of every kind.

use super::{Cursor, number::LARGEST, subscribe::MOST_ENVELOPES};
use crate::presence::{
    Channel, EventKind, JsonScanner, PNPRES, PresenceEvent, State, Subscription, Timetoken, UserId, take_once,
};

/// A reply of which every envelope is JSON.
#[derive(Debug)]
pub struct ScannedReply<'a> {
    /// Where to go on from.
    pub cursor: Cursor,
    /// The envelopes, in the order of the reply.
    pub envelopes: Vec<ScannedEnvelope<'a>>,
}

/// One envelope.
#[derive(Debug)]
pub struct ScannedEnvelope<'a> {
    /// Its JSON.
    pub text: &'a str,
    /// What it says; `None` for what the general reader has to read.
    pub parts: Option<EnvelopeParts<'a>>,
}

/// What an envelope says, as [`Envelope`](super::Envelope) has it.
#[derive(Debug)]
pub struct EnvelopeParts<'a> {
    /// Where it was published, with `-pnpres`.
    pub channel: &'a str,
    /// Which of the requested names it came for.
    pub subscription: Option<&'a str>,
    /// What it is, if it is no message and no presence event.
    pub kind: Option<u64>,
    /// When it was published.
    pub published: Timetoken,
    /// The payload's JSON.
    pub payload: &'a str,
    /// The payload, if it could be the presence event of one user.
    pub event: Option<EventParts<'a>>,
}

impl EnvelopeParts<'_> {
    /// Whether it holds a presence event: what else is published to a channel is none, whatever it says.
    pub fn is_presence(&self) -> bool {
        self.kind.is_none() && self.channel.ends_with(PNPRES)
    }
}

/// What a payload says: the action of one user.
#[derive(Debug)]
pub struct EventParts<'a> {
    action: UserAction<'a>,
    user: &'a str,
    timestamp: Option<u64>,
    occupancy: Option<u64>,
}

/// What a user did, with the JSON object of their state.
#[derive(Debug, Clone, Copy)]
enum UserAction<'a> {
    Join(Option<&'a str>),
    Leave,
    Timeout,
    ChangeState(&'a str),
}

impl<'a> ScannedReply<'a> {
    /// Read a reply; `None` if it has to be read by [`RawReply::parse`](super::RawReply::parse), which says what is
    /// wrong with it, if anything is.
    pub fn scan(body: &'a str) -> Option<Self> {
        let mut scanner = JsonScanner::new(body);
        let (mut cursor, mut envelopes) = (None, None);
        scanner.take_object(|scanner, name| match name {
            "t" => take_once(&mut cursor, scan_cursor(scanner)?),
            "m" => take_once(&mut envelopes, scan_envelopes(scanner)?),
            // Here somebody says that it is no reply.
            "status" | "error" => None,
            _ => scanner.skip_value(),
        })?;
        let (cursor, envelopes) = (cursor?, envelopes?);
        (scanner.is_at_end() && cursor.timetoken != Timetoken::ZERO).then_some(Self { cursor, envelopes })
    }
}

fn scan_cursor(scanner: &mut JsonScanner<'_>) -> Option<Cursor> {
    let (mut timetoken, mut region) = (None, None);
    scanner.take_object(|scanner, name| match name {
        "t" => take_once(&mut timetoken, scanner.take_number_or_text()?),
        "r" => take_once(&mut region, i32::try_from(scanner.take_number()?).ok()?),
        _ => scanner.skip_value(),
    })?;
    Some(Cursor { timetoken: Timetoken::new(timetoken?), region })
}

fn scan_envelopes<'a>(scanner: &mut JsonScanner<'a>) -> Option<Vec<ScannedEnvelope<'a>>> {
    let mut envelopes = Vec::new();
    scanner.take_array(|scanner| {
        scanner.peek()?;
        let start = scanner.clone();
        let parts = scanner.attempt(scan_envelope);
        if parts.is_none() {
            scanner.skip_value()?;
        }
        envelopes.push(ScannedEnvelope { text: scanner.text_since(&start), parts });
        (envelopes.len() <= MOST_ENVELOPES).then_some(())
    })?;
    Some(envelopes)
}

fn scan_envelope<'a>(scanner: &mut JsonScanner<'a>) -> Option<EnvelopeParts<'a>> {
    let (mut channel, mut subscription, mut kind, mut published, mut payload) = (None, None, None, None, None);
    scanner.take_object(|scanner, name| match name {
        "c" => take_once(&mut channel, scanner.take_string()?),
        "b" => take_once(&mut subscription, scanner.take_string()?),
        "e" => take_once(&mut kind, scanner.take_number()?),
        "p" => take_once(&mut published, scan_cursor(scanner)?.timetoken),
        "d" => take_once(&mut payload, scan_payload(scanner)?),
        _ => scanner.skip_value(),
    })?;
    let (payload, event) = payload?;
    let kind = kind.filter(|kind| *kind != 0);
    Some(EnvelopeParts { channel: channel?, subscription, kind, published: published?, payload, event })
}

/// The text of a payload, and what it says if it is that of a presence event.
fn scan_payload<'a>(scanner: &mut JsonScanner<'a>) -> Option<(&'a str, Option<EventParts<'a>>)> {
    scanner.peek()?;
    let start = scanner.clone();
    let event = scanner.attempt(scan_event);
    if event.is_none() {
        scanner.skip_value()?;
    }
    Some((scanner.text_since(&start), event))
}

fn scan_event<'a>(scanner: &mut JsonScanner<'a>) -> Option<EventParts<'a>> {
    let (mut action, mut user, mut timestamp, mut occupancy, mut state) = (None, None, None, None, None);
    scanner.take_object(|scanner, name| match name {
        "action" => take_once(&mut action, scanner.take_string()?),
        "uuid" => take_once(&mut user, scanner.take_string()?),
        "timestamp" => take_once(&mut timestamp, scanner.take_number().filter(|number| *number <= LARGEST)?),
        "occupancy" => take_once(&mut occupancy, scanner.take_number().filter(|number| *number <= LARGEST)?),
        "data" => take_once(&mut state, scanner.take_value().filter(|json| json.starts_with('{'))?),
        // Other spellings, and intervals.
        "state" | "join" | "joined" | "leave" | "left" | "timeout" | "timedout" | "here_now_refresh" => None,
        _ => scanner.skip_value(),
    })?;
    let action = match action? {
        "join" => UserAction::Join(state),
        "leave" => UserAction::Leave,
        "timeout" => UserAction::Timeout,
        "state-change" => UserAction::ChangeState(state?),
        _ => return None,
    };
    let user = user.filter(|user| !user.is_empty())?;
    Some(EventParts { action, user, timestamp, occupancy })
}

impl EventParts<'_> {
    /// The event of an envelope.
    pub fn to_event(
        &self,
        channel: Channel,
        subscription: Option<Subscription>,
        published: Timetoken,
        payload: &str,
    ) -> PresenceEvent {
        let user = UserId::from_wire(self.user);
        let what = match self.action {
            UserAction::Join(state) => EventKind::Joined { user, state: state.map(State::from_scanned) },
            UserAction::Leave => EventKind::Left { user },
            UserAction::Timeout => EventKind::TimedOut { user },
            UserAction::ChangeState(state) => EventKind::StateChanged { user, state: State::from_scanned(state) },
        };
        let (timestamp, occupancy) = (self.timestamp, self.occupancy);
        PresenceEvent { channel, subscription, published, timestamp, occupancy, what, raw: Some(payload.into()) }
    }
}

#[cfg(test)]
mod tests;
