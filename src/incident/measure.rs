//! Measures an incident while it may change: how many, before and after, on which channels, and who.

use std::{collections::HashMap, time::Duration};

use super::{
    ChannelChange, Incident, IncidentKind, IncidentWatch,
    common::find_common,
    incident::{MOST_CHANNELS, MOST_NAMES},
    memory::{ChannelMemory, told_occupancy},
    movement::MovementKind,
    tracking::{SAME, Tracked},
};
use crate::{
    presence::{Moment, State, UserId},
    world::World,
};

/// The numbers before and after are settled this long after the last change.
const FRESH: Duration = Duration::from_secs(3);

/// What so many times more did is what all did.
const CLEARLY: u64 = 4;

/// A herd is counted for so long.
const HERD: Duration = Duration::from_secs(30);

/// Who reconnects has left within so many seconds before the first is back.
const BEFORE_RECONNECT: u64 = 10;

/// A here now names those who are gone up to so long after an interval has counted them.
const NAMED_LATER: Duration = Duration::from_secs(15);

/// Others who are compared with those concerned, and channels they are taken from.
const OTHERS: usize = 512;
const OTHER_CHANNELS: usize = 64;

impl IncidentWatch {
    /// Bring what is told of an incident up to date, as long as it may change.
    pub(super) fn update(&mut self, world: &World, place: usize, now: Moment) {
        let people = self.overview.people;
        let told_leaves = self.tracked.get(place).map_or(0, |of| self.count_told_leaves(of.incident.begin, of.until));
        let Some(tracked) = self.tracked.get_mut(place).filter(|tracked| tracked.open) else { return };
        if matches!(tracked.counted, IncidentKind::LostLink | IncidentKind::Refused) {
            return;
        }
        let until = if tracked.goes_on(now) { now } else { tracked.until };
        tracked.count(&self.movements, until);
        tracked.incident.sudden = tracked.is_sudden(now, self.overview.interval);
        let ebb = self.is_ebb(place);
        let tracked = &mut self.tracked[place];
        tracked.incident.ebb = ebb;
        tracked.incident.not_told = self.overview.count_not_told(&tracked.incident);
        tracked.incident.made_up = self.overview.is_made_up(&tracked.incident);
        let incident = &mut tracked.incident;
        let spread = if self.overview.interval > 0 { self.overview.interval } else { 1 };
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "small"
        )]
        let usual = (tracked.usual_leaves * (incident.seconds() + spread) as f64).ceil() as u64;
        // Channels may go back from intervals to single changes meanwhile.
        incident.usual_left = incident.usual_left.max(usual + usual / 2);
        let left = incident.left.saturating_sub(incident.usual_left + told_leaves);
        let many_left = incident.kind == IncidentKind::MassTimeout && left * 2 >= incident.presences;
        if many_left && !self.are_leaves_elsewhere(place) {
            // Many left as well, only later.
            return self.count_again(place, IncidentKind::Unclear);
        }
        let tracked = &mut self.tracked[place];
        if let Some(kind) = find_clear(&tracked.incident).filter(|_| now.since(tracked.incident.last) > FRESH) {
            return self.count_again(place, kind);
        }
        // An interval tells later of what happened at the same time.
        let fresh = FRESH + Duration::from_secs(self.overview.interval);
        if now.since(tracked.incident.last) > fresh && tracked.detailed > 0 {
            tracked.incident.not_told = 0;
            // The next interval tells what went on meanwhile.
            tracked.open = now.since(tracked.incident.last).as_secs() <= SAME + self.overview.interval
                || tracked.counted == IncidentKind::Drift
                || (tracked.counted == IncidentKind::Flapping || tracked.rolling.is_some())
                    && now.since(tracked.incident.last).as_secs() <= 60;
            if tracked.incident.names.is_empty() && tracked.open {
                // A here now may name them later than an interval counts them.
                self.find_details(world, place);
            }
            return;
        }
        self.settle_occupancy(place, people);
        let tracked = &mut self.tracked[place];
        list_channels(tracked, world, &self.channels);
        if tracked.incident.presences * 4 > tracked.detailed * 5 || tracked.detailed == 0 {
            tracked.detailed = tracked.incident.presences.max(1);
            self.find_details(world, place);
        }
    }

    /// The occupancy before it and at its end.
    fn settle_occupancy(&mut self, place: usize, people: u64) {
        let tracked = &mut self.tracked[place];
        let net: i64 = tracked.channels.iter().map(|(.., net)| net).sum();
        tracked.incident.after = tracked.settle_after(Some(tracked.incident.after), people);
        tracked.incident.before = self.overview.told.saturating_add_signed(-net);
        if tracked.counted == IncidentKind::Reconnect {
            // Those who are not back are gone for another reason than the joins that are counted.
            let begin = tracked.incident.begin.seconds();
            let most = self.overview.most_from(begin.saturating_sub(BEFORE_RECONNECT), begin + 1);
            tracked.incident.before = tracked.incident.before.max(most.unwrap_or(0));
        }
        if tracked.counted == IncidentKind::Herd {
            // Others may still have been going when the first were back.
            let least = self.overview.least_since(tracked.incident.begin.seconds());
            tracked.incident.before = tracked.incident.before.min(least.unwrap_or(u64::MAX));
        }
    }

    /// Count an incident again as one of another kind: more is known of it by now.
    fn count_again(&mut self, place: usize, kind: IncidentKind) {
        let tracked = &mut self.tracked[place];
        (tracked.open, tracked.incident.continued) = (false, true);
        let (begin, until) = (tracked.incident.begin, tracked.until);
        let place = self.add(kind, begin);
        self.tracked[place].count(&self.movements, until);
    }

    /// Name some of those concerned, and find what they have in common.
    fn find_details(&mut self, world: &World, place: usize) {
        let Tracked { incident, counted, users, .. } = &mut self.tracked[place];
        let is_one = |kind: MovementKind| match counted {
            IncidentKind::MassTimeout => matches!(kind, MovementKind::TimedOut | MovementKind::Down),
            IncidentKind::MassLeave => matches!(kind, MovementKind::Left | MovementKind::Down),
            IncidentKind::Unclear => matches!(kind, MovementKind::Left | MovementKind::TimedOut | MovementKind::Down),
            _ => matches!(kind, MovementKind::Joined | MovementKind::Again),
        };
        let hash = |user: &UserId| std::hash::BuildHasher::hash_one(&self.hasher, user.as_str());
        // Others came and went meanwhile. Who was counted without a name is named later.
        let is_counted = |user: &UserId| incident.at_least || users.contains(&hash(user));
        let mut seen: HashMap<&UserId, u32> = HashMap::new();
        let mut concerned: Vec<(&UserId, Option<&State>)> = self
            .samples
            .between(incident.begin, incident.last.plus(NAMED_LATER), is_one)
            .filter(|sample| {
                sample.kind == MovementKind::Down || sample.at <= incident.last && is_counted(&sample.user)
            })
            .filter(|sample| {
                let times = seen.entry(&sample.user).or_default();
                *times += 1;
                *times == 1
            })
            .map(|sample| (&sample.user, sample.state.as_ref()))
            .collect();
        if *counted == IncidentKind::Flapping {
            // Those who did so most often are the ones to look at.
            concerned.sort_by_key(|(user, _)| std::cmp::Reverse(seen.get(user).copied()));
        }
        incident.names = concerned.iter().take(MOST_NAMES).map(|(user, _)| (*user).clone()).collect();
        let stated = concerned.iter().filter(|(_, state)| state.is_some_and(|state| !state.is_empty()));
        incident.stated = (stated.count(), concerned.len());
        let others = list_others(world).filter(|(user, _)| !seen.contains_key(user));
        incident.common = find_common(concerned.iter().copied(), others);
    }
}

