//! The five presence events of PubNub, and those that are not known yet.

use std::sync::Arc;

use super::{Channel, State, Subscription, Timetoken, UserId};

/// One presence event, as the service published it.
///
/// ```
/// use std::time::Duration;
///
/// use herenow::presence::{Channel, EventKind, PresenceEvent, Roster, Timetoken, UserId, rules};
///
/// let (lobby, ann) = (Channel::parse("lobby")?, UserId::parse("ann")?);
/// let joined = PresenceEvent {
///     channel: lobby,
///     subscription: None,
///     published: Timetoken::new(17_906_055_383_303_318),
///     timestamp: None,
///     occupancy: Some(1),
///     what: EventKind::Joined { user: ann.clone(), state: None },
///     raw: None,
/// };
/// let mut roster = Roster::default();
/// roster.apply(&joined);
/// assert!(roster.get(&ann).is_some() && roster.agrees());
/// assert_eq!(rules::DEFAULT_PRESENCE_TIMEOUT, Duration::from_secs(300));
/// # Ok::<(), herenow::presence::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresenceEvent {
    /// The channel, without `-pnpres`.
    pub channel: Channel,
    /// The subscription that matched, if it is not the channel itself: `b` on the wire.
    pub subscription: Option<Subscription>,
    /// When it was published. The order of a channel's events is that of their timetokens.
    pub published: Timetoken,
    /// When it happened, in unix seconds. Too coarse to order events by.
    pub timestamp: Option<u64>,
    /// The number of distinct user ids present after it, by the service's count.
    pub occupancy: Option<u64>,
    /// What happened.
    pub what: EventKind,
    /// The JSON of the payload, byte for byte as it came; `None` for an event that was made here. It holds no key.
    pub raw: Option<Arc<str>>,
}

/// What a presence event reports: its `action`, and what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    /// `join`: a user joined, or the join of a present user was announced again.
    Joined {
        /// The user.
        user: UserId,
        /// The state they brought along, if any.
        state: Option<State>,
    },
    /// `leave`: a user left on purpose.
    Left {
        /// The user.
        user: UserId,
    },
    /// `timeout`: a user sent no heartbeat for their presence timeout.
    TimedOut {
        /// The user.
        user: UserId,
    },
    /// `state-change`: a user's state was replaced.
    StateChanged {
        /// The user.
        user: UserId,
        /// The whole new state, not a difference.
        state: State,
    },
    /// `interval`: the changes since the last interval event, sent where occupancy is above the announce max.
    Interval {
        /// Who joined.
        joined: Vec<UserId>,
        /// Who left.
        left: Vec<UserId>,
        /// Who timed out.
        timed_out: Vec<UserId>,
        /// The lists were too long to send (`here_now_refresh`): a here now gives what they would have held.
        refresh: bool,
    },
    /// Any other action, as it came.
    Unknown {
        /// The action's name, or "" if it had none.
        action: String,
        /// The payload's JSON, cut to a bounded length.
        raw: String,
    },
}

impl PresenceEvent {
    /// Roughly how many bytes it holds. Names and texts that it shares with others are counted in full.
    pub fn weight(&self) -> usize {
        let names =
            |users: &[UserId]| users.iter().map(|user| user.as_str().len() + size_of::<UserId>()).sum::<usize>();
        let state = |state: Option<&State>| state.map_or(0, |state| state.as_json().len());
        let what = match &self.what {
            EventKind::Joined { user, state: brought } => user.as_str().len() + state(brought.as_ref()),
            EventKind::Left { user } | EventKind::TimedOut { user } => user.as_str().len(),
            EventKind::StateChanged { user, state: new } => user.as_str().len() + state(Some(new)),
            EventKind::Interval { joined, left, timed_out, .. } => names(joined) + names(left) + names(timed_out),
            EventKind::Unknown { action, raw } => action.len() + raw.len(),
        };
        size_of::<Self>() + self.channel.as_str().len() + what + self.raw.as_deref().map_or(0, str::len)
    }
}

impl EventKind {
    /// The user it is about, if it is about one.
    pub fn user(&self) -> Option<&UserId> {
        match self {
            Self::Joined { user, .. }
            | Self::Left { user }
            | Self::TimedOut { user }
            | Self::StateChanged { user, .. } => Some(user),
            Self::Interval { .. } | Self::Unknown { .. } => None,
        }
    }

    /// An interval that names nobody: either nothing changed or the keyset sends no deltas.
    pub fn is_bare_interval(&self) -> bool {
        matches!(self, Self::Interval { joined, left, timed_out, refresh: false }
            if joined.is_empty() && left.is_empty() && timed_out.is_empty())
    }
}
