//! Work that may be long is done in slices, so that others are answered in between: what is announced, and what a
//! changed group means for those who listen for it. Pure: without a limit, everything happens at once.

use std::{collections::HashSet, sync::Arc};

use super::{
    Core, PresenceChange,
    key_state::{KeyState, SubscribeHeartbeat},
    work_left::{GroupChange, GroupListener},
};
use crate::presence::{Channel, Moment, SubscribeKey};

/// Beyond so many changes that wait, slices are larger: each request is to do as much as it adds.
const MANY_CHANGES: usize = 10_000;

/// How many polls can be woken in the time that it takes to announce a change.
const WOKEN_PER_CHANGE: usize = 20;

impl Core {
    /// From here on do about so much of what may be done later, in changes that are announced. What is left is due at
    /// once: [`next_deadline`](Self::next_deadline) says so.
    pub fn begin_slice(&mut self, most: usize) {
        let is_behind = self.work.changes.len() > MANY_CHANGES;
        self.work.allowance = if is_behind { most.saturating_mul(5) } else { most };
    }

    pub(super) fn announce(
        &mut self,
        key: &SubscribeKey,
        changes: impl IntoIterator<Item = PresenceChange>,
        now: Moment,
    ) {
        self.work.changes.extend(changes.into_iter().map(|change| (key.clone(), change)));
        self.work_on(now);
    }

    /// Do what is left to do, while there is an allowance.
    pub(super) fn work_on(&mut self, now: Moment) {
        while !self.work.is_over() {
            if let Some((key, change)) = self.work.changes.pop_front() {
                self.announce_change(&key, change, now);
            } else if let Some(change) = self.work.group_changes.pop_front() {
                self.change_group(&change, now);
            } else {
                return;
            }
        }
    }

    fn announce_change(&mut self, key: &SubscribeKey, change: PresenceChange, now: Moment) {
        let settings = self.settings.clone();
        let woken = self.woken.len();
        if let Some(notice) = KeyState::activity_notice(&change, &settings, now) {
            self.deliver(key, &notice, None, now);
        }
        if let Some(webhooks) = &mut self.webhooks {
            webhooks.note_activity(key, &change, now);
        }
        if let Some(change) = self.key_state(key).announce(change, &settings, now) {
            self.publish(key, change, now);
        }
        self.work.spend(1 + (self.woken.len() - woken) / WOKEN_PER_CHANGE);
    }

    /// Let those who listen for a group come to channels that are new in it, or leave those that are not in it any
    /// more, unless they asked for them by another name too.
    pub(super) fn move_listeners(
        &mut self,
        key: &SubscribeKey,
        changed: Vec<Channel>,
        is_new: bool,
        listeners: Vec<GroupListener>,
        now: Moment,
    ) {
        let channels: Arc<[Channel]> = changed.into();
        let change = |listener| GroupChange { key: key.clone(), channels: channels.clone(), is_new, listener };
        self.work.group_changes.extend(listeners.into_iter().map(change));
        self.work_on(now);
    }

