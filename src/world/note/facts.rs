//! What is told about the watching itself: facts first, the sentence is made from them.

use std::time::Duration;

use super::OrderResult;
use crate::{
    presence::{Channel, Difference, Moment, Subscription, Timetoken, Trouble},
    world::{Cause, EntryKind, Mode, Removal},
};

/// Something about the watching itself. [`Display`](std::fmt::Display) is the sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// A poll loop asks for a first cursor.
    Connecting {
        /// Which poll loop.
        poll: usize,
    },
    /// It is live.
    Live {
        /// Which poll loop.
        poll: usize,
        /// How long the handshake took.
        round_trip: Duration,
        /// Where it went on from, if the conversation had been broken.
        resumed: Option<Timetoken>,
        /// The link was lost before, and the lists are asked for anew.
        again: bool,
    },
    /// No answer; another try is coming.
    Lost {
        /// Which poll loop.
        poll: usize,
        /// Why.
        trouble: Trouble,
        /// Tries that failed in a row.
        attempt: u32,
        /// When the next one starts.
        retry_at: Moment,
    },
    /// The service refuses to tell of something.
    Refused {
        /// What.
        what: Vec<Subscription>,
        /// That is all that this poll loop asks for.
        everything: bool,
        /// Why.
        trouble: Trouble,
    },
    /// The service refuses to say who is somewhere.
    HereNowRefused {
        /// Why, and the names.
        trouble: Trouble,
    },
    /// What was refused is allowed again.
    Allowed {
        /// What.
        what: Vec<Subscription>,
    },
    /// The service's clock went back: what the lists knew is forgotten.
    ClockSetBack,
    /// The clock of this machine is off.
    ClockOff {
        /// Ahead of the service's by so many seconds, or behind.
        seconds: i64,
    },
    /// A reply as full as replies get: older events may have been dropped.
    FullReply,
    /// A reply held more than any service sends.
    OverLimit {
        /// So many envelopes were not read.
        envelopes: usize,
    },
    /// More channels than are taken into view: their events are told, their lists are not kept.
    TooManyChannels,
    /// The service tells of a channel in another way from here on.
    Mode(Mode),
    /// The first look at a channel.
    FirstLook {
        /// How many the list names.
        here: usize,
        /// They are missing from the empty list.
        difference: Difference,
    },
    /// A here now changed the list, and an event may still explain it.
    Corrected {
        /// Why it was asked for.
        cause: Cause,
        /// What it changed.
        difference: Difference,
    },
    /// A person asked for a here now.
    AskedAgain {
        /// Where.
        channel: Channel,
        /// What it changed.
        difference: Difference,
    },
    /// A here now after a loss, and the list was right.
    NothingChanged,
    /// A here now after a loss that was noticed: what happened meanwhile.
    Repaired {
        /// What loss.
        cause: Cause,
        /// What it changed.
        difference: Difference,
    },
    /// A here now, which is how a list is kept where intervals name nobody.
    CaughtUp {
        /// Why it was asked for.
        cause: Cause,
        /// What it changed.
        difference: Difference,
    },
    /// A here now changed the list, and nothing explained it in time.
    Drift {
        /// The likely cause.
        cause: Cause,
        /// What it changed.
        difference: Difference,
    },
    /// The service took our heartbeat, and does not list us.
    Unlisted,
    /// A heartbeat of ours failed.
    HeartbeatFailed {
        /// Where.
        places: Vec<Subscription>,
        /// Why.
        trouble: Trouble,
    },
    /// Our time is up somewhere, and nothing kept us there.
    RanOut {
        /// Where.
        places: Vec<Subscription>,
    },
    /// A person watches more from here on.
    Added {
        /// What.
        what: Vec<Subscription>,
    },
    /// A person watches something no more.
    Removed {
        /// What.
        what: Removal,
        /// So many channels went out of view.
        channels: usize,
        /// We were present on some of them, and leave.
        left: bool,
    },
    /// The simulated crowd goes on to another scene.
    Crowd {
        /// What it is at, in words.
        title: String,
    },
    /// Somebody on the watch list came or went, or something on it stands otherwise: for the log of whoever
    /// keeps such a list.
    Told(AlertNote),
    /// What became of something that a person asked for, or of our own presence.
    OrderResult(OrderResult),
}

/// An alert, as far as a log needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertNote {
    /// What happened, as programs name it.
    pub what: &'static str,
    /// About whom or what. Foreign text.
    pub about: String,
    /// The sentence for people. Safe to show.
    pub sentence: String,
}

