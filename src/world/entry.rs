//! One entry of the event log: what happened, to whom, on which channel and when.

use std::{borrow::Cow, sync::Arc, time::Duration};

use super::{EntryKind, Note};
use crate::{
    duration::{age, show_briefly},
    presence::{Channel, Difference, EventKind, Moment, PresenceEvent, State, Timetoken, UserId},
};

/// The time of an entry, by one of two clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryTime {
    /// The service's clock: when the event was published.
    Service(Timetoken),
    /// Our own clock.
    Here(Moment),
}

impl EntryTime {
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

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryBody {
    /// A user joined. `sightings` above 1 means that a present user was announced again.
    Join {
        /// How often the user has been announced.
        sightings: u32,
    },
    /// A user left on purpose.
    Leave {
        /// How long the user stayed, if we saw the join.
        stayed: Option<Duration>,
    },
    /// A user timed out.
    Timeout {
        /// How long the user stayed, if we saw the join.
        stayed: Option<Duration>,
    },
    /// A user is no longer listed by a here now: whether they left or timed out was not told.
    Gone,
    /// A user left and came right back.
    Flap {
        /// How long the user was away.
        away: Duration,
    },
    /// A user's state was replaced.
    State,
    /// An interval event.
    Interval {
        /// The numbers of users named as joined, left and timed out.
        named: [usize; 3],
        /// Whether the service asks for a here now.
        refresh: bool,
    },
    /// An action that this program does not know.
    Unknown,
    /// An envelope that could not be read.
    Garbled {
        /// Why it could not be read.
        why: String,
        /// The envelope as it arrived.
        raw: String,
    },
    /// A note about the watching itself.
    Note(Note),
}

impl EntryBody {
    /// The kind of entry. A flap counts as a join.
    pub const fn kind(&self) -> EntryKind {
        match self {
            Self::Join { .. } | Self::Flap { .. } => EntryKind::Join,
            Self::Leave { .. } => EntryKind::Leave,
            Self::Timeout { .. } => EntryKind::Timeout,
            Self::State => EntryKind::StateChange,
            Self::Interval { .. } => EntryKind::Interval,
            Self::Gone => EntryKind::Resync,
            Self::Unknown => EntryKind::Unknown,
            Self::Garbled { .. } => EntryKind::Garbled,
            Self::Note(note) => note.kind(),
        }
    }
}

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The time.
    pub at: EntryTime,
    /// When it was heard, by our own clock: the order of the log. It never falls from one entry to the next.
    pub heard: Moment,
    /// How long after it was published it was heard, by the service's clock. Nothing for a note.
    pub late: Duration,
    /// The channel, if the entry is about one.
    pub channel: Option<Channel>,
    /// The user, if the entry is about one.
    pub user: Option<UserId>,
    /// The occupancy told with it.
    pub occupancy: Option<u64>,
    /// Whether the event named a user who was not on the list.
    pub odd: bool,
    /// The whole event, if the entry is one.
    pub event: Option<Arc<PresenceEvent>>,
    /// What happened.
    pub body: EntryBody,
}

impl Entry {
    /// An entry for a note, at the present time.
    pub fn from_note(channel: Option<Channel>, note: Note, now: Moment) -> Self {
        let (at, body) = (EntryTime::Here(now), EntryBody::Note(note));
        let (heard, late) = (now, Duration::ZERO);
        Self { at, heard, late, channel, user: None, occupancy: None, odd: false, event: None, body }
    }

