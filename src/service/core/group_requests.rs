//! Requests about channel groups. Whoever listens for a group is present in its channels, so users come and
//! go when those change.

use std::sync::Arc;

use super::{
    Answer, Core,
    reply::ok,
    space::{Arrival, Space},
};
use crate::{
    presence::{Channel, Moment, SubscribeKey, UserId},
    wire::{GroupChannels, Names, Refusal, groups_list, groups_ok},
};

impl Core {
    pub(super) fn list_groups(&mut self, key: &SubscribeKey) -> Answer {
        ok(groups_list(self.space(key).groups.names()))
    }

    pub(super) fn list_group(&mut self, key: &SubscribeKey, group: &str) -> Answer {
        let channels = self.space(key).groups.members(group).cloned().collect();
        ok(GroupChannels { channels, unread: 0 }.encode(group))
    }

    pub(super) fn add_to_group(
        &mut self,
        key: &SubscribeKey,
        group: &Arc<str>,
        channels: &[Arc<str>],
        now: Moment,
    ) -> Answer {
        let bounds = self.settings.bounds;
        match self.space(key).groups.add(group, channels, &bounds) {
            Ok(new) => self.group_grew(key, group, &new, now),
            Err(full) => {
                let refusal =
                    Refusal { service: "channel-registry".into(), ..Refusal::presence(400, full.to_string()) };
                return Answer::Now(400, refusal.encode());
            }
        }
        ok(groups_ok())
    }

    pub(super) fn remove_from_group(
        &mut self,
        key: &SubscribeKey,
        group: &Arc<str>,
        channels: &[Arc<str>],
        now: Moment,
    ) -> Answer {
        let members = self.space(key).groups.remove(group, channels);
        self.group_shrank(key, group, &members, now);
        ok(groups_ok())
    }

    pub(super) fn delete_group(&mut self, key: &SubscribeKey, group: &Arc<str>, now: Moment) -> Answer {
        let members = self.space(key).groups.delete(group);
        self.group_shrank(key, group, &members, now);
        ok(groups_ok())
    }

    /// Who listens for a group comes to the channels that are new in it.
    fn group_grew(&mut self, key: &SubscribeKey, group: &str, new: &[Channel], now: Moment) {
        let settings = self.settings.clone();
        if !settings.guesses.subscribe_is_heartbeat {
            return;
        }
        let listeners = self.listeners(key, group);
        let space = self.space(key);
        for channel in new.iter().filter(|c| settings.has_presence(c)) {
            for (user, timeout, _) in &listeners {
                let arrival = Arrival { user, timeout: *timeout, anew: true };
                space.arrive(channel.clone(), &arrival, &settings, now);
            }
        }
    }

    /// Who listened for a group leaves the channels that are no longer in it, unless they asked for
    /// them by another name too.
    fn group_shrank(&mut self, key: &SubscribeKey, group: &str, gone: &[Channel], now: Moment) {
        let settings = self.settings.clone();
        let listeners = self.listeners(key, group);
        let space = self.space(key);
        let mut facts = Vec::new();
        for channel in gone {
            for (user, _, names) in &listeners {
                if !space.places(names).contains(channel) {
                    facts.extend(space.leave(channel, user, &settings));
                }
            }
        }
        self.tell(key, facts, now);
    }

    /// The users of the polls that listen for a group itself.
    fn listeners(&mut self, key: &SubscribeKey, group: &str) -> Vec<(UserId, Option<u64>, Names)> {
        let polls = self.spaces.get(key).map(|space: &Space| space.polls_on_group(group)).unwrap_or_default();
        let open = polls.iter().filter_map(|id| self.polls.get(id));
        open.filter_map(|poll| {
            Some((poll.user.clone()?, poll.timeout.map(|s| self.timeout(Some(s))), poll.names.clone()))
        })
        .collect()
    }
}
