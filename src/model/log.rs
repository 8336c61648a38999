//! The event log: a ring of bounded length, newest last, that a person can follow or hold.

use std::{collections::VecDeque, time::Duration};

use crate::presence::{Channel, Moment, Timetoken, UserId};

/// Entries kept; older ones are dropped and counted.
const KEPT: usize = 10_000;

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
    State {
        /// The new state, as JSON.
        json: String,
    },
    /// A summary.
    Interval {
        /// How many joined, left and timed out, by name.
        named: [usize; 3],
        /// It asks to ask here now.
        refresh: bool,
    },
    /// An action that this program doesn't know.
    Unknown {
        /// Its name.
        action: String,
        /// How it came.
        raw: String,
    },
    /// Something that could not be read.
    Garbled {
        /// Why.
        why: String,
        /// How it came.
        raw: String,
    },
    /// Something about the watching itself.
    Note {
        /// What.
        text: String,
        /// It means that the list was or is wrong.
        grave: bool,
    },
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
    /// What.
    pub line: Line,
}

/// What happened, newest last.
#[derive(Debug, Default)]
pub struct EventLog {
    entries: VecDeque<Entry>,
    made: u64,
    /// Dropped from the front.
    pub dropped: u64,
    /// The number of the entry that is held in view; `None`: follow the newest.
    pub held: Option<u64>,
}

impl EventLog {
    /// Add an entry; its number is given here.
    pub fn push(&mut self, mut entry: Entry) {
        self.made += 1;
        entry.number = self.made;
        if self.entries.len() >= KEPT {
            self.entries.pop_front();
            self.dropped += 1;
        }
        self.entries.push_back(entry);
    }

    /// Add a note of our own.
    pub fn note(&mut self, channel: Option<Channel>, text: impl Into<String>, grave: bool, now: Moment) {
        let line = Line::Note { text: text.into(), grave };
        self.push(Entry { number: 0, at: Source::Here(now), channel, user: None, occupancy: None, odd: false, line });
    }

    /// Take back the departure of a user that turned out to be a flap.
    pub fn take_departure(&mut self, channel: &Channel, user: &UserId) {
        let recent = self.entries.iter().rev().take(FLAP_REACH);
        let departed = |e: &Entry| {
            matches!(e.line, Line::Leave { .. } | Line::Timeout { .. })
                && e.user.as_ref() == Some(user)
                && e.channel.as_ref() == Some(channel)
        };
        if let Some(back) = recent.into_iter().position(departed) {
            self.entries.remove(self.entries.len() - 1 - back);
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

    fn numbers(log: &EventLog, count: usize) -> Vec<u64> {
        log.tail(count).map(|e| e.number).collect()
    }

    #[test]
    fn it_follows_until_held_and_holds_while_new_lines_come() {
        let mut log = EventLog::default();
        (0..10).for_each(|n| log.note(None, n.to_string(), false, Moment::default()));
        assert_eq!(numbers(&log, 3), [8, 9, 10]);
        log.scroll(-4);
        log.note(None, "new", false, Moment::default());
        assert_eq!((numbers(&log, 3), log.below()), (vec![4, 5, 6], 5));
        log.scroll(-100);
        assert_eq!(numbers(&log, 3), [1, 2, 3]);
        log.scroll(100);
        assert_eq!((numbers(&log, 2), log.held), (vec![10, 11], None));
    }

    #[test]
    fn it_is_bounded_and_counts_what_it_dropped() {
        let mut log = EventLog::default();
        (0..KEPT + 5).for_each(|n| log.note(None, n.to_string(), false, Moment::default()));
        assert_eq!((log.len(), log.dropped), (KEPT, 5));
    }
}
