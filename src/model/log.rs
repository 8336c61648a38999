//! The event log: a ring of bounded length and weight, newest last; what of it is shown is the matter of
//! its [`Journal`]. And a tap for who wants every entry as it comes.

use std::{borrow::Cow, collections::VecDeque, sync::Arc, time::Duration};

use super::{Journal, Kind, Note, Signs};
use crate::{
    duration::age,
    presence::{Channel, Happening, Moment, PresenceEvent, State, Timetoken, UserId},
};

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

/// Where the time of an entry comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The service: when the event was published.
    Service(Timetoken),
    /// Our own clock.
    Here(Moment),
}

impl Source {
    /// Unix seconds, by whichever clock it was.
    pub fn seconds(self) -> u64 {
        match self {
            Self::Service(t) => t.seconds(),
            Self::Here(m) => m.seconds(),
        }
    }

    /// Unix microseconds, by whichever clock it was.
    pub fn micros(self) -> u64 {
        match self {
            Self::Service(t) => t.ticks() / 10,
            Self::Here(m) => m.micros(),
        }
    }
}

/// What an entry tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A user joined; `sightings` above 1: was announced again while present.
    Join {
        /// How often announced by now.
        sightings: u32,
    },
    /// A user left on purpose.
    Leave {
        /// After how long, if we saw them come.
        stayed: Option<Duration>,
    },
    /// A user went silent.
    Timeout {
        /// After how long, if we saw them come.
        stayed: Option<Duration>,
    },
    /// A user left and was back at once.
    Flap {
        /// How long they were away.
        away: Duration,
    },
    /// A user's state was replaced.
    State,
    /// A summary.
    Interval {
        /// How many joined, left and timed out, by name.
        named: [usize; 3],
        /// It asks to ask here now.
        refresh: bool,
    },
    /// An action that this program doesn't know.
    Unknown,
    /// Something that could not be read.
    Garbled {
        /// Why.
        why: String,
        /// How it came.
        raw: String,
    },
    /// Something about the watching itself.
    Note(Note),
}

impl Line {
    /// What kind of thing it is: a flap is a join that came soon after a departure.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Join { .. } | Self::Flap { .. } => Kind::Join,
            Self::Leave { .. } => Kind::Leave,
            Self::Timeout { .. } => Kind::Timeout,
            Self::State => Kind::StateChange,
            Self::Interval { .. } => Kind::Interval,
            Self::Unknown => Kind::Unknown,
            Self::Garbled { .. } => Kind::Garbled,
            Self::Note(note) => note.kind(),
        }
    }
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its number, counted from the start.
    pub number: u64,
    /// When.
    pub at: Source,
    /// Where, if it is about one channel.
    pub channel: Option<Channel>,
    /// Who, if it is about one user.
    pub user: Option<UserId>,
    /// The occupancy told with it.
    pub occupancy: Option<u64>,
    /// The event named somebody who was not on the list.
    pub odd: bool,
    /// The whole event, if it is one.
    pub event: Option<Arc<PresenceEvent>>,
    /// What.
    pub line: Line,
}

impl Entry {
    /// What it says beyond its kind, channel, user and occupancy, in words. Has foreign text in it.
    pub fn said(&self) -> Cow<'_, str> {
        let odd = if self.odd { "was not on the list" } else { "" };
        let said = match &self.line {
            Line::Join { sightings: 1 } | Line::Leave { stayed: None } | Line::Timeout { stayed: None } => {
                return Cow::Borrowed(odd);
            }
            Line::Join { sightings } => format!("seen again, {sightings} times now"),
            Line::Leave { stayed: Some(stayed) } | Line::Timeout { stayed: Some(stayed) } => {
                format!("after {}", age(*stayed))
            }
            Line::Flap { away } => format!("left and was back within {} ms", away.as_millis()),
            Line::State => return Cow::Borrowed(self.state().map_or(odd, State::as_json)),
            Line::Interval { refresh: true, .. } => "too many changes: asks to ask here now".to_owned(),
            Line::Interval { named: [0, 0, 0], .. } => "occupancy only".to_owned(),
            Line::Interval { named: [joined, left, timed_out], .. } => {
                format!("+{joined} joined  -{left} left  !{timed_out} timed out")
            }
            Line::Unknown => match self.event.as_deref().map(|event| &event.what) {
                Some(Happening::Unknown { action, raw }) => format!("{action}: {raw}"),
                _ => String::new(),
            },
            Line::Garbled { why, raw } => format!("{why}: {raw}"),
            Line::Note(note) => note.to_string(),
        };
        Cow::Owned(said)
    }

    /// The state that it brought, if any.
    pub fn state(&self) -> Option<&State> {
        match &self.event.as_deref()?.what {
            Happening::Joined { state, .. } => state.as_ref(),
            Happening::StateChanged { state, .. } => Some(state),
            _ => None,
        }
    }

    /// The JSON as it came, if it came as such.
    pub fn raw(&self) -> Option<&str> {
        match &self.line {
            Line::Garbled { raw, .. } => Some(raw),
            _ => self.event.as_deref()?.raw.as_deref(),
        }
    }

    /// The bytes it keeps, roughly; names that it shares with others are counted in full.
    fn weight(&self) -> usize {
        let line = match &self.line {
            Line::Garbled { why, raw } => why.len() + raw.len(),
            Line::Note(note) => note.weight(),
            _ => 0,
        };
        size_of::<Self>() + line + self.event.as_deref().map_or(0, PresenceEvent::weight)
    }
}

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
        here.map(|entry| &**entry).filter(move |entry| super::detail::is_about(entry, user, &mut names))
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
    pub(super) fn show_like(&mut self, other: &Journal) {
        self.journal.begin_like(other);
        self.entries.iter().for_each(|entry| self.journal.add(entry));
        self.journal.begun();
    }

    /// The entry under the cursor, or the last one of the burst there.
    pub fn at_cursor(&self) -> Option<&Arc<Entry>> {
        let row = self.journal.cursor()?;
        let number = match row.part {
            super::LogPart::Entry => row.number,
            super::LogPart::Burst => *self.journal.burst(row.number)?.members.back()?,
        };
        self.get(number)
    }

    /// Show something else of it: every entry that is kept is held against it once, then each new one.
    pub(super) fn show(&mut self, wanted: super::Shown) {
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
