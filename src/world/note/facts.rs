//! Notes about the watching itself: facts first, sentences made from them.

use std::time::Duration;

use super::OrderResult;
use crate::{
    presence::{Difference, Moment, State, Subscription, Timetoken, Trouble},
    world::{Cause, EntryKind, MissingEvents, Mode, Removal},
};

/// A note about the watching itself. Its [`Display`](std::fmt::Display) is the sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// A poll loop asks for its first cursor.
    Connecting {
        /// Which poll loop.
        poll: usize,
    },
    /// A poll loop is live.
    Live {
        /// Which poll loop.
        poll: usize,
        /// How long the handshake took.
        round_trip: Duration,
        /// The cursor's time from which it resumed, if the connection had been lost.
        resumed: Option<Timetoken>,
        /// Whether the link was lost before: then here now is asked for every list.
        again: bool,
    },
    /// A poll loop got no answer; a retry is scheduled.
    Lost {
        /// Which poll loop.
        poll: usize,
        /// Why.
        trouble: Trouble,
        /// The number of failed attempts in a row.
        attempt: u32,
        /// When the next attempt starts.
        retry_at: Moment,
    },
    /// The service refuses events of some subscriptions.
    Refused {
        /// What.
        what: Vec<Subscription>,
        /// Whether they are all that this poll loop asks for.
        everything: bool,
        /// Why.
        trouble: Trouble,
    },
    /// The service refuses a here now.
    HereNowRefused {
        /// The reason, with the refused names.
        trouble: Trouble,
    },
    /// What was refused is allowed again.
    Allowed {
        /// What.
        what: Vec<Subscription>,
    },
    /// The service's clock was set back: the lists start over.
    ClockSetBack,
    /// Our clock is off.
    ClockOff {
        /// How far it is ahead of the service's; negative if behind.
        seconds: i64,
    },
    /// Events of a channel are missing: the occupancies told do not follow one from the other.
    EventsMissing(MissingEvents),
    /// A reply held more envelopes than the service ever sends.
    OverLimit {
        /// The number of envelopes that were not read.
        envelopes: usize,
    },
    /// A recording could not keep inputs: what they told is not known.
    NotRecorded {
        /// How many.
        inputs: u64,
        /// Since when.
        since: Moment,
    },
    /// There are more channels than fit into view. Their events are told, but no lists are kept.
    TooManyChannels,
    /// The service changed the way in which it announces changes of a channel.
    Mode(Mode),
    /// The first here now of a channel was answered.
    FirstLook {
        /// The number of names on the list.
        here: usize,
        /// The difference to the empty list.
        difference: Difference,
    },
    /// A here now changed the list; an event may still explain it.
    Corrected {
        /// Why the here now was sent.
        cause: Cause,
        /// What it changed.
        difference: Difference,
    },
    /// A here now that a person asked for was answered.
    AskedAgain {
        /// What it changed.
        difference: Difference,
    },
    /// A here now after a lost link found that the list was right.
    NothingChanged,
    /// A here now found what happened during a noticed loss.
    Repaired {
        /// The kind of loss.
        cause: Cause,
        /// What it changed.
        difference: Difference,
    },
    /// A here now updated a list whose intervals name nobody.
    CaughtUp {
        /// Why the here now was sent.
        cause: Cause,
        /// What it changed.
        difference: Difference,
    },
    /// A here now changed the list, and no event explained it in time.
    Drift {
        /// The likely cause.
        cause: Cause,
        /// What it changed.
        difference: Difference,
    },
    /// A here now corrected the state of a user; the entry names the user.
    StateCorrected {
        /// Why the here now was sent.
        cause: Cause,
        /// The state, if there is one.
        state: Option<State>,
        /// The state that the list had.
        before: Option<State>,
    },
    /// The service took our heartbeat but does not list us.
    Unlisted,
    /// One of our heartbeats failed.
    HeartbeatFailed {
        /// Where.
        places: Vec<Subscription>,
        /// Why.
        trouble: Trouble,
    },
    /// Our presence expired, because no heartbeat was sent.
    RanOut {
        /// Where.
        places: Vec<Subscription>,
    },
    /// A person added subscriptions.
    Added {
        /// What.
        what: Vec<Subscription>,
    },
    /// A person removed a subscription or hid a channel.
    Removed {
        /// What.
        what: Removal,
        /// The number of channels that left the view.
        channels: usize,
        /// Whether we were present on some of them, and now leave.
        left: bool,
    },
    /// The simulated crowd started another scene.
    Crowd {
        /// The title of the scene.
        title: String,
    },
    /// A person marked this moment.
    Mark {
        /// What they wrote. Foreign text.
        text: String,
    },
    /// An alert of the watch list, for the log.
    Told(AlertNote),
    /// The result of an order, or something that happened to our own presence.
    OrderResult(OrderResult),
}

