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

impl ReplyReader {
    /// Read a reply that arrived at `now`. Returns the next cursor and the events. Of a body that held bytes that
    /// are not UTF-8, envelopes with U+FFFD are not believed.
    ///
    /// # Errors
    /// If it is not a reply at all: then the same cursor has to be asked again. A bad envelope costs
    /// only itself.
    pub fn read(&mut self, body: &AnswerText, poll: usize, now: Moment) -> Result<(Cursor, Batch), Malformed> {
        // The whole reply is known to be one before any event of it counts as received.
        if let Some(reply) = body.read(|text| Ok(ScannedReply::scan(text)))? {
            let mut items = ReplyItems::new(body, reply.cursor, reply.envelopes.len());
            let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
            for envelope in &reply.envelopes {
                items.add(envelope.text, |text| match &envelope.parts {
                    Some(parts) => memory.read_parts(parts, text),
                    None => memory.read_envelope(text),
                });
            }
            return Ok((reply.cursor, items.into_batch(poll, reply.envelopes.len(), 0, now)));
        }
        let reply = body.read(RawReply::parse)?;
        let mut items = ReplyItems::new(body, reply.cursor, reply.raw.len());
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        for raw in &reply.raw {
            items.add(raw.get(), |text| memory.read_envelope(text));
        }
        Ok((reply.cursor, items.into_batch(poll, reply.raw.len(), reply.over_limit, now)))
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
                self.told.push((published, ReplyItem::Event(hide_in_unknown(event, body))));
                self.told.extend(flaws.iter().take(MOST_FLAWS).map(|why| (published, garbled(why))));
            }
            Ok(None) => {}
            Err(Skipped::Copy) => self.copies += 1,
            Err(Skipped::Repeat) => self.repeats += 1,
            Err(Skipped::Malformed(why)) => self.told.push((self.cursor, garbled(&why))),
        }
    }

    /// All of them, in publish order, of a reply with so many envelopes that were read and others that were not.
    fn into_batch(mut self, poll: usize, envelopes: usize, over_limit: usize, now: Moment) -> Batch {
        self.told.sort_by_key(|(published, _)| *published);
        Batch {
            poll,
            heard: self.told.into_iter().map(|(_, heard)| heard).collect(),
            cursor: self.cursor,
            copies: self.copies,
            repeats: self.repeats,
            full: envelopes >= rules::REPLY_EVENTS,
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
        let (cursor, batch) = reader.read(&body, 0, Moment::default()).unwrap();
        assert_eq!((cursor.timetoken, batch.copies, batch.repeats, batch.full), (Timetoken::new(8), 1, 0, false));
        let who = |heard: &ReplyItem| match heard {
            ReplyItem::Event(event) => event.what.user().unwrap().as_str().to_owned(),
            ReplyItem::Garbled { .. } => "garbled".to_owned(),
        };
        assert_eq!(batch.heard.iter().map(who).collect::<Vec<_>>(), ["early", "garbled", "late"]);
        // The cursor stepped back, and all comes again.
        let (_, again) = reader.read(&body, 0, Moment::default()).unwrap();
        assert_eq!((again.heard.len(), again.copies, again.repeats), (1, 0, 3));
    }

    #[test]
    fn an_event_with_broken_bytes_is_not_believed() {
        let read = |user: &[u8]| {
            let before =
                br#"{"t":{"t":"8","r":1},"m":[{"p":{"t":"5","r":1},"c":"x-pnpres","d":{"action":"join","uuid":"a"#;
            let body = [before, user, br#"","occupancy":1}}]}"#].concat();
            ReplyReader::default().read(&AnswerText::from(body), 0, Moment::default()).unwrap().1.heard.remove(0)
        };
        assert!(matches!(read(b"\xff"), ReplyItem::Garbled { .. }));
        // The same character, honestly sent, is just a character.
        assert!(matches!(read("\u{fffd}".as_bytes()), ReplyItem::Event(_)));
    }
}