    /// The details beyond kind, channel, user and occupancy, in words. Contains foreign text.
    pub fn describe_details(&self) -> Cow<'_, str> {
        let odd = if self.odd { "was not on the list" } else { "" };
        let said = match &self.body {
            EntryBody::Join { sightings: 1 }
            | EntryBody::Leave { stayed: None }
            | EntryBody::Timeout { stayed: None }
            | EntryBody::Gone => {
                return Cow::Borrowed(odd);
            }
            EntryBody::Join { sightings } => format!("seen again, {sightings} times now"),
            EntryBody::Leave { stayed: Some(stayed) } | EntryBody::Timeout { stayed: Some(stayed) } => {
                format!("after {}", age(*stayed))
            }
            EntryBody::Flap { away } => format!("back after {}", show_briefly(*away)),
            EntryBody::State => return Cow::Borrowed(self.state().map_or(odd, State::as_json)),
            EntryBody::Interval { refresh: true, .. } => "too many changes to name: asking here now".to_owned(),
            EntryBody::Interval { named: [0, 0, 0], .. } => "no names in this interval".to_owned(),
            EntryBody::Interval { named: [joined, left, timed_out], .. } => {
                let parts = [("+", joined, "joined"), ("-", left, "left"), ("!", timed_out, "timed out")];
                let told = parts.iter().filter(|(_, count, _)| **count > 0);
                let told: Vec<String> = told.map(|(sign, count, word)| format!("{sign}{count} {word}")).collect();
                told.join("  ")
            }
            EntryBody::Unknown => match self.event.as_ref().map(|event| &event.what) {
                Some(EventKind::Unknown { action, raw }) => format!("{action}: {raw}"),
                _ => String::new(),
            },
            EntryBody::Garbled { why, raw } => format!("{why}: {raw}"),
            EntryBody::Note(note) => note.to_string(),
        };
        Cow::Owned(said)
    }

    /// Whom an entry about many tells of, by what happened to them: an interval event, or what a here now found.
    /// A first here now tells of nobody in this way: it found who was there before.
    pub fn changes(&self) -> [(EntryKind, &[UserId]); 3] {
        if let EntryBody::Note(note) = &self.body {
            let found = note.difference().filter(|_| !matches!(note, Note::FirstLook { .. }));
            let (gone, came): (&[UserId], &[UserId]) =
                found.map_or((&[], &[]), |Difference { missing, extra, .. }| (extra, missing));
            // Whether they left or timed out no here now tells.
            return [(EntryKind::Timeout, &[]), (EntryKind::Resync, gone), (EntryKind::Join, came)];
        }
        let (timed_out, left, came): (&[UserId], &[UserId], &[UserId]) = match self.event.as_deref() {
            Some(PresenceEvent { what: EventKind::Interval { joined, left, timed_out, .. }, .. }) => {
                (timed_out, left, joined)
            }
            _ => (&[], &[], &[]),
        };
        [(EntryKind::Timeout, timed_out), (EntryKind::Leave, left), (EntryKind::Join, came)]
    }

    /// The number of users that an entry about many tells of.
    pub fn count_changes(&self) -> usize {
        self.changes().iter().map(|(_, users)| users.len()).sum()
    }

    /// One of the users that an entry about many tells of, by its place among the [`changes`](Self::changes).
    pub fn find_change(&self, place: usize) -> Option<(EntryKind, &UserId)> {
        let mut before = 0;
        self.changes().into_iter().find_map(|(kind, users)| {
            let found = place.checked_sub(before).and_then(|place| users.get(place));
            before += users.len();
            found.map(|user| (kind, user))
        })
    }

    /// One of the users that an entry about many tells of, as if it had been announced alone.
    pub fn make_change_entry(&self, place: usize) -> Option<Self> {
        let (kind, user) = self.find_change(place)?;
        let body = match kind {
            EntryKind::Timeout => EntryBody::Timeout { stayed: None },
            EntryKind::Leave => EntryBody::Leave { stayed: None },
            EntryKind::Resync => EntryBody::Gone,
            _ => EntryBody::Join { sightings: 1 },
        };
        let (at, heard, late, channel) = (self.at, self.heard, Duration::ZERO, self.channel.clone());
        Some(Self {
            at,
            heard,
            late,
            channel,
            user: Some(user.clone()),
            occupancy: None,
            odd: false,
            event: None,
            body,
        })
    }

    /// The state that the event or the correction brought, if any.
    pub fn state(&self) -> Option<&State> {
        if let EntryBody::Note(Note::StateCorrected { state, .. }) = &self.body {
            return state.as_ref();
        }
        match &self.event.as_ref()?.what {
            EventKind::Joined { state, .. } => state.as_ref(),
            EventKind::StateChanged { state, .. } => Some(state),
            _ => None,
        }
    }

    /// The JSON as it arrived, if the entry is from the service.
    pub fn raw(&self) -> Option<&str> {
        match &self.body {
            EntryBody::Garbled { raw, .. } => Some(raw),
            _ => self.event.as_ref()?.raw.as_deref(),
        }
    }

    /// The memory that it takes, in bytes, roughly. Shared names count in full.
    pub fn weight(&self) -> usize {
        let body = match &self.body {
            EntryBody::Garbled { why, raw } => why.len() + raw.len(),
            EntryBody::Note(note) => note.weight(),
            _ => 0,
        };
        let event = self.event.as_ref().map_or(0, |event| event.weight());
        size_of::<Self>() + body + event
    }
}
