//! Commands and what came of them.

use serde::{Deserialize, Serialize};

use super::{
    link::{RecordedLedger, RecordedTrouble},
    snapshot::RecordedSnapshot,
    user_requests::RecordedUserRequests,
    words::{JsonText, Nanos, RecordedPlace, Text, record_all, restore_all, restore_channel},
};
use crate::{
    presence::{Channel, Command, CommandAnswer, Direction, Moment, Outcome, UserId},
    recording::like::LikeList,
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RecordedCommand<'a> {
    Heartbeat {
        #[serde(borrow)]
        places: Vec<RecordedPlace<'a>>,
        timeout: Nanos,
        by_hand: bool,
    },
    Leave(#[serde(borrow)] Vec<RecordedPlace<'a>>),
    HereNow(#[serde(borrow)] Vec<RecordedPlace<'a>>),
    FindChannels,
    WhereNow(#[serde(borrow)] Text<'a>),
    Requests(#[serde(borrow)] Text<'a>),
    SetState {
        #[serde(borrow)]
        places: Vec<RecordedPlace<'a>>,
        #[serde(borrow)]
        state: JsonText<'a>,
    },
    Watch(#[serde(borrow)] Vec<RecordedPlace<'a>>),
    Direct(RecordedDirection),
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RecordedDirection {
    Next,
    Scene(u16),
    Faster,
    Slower,
    Outage,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RecordedOutcome<'a> {
    #[serde(borrow)]
    command: RecordedCommand<'a>,
    /// When the answer was there, in microseconds, if that is not the moment of the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<u64>,
    took: Nanos,
    #[serde(borrow)]
    requests: RecordedLedger<'a>,
    #[serde(borrow)]
    result: RecordedResult<'a>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RecordedResult<'a> {
    Done,
    HereNow(#[serde(borrow)] Vec<RecordedSnapshot<'a>>),
    Page(#[serde(borrow)] Vec<RecordedSnapshot<'a>>),
    WhereNow(#[serde(borrow)] Vec<Text<'a>>),
    Requests(#[serde(borrow)] Option<RecordedUserRequests<'a>>),
    Failed(#[serde(borrow)] RecordedTrouble<'a>),
}

impl<'a> From<&'a Command> for RecordedCommand<'a> {
    fn from(command: &'a Command) -> Self {
        match command {
            Command::SendHeartbeat { places, timeout, by_hand } => {
                Self::Heartbeat { places: record_all(places), timeout: Nanos(*timeout), by_hand: *by_hand }
            }
            Command::Leave { places } => Self::Leave(record_all(places)),
            Command::AskHereNow { places } => Self::HereNow(record_all(places)),
            Command::FindChannels => Self::FindChannels,
            Command::AskWhereNow { user } => Self::WhereNow(user.as_str().into()),
            Command::AskRequests { user } => Self::Requests(user.as_str().into()),
            Command::SetState { places, state } => Self::SetState { places: record_all(places), state: state.into() },
            Command::Watch(places) => Self::Watch(record_all(places)),
            Command::Direct(direction) => Self::Direct((*direction).into()),
        }
    }
}

impl From<RecordedCommand<'_>> for Command {
    fn from(command: RecordedCommand<'_>) -> Self {
        match command {
            RecordedCommand::Heartbeat { places, timeout, by_hand } => {
                Self::SendHeartbeat { places: restore_all(places), timeout: timeout.0, by_hand }
            }
            RecordedCommand::Leave(places) => Self::Leave { places: restore_all(places) },
            RecordedCommand::HereNow(places) => Self::AskHereNow { places: restore_all(places) },
            RecordedCommand::FindChannels => Self::FindChannels,
            RecordedCommand::WhereNow(user) => Self::AskWhereNow { user: UserId::from_wire(&user) },
            RecordedCommand::Requests(user) => Self::AskRequests { user: UserId::from_wire(&user) },
            RecordedCommand::SetState { places, state } => {
                Self::SetState { places: restore_all(places), state: state.into() }
            }
            RecordedCommand::Watch(places) => Self::Watch(restore_all(places)),
            RecordedCommand::Direct(direction) => Self::Direct(direction.into()),
        }
    }
}

impl From<Direction> for RecordedDirection {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Next => Self::Next,
            Direction::Scene(place) => Self::Scene(place),
            Direction::Faster => Self::Faster,
            Direction::Slower => Self::Slower,
            Direction::Outage => Self::Outage,
        }
    }
}

impl From<RecordedDirection> for Direction {
    fn from(direction: RecordedDirection) -> Self {
        match direction {
            RecordedDirection::Next => Self::Next,
            RecordedDirection::Scene(place) => Self::Scene(place),
            RecordedDirection::Faster => Self::Faster,
            RecordedDirection::Slower => Self::Slower,
            RecordedDirection::Outage => Self::Outage,
        }
    }
}

impl<'a> RecordedOutcome<'a> {
    /// An outcome that was taken in at `moment`; `likes` stand for lists that are left out.
    pub fn new(outcome: &'a Outcome, likes: &'a [LikeList], moment: Moment) -> Self {
        let snapshots = |all: &'a [_]| {
            let like = |place: usize| likes.iter().find(|like| like.snapshot == place);
            all.iter().enumerate().map(|(place, one)| RecordedSnapshot::new(one, like(place))).collect()
        };
        let result = match &outcome.result {
            Ok(CommandAnswer::Done) => RecordedResult::Done,
            Ok(CommandAnswer::HereNow(all)) => RecordedResult::HereNow(snapshots(all)),
            Ok(CommandAnswer::Page(all)) => RecordedResult::Page(snapshots(all)),
            Ok(CommandAnswer::WhereNow(channels)) => {
                RecordedResult::WhereNow(channels.iter().map(|channel| channel.as_str().into()).collect())
            }
            Ok(CommandAnswer::Requests(told)) => RecordedResult::Requests(told.as_ref().map(Into::into)),
            Err(trouble) => RecordedResult::Failed(trouble.into()),
        };
        Self {
            command: (&outcome.command).into(),
            at: (outcome.at != moment).then_some(outcome.at.micros()),
            took: Nanos(outcome.took),
            requests: (&outcome.ledger).into(),
            result,
        }
    }

    /// The outcome, and what stands for lists that are left out.
    pub fn restore(self, moment: Moment) -> (Outcome, Vec<LikeList>) {
        let mut likes = Vec::new();
        let mut snapshots = |all: Vec<RecordedSnapshot<'_>>| {
            all.into_iter().enumerate().map(|(place, one)| one.restore(place, &mut likes)).collect()
        };
        let result = match self.result {
            RecordedResult::Done => Ok(CommandAnswer::Done),
            RecordedResult::HereNow(all) => Ok(CommandAnswer::HereNow(snapshots(all))),
            RecordedResult::Page(all) => Ok(CommandAnswer::Page(snapshots(all))),
            RecordedResult::WhereNow(names) => {
                let channels: Vec<Channel> = names.iter().map(|name| restore_channel(name)).collect();
                Ok(CommandAnswer::WhereNow(channels))
            }
            RecordedResult::Requests(told) => Ok(CommandAnswer::Requests(told.map(Into::into))),
            RecordedResult::Failed(trouble) => Err(trouble.into()),
        };
        let outcome = Outcome {
            command: self.command.into(),
            at: self.at.map_or(moment, Moment::from_micros),
            took: self.took.0,
            ledger: self.requests.into(),
            result,
        };
        (outcome, likes)
    }
}