/// What the log keeps of an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertNote {
    /// What happened, as programs name it.
    pub what: &'static str,
    /// The user, channel or expression. Foreign text.
    pub about: String,
    /// The sentence for people. Safe to show.
    pub sentence: String,
}

impl Note {
    /// The kind of the note.
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
            Self::EventsMissing(_) => EntryKind::Gap,
            Self::OverLimit { .. } | Self::NotRecorded { .. } | Self::TooManyChannels => EntryKind::Overflow,
            Self::Mode(_) => EntryKind::Mode,
            Self::FirstLook { .. } | Self::Corrected { .. } => EntryKind::Snapshot,
            Self::AskedAgain { .. } | Self::NothingChanged | Self::Repaired { .. } | Self::CaughtUp { .. } => {
                EntryKind::Resync
            }
            Self::Drift { .. } => EntryKind::Drift,
            Self::StateCorrected { .. } => EntryKind::StateCorrection,
            Self::Unlisted | Self::HeartbeatFailed { .. } | Self::RanOut { .. } | Self::OrderResult(_) => {
                EntryKind::Own
            }
            Self::Crowd { .. } => EntryKind::Crowd,
            Self::Mark { .. } => EntryKind::Mark,
            Self::Told(_) => EntryKind::Watch,
        }
    }

    /// Whether it means that a list is or was wrong, or cannot be trusted.
    pub fn is_grave(&self) -> bool {
        match self {
            Self::Lost { .. }
            | Self::Refused { .. }
            | Self::HereNowRefused { .. }
            | Self::ClockSetBack
            | Self::EventsMissing(_)
            | Self::OverLimit { .. }
            | Self::NotRecorded { .. }
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
            | Self::StateCorrected { .. }
            | Self::RanOut { .. }
            | Self::Added { .. }
            | Self::Removed { .. }
            | Self::Crowd { .. }
            | Self::Mark { .. }
            | Self::Told(_)
            | Self::OrderResult(_) => false,
        }
    }

    /// Whether it is of no use to a person who reads the log. Such a note goes to the listeners and is not kept.
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

    /// The difference that a here now found, if the note is about one.
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

    /// The failure that the note is about, if any.
    pub const fn trouble(&self) -> Option<&Trouble> {
        match self {
            Self::Lost { trouble, .. }
            | Self::Refused { trouble, .. }
            | Self::HereNowRefused { trouble }
            | Self::HeartbeatFailed { trouble, .. } => Some(trouble),
            _ => None,
        }
    }

    /// The memory that it takes, in bytes, roughly.
    pub fn weight(&self) -> usize {
        let names = self.difference().map_or(0, |difference| {
            let Difference { missing, extra, restated, .. } = difference;
            missing.iter().chain(extra).chain(restated).map(|user| user.as_str().len() + 16).sum()
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
            Self::StateCorrected { state, before, .. } => {
                state.iter().chain(before).map(|state| state.as_json().len()).sum()
            }
            Self::Crowd { title: text } | Self::Mark { text } => text.len(),
            Self::Told(alert) => alert.about.len() + alert.sentence.len(),
            _ => 0,
        };
        names + told + places
    }
}
