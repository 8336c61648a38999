//! One entry of the event log: what it tells of whom and where, by whose clock, and in which words.

use std::{borrow::Cow, sync::Arc, time::Duration};

use super::{EntryKind, Note};
use crate::{
    duration::age,
    presence::{Channel, Happening, Moment, PresenceEvent, State, Timetoken, UserId},
};

/// Where the time of an entry comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryTime {
    /// The service: when the event was published.
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

/// What an entry tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryBody {
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

impl EntryBody {
    /// What kind of thing it is: a flap is a join that came soon after a departure.
    pub const fn kind(&self) -> EntryKind {
        match self {
            Self::Join { .. } | Self::Flap { .. } => EntryKind::Join,
            Self::Leave { .. } => EntryKind::Leave,
            Self::Timeout { .. } => EntryKind::Timeout,
            Self::State => EntryKind::StateChange,
            Self::Interval { .. } => EntryKind::Interval,
            Self::Unknown => EntryKind::Unknown,
            Self::Garbled { .. } => EntryKind::Garbled,
            Self::Note(note) => note.kind(),
        }
    }
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: EntryTime,
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
    pub body: EntryBody,
}

impl Entry {
    /// Something about the watching itself, as of now.
    pub fn from_note(channel: Option<Channel>, note: Note, now: Moment) -> Self {
        let (at, body) = (EntryTime::Here(now), EntryBody::Note(note));
        Self { at, channel, user: None, occupancy: None, odd: false, event: None, body }
    }

    /// What it says beyond its kind, channel, user and occupancy, in words. Has foreign text in it.
    pub fn describe_details(&self) -> Cow<'_, str> {
        let odd = if self.odd { "was not on the list" } else { "" };
        let said = match &self.body {
            EntryBody::Join { sightings: 1 }
            | EntryBody::Leave { stayed: None }
            | EntryBody::Timeout { stayed: None } => {
                return Cow::Borrowed(odd);
            }
            EntryBody::Join { sightings } => format!("seen again, {sightings} times now"),
            EntryBody::Leave { stayed: Some(stayed) } | EntryBody::Timeout { stayed: Some(stayed) } => {
                format!("after {}", age(*stayed))
            }
            EntryBody::Flap { away } => format!("left and was back within {} ms", away.as_millis()),
            EntryBody::State => return Cow::Borrowed(self.state().map_or(odd, State::as_json)),
            EntryBody::Interval { refresh: true, .. } => "too many changes: asks to ask here now".to_owned(),
            EntryBody::Interval { named: [0, 0, 0], .. } => "occupancy only".to_owned(),
            EntryBody::Interval { named: [joined, left, timed_out], .. } => {
                let parts = [("+", joined, "joined"), ("-", left, "left"), ("!", timed_out, "timed out")];
                let told = parts.iter().filter(|(_, count, _)| **count > 0);
                let told: Vec<String> = told.map(|(sign, count, word)| format!("{sign}{count} {word}")).collect();
                told.join("  ")
            }
            EntryBody::Unknown => match self.event.as_deref().map(|event| &event.what) {
                Some(Happening::Unknown { action, raw }) => format!("{action}: {raw}"),
                _ => String::new(),
            },
            EntryBody::Garbled { why, raw } => format!("{why}: {raw}"),
            EntryBody::Note(note) => note.to_string(),
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
        match &self.body {
            EntryBody::Garbled { raw, .. } => Some(raw),
            _ => self.event.as_deref()?.raw.as_deref(),
        }
    }

    /// The bytes it keeps, roughly; names that it shares with others are counted in full.
    pub fn weight(&self) -> usize {
        let body = match &self.body {
            EntryBody::Garbled { why, raw } => why.len() + raw.len(),
            EntryBody::Note(note) => note.weight(),
            _ => 0,
        };
        size_of::<Self>() + body + self.event.as_deref().map_or(0, PresenceEvent::weight)
    }
}
