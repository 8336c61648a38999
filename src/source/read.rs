//! From a subscribe reply to a batch of events: each once, in publish order. Pure.

use std::sync::{Arc, Mutex, PoisonError};

use super::{SeenEvents, Sighting};
use crate::{
    client::AnswerText,
    presence::{Batch, EventKind, Moment, PresenceEvent, ReplyItem, Timetoken, rules},
    wire::{Cursor, Malformed, RawReply, parse_event_telling},
};

/// Bytes of a malformed envelope that are kept to show.
const RAW_KEPT: usize = 2048;

/// What is wrong with one event is told so many times at the most.
const MOST_FLAWS: usize = 3;

/// Reads the replies of the poll loops. Clones share the memory of events, since one event can reach several loops.
#[derive(Debug, Clone, Default)]
pub struct ReplyReader {
    seen: Arc<Mutex<SeenEvents>>,
}

impl ReplyReader {
    /// Read a reply that arrived at `now`. Returns the next cursor and the events. Of a body that held bytes that
    /// are not UTF-8, envelopes with U+FFFD are not believed.
    ///
    /// # Errors
    /// If it is not a reply at all: then the same cursor has to be asked again. A bad envelope costs
    /// only itself.
    pub fn read(&mut self, body: &AnswerText, poll: usize, now: Moment) -> Result<(Cursor, Batch), Malformed> {
        let reply = body.read(RawReply::parse)?;
        let cursor = reply.cursor;
        let mut told: Vec<(Timetoken, ReplyItem)> = Vec::with_capacity(reply.raw.len());
        let (mut copies, mut repeats) = (0, 0);
        for raw in &reply.raw {
            let raw = raw.get();
            match self.read_one(raw, body) {
                Ok(Some((published, event, flaws))) => {
                    told.push((published, ReplyItem::Event(event)));
                    let garbled = |why: String| {
                        let why = body.quote(&why, RAW_KEPT).into();
                        ReplyItem::Garbled { why, raw: body.quote(raw, RAW_KEPT) }
                    };
                    told.extend(flaws.into_iter().take(MOST_FLAWS).map(|why| (published, garbled(why))));
                }
                Ok(None) => {}
                Err(Skipped::Copy) => copies += 1,
                Err(Skipped::Repeat) => repeats += 1,
                Err(Skipped::Malformed(why)) => {
                    let why = body.quote(&why, RAW_KEPT).into();
                    told.push((cursor.timetoken, ReplyItem::Garbled { why, raw: body.quote(raw, RAW_KEPT) }));
                }
            }
        }
        told.sort_by_key(|(published, _)| *published);
        let batch = Batch {
            poll,
            heard: told.into_iter().map(|(_, heard)| heard).collect(),
            cursor: cursor.timetoken,
            copies,
            repeats,
            full: reply.raw.len() >= rules::REPLY_EVENTS,
            over_limit: reply.over_limit,
            at: now,
        };
        Ok((cursor, batch))
    }

    fn read_one(
        &mut self,
        raw: &str,
        body: &AnswerText,
    ) -> Result<Option<(Timetoken, PresenceEvent, Vec<String>)>, Skipped> {
        if body.is_patched() && raw.contains('\u{fffd}') {
            return Err(Skipped::Malformed("it holds bytes that are not UTF-8".to_owned()));
        }
        let Some(envelope) = RawReply::envelope(raw)? else { return Ok(None) };
        let published = envelope.published;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        // Absent where only one name was asked for, which is then that of the channel.
        let subscription = envelope.subscription.as_deref().unwrap_or(&envelope.channel);
        match seen.note(published, &envelope.channel, envelope.payload.get(), subscription) {
            Sighting::New => {}
            Sighting::Copy => return Err(Skipped::Copy),
            Sighting::Repeat => return Err(Skipped::Repeat),
        }
        let event = parse_event_telling(&envelope)?;
        Ok(event.map(|(event, flaws)| (published, hide_in_unknown(event, body), flaws)))
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
