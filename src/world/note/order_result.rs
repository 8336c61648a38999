//! The results of a person's orders.

use std::{fmt, time::Duration};

use super::names::list_names;
use crate::{
    presence::{Channel, Subscription, Trouble, UserId, rules::LEAST_SDK_PRESENCE_TIMEOUT},
    wording::list_first,
};

/// The result of an order, or of something that happened to our own presence. Its [`Display`](fmt::Display) is the
/// sentence for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderResult {
    /// The service took our heartbeat.
    Present {
        /// Where.
        places: Vec<Subscription>,
        /// As whom.
        user: UserId,
        /// For how long.
        timeout: Duration,
        /// Heartbeats go on by themselves.
        kept_alive: bool,
    },
    /// No heartbeat was sent, because the last one was sent less than three seconds ago.
    HeartbeatTooSoon {
        /// Where.
        place: Subscription,
    },
    /// The service says that we are no longer present where we thought we were.
    GoneOurselves {
        /// The channel that we are gone from.
        channel: Channel,
        /// Who we are.
        user: UserId,
        /// We timed out, rather than that somebody left with our user id.
        timed_out: bool,
        /// A heartbeat makes us present again, as we are kept alive.
        returning: bool,
    },
    /// The service confirmed that we left.
    Left {
        /// What.
        places: Vec<Subscription>,
    },
    /// The leave was not confirmed.
    LeaveFailed {
        /// The places that we wanted to leave.
        places: Vec<Subscription>,
        /// Why.
        trouble: Trouble,
    },
    /// The channels of a user.
    FoundOn {
        /// Who.
        user: UserId,
        /// On which channels.
        channels: Vec<Channel>,
    },
    /// The channels of a user could not be found out.
    WhereNowFailed {
        /// Who.
        user: UserId,
        /// Why.
        trouble: Trouble,
    },
    /// The service took our state.
    StateTaken {
        /// Where.
        places: Vec<Subscription>,
        /// Whether we are present in all of them: elsewhere the service keeps no state.
        present: bool,
    },
    /// The service did not take our state.
    StateFailed {
        /// Where.
        places: Vec<Subscription>,
        /// Why.
        trouble: Trouble,
    },
    /// The simulated crowd was not directed.
    CrowdFailed {
        /// Why.
        trouble: Trouble,
    },
    /// A here now that a person asked for failed.
    ResyncFailed {
        /// Why.
        trouble: Trouble,
    },
}

/// A where-now answer names at most this many channels in its sentence, so that it stays readable.
const CHANNELS_TOLD: usize = 10;

impl OrderResult {
    /// Its name, for programs.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Present { .. } => "present",
            Self::HeartbeatTooSoon { .. } => "heartbeat-too-soon",
            Self::GoneOurselves { .. } => "gone",
            Self::Left { .. } => "left",
            Self::LeaveFailed { .. } => "leave-failed",
            Self::FoundOn { .. } => "found",
            Self::WhereNowFailed { .. } => "where-now-failed",
            Self::StateTaken { .. } => "state-taken",
            Self::StateFailed { .. } => "state-failed",
            Self::CrowdFailed { .. } => "crowd-failed",
            Self::ResyncFailed { .. } => "resync-failed",
        }
    }

    /// Whether the order succeeded.
    pub const fn is_good(&self) -> bool {
        match self {
            Self::Present { .. } | Self::Left { .. } | Self::FoundOn { .. } => true,
            Self::StateTaken { present, .. } => *present,
            Self::HeartbeatTooSoon { .. }
            | Self::GoneOurselves { .. }
            | Self::LeaveFailed { .. }
            | Self::WhereNowFailed { .. }
            | Self::StateFailed { .. }
            | Self::CrowdFailed { .. }
            | Self::ResyncFailed { .. } => false,
        }
    }
}

impl fmt::Display for OrderResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Present { places, user, timeout, kept_alive } => {
                let warning =
                    if *timeout < LEAST_SDK_PRESENCE_TIMEOUT { "; below 20 s many SDKs refuse it" } else { "" };
                let kept = if *kept_alive { " and kept alive" } else { ", not kept alive" };
                let (names, seconds) = (list_names(places), timeout.as_secs());
                write!(f, "present on {names} as {user}, for {seconds} s{kept}{warning}")
            }
            Self::HeartbeatTooSoon { place } => {
                write!(f, "a heartbeat on {place} was sent just now; not more often than every 3 s")
            }
            Self::GoneOurselves { channel, user, timed_out, returning } => {
                let how = if *timed_out { "timed out" } else { "left, by another client of the same user id" };
                let then = if *returning { "a heartbeat joins again" } else { "H joins again" };
                write!(f, "{user} (you) {how} on {channel}; {then}")
            }
            Self::Left { places } => write!(f, "left {}", list_names(places)),
            Self::LeaveFailed { places, trouble } => {
                let names = list_names(places);
                write!(f, "not confirmed that we left {names}, L asks again: {}", trouble.sentence)
            }
            Self::FoundOn { user, channels } if channels.is_empty() => write!(f, "{user} is on no channel"),
            Self::FoundOn { user, channels } => {
                write!(f, "{user} is on {}", list_first(channels, channels.len(), CHANNELS_TOLD, ", "))
            }
            Self::WhereNowFailed { user, trouble } => write!(f, "where {user} is: {}", trouble.sentence),
            Self::StateTaken { places, present: true } => {
                write!(f, "the service took the state on {}", list_names(places))
            }
            Self::StateTaken { places, present: false } => {
                let names = list_names(places);
                write!(
                    f,
                    "the service took the state, but keeps it for who is present only: you are not present on {names}"
                )
            }
            Self::StateFailed { places, trouble } => {
                write!(f, "the state on {} was not set: {}", list_names(places), trouble.sentence)
            }
            Self::CrowdFailed { trouble } => write!(f, "the crowd: {}", trouble.sentence),
            Self::ResyncFailed { trouble } => write!(f, "here now: {}", trouble.sentence),
        }
    }
}
