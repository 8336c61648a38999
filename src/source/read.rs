//! From a subscribe reply to a batch of events: each once, in publish order. Pure.

use std::sync::{Arc, Mutex, PoisonError};

use super::{KnownNames, SeenEvents, Sighting};
use crate::{
    client::AnswerText,
    presence::{Batch, EventKind, Moment, PresenceEvent, ReplyItem, Timetoken, rules},
    wire::{Cursor, EnvelopeParts, Malformed, RawReply, ScannedReply, parse_event_telling},
};

/// Bytes of a malformed envelope that are kept to show.
const RAW_KEPT: usize = 2048;

/// What is wrong with one event is told so many times at the most.
const MOST_FLAWS: usize = 3;

/// Reads the replies of the poll loops. Clones share the memory of events, since one event can reach several loops.
#[derive(Debug, Clone, Default)]
pub struct ReplyReader {
    memory: Arc<Mutex<ReplyMemory>>,
}

/// What earlier replies held.
#[derive(Debug, Default)]
struct ReplyMemory {
    seen: SeenEvents,
    names: KnownNames,
}

/// The events of a reply so far, each with when it was published.
struct ReplyItems<'a> {
    body: &'a AnswerText,
    told: Vec<(Timetoken, ReplyItem)>,
    /// The timetoken of the reply's cursor.
    cursor: Timetoken,
    copies: usize,
    repeats: usize,
}

