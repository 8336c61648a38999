//! Every call but here now, typed.

use std::time::Duration;

use super::{AnswerText, Client, Error};
use crate::{
    presence::{Channel, ChannelGroup, State, Subscription, Timetoken, UserId, rules},
    wire::{Cursor, GroupChannels, Names, Operation, UserState, WhereNow, parse_ack, parse_time},
};

/// Any request but a long poll has to be answered within this.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// A list of channels without names that came with broken bytes; `unread` others are missing already.
fn drop_patched_names(
    kind: &'static str,
    mut channels: Vec<Channel>,
    unread: usize,
    body: &AnswerText,
) -> Vec<Channel> {
    let before = channels.len();
    channels.retain(|name| !(body.patched && name.as_str().contains('\u{fffd}')));
    let unread = unread + before - channels.len();
    if unread > 0 {
        tracing::warn!(kind, unread, "names that can't be read");
    }
    channels
}

impl Client {
    /// Ask for a first cursor, or wait for what is newer than `cursor`. The body is returned unread,
    /// to be parsed in place.
    pub async fn subscribe(&self, names: Names, cursor: Option<Cursor>) -> Result<AnswerText, Error> {
        let patience = if cursor.is_some() { rules::POLL_TIMEOUT } else { PATIENCE };
        self.send(Operation::Subscribe { names, cursor, timeout: None, state: None, filter: None }, patience).await
    }

    /// Say that we are there, for `timeout` from now.
    pub async fn heartbeat(&self, places: &[Subscription], timeout: Duration) -> Result<(), Error> {
        let operation = Operation::Heartbeat {
            names: Names::from_subscriptions(places),
            timeout: Some(timeout.as_secs()),
            state: None,
        };
        let body = self.send(operation, PATIENCE).await?;
        parse_ack("heartbeat", &body.text).map_err(|g| self.malformed(&g))
    }

    /// Say that we are no longer there.
    pub async fn leave(&self, places: &[Subscription]) -> Result<(), Error> {
        let body = self.send(Operation::Leave { names: Names::from_subscriptions(places) }, PATIENCE).await?;
        parse_ack("leave", &body.text).map_err(|g| self.malformed(&g))
    }

    /// Replace our own state on channels and on every channel of groups.
    pub async fn set_state(&self, places: &[Subscription], state: &State) -> Result<(), Error> {
        let user = self.keyset().user.clone();
        let operation =
            Operation::SetState { names: Names::from_subscriptions(places), user, state: state.as_json().to_owned() };
        let body = self.send(operation, PATIENCE).await?;
        parse_ack("set state", &body.text).map_err(|g| self.malformed(&g))
    }

    /// A user's states on channels and on every channel of groups; `{}` where none is set.
    pub async fn get_state(&self, places: &[Subscription], user: &UserId) -> Result<UserState, Error> {
        let names = Names::from_subscriptions(places);
        let single = names.single().cloned();
        let body = self.send(Operation::GetState { names, user: user.clone() }, PATIENCE).await?;
        UserState::parse(&body.text, single.as_deref()).map_err(|g| self.malformed(&g))
    }

    /// The channels that a user is on.
    pub async fn where_now(&self, user: &UserId) -> Result<Vec<Channel>, Error> {
        let body = self.send(Operation::WhereNow { user: user.clone() }, PATIENCE).await?;
        let WhereNow { channels, unread } = WhereNow::parse(&body.text).map_err(|g| self.malformed(&g))?;
        Ok(drop_patched_names("where now", channels, unread, &body))
    }

    /// The channels of a group; none for a group that nobody made.
    pub async fn list_group(&self, group: &ChannelGroup) -> Result<Vec<Channel>, Error> {
        let body = self.send(Operation::ListGroup { group: group.as_str().into() }, PATIENCE).await?;
        let GroupChannels { channels, unread } = GroupChannels::parse(&body.text).map_err(|g| self.malformed(&g))?;
        Ok(drop_patched_names("list group", channels, unread, &body))
    }

    /// Add channels to a group, making it if need be.
    pub async fn add_to_group(&self, group: &ChannelGroup, channels: &[Channel]) -> Result<(), Error> {
        let channels = channels.iter().map(|c| c.as_str().into()).collect();
        self.change_group(Operation::AddToGroup { group: group.as_str().into(), channels }).await
    }

    /// Take channels out of a group.
    pub async fn remove_from_group(&self, group: &ChannelGroup, channels: &[Channel]) -> Result<(), Error> {
        let channels = channels.iter().map(|c| c.as_str().into()).collect();
        self.change_group(Operation::RemoveFromGroup { group: group.as_str().into(), channels }).await
    }

    /// Forget a group.
    pub async fn delete_group(&self, group: &ChannelGroup) -> Result<(), Error> {
        self.change_group(Operation::DeleteGroup { group: group.as_str().into() }).await
    }

    async fn change_group(&self, operation: Operation) -> Result<(), Error> {
        let kind = operation.kind();
        let body = self.send(operation, PATIENCE).await?;
        parse_ack(kind, &body.text).map_err(|g| self.malformed(&g))
    }

    /// The service's time; a sign of life that costs nothing.
    pub async fn time(&self) -> Result<Timetoken, Error> {
        let told = parse_time(&self.send(Operation::Time, PATIENCE).await?.text).map_err(|g| self.malformed(&g))?;
        self.note_service_time(told, self.clock().now());
        Ok(told)
    }
}
