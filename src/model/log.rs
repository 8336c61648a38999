//! The event log: a ring of bounded length and weight, newest last, that a person can follow or hold;
//! and a tap for who wants every entry as it comes.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use super::{Kind, Note, Signs};
use crate::presence::{Channel, Moment, PresenceEvent, Timetoken, UserId};

/// Entries kept; older ones are dropped and counted.
const KEPT: usize = 10_000;

/// Bytes kept, so that ids and states as large as the service lets through can't fill the memory:
/// many times what the usual entries weigh together.
const BYTES_KEPT: usize = 32 * 1024 * 1024;

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
    entries: VecDeque<Entry>,
    /// What they weigh together.
    bytes: usize,
    made: u64,
    /// What came since it was last taken, if anybody takes it.
    fresh: Option<Vec<Entry>>,
    /// What of it tells of trouble.
    pub signs: Signs,
    /// Dropped from the front.
    pub dropped: u64,
    /// The number of the entry that is held in view; `None`: follow the newest.
    pub held: Option<u64>,
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
        self.entries.push_back(entry);
        while self.entries.len() > KEPT || self.bytes > BYTES_KEPT {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.bytes -= oldest.weight();
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
        let departed = |e: &Entry| {
            matches!(e.line, Line::Leave { .. } | Line::Timeout { .. })
                && e.user.as_ref() == Some(user)
                && e.channel.as_ref() == Some(channel)
        };
        if let Some(back) = recent.into_iter().position(departed)
            && let Some(taken) = self.entries.remove(self.entries.len() - 1 - back)
        {
            self.bytes -= taken.weight();
        }
    }

    /// The last `count` entries up to the held one, or up to the newest.
    pub fn tail(&self, count: usize) -> impl Iterator<Item = &Entry> {
        let end = match self.held {
            Some(held) => self.entries.partition_point(|e| e.number <= held),
            None => self.entries.len(),
        };
        let end = end.max(count.min(self.entries.len()));
        self.entries.range(end.saturating_sub(count)..end)
    }

    /// How many entries are kept.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing happened yet.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many entries are newer than the held one.
    pub fn below(&self) -> usize {
        self.held.map_or(0, |held| self.entries.len() - self.entries.partition_point(|e| e.number <= held))
    }

    /// Scroll by so many rows; at the newest it follows again.
    pub fn scroll(&mut self, rows: isize) {
        let (Some(first), Some(last)) = (self.entries.front(), self.entries.back()) else { return };
        let from = self.held.unwrap_or(last.number);
        let to = from.saturating_add_signed(rows as i64).max(first.number);
        self.held = (to < last.number).then_some(to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(log: &mut EventLog, title: &str) {
        log.note(None, Note::Crowd { title: title.to_owned() }, Moment::default());
    }

    fn numbers(log: &EventLog, count: usize) -> Vec<u64> {
        log.tail(count).map(|e| e.number).collect()
    }

    #[test]
    fn it_follows_until_held_and_holds_while_new_lines_come() {
        let mut log = EventLog::default();
        (0..10).for_each(|n| say(&mut log, &n.to_string()));
        assert_eq!(numbers(&log, 3), [8, 9, 10]);
        log.scroll(-4);
        say(&mut log, "new");
        assert_eq!((numbers(&log, 3), log.below()), (vec![4, 5, 6], 5));
        log.scroll(-100);
        assert_eq!(numbers(&log, 3), [1, 2, 3]);
        log.scroll(100);
        assert_eq!((numbers(&log, 2), log.held), (vec![10, 11], None));
    }

    #[test]
    fn it_is_bounded_and_counts_what_it_dropped() {
        let mut log = EventLog::default();
        (0..KEPT + 5).for_each(|n| say(&mut log, &n.to_string()));
        assert_eq!((log.len(), log.dropped), (KEPT, 5));
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
