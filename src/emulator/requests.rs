//! What is answered at once: heartbeat, leave, state, where now, publish. Pure.

use std::collections::BTreeMap;

use super::{
    Core, Decision, PresenceChange,
    admission::Admission,
    carried_states::{CarriedStates, weigh_states},
    decision::{answer_ok, refuse},
    pieces::{AnswerPieces, BegunAnswer},
};
use crate::{
    presence::{Channel, Moment, NameKind, PNPRES, State, SubscribeKey, UserId, rules},
    wire::{
        Message, Names, UserState, encode_heartbeat_answer, encode_leave_answer, encode_publish_answer,
        encode_publish_refusal, encode_set_state_answer,
    },
};

/// The refusal of malformed states.
const BAD_STATES: &str = "state must be a JSON object of JSON objects, by channel or group";

impl Core {
    pub(super) fn publish_message(
        &mut self,
        key: &SubscribeKey,
        message: &Message,
        from: Option<&UserId>,
        now: Moment,
    ) -> Decision {
        let no =
            |core: &mut Self, why: &str| Decision::Answer(400, encode_publish_refusal(why, core.next_timetoken(now)));
        let Message { channel, payload, signal, meta, .. } = message;
        if channel.ends_with(PNPRES) || NameKind::of_listened(channel) == NameKind::Pattern || channel.is_empty() {
            return no(self, "Invalid Channel");
        }
        if *signal && payload.len() > rules::LARGEST_SIGNAL {
            return no(self, "Signal size too large");
        }
        if payload.len() + meta.as_ref().map_or(0, String::len) > rules::LARGEST_MESSAGE {
            return no(self, "Message Too Large");
        }
        if !message.is_json() {
            return no(self, "Invalid JSON");
        }
        let sent = if message.for_nobody { self.next_timetoken(now) } else { self.deliver(key, message, from, now) };
        answer_ok(encode_publish_answer(sent))
    }

    pub(super) fn heartbeat(
        &mut self,
        key: &SubscribeKey,
        user: &UserId,
        names: &Names,
        timeout: Option<u64>,
        state: Option<&str>,
        now: Moment,
    ) -> Decision {
        let states = match self.read_states(key, names, state) {
            Ok(states) => states,
            Err(refused) => return refused,
        };
        let timeout = self.effective_timeout(timeout);
        let Admission { channels, refused } = self.admit(key, user, names, weigh_states(&states));
        let key_state = self.key_state(key);
        let mut changes: Vec<PresenceChange> =
            channels.iter().filter_map(|c| key_state.heartbeat(c, user, timeout, now)).collect();
        if refused.is_none() {
            changes.extend(key_state.set_states(&states, user));
        }
        self.announce(key, changes, now);
        refused.unwrap_or_else(|| answer_ok(encode_heartbeat_answer()))
    }

    pub(super) fn leave(&mut self, key: &SubscribeKey, user: &UserId, names: &Names, now: Moment) -> Decision {
        let (settings, refused) = (self.settings.clone(), self.refuse_many_channels(key, names));
        let key_state = self.key_state(key);
        let mut changes = Vec::new();
        let channels = match &refused {
            None => key_state.find_channels(names),
            Some(_) => key_state.find_present(names, user, settings.bounds.channels),
        };
        for channel in channels {
            changes.extend(key_state.leave_explicitly(channel, user, &settings, now));
        }
        self.announce(key, changes, now);
        refused.unwrap_or_else(|| answer_ok(encode_leave_answer()))
    }

    pub(super) fn set_state(
        &mut self,
        key: &SubscribeKey,
        names: &Names,
        user: &UserId,
        state: &str,
        now: Moment,
    ) -> Decision {
        let state = match State::parse(state) {
            Ok(state) => state,
            Err(why) => return refuse(400, why.to_string()),
        };
        let room = || 2 * state.as_json().len() + names.channels.len();
        if let Some(refused) = self.refuse_many_channels(key, names).or_else(|| self.refuse_bytes(room())) {
            return refused;
        }
        let key_state = self.key_state(key);
        let channels = key_state.find_channels(names);
        let new = key_state.registry.make_state(&state);
        let changes: Vec<PresenceChange> =
            channels.iter().filter_map(|c| key_state.registry.set_state(c, user, &new)).collect();
        self.announce(key, changes, now);
        answer_ok(encode_set_state_answer(&state))
    }

    /// The states that a heartbeat or subscribe for `names` carries, by channel.
    pub(super) fn read_states(
        &mut self,
        key: &SubscribeKey,
        names: &Names,
        carried: Option<&str>,
    ) -> Result<BTreeMap<Channel, State>, Decision> {
        match carried.map(CarriedStates::parse) {
            // Nothing of it will be taken.
            Some(Some(_)) if self.refuse_many_channels(key, names).is_some() => Ok(BTreeMap::new()),
            Some(Some(states)) => Ok(states.by_channel(names, &self.key_state(key).groups)),
            Some(None) if !self.settings.guesses.bad_state_is_ignored => Err(refuse(400, BAD_STATES)),
            None | Some(None) => Ok(BTreeMap::new()),
        }
    }

    pub(super) fn get_state(&mut self, key: &SubscribeKey, names: &Names, user: &UserId) -> BegunAnswer {
        let flat_groups = self.settings.guesses.group_state_is_flat;
        if let Some(refused) = self.refuse_many_channels(key, names) {
            return refused.into();
        }
        let key_state = self.key_state(key);
        let channels = key_state.find_channels(names);
        let state = |channel: &Channel| key_state.registry.kept_state(channel, user).cloned();
        let only = channels.first().filter(|_| flat_groups && channels.len() == 1).map(|c| c.as_str().to_owned());
        let Some(single) = names.single().map(ToString::to_string).or(only) else {
            let states = channels.into_iter().map(|channel| (channel.clone(), state(&channel)));
            return BegunAnswer::Pieces(AnswerPieces::states(key, user, states));
        };
        let known = channels.into_iter().filter_map(|c| Some((c.clone(), state(&c)?.state().clone())));
        answer_ok(UserState { channels: known.collect() }.encode(user, Some(&single))).into()
    }
}
