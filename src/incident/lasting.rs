//! What is no flow of people: a link that is lost, requests that are refused, lists that drift, and a threshold that was
//! changed.

use std::{hash::BuildHasher, time::Duration};

use super::{IncidentKind, IncidentWatch, watch::FoundDrift};
use crate::{
    presence::{EventKind, Moment, UserId, sanitize_sentence},
    world::{LinkState, World},
};

/// Corrections within this time belong together, and this many users make an incident.
const DRIFT: Duration = Duration::from_secs(300);
const DRIFTED: u32 = 2;

/// An interval that explains it comes within this time.
const INTERVAL: Duration = Duration::from_secs(12);

impl IncidentWatch {
    /// Begin an incident that lasts until its cause is gone, unless it is known.
    pub(super) fn begin_standing(&mut self, kind: IncidentKind, reason: &str, now: Moment) {
        if self.tracked.iter().any(|tracked| tracked.open && tracked.counted == kind) {
            return;
        }
        let place = self.add(kind, now);
        self.tracked[place].incident.reason = Some(sanitize_sentence(reason).into_owned());
    }

    /// End the incidents whose cause is gone.
    pub(super) fn end_standing(&mut self, world: &World, now: Moment) {
        let is_refused = || {
            matches!(world.link.state, LinkState::Refused { .. })
                || world.channels.iter().any(|watched| watched.refused.is_some())
        };
        for tracked in self.tracked.iter_mut().filter(|tracked| tracked.open) {
            let lasts = match tracked.counted {
                // A refusal of everything may come in between.
                IncidentKind::LostLink => !world.link.is_live(),
                IncidentKind::Refused => is_refused(),
                _ => continue,
            };
            tracked.incident.last = now;
            (tracked.open, tracked.incident.over) = (lasts, !lasts);
            if tracked.counted == IncidentKind::Refused && lasts {
                tracked.incident.concerned = world.channels.iter().filter(|w| w.refused.is_some()).count();
                tracked.incident.in_view = world.channels.len();
            }
        }
    }

    /// Whether so many left, timed out or came a moment ago that events may have been dropped.
    fn is_explained(&self, now: Moment) -> bool {
        self.tracked.iter().any(|tracked| {
            let mass = !matches!(tracked.counted, IncidentKind::Drift | IncidentKind::ModeSwitch);
            mass && now.since(tracked.incident.last) < Duration::from_secs(60)
        })
    }

    pub(super) fn find_drift(&mut self, world: &World, now: Moment) {
        if self.is_explained(now) {
            self.drift.clear();
            return;
        }
        // A channel that is summed up by now explains what was found before its first interval.
        let is_explained = |drift: &FoundDrift| {
            let watched = usize::try_from(drift.channel).ok().and_then(|place| world.channels.get(place));
            drift.announced && watched.is_none_or(|watched| watched.mode.is_interval())
        };
        self.drift.retain(|drift| now.since(drift.at) < DRIFT && !is_explained(drift));
        let ripe = self.drift.iter().take_while(|drift| now.since(drift.at) >= INTERVAL).count();
        self.stale |= ripe < self.drift.len();
        if ripe == 0 {
            return;
        }
        let users: u32 = self.drift.iter().take(ripe).map(|drift| drift.users).sum();
        let open = self.tracked.iter().rposition(|tracked| {
            tracked.open && tracked.counted == IncidentKind::Drift && now.since(tracked.incident.last) < DRIFT
        });
        if open.is_none() && users < DRIFTED {
            return;
        }
        let first = self.drift.front().map_or(now, |drift| drift.at);
        let place = open.unwrap_or_else(|| self.add(IncidentKind::Drift, first));
        let tracked = &mut self.tracked[place];
        for FoundDrift { at, channel, users, .. } in self.drift.drain(..ripe) {
            tracked.incident.users += u64::from(users);
            tracked.incident.presences += u64::from(users);
            tracked.incident.last = at;
            tracked.channels.at(channel).0 += u64::from(users);
        }
    }

    /// An event that comes late tells what a list was corrected by: it was not lost.
    pub(super) fn explain_drift(&mut self, channel: u32, what: &EventKind) {
        let (one, many): (Option<&UserId>, [&[UserId]; 3]) = match what {
            EventKind::Joined { user, .. } | EventKind::Left { user } | EventKind::TimedOut { user } => {
                (Some(user), [&[], &[], &[]])
            }
            EventKind::Interval { joined, left, timed_out, .. } => (None, [joined, left, timed_out]),
            EventKind::StateChanged { .. } | EventKind::Unknown { .. } => return,
        };
        for user in one.into_iter().chain(many.into_iter().flatten()) {
            let hash = self.hasher.hash_one(user.as_str());
            for drift in self.drift.iter_mut().filter(|drift| drift.channel == channel) {
                if let Some(place) = drift.names.iter().position(|name| *name == hash) {
                    drift.names.swap_remove(place);
                    drift.users -= 1;
                }
            }
        }
        self.drift.retain(|drift| drift.users > 0);
    }

    pub(super) fn find_mode_switch(&mut self, world: &World, now: Moment) {
        if self.is_explained(now) {
            self.limits.forget_waiting();
            return;
        }
        let Some((channels, first)) = self.limits.take_changed(world, now) else { return };
        let place = self.add(IncidentKind::ModeSwitch, first);
        for channel in channels.iter().filter_map(|channel| world.channels.find_place(channel)) {
            let number = u32::try_from(channel).unwrap_or(u32::MAX);
            self.tracked[place].channels.at(number).0 += 1;
        }
        self.tracked[place].incident.last = now;
    }
}