/// A reply that is known to be one, whatever its envelopes are.
#[derive(Debug)]
pub enum ParsedReply<'a> {
    /// As it is usually written.
    Scanned(ScannedReply<'a>),
    /// In any other way.
    Raw(RawReply<'a>),
}

impl<'a> ParsedReply<'a> {
    /// Tell where a reply begins and ends, and each of its envelopes.
    ///
    /// # Errors
    /// If it is not a reply at all: then the same cursor has to be asked again.
    pub fn parse(body: &'a AnswerText) -> Result<Self, Malformed> {
        match body.read(|text| Ok(ScannedReply::scan(text)))? {
            Some(reply) => Ok(Self::Scanned(reply)),
            None => body.read(RawReply::parse).map(Self::Raw),
        }
    }

    /// Where to go on from.
    pub const fn cursor(&self) -> Cursor {
        match self {
            Self::Scanned(reply) => reply.cursor,
            Self::Raw(reply) => reply.cursor,
        }
    }

    /// Whether it holds as many envelopes as the service ever puts into one reply.
    pub const fn is_full(&self) -> bool {
        self.count_envelopes() >= rules::REPLY_EVENTS
    }

    const fn count_envelopes(&self) -> usize {
        match self {
            Self::Scanned(reply) => reply.envelopes.len(),
            Self::Raw(reply) => reply.raw.len(),
        }
    }
}

impl ReplyReader {
    /// Read the events of a reply that arrived at `now`; a bad envelope costs only itself. Of a `body` that held bytes
    /// that are not UTF-8, envelopes with U+FFFD are not believed.
    pub fn read(&mut self, reply: &ParsedReply<'_>, body: &AnswerText, poll: usize, now: Moment) -> Batch {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let mut items = ReplyItems::new(body, reply.cursor(), reply.count_envelopes());
        let over_limit = match reply {
            ParsedReply::Scanned(reply) => {
                for envelope in &reply.envelopes {
                    items.add(envelope.text, |text| match &envelope.parts {
                        Some(parts) => memory.read_parts(parts, text),
                        None => memory.read_envelope(text),
                    });
                }
                0
            }
            ParsedReply::Raw(reply) => {
                for raw in &reply.raw {
                    items.add(raw.get(), |text| memory.read_envelope(text));
                }
                reply.over_limit
            }
        };
        items.into_batch(poll, reply.is_full(), over_limit, now)
    }
}

/// An event with when it was published, and what of it could not be read; nothing where the envelope holds none.
type ReadEvent = Option<(Timetoken, PresenceEvent, Vec<String>)>;

impl ReplyMemory {
    /// Read an envelope that a scanner has taken apart.
    fn read_parts(&mut self, parts: &EnvelopeParts<'_>, text: &str) -> Result<ReadEvent, Skipped> {
        let Some(event) = parts.event.as_ref().filter(|_| parts.is_presence()) else { return self.read_envelope(text) };
        let published = parts.published;
        self.note(published, parts.channel, parts.payload, parts.subscription)?;
        let channel = self.names.find_channel(parts.channel);
        let subscription = parts.subscription.and_then(|name| self.names.find_subscription(name, &channel));
        Ok(Some((published, event.to_event(channel, subscription, published, parts.payload), Vec::new())))
    }

    /// Read an envelope of any kind.
    fn read_envelope(&mut self, text: &str) -> Result<ReadEvent, Skipped> {
        let Some(envelope) = RawReply::envelope(text)? else { return Ok(None) };
        let published = envelope.published;
        self.note(published, &envelope.channel, envelope.payload.get(), envelope.subscription.as_deref())?;
        Ok(parse_event_telling(&envelope)?.map(|(event, flaws)| (published, event, flaws)))
    }

    /// Note an event that comes for the first time.
    fn note(
        &mut self,
        published: Timetoken,
        channel: &str,
        payload: &str,
        subscription: Option<&str>,
    ) -> Result<(), Skipped> {
        // Absent where only one name was asked for, which is then that of the channel.
        match self.seen.note(published, channel, payload, subscription.unwrap_or(channel)) {
            Sighting::New => Ok(()),
            Sighting::Copy => Err(Skipped::Copy),
            Sighting::Repeat => Err(Skipped::Repeat),
        }
    }
}

impl<'a> ReplyItems<'a> {
    fn new(body: &'a AnswerText, cursor: Cursor, envelopes: usize) -> Self {
        let told = Vec::with_capacity(envelopes);
        Self { body, told, cursor: cursor.timetoken, copies: 0, repeats: 0 }
    }

    /// Add what `read` finds in an envelope.
    fn add(&mut self, envelope: &str, read: impl FnOnce(&str) -> Result<ReadEvent, Skipped>) {
        let body = self.body;
        let read = if body.is_patched() && envelope.contains('\u{fffd}') {
            Err(Skipped::Malformed("it holds bytes that are not UTF-8".to_owned()))
        } else {
            read(envelope)
        };
        let garbled = |why: &str| {
            let why = body.quote(why, RAW_KEPT).into();
            ReplyItem::Garbled { why, raw: body.quote(envelope, RAW_KEPT) }
        };
        match read {
            Ok(Some((published, event, flaws))) => {
                self.told.push((published, ReplyItem::from(hide_in_unknown(event, body))));
                self.told.extend(flaws.iter().take(MOST_FLAWS).map(|why| (published, garbled(why))));
            }
            Ok(None) => {}
            Err(Skipped::Copy) => self.copies += 1,
            Err(Skipped::Repeat) => self.repeats += 1,
            Err(Skipped::Malformed(why)) => self.told.push((self.cursor, garbled(&why))),
        }
    }

    /// All of them, in publish order. `over_limit`: how many envelopes were not read.
    fn into_batch(mut self, poll: usize, full: bool, over_limit: usize, now: Moment) -> Batch {
        self.told.sort_by_key(|(published, _)| *published);
        Batch {
            poll,
            heard: self.told.into_iter().map(|(_, heard)| heard).collect(),
            cursor: self.cursor,
            copies: self.copies,
            repeats: self.repeats,
            full,
            over_limit,
            at: now,
        }
    }
}

/// Of an event that is not known nobody can say what in it is data: it is shown as words of the answer are.
fn hide_in_unknown(mut event: PresenceEvent, body: &AnswerText) -> PresenceEvent {
    if let EventKind::Unknown { action, raw } = &mut event.what {
        *action = body.quote(action, RAW_KEPT);
        *raw = body.quote(raw, RAW_KEPT);
        event.raw = event.raw.map(|raw| body.quote(&raw, RAW_KEPT).into());
    }
    event
}

enum Skipped {
    Copy,
    Repeat,
    Malformed(String),
}

impl From<Malformed> for Skipped {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed.why.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_dropped_order_is_restored_and_bad_ones_cost_only_themselves() {
        let join = |t: u32, who: &str, b: &str| {
            format!(
                r#"{{"p":{{"t":"{t}","r":1}},"c":"x-pnpres","b":"{b}","d":{{"action":"join","uuid":"{who}","occupancy":1}}}}"#
            )
        };
        let envelopes =
            [join(9, "late", "x-pnpres"), join(5, "early", "x-pnpres"), join(5, "early", "g-pnpres"), "7".into()];
        let body = format!(r#"{{"t":{{"t":"8","r":1}},"m":[{}]}}"#, envelopes.join(","));
        let body = AnswerText::from(body.into_bytes());
        let mut reader = ReplyReader::default();
        let read = |reader: &mut ReplyReader| {
            let reply = ParsedReply::parse(&body).unwrap();
            (reply.cursor(), reader.read(&reply, &body, 0, Moment::default()))
        };
        let (cursor, batch) = read(&mut reader);
        assert_eq!((cursor.timetoken, batch.copies, batch.repeats, batch.full), (Timetoken::new(8), 1, 0, false));
        let who = |heard: &ReplyItem| match heard {
            ReplyItem::Event(event) => event.what.user().unwrap().as_str().to_owned(),
            ReplyItem::Garbled { .. } => "garbled".to_owned(),
        };
        assert_eq!(batch.heard.iter().map(who).collect::<Vec<_>>(), ["early", "garbled", "late"]);
        // The cursor stepped back, and all comes again.
        let (_, again) = read(&mut reader);
        assert_eq!((again.heard.len(), again.copies, again.repeats), (1, 0, 3));
    }

    #[test]
    fn an_event_with_broken_bytes_is_not_believed() {
        let read = |user: &[u8]| {
            let before =
                br#"{"t":{"t":"8","r":1},"m":[{"p":{"t":"5","r":1},"c":"x-pnpres","d":{"action":"join","uuid":"a"#;
            let body = [before, user, br#"","occupancy":1}}]}"#].concat();
            let body = AnswerText::from(body);
            let reply = ParsedReply::parse(&body).unwrap();
            ReplyReader::default().read(&reply, &body, 0, Moment::default()).heard.remove(0)
        };
        assert!(matches!(read(b"\xff"), ReplyItem::Garbled { .. }));
        // The same character, honestly sent, is just a character.
        assert!(matches!(read("\u{fffd}".as_bytes()), ReplyItem::Event(_)));
    }
}
