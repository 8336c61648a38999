//! The event log: a ring of bounded length and weight, newest last; what of it is shown is the matter of
//! its [`Journal`]. And a tap for who wants every entry as it comes.

use std::{collections::VecDeque, sync::Arc};

use crate::model::{Entry, Journal, Kind, Line, Note, Signs, Source};
use crate::presence::{Channel, Moment, UserId};

/// Entries kept unless [`EventLog::keep`] says otherwise; older ones are dropped and counted.
const KEPT: usize = 10_000;

/// Bytes kept for so many entries, so that ids and states as large as the service lets through can't fill
/// the memory: many times what the usual entries weigh together.
const BYTES_KEPT: usize = 32 * 1024 * 1024;

/// How much is kept.
#[derive(Debug, Clone, Copy)]
struct Limit {
    entries: usize,
    bytes: usize,
}

impl Default for Limit {
    fn default() -> Self {
        Self { entries: KEPT, bytes: BYTES_KEPT }
    }
}

/// A leave is looked for this far back to be joined with the return that makes it a flap.
const FLAP_REACH: usize = 200;

/// What happened, newest last.
#[derive(Debug, Default)]
pub struct EventLog {
    entries: VecDeque<Arc<Entry>>,
    /// What they weigh together.
    bytes: usize,
    made: u64,
    /// How many of each kind are kept.
    kinds: [usize; Kind::ALL.len()],
    /// What came since it was last taken, if anybody takes it.
    fresh: Option<Vec<Entry>>,
    limit: Limit,
    journal: Journal,
    /// What of it tells of trouble.
    pub signs: Signs,
    /// Dropped from the front.
    pub dropped: u64,
}

impl Clone for EventLog {
    /// As it is now; nobody listens to the copy. Costs a count for each entry: the entries are shared.
    fn clone(&self) -> Self {
        let Self { entries, bytes, made, kinds, fresh: _, limit, journal, signs, dropped } = self;
        Self {
            entries: entries.clone(),
            bytes: *bytes,
            made: *made,
            kinds: *kinds,
            fresh: None,
            limit: *limit,
            journal: journal.clone(),
            signs: signs.clone(),
            dropped: *dropped,
        }
    }
}

impl EventLog {
    /// From here on every entry can be [taken](Self::take_fresh) as well: whoever listens has to take
    /// them after each update, since none is ever dropped.
    pub fn listen(&mut self) {
        self.fresh.get_or_insert_default();
    }

    /// What came since the last time, in order; nothing if nobody [listens](Self::listen). It has what
    /// the log does not keep: [minor](Note::is_minor) notes, and departures that turned out to be a flap.
    pub fn take_fresh(&mut self) -> impl Iterator<Item = Entry> {
        self.fresh.iter_mut().flat_map(|fresh| fresh.drain(..))
    }

    /// Add an entry; its number is given here.
    pub fn push(&mut self, mut entry: Entry) {
        self.made += 1;
        entry.number = self.made;
        self.signs.note(&entry);
        if let Some(fresh) = &mut self.fresh {
            fresh.push(entry.clone());
        }
        if matches!(&entry.line, Line::Note(note) if note.is_minor()) {
            return;
        }
        self.bytes += entry.weight();
        self.kinds[entry.line.kind() as usize] += 1;
        self.journal.add(&entry);
        self.entries.push_back(Arc::new(entry));
        self.drop_oldest();
    }

    /// Keep so many entries; with more than the usual 10,000 also more bytes, in proportion.
    pub fn keep(&mut self, entries: usize) {
        let bytes = (BYTES_KEPT / KEPT).saturating_mul(entries).max(BYTES_KEPT);
        self.limit = Limit { entries, bytes };
        self.drop_oldest();
    }

    fn drop_oldest(&mut self) {
        while self.entries.len() > self.limit.entries || self.bytes > self.limit.bytes {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.forget(&oldest);
            self.dropped += 1;
        }
    }

    /// Add a note of our own.
    pub fn note(&mut self, channel: Option<Channel>, note: Note, now: Moment) {
        self.push(Entry {
            number: 0,
            at: Source::Here(now),
            channel,
            user: None,
            occupancy: None,
            odd: false,
            event: None,
            line: Line::Note(note),
        });
    }

    /// Take back the departure of a user that turned out to be a flap.
    pub fn take_departure(&mut self, channel: &Channel, user: &UserId) {
        let recent = self.entries.iter().rev().take(FLAP_REACH);
        let departed = |e: &Arc<Entry>| {
            matches!(e.line, Line::Leave { .. } | Line::Timeout { .. })
                && e.user.as_ref() == Some(user)
                && e.channel.as_ref() == Some(channel)
        };
        if let Some(back) = recent.into_iter().position(departed)
            && let Some(taken) = self.entries.remove(self.entries.len() - 1 - back)
        {
            self.forget(&taken);
        }
    }

