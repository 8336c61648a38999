//! One entry of the event log: what it tells of whom and where, by whose clock, and in which words.

use std::{borrow::Cow, sync::Arc, time::Duration};

use super::{Kind, Note};
use crate::{
    duration::age,
    presence::{Channel, Happening, Moment, PresenceEvent, State, Timetoken, UserId},
};

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
    /// Something about the watching itself, as of now.
    pub fn of_note(channel: Option<Channel>, note: Note, now: Moment) -> Self {
        let (at, line) = (Source::Here(now), Line::Note(note));
        Self { at, channel, user: None, occupancy: None, odd: false, event: None, line }
    }

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
                let parts = [("+", joined, "joined"), ("-", left, "left"), ("!", timed_out, "timed out")];
                let told = parts.iter().filter(|(_, count, _)| **count > 0);
                let told: Vec<String> = told.map(|(sign, count, word)| format!("{sign}{count} {word}")).collect();
                told.join("  ")
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
    pub fn weight(&self) -> usize {
        let line = match &self.line {
            Line::Garbled { why, raw } => why.len() + raw.len(),
            Line::Note(note) => note.weight(),
            _ => 0,
        };
        size_of::<Self>() + line + self.event.as_deref().map_or(0, PresenceEvent::weight)
    }
}