    fn change_group(&mut self, change: &GroupChange, now: Moment) {
        let settings = self.settings.clone();
        let GroupChange { key, channels, is_new, listener: (user, timeout, names) } = change;
        let key_state = self.key_state(key);
        let mut changes = Vec::new();
        if *is_new {
            let heartbeat = SubscribeHeartbeat { user, timeout: *timeout, anew: true };
            for channel in channels.iter().filter(|channel| settings.has_presence(channel)) {
                key_state.heartbeat_by_subscribe(channel.clone(), &heartbeat, &settings, now);
            }
        } else {
            let named: HashSet<&str> = names.channels.iter().map(|name| &**name).collect();
            let is_wanted = |channel: &Channel, groups: &super::groups::Groups| {
                named.contains(channel.as_str()) || names.groups.iter().any(|group| groups.contains(group, channel))
            };
            for channel in channels.iter() {
                if !is_wanted(channel, &key_state.groups) {
                    changes.extend(key_state.leave(channel, user, &settings));
                }
            }
        }
        self.work.spend(1 + channels.len() / 4);
        self.work.changes.extend(changes.into_iter().map(|change| (key.clone(), change)));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::{Access, ActiveFaults, Decision, Settings};
    use super::*;
    use crate::wire::Request;

    fn ask(core: &mut Core, url: &str, now: Moment) -> Decision {
        let (path, query) = url.split_once('?').unwrap_or((url, ""));
        core.answer(Request::parse(path, query).unwrap(), now)
    }

    /// What a listener hears of a crowd that comes, changes groups and times out, with so much done at once.
    fn told(slice: usize) -> Vec<String> {
        let mut core = Core::new(Settings::default(), Access::default(), ActiveFaults::new(1));
        let mut now = Moment::from_micros(1_800_000_000_000_000);
        let mut told = Vec::new();
        let mut longest = 0;
        let mut settle = |core: &mut Core, now: Moment| {
            let mut slices = 0;
            while core.next_deadline().is_some_and(|at| at <= now) {
                core.begin_slice(slice);
                core.advance(now);
                slices += 1;
                // Others are answered in between.
                core.begin_slice(slice);
                assert!(matches!(ask(core, "/time/0", now), Decision::Answer(200, _)));
            }
            longest = longest.max(slices);
        };
        let names: Vec<String> = (0..60).map(|n| format!("c{n}")).collect();
        let names = names.join(",");
        let group = "/v1/channel-registration/sub-key/k/channel-group/g";
        let beat = |user: &str| format!("/v2/presence/sub-key/k/channel/{names}/heartbeat?heartbeat=20&uuid={user}");
        let poll = "/v2/subscribe/k/,/0?channel-group=g&tt=1&heartbeat=20&uuid=";
        let steps = [
            format!("{group}?add=x"),
            beat("ann"),
            beat("bob"),
            format!("{poll}eve"),
            format!("{poll}fay"),
            format!("{group}?add={names}"),
            format!("{group}?remove={names}"),
            "/v2/presence/sub-key/k/channel/c7/leave?uuid=bob".to_owned(),
        ];
        for step in &steps {
            core.begin_slice(slice);
            ask(&mut core, step, now);
            settle(&mut core, now);
            now = now.plus(Duration::from_secs(1));
            settle(&mut core, now);
        }
        now = now.plus(Duration::from_secs(60));
        settle(&mut core, now);
        core.begin_slice(usize::MAX);
        for channel in (0..60).map(|n| format!("c{n}")) {
            let url = format!("/v2/subscribe/k/{channel}-pnpres/0?tt=1");
            let Decision::Answer(200, body) = ask(&mut core, &url, now) else {
                panic!("nothing was told of {channel}")
            };
            let body: serde_json::Value = serde_json::from_str(&body).unwrap();
            let short = |one: &serde_json::Value| format!("{channel} {} {}", one["d"]["action"], one["d"]["uuid"]);
            told.extend(body["m"].as_array().unwrap().iter().map(short));
        }
        assert!(slice > 1_000 || longest > 5, "{longest} slices");
        told
    }

    #[test]
    fn attack_02_what_is_done_in_slices_is_told_as_if_it_were_done_at_once() {
        let at_once = told(usize::MAX);
        assert!(at_once.len() > 60 * 5, "{at_once:?}");
        assert_eq!(told(7), at_once);
        assert_eq!(told(1), at_once);
    }

    #[test]
    fn attack_02_polls_that_wake_at_once_are_answered_one_after_the_other() {
        let mut core = Core::new(Settings::default(), Access::default(), ActiveFaults::new(1));
        let now = Moment::from_micros(1_800_000_000_000_000);
        let names: Vec<String> = (0..100).map(|n| format!("c{n}")).collect();
        let poll = format!("/v2/subscribe/k/{}/0?tt=1", names.join(","));
        for _ in 0..10 {
            assert!(matches!(ask(&mut core, &poll, now), Decision::Wait(..)));
        }
        ask(&mut core, "/publish/p/k/0/c7/0/1", now);
        let mut taken = Vec::new();
        while core.next_deadline().is_some_and(|at| at <= now) || taken.is_empty() {
            let some = core.take_some_woken(10);
            assert_eq!(some.len(), 2, "each renews a user on a hundred channels");
            taken.extend(some);
        }
        assert_eq!(taken.len(), 10);
        assert!(core.take_woken().is_empty());
    }
}
