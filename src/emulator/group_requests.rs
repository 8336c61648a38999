//! Requests about channel groups. A user who subscribes to a group is present in its channels, so users come and
//! go when those change.

use std::sync::Arc;

use super::{
    Core, Decision, decision::answer_ok, groups::weigh_members, key_state::KeyState, work_left::GroupListener,
};
use crate::{
    presence::{Channel, Moment, PNPRES, SubscribeKey},
    wire::{GroupChannels, Refusal, encode_group_answer, encode_group_names},
};

impl Core {
    pub(super) fn list_groups(&mut self, key: &SubscribeKey) -> Decision {
        answer_ok(encode_group_names(self.key_state(key).groups.names()))
    }

    pub(super) fn list_group(&mut self, key: &SubscribeKey, group: &str) -> Decision {
        let channels = self.key_state(key).groups.members(group).cloned().collect();
        answer_ok(GroupChannels { channels, unread: 0 }.encode(group))
    }

    pub(super) fn add_to_group(
        &mut self,
        key: &SubscribeKey,
        group: &Arc<str>,
        channels: &[Arc<str>],
        now: Moment,
    ) -> Decision {
        let bounds = self.settings.bounds;
        if let Some(refused) = self.refuse_bytes(weigh_members(group, channels)) {
            return refused;
        }
        match self.key_state(key).groups.add(group, channels, &bounds) {
            Ok(new) => self.tell_of_members(key, group, new, true, now),
            Err(full) => {
                let refusal =
                    Refusal { service: "channel-registry".into(), ..Refusal::presence(400, full.to_string()) };
                return Decision::Answer(400, refusal.encode());
            }
        }
        answer_ok(encode_group_answer())
    }

    pub(super) fn remove_from_group(
        &mut self,
        key: &SubscribeKey,
        group: &Arc<str>,
        channels: &[Arc<str>],
        now: Moment,
    ) -> Decision {
        let members = self.key_state(key).groups.remove(group, channels);
        self.tell_of_members(key, group, members, false, now);
        answer_ok(encode_group_answer())
    }

    pub(super) fn delete_group(&mut self, key: &SubscribeKey, group: &Arc<str>, now: Moment) -> Decision {
        let members = self.key_state(key).groups.delete(group);
        self.tell_of_members(key, group, members, false, now);
        answer_ok(encode_group_answer())
    }

    /// End the wait of the polls that listen for a group or for its presence, if its channels changed. Recorded: they
    /// are answered at once, with nothing and with the cursor that they came with.
    fn end_waits(&mut self, key: &SubscribeKey, group: &str, changed: &[Channel]) {
        let Some(key_state) = self.key_states.get(key).filter(|_| !changed.is_empty()) else { return };
        let presence = format!("{group}{PNPRES}");
        for id in key_state.polls_on_group(group).into_iter().chain(key_state.polls_on_group(&presence)) {
            if let Some(poll) = self.polls.get_mut(&id) {
                poll.is_regrouped = true;
                self.woken.insert(id);
            }
        }
    }

    /// Let the polls that wait for a group, and the users who listen for it, know which channels are new in it or gone.
    fn tell_of_members(&mut self, key: &SubscribeKey, group: &str, changed: Vec<Channel>, is_new: bool, now: Moment) {
        self.end_waits(key, group, &changed);
        let listeners = self.users_listening(key, group);
        self.move_listeners(key, changed, is_new, listeners, now);
    }

    /// The users of the polls that listen for a group itself.
    fn users_listening(&mut self, key: &SubscribeKey, group: &str) -> Vec<GroupListener> {
        let polls =
            self.key_states.get(key).map(|key_state: &KeyState| key_state.polls_on_group(group)).unwrap_or_default();
        let open = polls.iter().filter_map(|id| self.polls.get(id));
        open.filter_map(|poll| {
            Some((poll.user.clone()?, poll.timeout.map(|s| self.effective_timeout(Some(s))), poll.names.clone()))
        })
        .collect()
    }
}