/// What an unclear one turned out to be, when nearly all did the same.
fn find_clear(incident: &Incident) -> Option<IncidentKind> {
    if incident.kind != IncidentKind::Unclear
        || incident.joins
        || incident.mixed
        || incident.unnamed * 5 > incident.presences
    {
        return None;
    }
    let (left, timed_out) = (incident.left, incident.timed_out);
    match () {
        () if left >= timed_out * CLEARLY => Some(IncidentKind::MassLeave),
        () if timed_out >= left * CLEARLY => Some(IncidentKind::MassTimeout),
        () => None,
    }
}

/// Some of those who are present, from all over.
fn list_others(world: &World) -> impl Iterator<Item = (&UserId, Option<&State>)> {
    let every = world.channels.len().div_ceil(OTHER_CHANNELS).max(1);
    let each = (OTHERS * every / world.channels.len().max(1)).max(4);
    let channels = world.channels.iter().step_by(every);
    let present = channels.flat_map(move |watched| {
        // Lists are sorted by user id, so those at the beginning are not like the others; but a walk through a giant
        // list takes too long.
        let step = (watched.roster.len().min(20_000) / each).max(1);
        watched.roster.iter().step_by(step).take(each)
    });
    present.map(|(user, occupant)| (user, occupant.state()))
}

