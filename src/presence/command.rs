//! Commands to the service and their outcomes.

use std::time::Duration;

use super::{Channel, Direction, Ledger, Moment, Snapshot, State, Subscription, Trouble, UserId, UserRequests};

/// An order to the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Announce that we are present.
    SendHeartbeat {
        /// Where.
        places: Vec<Subscription>,
        /// The presence timeout to ask for.
        timeout: Duration,
        /// A person asked for it, rather than the heartbeat interval.
        by_hand: bool,
    },
    /// Announce that we have left.
    Leave {
        /// Where.
        places: Vec<Subscription>,
    },
    /// Ask who is present, with states. Without channels and groups: everywhere.
    AskHereNow {
        /// Where.
        places: Vec<Subscription>,
    },
    /// Ask on which channels of the whole keyset somebody is, and how many.
    FindChannels,
    /// Ask on which channels somebody is.
    AskWhereNow {
        /// Who.
        user: UserId,
    },
    /// Ask herenow's own service what a user asked of it last.
    AskRequests {
        /// Who.
        user: UserId,
    },
    /// Replace our own state.
    SetState {
        /// Where.
        places: Vec<Subscription>,
        /// With what.
        state: State,
    },
    /// Watch all of this from here on, and nothing else: for the source. It always arrives, and nothing
    /// answers it.
    Watch(Vec<Subscription>),
    /// Tell the simulated crowd what to do: not the service's business.
    Direct(Direction),
}

/// How a command ended, or how far it has come.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Which command.
    pub command: Command,
    /// When the answer was there, by our clock.
    pub at: Moment,
    /// How long it took, waiting for the request budget included.
    pub took: Duration,
    /// What had been asked of the service until then.
    pub ledger: Ledger,
    /// What came of it.
    pub result: Result<CommandAnswer, Trouble>,
}

/// What the service answered.
#[derive(Debug, Clone, PartialEq)]
pub enum CommandAnswer {
    /// Done, and nothing more to say.
    Done,
    /// One snapshot per channel where somebody is, and an empty one for each asked channel where
    /// nobody is. Without names if only channels were to be found. Of one that took several pages, what
    /// `Page` has not told yet.
    HereNow(Vec<Snapshot>),
    /// A page of a here now that goes on: the command has not ended.
    Page(Vec<Snapshot>),
    /// The channels where somebody is, as the service lists them.
    WhereNow(Vec<Channel>),
    /// The last requests of a user. `None`: the origin is no service of ours, and tells none.
    Requests(Option<UserRequests>),
}

impl Command {
    /// Whether it asks who is on the channels of groups.
    pub fn asks_groups(&self) -> bool {
        let is_group = |place: &Subscription| matches!(place, Subscription::Group(_));
        matches!(self, Self::AskHereNow { places } if places.iter().any(is_group))
    }

    /// The channels named, groups and patterns left out.
    pub fn channels(&self) -> impl Iterator<Item = &Channel> {
        let places: &[Subscription] = match self {
            Self::SendHeartbeat { places, .. }
            | Self::Leave { places }
            | Self::AskHereNow { places }
            | Self::SetState { places, .. } => places,
            Self::FindChannels
            | Self::AskWhereNow { .. }
            | Self::AskRequests { .. }
            | Self::Direct(_)
            | Self::Watch(_) => &[],
        };
        places.iter().filter_map(|place| match place {
            Subscription::Channel(channel) => Some(channel),
            Subscription::Pattern(_) | Subscription::Group(_) => None,
        })
    }
}
