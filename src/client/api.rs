//! Every operation but here now.

use std::time::Duration;

use super::{AnswerText, Client, Error, connection::PATIENCE};
use crate::{
    presence::{Channel, ChannelGroup, State, Subscription, Timetoken, UserId, rules},
    wire::{Cursor, GroupChannels, Names, Operation, ReplyForm, UserState, WhereNow, parse_ack, parse_time},
    wording::count_things,
};

impl Client {
    /// Drop the names that held bytes that are not UTF-8, and tell how many are missing, the `unread` ones included.
    fn drop_patched_names(
        &self,
        kind: &'static str,
        mut channels: Vec<Channel>,
        unread: usize,
        body: &AnswerText,
    ) -> Vec<Channel> {
        let before = channels.len();
        channels.retain(|name| !(body.is_patched() && name.as_str().contains('\u{fffd}')));
        let unread = unread + before - channels.len();
        if unread > 0 {
            tracing::warn!(kind, unread, "names that can't be read");
            self.tell(&format!("{} left out that could not be read", count_things(unread, "name", "names")));
        }
        channels
    }

    /// Ask for a first cursor, or wait for what is newer than `cursor`. The body is returned unread,
    /// to be parsed in place.
    pub async fn subscribe(&self, names: Names, cursor: Option<Cursor>) -> Result<AnswerText, Error> {
        self.poll(names, cursor, false).await
    }

    /// The same. `at_once`: the last reply was full and brought something new, so the service may be about to drop more.
    pub async fn poll(&self, names: Names, cursor: Option<Cursor>, at_once: bool) -> Result<AnswerText, Error> {
        let patience = if cursor.is_some() { rules::POLL_TIMEOUT } else { PATIENCE };
        let operation =
            Operation::Subscribe { names, cursor, timeout: None, state: None, filter: None, form: ReplyForm::V2 };
        self.send_when(at_once, operation, patience).await
    }

    /// Announce that we are present, for `timeout` from now.
    pub async fn heartbeat(&self, places: &[Subscription], timeout: Duration) -> Result<(), Error> {
        let operation = Operation::Heartbeat {
            names: Names::from_subscriptions(places),
            timeout: Some(timeout.as_secs()),
            state: None,
        };
        self.ask(operation, |body| body.read(|text| parse_ack("heartbeat", text))).await
    }

    /// Announce that we have left.
    pub async fn leave(&self, places: &[Subscription]) -> Result<(), Error> {
        let operation = Operation::Leave { names: Names::from_subscriptions(places) };
        self.ask(operation, |body| body.read(|text| parse_ack("leave", text))).await
    }

    /// Replace our own state on channels and on every channel of groups.
    pub async fn set_state(&self, places: &[Subscription], state: &State) -> Result<(), Error> {
        let user = self.keyset().user.clone();
        let operation =
            Operation::SetState { names: Names::from_subscriptions(places), user, state: state.as_json().to_owned() };
        self.ask(operation, |body| body.read(|text| parse_ack("set state", text))).await
    }

    /// A user's states on channels and on every channel of groups; `{}` where none is set.
    pub async fn get_state(&self, places: &[Subscription], user: &UserId) -> Result<UserState, Error> {
        let names = Names::from_subscriptions(places);
        let single = names.single().cloned();
        let operation = Operation::GetState { names, user: user.clone() };
        self.ask(operation, |body| body.read(|text| UserState::parse(text, single.as_deref()))).await
    }

    /// The channels that a user is on.
    pub async fn where_now(&self, user: &UserId) -> Result<Vec<Channel>, Error> {
        self.ask(Operation::WhereNow { user: user.clone() }, |body| {
            let WhereNow { channels, unread } = body.read(WhereNow::parse)?;
            Ok(self.drop_patched_names("where now", channels, unread, body))
        })
        .await
    }

    /// The channels of a group; none if there is no such group.
    pub async fn list_group(&self, group: &ChannelGroup) -> Result<Vec<Channel>, Error> {
        self.ask(Operation::ListGroup { group: group.as_str().into() }, |body| {
            let GroupChannels { channels, unread } = body.read(GroupChannels::parse)?;
            Ok(self.drop_patched_names("list group", channels, unread, body))
        })
        .await
    }

    /// Add channels to a group, and create it if need be.
    pub async fn add_to_group(&self, group: &ChannelGroup, channels: &[Channel]) -> Result<(), Error> {
        let channels = channels.iter().map(|c| c.as_str().into()).collect();
        self.change_group(Operation::AddToGroup { group: group.as_str().into(), channels }).await
    }

    /// Remove channels from a group.
    pub async fn remove_from_group(&self, group: &ChannelGroup, channels: &[Channel]) -> Result<(), Error> {
        let channels = channels.iter().map(|c| c.as_str().into()).collect();
        self.change_group(Operation::RemoveFromGroup { group: group.as_str().into(), channels }).await
    }

    /// Delete a group.
    pub async fn delete_group(&self, group: &ChannelGroup) -> Result<(), Error> {
        self.change_group(Operation::DeleteGroup { group: group.as_str().into() }).await
    }

    async fn change_group(&self, operation: Operation) -> Result<(), Error> {
        let kind = operation.kind();
        self.ask(operation, |body| body.read(|text| parse_ack(kind, text))).await
    }

    /// Ask for the service's time: the cheapest request there is, and so the check of a silent link.
    pub async fn time(&self) -> Result<Timetoken, Error> {
        let told = self.ask(Operation::Time, |body| body.read(parse_time)).await?;
        self.note_service_time(told, self.clock().now());
        Ok(told)
    }
}