/// List the channels concerned, those with most changes first.
fn list_channels(tracked: &mut Tracked, world: &World, memories: &[ChannelMemory]) {
    let mut all: Vec<(u32, u64, i64)> = tracked.channels.iter().filter(|(_, changes, _)| *changes > 0).collect();
    all.sort_unstable_by_key(|(place, changes, _)| (std::cmp::Reverse(*changes), *place));
    let listed = all.iter().take(MOST_CHANNELS).filter_map(|(place, changes, net)| {
        let watched = world.channels.get(usize::try_from(*place).ok()?)?;
        let memory = usize::try_from(*place).ok().and_then(|place| memories.get(place));
        let known = tracked.incident.channels.iter().find(|known| known.channel == watched.channel);
        let after = tracked.settle_after(known.map(|known| known.after), watched.occupancy());
        let told = told_occupancy(world, watched, memory);
        let before = told.saturating_add_signed(-net);
        Some(ChannelChange { channel: watched.channel.clone(), changes: *changes, before, after })
    });
    let listed = listed.collect();
    let incident = &mut tracked.incident;
    incident.channels = listed;
    (incident.concerned, incident.in_view) = (all.len(), world.channels.len());
    incident.summed_up = all.iter().any(|(place, ..)| {
        let watched = usize::try_from(*place).ok().and_then(|place| world.channels.get(place));
        watched.is_some_and(|watched| watched.mode.is_interval())
    });
}

impl Tracked {
    /// Whether what happens now belongs to it, also if it is not found once more.
    fn goes_on(&self, now: Moment) -> bool {
        match self.counted {
            IncidentKind::Herd => now.since(self.incident.begin) < HERD,
            IncidentKind::Flapping => true,
            _ => self.only_on.is_some() && now.since(self.incident.last) < FRESH,
        }
    }

    /// The occupancy at the end, where it was this so far and is another now: of a rush how many came to be there, though
    /// some may be gone again, and of departures how few were left, though some may be back. Those who were restarted are
    /// back at the end.
    fn settle_after(&self, so_far: Option<u64>, now: u64) -> u64 {
        let so_far = so_far.filter(|_| self.detailed > 0);
        match self.counted {
            _ if self.incident.kind == IncidentKind::Reconnect => now,
            IncidentKind::Rush => now.max(so_far.unwrap_or(0)),
            IncidentKind::MassTimeout | IncidentKind::MassLeave | IncidentKind::Unclear => {
                now.min(so_far.unwrap_or(u64::MAX))
            }
            _ => now,
        }
    }
}
