//! What is asked once and answered at once: heartbeat, state, here now, publish. Pure.

use std::collections::BTreeMap;

use super::{
    Core, Decision, Fact,
    decision::{answer_ok, refuse},
    key_state::read_states,
};
use crate::{
    presence::{Channel, Moment, PNPRES, State, SubscribeKey, UserId, rules},
    wire::{
        ChannelOccupants, HereNow, Message, Names, Page, Shape, UserState, WhereNow, heartbeat_ok, leave_ok,
        not_published, published, state_set,
    },
};

/// Said of states that are not what they should be.
const BAD_STATES: &str = "state must be a JSON object of JSON objects, by channel";

impl Core {
    pub(super) fn publish_message(
        &mut self,
        key: &SubscribeKey,
        message: &Message,
        from: Option<&UserId>,
        now: Moment,
    ) -> Decision {
        let no = |core: &mut Self, why: &str| Decision::Answer(400, not_published(why, core.mint(now)));
        let Message { channel, payload, signal, meta, .. } = message;
        if message.channel.ends_with(PNPRES) || channel.contains('*') || channel.is_empty() {
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
        answer_ok(published(self.carry(key, message, from, now)))
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
        let states = match self.states(state) {
            Ok(states) => states,
            Err(refused) => return refused,
        };
        let (timeout, settings) = (self.timeout(timeout), self.settings.clone());
        let places = self.key_state(key).presences(names, &settings);
        if let Some(refused) = self.refuse_more(key, user, &places) {
            return refused;
        }
        let key_state = self.key_state(key);
        let mut facts: Vec<Fact> = places.iter().filter_map(|c| key_state.heartbeat(c, user, timeout, now)).collect();
        facts.extend(key_state.set_states(&states, user));
        self.tell(key, facts, now);
        answer_ok(heartbeat_ok())
    }

    pub(super) fn leave(&mut self, key: &SubscribeKey, user: &UserId, names: &Names, now: Moment) -> Decision {
        let settings = self.settings.clone();
        let key_state = self.key_state(key);
        let mut facts = Vec::new();
        for channel in key_state.places(names) {
            facts.extend(key_state.say_goodbye(channel, user, &settings, now));
        }
        self.tell(key, facts, now);
        answer_ok(leave_ok())
    }

    pub(super) fn where_now(&mut self, key: &SubscribeKey, user: &UserId) -> Decision {
        answer_ok(WhereNow { channels: self.key_state(key).registry.places(user), unread: 0 }.encode())
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
        let key_state = self.key_state(key);
        let places = key_state.places(names);
        let facts: Vec<Fact> = places.iter().filter_map(|c| key_state.registry.set_state(c, user, &state)).collect();
        self.tell(key, facts, now);
        answer_ok(state_set(&state))
    }

    /// The states of a heartbeat or subscribe.
    pub(super) fn states(&self, by_channel: Option<&str>) -> Result<Vec<(Channel, State)>, Decision> {
        let Some(by_channel) = by_channel else { return Ok(Vec::new()) };
        match read_states(by_channel) {
            Some(states) => Ok(states),
            None if self.settings.guesses.bad_state_is_ignored => Ok(Vec::new()),
            None => Err(refuse(400, BAD_STATES)),
        }
    }

    pub(super) fn get_state(&mut self, key: &SubscribeKey, names: &Names, user: &UserId) -> Decision {
        let flat_groups = self.settings.guesses.group_state_is_flat;
        let key_state = self.key_state(key);
        let empty = || State::parse("{}").unwrap_or_else(|_| unreachable!("an empty object is a state"));
        let state = |c: &Channel| key_state.registry.state(c, user).cloned().unwrap_or_else(empty);
        let channels: BTreeMap<Channel, State> =
            key_state.places(names).into_iter().map(|c| (c.clone(), state(&c))).collect();
        let only = channels.keys().next().filter(|_| flat_groups && channels.len() == 1).map(|c| c.as_str().to_owned());
        let single = names.single().map(ToString::to_string).or(only);
        answer_ok(UserState { channels }.encode(user, single.as_deref()))
    }

    pub(super) fn here_now(
        &mut self,
        key: &SubscribeKey,
        names: Names,
        user_ids: bool,
        state: bool,
        page: Page,
        now: Moment,
    ) -> Decision {
        let Page { limit, offset } = page;
        let most = rules::HERE_NOW_PAGE;
        if limit.is_some_and(|l| usize::try_from(l).is_ok_and(|l| l > most)) {
            return refuse(400, format!("Cannot return more than {most} uuids at a time"));
        }
        if limit.is_some_and(|l| l < 0) {
            return refuse(400, "Limit must be greater than or equal to 0");
        }
        if offset.is_some_and(|o| o < 0) {
            return refuse(400, "Offset must be greater than or equal to 0");
        }
        let settings = self.settings.clone();
        if names.is_empty() && !settings.global_here_now {
            return refuse(402, "here now for all channels is not enabled for this key");
        }
        let fresh = settings.guesses.here_now_cache;
        let question = (key.clone(), names, user_ids, state, page);
        if let Some(body) = (!fresh.is_zero()).then(|| self.cache.get(&question, now)).flatten() {
            return answer_ok(body);
        }
        let names = &question.1;
        let limit = limit.map_or(most, |limit| usize::try_from(limit).unwrap_or(0));
        let offset = usize::try_from(offset.unwrap_or(0)).unwrap_or(usize::MAX);
        let key_state = self.key_state(key);
        let places: Vec<Channel> = if names.is_empty() {
            key_state.registry.channels().cloned().collect()
        } else {
            key_state.places(names).into_iter().collect()
        };
        let single = names.single().is_some();
        let mut channels = BTreeMap::new();
        // One name is answered for by itself, even one that nobody can be present on.
        let places = match names.single().filter(|_| places.is_empty()) {
            Some(name) => vec![Channel::heard(&format!("{name}{PNPRES}"))],
            None => places,
        };
        for channel in places {
            let occupancy = key_state.registry.occupancy(&channel);
            if occupancy == 0 && !single && !settings.guesses.empty_channels_are_listed {
                continue;
            }
            let listed = (user_ids && limit > 0).then(|| key_state.registry.occupants(&channel, offset, limit));
            channels.insert(channel, ChannelOccupants { occupancy: occupancy as u64, listed, unread: 0 });
        }
        let shape = if single { Shape::Flat } else { Shape::ByChannel };
        let body = HereNow { channels, unread: 0 }.encode(shape, state);
        if !fresh.is_zero() {
            self.cache.put(question, body.clone(), now.plus(fresh), now);
        }
        answer_ok(body)
    }
}