impl Note {
    /// What kind of thing it is.
    pub const fn kind(&self) -> EntryKind {
        match self {
            Self::Connecting { .. }
            | Self::Live { .. }
            | Self::Lost { .. }
            | Self::Added { .. }
            | Self::Removed { .. } => EntryKind::Link,
            Self::Refused { .. } | Self::HereNowRefused { .. } => EntryKind::Refused,
            Self::Allowed { .. } => EntryKind::Allowed,
            Self::ClockSetBack | Self::ClockOff { .. } => EntryKind::Clock,
            Self::FullReply => EntryKind::Gap,
            Self::OverLimit { .. } | Self::TooManyChannels => EntryKind::Overflow,
            Self::Mode(_) => EntryKind::Mode,
            Self::FirstLook { .. } | Self::Corrected { .. } => EntryKind::Snapshot,
            Self::AskedAgain { .. } | Self::NothingChanged | Self::Repaired { .. } | Self::CaughtUp { .. } => {
                EntryKind::Resync
            }
            Self::Drift { .. } => EntryKind::Drift,
            Self::Unlisted | Self::HeartbeatFailed { .. } | Self::RanOut { .. } | Self::OrderResult(_) => {
                EntryKind::Own
            }
            Self::Crowd { .. } => EntryKind::Crowd,
            Self::Told(_) => EntryKind::Watch,
        }
    }

    /// It means that the list was or is wrong, or can't be trusted.
    pub fn is_grave(&self) -> bool {
        match self {
            Self::Lost { .. }
            | Self::Refused { .. }
            | Self::HereNowRefused { .. }
            | Self::ClockSetBack
            | Self::FullReply
            | Self::OverLimit { .. }
            | Self::TooManyChannels
            | Self::Repaired { .. }
            | Self::Drift { .. }
            | Self::Unlisted
            | Self::HeartbeatFailed { .. } => true,
            Self::AskedAgain { difference, .. } => !difference.is_empty(),
            Self::Connecting { .. }
            | Self::Live { .. }
            | Self::Allowed { .. }
            | Self::ClockOff { .. }
            | Self::Mode(_)
            | Self::FirstLook { .. }
            | Self::Corrected { .. }
            | Self::NothingChanged
            | Self::CaughtUp { .. }
            | Self::RanOut { .. }
            | Self::Added { .. }
            | Self::Removed { .. }
            | Self::Crowd { .. }
            | Self::Told(_)
            | Self::OrderResult(_) => false,
        }
    }

    /// Part of the whole story and of no use to a person who reads the log: it is told to who listens,
    /// and not kept.
    pub const fn is_minor(&self) -> bool {
        match self {
            Self::Connecting { .. }
            | Self::Live { again: false, .. }
            | Self::Corrected { .. }
            | Self::OrderResult(_) => true,
            Self::Lost { attempt, .. } => *attempt > 1,
            _ => false,
        }
    }

    /// What a here now changed, if this is about one.
    pub const fn difference(&self) -> Option<&Difference> {
        match self {
            Self::FirstLook { difference, .. }
            | Self::Corrected { difference, .. }
            | Self::AskedAgain { difference, .. }
            | Self::Repaired { difference, .. }
            | Self::CaughtUp { difference, .. }
            | Self::Drift { difference, .. } => Some(difference),
            _ => None,
        }
    }

    /// The failure that it tells of, if it tells of one.
    pub const fn trouble(&self) -> Option<&Trouble> {
        match self {
            Self::Lost { trouble, .. }
            | Self::Refused { trouble, .. }
            | Self::HereNowRefused { trouble }
            | Self::HeartbeatFailed { trouble, .. } => Some(trouble),
            _ => None,
        }
    }

    /// The bytes it keeps, roughly.
    pub fn weight(&self) -> usize {
        let names = self.difference().map_or(0, |difference| {
            difference.missing.iter().chain(&difference.extra).map(|user| user.as_str().len() + 16).sum()
        });
        let told = self.trouble().map_or(0, |trouble| {
            trouble.sentence.len() + trouble.refused.iter().map(|name| name.len() + 24).sum::<usize>()
        });
        let places = match self {
            Self::Refused { what, .. }
            | Self::Allowed { what }
            | Self::Added { what }
            | Self::RanOut { places: what }
            | Self::HeartbeatFailed { places: what, .. } => what.iter().map(|place| place.as_str().len() + 24).sum(),
            Self::Crowd { title } => title.len(),
            Self::Told(alert) => alert.about.len() + alert.sentence.len(),
            _ => 0,
        };
        names + told + places
    }
}
