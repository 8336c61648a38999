//! Who listens for a group is present in its channels: what follows when those change.

use super::{
    Core,
    space::{Arrival, Space},
};
use crate::{
    presence::{Channel, Moment, SubscribeKey, UserId},
    wire::Names,
};

impl Core {
    /// Who listens for a group comes to the channels that are new in it.
    pub(super) fn group_grew(&mut self, key: &SubscribeKey, group: &str, new: &[Channel], now: Moment) {
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
    pub(super) fn group_shrank(&mut self, key: &SubscribeKey, group: &str, gone: &[Channel], now: Moment) {
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
