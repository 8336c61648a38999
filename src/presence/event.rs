//! What happened to whom: the five presence events, and those we don't know yet.

use std::sync::Arc;

use super::{Channel, State, Subscription, Timetoken, UserId};

/// One presence event, as the service published it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresenceEvent {
    /// Where (without `-pnpres`).
    pub channel: Channel,
    /// What we had asked for that brought it, when that is not the channel itself.
    pub subscription: Option<Subscription>,
    /// When it was published: its place in the order of the channel.
    pub published: Timetoken,
    /// When it happened by the service's own stamp, in unix seconds. Resolution too low to order by.
    pub timestamp: Option<u64>,
    /// How many distinct user ids are present after it, as the service counts them.
    pub occupancy: Option<u64>,
    /// What happened.
    pub what: Happening,
    /// The JSON of the payload as it came, byte for byte; `None` for an event of our own making. It holds no
    /// key.
    pub raw: Option<Arc<str>>,
}

/// What a presence event tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// A user came, or was announced again.
    Joined {
        /// Who.
        user: UserId,
        /// The state they brought along, if any.
        state: Option<State>,
    },
    /// A user left on purpose.
    Left {
        /// Who.
        user: UserId,
    },
    /// A user was not heard from for their presence timeout.
    TimedOut {
        /// Who.
        user: UserId,
    },
    /// A user's state was replaced.
    StateChanged {
        /// Who.
        user: UserId,
        /// The whole new state, not a difference.
        state: State,
    },
    /// Too many for single announcements: a summary since the last interval.
    Interval {
        /// Who joined.
        joined: Vec<UserId>,
        /// Who left.
        left: Vec<UserId>,
        /// Who timed out.
        timed_out: Vec<UserId>,
        /// The lists were too long to send: ask here now instead.
        refresh: bool,
    },
    /// An action this program doesn't know, shown as it came.
    Unknown {
        /// The action's name, or "" if it had none.
        action: String,
        /// The payload's JSON, cut to a bounded length.
        raw: String,
    },
}

impl PresenceEvent {
    /// The bytes it keeps, roughly: names and texts that it shares with others are counted in full.
    pub fn weight(&self) -> usize {
        let names =
            |users: &[UserId]| users.iter().map(|user| user.as_str().len() + size_of::<UserId>()).sum::<usize>();
        let state = |state: Option<&State>| state.map_or(0, |state| state.as_json().len());
        let what = match &self.what {
            Happening::Joined { user, state: brought } => user.as_str().len() + state(brought.as_ref()),
            Happening::Left { user } | Happening::TimedOut { user } => user.as_str().len(),
            Happening::StateChanged { user, state: new } => user.as_str().len() + state(Some(new)),
            Happening::Interval { joined, left, timed_out, .. } => names(joined) + names(left) + names(timed_out),
            Happening::Unknown { action, raw } => action.len() + raw.len(),
        };
        size_of::<Self>() + self.channel.as_str().len() + what + self.raw.as_deref().map_or(0, str::len)
    }
}

impl Happening {
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
