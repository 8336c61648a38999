//! The webhooks of what happens, as events of the stream are: what is announced one by one, what an interval counted, and
//! which channels became active or inactive. Pure.

use super::PresenceChange;
use crate::{
    presence::{EventKind, Moment, SubscribeKey},
    wire::{WebhookEvent, WebhookKind},
};

/// The events of webhooks, until they are taken.
#[derive(Debug, Default)]
pub(super) struct WebhookOutbox {
    events: Vec<WebhookEvent>,
    made: u64,
}

impl WebhookOutbox {
    /// What is put into the stream.
    pub fn note_published(&mut self, key: &SubscribeKey, change: &PresenceChange, now: Moment) {
        let what = match change.what.clone() {
            EventKind::Joined { user, state } => WebhookKind::Joined { user, state },
            EventKind::Left { user } => WebhookKind::Left { user },
            EventKind::TimedOut { user } => WebhookKind::TimedOut { user },
            EventKind::StateChanged { user, state } => WebhookKind::StateChanged { user, state: Some(state) },
            EventKind::Interval { joined, left, timed_out, .. } => {
                WebhookKind::OccupancyCounted { joined, left, timed_out }
            }
            EventKind::Unknown { .. } => return,
        };
        self.add(key, change, Some(change.occupancy as u64), what, now);
    }

    /// Whether a channel became active or inactive by a change. That is told whatever the announce max: such a channel
    /// is nearly empty.
    pub fn note_activity(&mut self, key: &SubscribeKey, change: &PresenceChange, now: Moment) {
        let what = match (&change.what, change.occupancy) {
            (EventKind::Joined { .. }, 1) => WebhookKind::ChannelActive,
            (EventKind::Left { .. } | EventKind::TimedOut { .. }, 0) => WebhookKind::ChannelInactive,
            _ => return,
        };
        self.add(key, change, None, what, now);
    }

    fn add(
        &mut self,
        key: &SubscribeKey,
        change: &PresenceChange,
        occupancy: Option<u64>,
        what: WebhookKind,
        now: Moment,
    ) {
        self.made += 1;
        let event = WebhookEvent {
            id: Some(make_id(now, self.made)),
            subscribe_key: Some(key.clone()),
            channel: change.channel.clone(),
            at: Some(now),
            occupancy,
            what,
        };
        self.events.push(event);
    }

    /// Take what was noted since the last call.
    pub fn take_events(&mut self) -> Vec<WebhookEvent> {
        std::mem::take(&mut self.events)
    }
}

/// An id of the usual form, which no other event of a service has: when it was made, and as which.
fn make_id(now: Moment, made: u64) -> String {
    let micros = now.micros();
    let (head, middle, low) = (micros >> 32, (micros >> 16) & 0xffff, micros & 0xffff);
    format!("{head:08x}-{middle:04x}-{low:04x}-{:04x}-{:012x}", (made >> 48) & 0xffff, made & 0xffff_ffff_ffff)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::{Access, ActiveFaults, Core, Settings};
    use super::*;
    use crate::wire::Request;

    /// A service that makes webhooks, and its time.
    struct Told {
        core: Core,
        now: Moment,
    }

    impl Told {
        fn new(settings: Settings) -> Self {
            let mut core = Core::new(settings, Access::default(), ActiveFaults::new(1));
            core.make_webhooks();
            Self { core, now: Moment::from_micros(1_800_000_000_000_000) }
        }

        fn ask(&mut self, url: &str) {
            let (path, query) = url.split_once('?').unwrap_or((url, ""));
            self.core.answer(Request::parse(path, query).unwrap(), self.now);
        }

        fn beat(&mut self, user: &str) {
            self.ask(&format!("/v2/presence/sub-key/k/channel/lobby/heartbeat?uuid={user}&heartbeat=20"));
        }

        fn pass(&mut self, seconds: u64) {
            self.now = self.now.plus(Duration::from_secs(seconds));
            self.core.advance(self.now);
        }

        /// What was made since the last call: `joined ann 1`.
        fn take(&mut self) -> Vec<String> {
            let short = |event: WebhookEvent| {
                let name = event.what.name().trim_start_matches("presence.").to_owned();
                let user = event.what.user().map_or("-", |user| user.as_str()).to_owned();
                let occupancy = event.occupancy.map_or_else(|| "-".to_owned(), |count| count.to_string());
                assert_eq!((event.channel.as_str(), event.subscribe_key.unwrap().as_str()), ("lobby", "k"));
                format!("{name} {user} {occupancy}")
            };
            self.core.take_webhooks().into_iter().map(short).collect()
        }
    }

    #[test]
    fn what_is_announced_is_told_with_when_a_channel_became_active() {
        let mut told = Told::new(Settings::default());
        told.beat("ann");
        told.beat("bob");
        assert_eq!(told.take(), ["channel.state.active - -", "user.channel.joined ann 1", "user.channel.joined bob 2"]);
        told.ask("/v2/presence/sub-key/k/channel/lobby/uuid/ann/data?state=%7B%22mood%22%3A%22busy%22%7D");
        told.ask("/v2/presence/sub-key/k/channel/lobby/leave?uuid=bob");
        told.pass(21);
        assert_eq!(
            told.take(),
            [
                "channel.user.state.in.changed ann 2",
                "user.channel.left bob 1",
                "channel.state.inactive - -",
                "user.timedout.in.channel ann 0"
            ]
        );
    }

    #[test]
    fn above_the_announce_max_only_counts_are_told() {
        let mut told = Told::new(Settings { announce_max: 2, deltas: true, ..Settings::default() });
        for user in ["ann", "bob", "cat", "dan"] {
            told.beat(user);
        }
        told.ask("/v2/presence/sub-key/k/channel/lobby/leave?uuid=ann");
        assert_eq!(told.take().len(), 3, "active, and two joins");
        told.pass(10);
        let counted = told.core.take_webhooks().remove(0);
        let users = |names: &[&str]| names.iter().map(|name| crate::presence::UserId::from_wire(name)).collect();
        let what = WebhookKind::OccupancyCounted {
            joined: users(&["cat", "dan"]),
            left: users(&["ann"]),
            timed_out: Vec::new(),
        };
        assert_eq!((counted.what, counted.occupancy), (what, Some(3)));
    }

    #[test]
    fn nothing_is_made_that_nobody_wants() {
        let mut core = Core::new(Settings::default(), Access::default(), ActiveFaults::new(1));
        let request = Request::parse("/v2/presence/sub-key/k/channel/lobby/heartbeat", "uuid=ann").unwrap();
        core.answer(request, Moment::from_micros(1_800_000_000_000_000));
        assert!(core.webhooks.is_none() && core.take_webhooks().is_empty());
    }

    #[test]
    fn ids_have_the_usual_form_and_are_different() {
        let now = Moment::from_micros(1_800_000_000_123_456);
        let ids: std::collections::BTreeSet<String> = (1..1000).map(|made| make_id(now, made)).collect();
        assert_eq!(ids.len(), 999);
        let lengths: Vec<usize> = ids.first().unwrap().split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_ne!(make_id(now, 1), make_id(Moment::from_micros(1_800_000_000_123_457), 1));
    }
}