    /// An entry is not in the ring any more.
    fn forget(&mut self, entry: &Entry) {
        self.bytes -= entry.weight();
        self.kinds[entry.line.kind() as usize] -= 1;
        self.journal.remove(entry.number);
    }

    /// The last `count` entries, whatever is shown.
    pub fn tail(&self, count: usize) -> impl Iterator<Item = &Entry> {
        self.entries.range(self.entries.len().saturating_sub(count)..).map(Arc::as_ref)
    }

    /// The entry with this number, if it is still kept.
    pub fn get(&self, number: u64) -> Option<&Arc<Entry>> {
        let at = self.entries.partition_point(|entry| entry.number < number);
        self.entries.get(at).filter(|entry| entry.number == number)
    }

    /// What happened to a user on a channel, the latest first: as far as summaries are concerned, among the
    /// last `names` names in them.
    pub fn of_user(&self, channel: &Channel, user: &UserId, mut names: usize) -> impl Iterator<Item = &Entry> {
        let here = self.entries.iter().rev().filter(move |entry| entry.channel.as_ref() == Some(channel));
        here.map(|entry| &**entry).filter(move |entry| crate::model::detail::is_about(entry, user, &mut names))
    }

    /// How many entries are kept.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing happened yet.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many entries of a kind are kept.
    pub fn count(&self, kind: Kind) -> usize {
        self.kinds[kind as usize]
    }

    /// What of it is shown.
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Go about in what is shown.
    pub fn journal_mut(&mut self) -> &mut Journal {
        &mut self.journal
    }

    /// Show what another journal shows, from where that is.
    pub(crate) fn show_like(&mut self, other: &Journal) {
        self.journal.begin_like(other);
        self.entries.iter().for_each(|entry| self.journal.add(entry));
        self.journal.begun();
    }

    /// The entry under the cursor, or the last one of the burst there.
    pub fn at_cursor(&self) -> Option<&Arc<Entry>> {
        let row = self.journal.cursor()?;
        let number = match row.part {
            crate::model::LogPart::Entry => row.number,
            crate::model::LogPart::Burst => *self.journal.burst(row.number)?.members.back()?,
        };
        self.get(number)
    }

    /// Show something else of it: every entry that is kept is held against it once, then each new one.
    pub(crate) fn show(&mut self, wanted: crate::model::Shown) {
        if *self.journal.shown() != wanted {
            self.journal.begin(wanted);
            self.entries.iter().for_each(|entry| self.journal.add(entry));
            self.journal.begun();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(log: &mut EventLog, title: &str) {
        log.note(None, Note::Crowd { title: title.to_owned() }, Moment::default());
    }

    #[test]
    fn it_is_bounded_and_counts_what_it_dropped() {
        let mut log = EventLog::default();
        (0..KEPT + 5).for_each(|n| say(&mut log, &n.to_string()));
        assert_eq!((log.len(), log.dropped), (KEPT, 5));
        log.keep(100);
        assert_eq!((log.len(), log.dropped), (100, KEPT as u64 - 95));
        log.keep(2 * KEPT);
        (0..2 * KEPT).for_each(|n| say(&mut log, &n.to_string()));
        assert_eq!(log.len(), 2 * KEPT);
    }

    #[test]
    fn it_is_bounded_in_bytes_and_what_is_taken_out_counts_no_more() {
        let mut log = EventLog::default();
        let giant = "x".repeat(BYTES_KEPT / 4);
        (0..9).for_each(|_| say(&mut log, &giant));
        assert_eq!((log.len(), log.dropped), (3, 6));
        // More than all of it: not even that is kept.
        say(&mut log, &giant.repeat(5));
        assert_eq!((log.len(), log.dropped, log.bytes), (0, 10, 0));
        let (lobby, ann) = (Channel::heard("lobby"), UserId::heard("ann"));
        log.push(Entry {
            number: 0,
            at: Source::Here(Moment::default()),
            channel: Some(lobby.clone()),
            user: Some(ann.clone()),
            occupancy: None,
            odd: false,
            event: None,
            line: Line::Leave { stayed: None },
        });
        log.take_departure(&lobby, &ann);
        assert_eq!((log.len(), log.bytes), (0, 0));
    }

    #[test]
    fn who_listens_hears_everything_once_and_minor_notes_too() {
        let mut log = EventLog::default();
        say(&mut log, "before");
        assert_eq!(log.take_fresh().count(), 0);
        log.listen();
        (0..KEPT + 5).for_each(|n| say(&mut log, &n.to_string()));
        log.note(None, Note::Connecting { poll: 0 }, Moment::default());
        let numbers: Vec<u64> = log.take_fresh().map(|entry| entry.number).collect();
        assert_eq!(numbers, (2..KEPT as u64 + 8).collect::<Vec<_>>());
        assert_eq!((log.take_fresh().count(), log.len()), (0, KEPT));
    }
}
