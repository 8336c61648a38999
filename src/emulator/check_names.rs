//! What a request names, held against the rules that PubNub holds it against. Pure.

use std::collections::HashMap;

use serde_json::value::RawValue;

use super::{Core, Decision, decision::refuse};
use crate::{
    presence::{
        Channel, Moment, NameError, NameKind, PNPRES, SubscribeKey, UserId, check_name_leniently, check_requested_name,
    },
    wire::{Names, Operation, Refusal, encode_publish_refusal},
};

/// Why a request is refused for what it names.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadNames {
    /// A name that PubNub refuses.
    #[error(transparent)]
    Name(#[from] NameError),
    /// No channel and no group.
    #[error("Missing channels or channel groups")]
    Nothing,
    /// Nothing but patterns, from a user who does not subscribe to them.
    #[error("a heartbeat names channels or groups, and here are patterns only")]
    OnlyPatterns,
}

/// The name of a channel, pattern or group without the suffix of its presence twin.
fn drop_suffix(name: &str) -> &str {
    name.strip_suffix(PNPRES).unwrap_or(name)
}

/// Holds names against the rules: all that bind a request, or only the one for its length.
struct NameCheck {
    lenient: bool,
    /// Whether a heartbeat may name nothing but patterns.
    patterns_alone: bool,
}

impl NameCheck {
    fn check(&self, kind: NameKind, name: &str) -> Result<(), NameError> {
        if self.lenient { check_name_leniently(kind, name) } else { check_requested_name(kind, name) }
    }

    /// A channel or pattern, or its twin.
    fn check_listened(&self, name: &str) -> Result<(), NameError> {
        let name = drop_suffix(name);
        self.check(NameKind::of_listened(name), name)
    }

    fn check_places(&self, names: &Names) -> Result<(), NameError> {
        names.channels.iter().try_for_each(|name| self.check_listened(name))?;
        names.groups.iter().try_for_each(|name| self.check(NameKind::Group, drop_suffix(name)))
    }

    /// The channels and groups by which the states of a subscribe or heartbeat are named. What is no such object is
    /// for the reader of states to refuse.
    fn check_states(&self, by_place: Option<&str>) -> Result<(), NameError> {
        let states: Option<HashMap<String, &RawValue>> = by_place.and_then(|json| serde_json::from_str(json).ok());
        states.iter().flat_map(HashMap::keys).try_for_each(|name| self.check_listened(name))
    }

    fn check_operation(&self, operation: &Operation) -> Result<(), BadNames> {
        let some = |names: &Names| if names.is_empty() { Err(BadNames::Nothing) } else { Ok(()) };
        match operation {
            Operation::Subscribe { names, state, .. } => {
                self.check_places(names)?;
                self.check_states(state.as_deref())?;
            }
            Operation::Heartbeat { names, state, .. } => {
                some(names)?;
                self.check_places(names)?;
                self.check_states(state.as_deref())?;
                if !self.patterns_alone && names_only_patterns(names) {
                    return Err(BadNames::OnlyPatterns);
                }
            }
            Operation::Leave { names } => {
                some(names)?;
                self.check_places(names)?;
            }
            Operation::HereNow { names, .. } => self.check_places(names)?,
            Operation::WhereNow { user } => self.check(NameKind::UserId, user.as_str())?,
            Operation::SetState { names, user, .. } | Operation::GetState { names, user } => {
                some(names)?;
                self.check_places(names)?;
                self.check(NameKind::UserId, user.as_str())?;
            }
            Operation::ListGroup { group } | Operation::DeleteGroup { group } => {
                self.check(NameKind::Group, drop_suffix(group))?;
            }
            Operation::AddToGroup { group, channels } | Operation::RemoveFromGroup { group, channels } => {
                self.check(NameKind::Group, drop_suffix(group))?;
                channels.iter().try_for_each(|name| self.check_listened(name))?;
            }
            Operation::Publish { publish_key, message } => {
                self.check(NameKind::PublishKey, publish_key)?;
                // A pattern and a presence twin are refused where messages are published.
                let channel = drop_suffix(&message.channel);
                if NameKind::of_listened(channel) == NameKind::Channel {
                    self.check(NameKind::Channel, channel)?;
                }
            }
            Operation::ListGroups | Operation::Time => {}
        }
        Ok(())
    }
}

fn names_only_patterns(names: &Names) -> bool {
    let mut plain = names.channels.iter().filter(|name| !name.ends_with(PNPRES)).peekable();
    let any = plain.peek().is_some();
    any && names.groups.is_empty() && plain.all(|name| NameKind::of_listened(name) == NameKind::Pattern)
}

impl Core {
    /// The refusal, with 400, of a request that names what PubNub would refuse, in the words of the part of the service
    /// that it asks.
    pub(super) fn refuse_names(
        &mut self,
        key: &SubscribeKey,
        user: Option<&UserId>,
        operation: &Operation,
        now: Moment,
    ) -> Option<Decision> {
        let lenient = self.settings.lenient;
        let check = NameCheck { lenient, patterns_alone: lenient || self.settings.guesses.patterns_take_heartbeats };
        if check.check(NameKind::SubscribeKey, key.as_str()).is_err() {
            return Some(Decision::Answer(400, Refusal::invalid_key().encode()));
        }
        let caller = user.map_or(Ok(()), |user| check.check(NameKind::UserId, user.as_str()));
        let named = caller.map_err(BadNames::Name).and_then(|()| check.check_operation(operation));
        let bad =
            named.err().filter(|bad| *bad != BadNames::OnlyPatterns || !self.follows_all(key, user, operation))?;
        Some(match operation {
            Operation::Publish { .. } => {
                Decision::Answer(400, encode_publish_refusal(&describe_for_publish(&bad), self.next_timetoken(now)))
            }
            Operation::ListGroup { .. }
            | Operation::AddToGroup { .. }
            | Operation::RemoveFromGroup { .. }
            | Operation::DeleteGroup { .. }
            | Operation::ListGroups => {
                let refusal = Refusal { service: "channel-registry".into(), ..Refusal::presence(400, bad.to_string()) };
                Decision::Answer(400, refusal.encode())
            }
            _ => refuse(400, bad.to_string()),
        })
    }

    /// Whether a user is present, or about to be, in each place that a heartbeat names: SDKs send heartbeats for the
    /// patterns that they subscribe to.
    fn follows_all(&self, key: &SubscribeKey, user: Option<&UserId>, operation: &Operation) -> bool {
        let (Some(user), Operation::Heartbeat { names, .. }) = (user, operation) else { return false };
        let Some(key_state) = self.key_states.get(key) else { return false };
        let follows = |channel: &Channel| {
            key_state.registry.is_present(channel, user) || key_state.pending.has_join(channel, user)
        };
        let named = names.channels.iter().filter(|name| !name.ends_with(PNPRES));
        named.map(|name| Channel::from_wire(name)).all(|channel| follows(&channel))
    }
}

/// What is wrong with the names of a publish, in the words that are known. SDK source (C-core) for the characters;
/// recorded for the key.
fn describe_for_publish(bad: &BadNames) -> String {
    match bad {
        BadNames::Name(NameError::Forbidden { what: "channel", .. }) => "Invalid Character in Channel Name".to_owned(),
        BadNames::Name(NameError::Empty { what: "channel" }) => "Invalid Channel".to_owned(),
        BadNames::Name(NameError::Empty { what: "publish key" } | NameError::TooLong { what: "publish key", .. }) => {
            "Invalid Key".to_owned()
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
