//! Looks at what was counted, and keeps the incidents up to date.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use super::{
    ChannelChange, IncidentKind, IncidentWatch,
    classify::{Found, Watched},
    common::find_common,
    incident::{MOST_CHANNELS, MOST_NAMES},
    movement::MovementKind,
    tracking::Tracked,
};
use crate::{
    presence::{Moment, State, UserId, sanitize_sentence},
    world::{ChannelState, LinkState, World},
};

/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(500);

/// A look comes sooner after so many changes: before the ring of the latest ones is full.
const SOONER: u64 = 4096;

/// Looks go on for so long after the last change: some things show by what does not follow.
const AFTER: Duration = Duration::from_secs(6);

/// What follows within this time is part of the same incident.
const SAME: u64 = 12;

/// The numbers before and after are settled this long after the last change.
const FRESH: Duration = Duration::from_secs(3);

/// A herd is counted for so long.
const HERD: Duration = Duration::from_secs(30);

/// Those who come back within this time may be a herd.
const HERD_SECONDS: u64 = 15;

/// Leaves within so many seconds, of users who are back within this time, were a reconnect.
const SUDDEN: u64 = 20;
const RECONNECT: Duration = Duration::from_secs(60);

/// Corrections within this time belong together, and this many users make an incident.
const DRIFT: Duration = Duration::from_secs(300);
const DRIFTED: u32 = 2;

/// Others who are compared with those concerned, and channels they are taken from.
const OTHERS: usize = 512;
const OTHER_CHANNELS: usize = 64;

impl IncidentWatch {
    /// When to look again if nothing else happens.
    pub fn next_due(&self) -> Option<Moment> {
        (self.stale || !self.news.is_empty()).then(|| self.looked.plus(PAUSE))
    }

    /// Whether so much was heard that a look should not wait.
    pub(super) const fn is_pressed(&self) -> bool {
        self.movements.count_all() - self.seen >= SOONER
    }

    /// Look for incidents, if it is time to.
    pub fn look(&mut self, world: &World, now: Moment) {
        if now.since(self.looked) < PAUSE && !self.is_pressed() {
            return;
        }
        if self.movements.count_all() != self.seen {
            self.heard = now;
        }
        self.seen = self.movements.count_all();
        self.looked = now;
        self.stale = now.since(self.heard) < AFTER;
        self.overview.refresh(world, now);
        self.lateness.follow_rate(now);
        self.end_standing(world, now);
        self.users.fit(world.channels.count_names());
        if !world.link.is_live() || !self.is_settled(now) {
            return;
        }
        self.follow_returns(now);
        let since = self.settled.map_or(0, Moment::seconds);
        let overview = &self.overview;
        let watched = Watched {
            counts: &self.counts,
            occupancy: overview.people,
            named: overview.named,
            since,
            now: now.seconds(),
            interval: overview.interval,
        };
        if let Some(found) = watched.classify() {
            self.take_found(found, now);
        }
        self.find_drift(now);
        self.find_mode_switch(world, now);
        for place in 0..self.tracked.len() {
            self.update(world, place, now);
        }
    }

    /// The place of the latest incident that counts this kind and may go on at that second.
    fn find_open(&self, found: &Found, is_one: impl Fn(IncidentKind) -> bool) -> Option<usize> {
        self.tracked.iter().rposition(|tracked| {
            let goes_on = found.from <= tracked.incident.last.seconds() + SAME;
            tracked.open && goes_on && is_one(tracked.counted)
        })
    }

    /// Whether an incident that is closed has told of it.
    fn is_known(&self, found: &Found, is_one: impl Fn(IncidentKind) -> bool) -> bool {
        self.tracked.iter().any(|tracked| {
            !tracked.open && is_one(tracked.counted) && found.from <= tracked.incident.last.seconds() + SAME
        })
    }

    /// Take what was found: a part of an incident that is known, or another one.
    fn take_found(&mut self, found: Found, now: Moment) {
        use IncidentKind::{Flapping, Herd, MassLeave, MassTimeout, Reconnect, Rush, Unclear};
        let last = Moment::from_micros((found.to + 1) * 1_000_000 - 1);
        if let Some(place) = self.find_open(&found, |kind| kind == found.kind) {
            self.counts.mark_unusual(found.from, found.to);
            self.tracked[place].count(&self.movements, last);
            return;
        }
        let part_of = |kind| match found.kind {
            Unclear => matches!(kind, MassTimeout | MassLeave),
            MassTimeout | MassLeave => matches!(kind, MassTimeout | MassLeave | Unclear),
            Reconnect => matches!(kind, Flapping | Herd | MassTimeout | MassLeave),
            Rush => matches!(kind, Herd | Reconnect),
            _ => false,
        };
        if self.is_known(&found, |kind| kind == found.kind || part_of(kind)) {
            return;
        }
        let other = self.find_open(&found, part_of);
        let returns = found.kind == Rush && self.are_returns(found.from);
        if found.kind == Rush && !found.gathers && !returns && other.is_none() && !self.is_growth(&found, last) {
            return;
        }
        match other {
            // What was unclear is clear now.
            Some(place) if self.tracked[place].counted == Unclear => {
                self.tracked[place].open = false;
                self.tracked[place].incident.continued = true;
            }
            Some(place) => {
                if matches!(found.kind, Unclear | MassLeave | MassTimeout) {
                    self.tracked[place].count(&self.movements, last);
                }
                return;
            }
            None if returns || found.gathers && !self.gathers_on_one(found.from) => return,
            None => {}
        }
        if found.kind == Flapping {
            self.continue_reconnects(now);
        }
        self.counts.mark_unusual(found.from, found.to);
        let begin = Moment::from_micros(found.from * 1_000_000);
        let place = self.add(found.kind, begin);
        self.tracked[place].usual_leaves = found.usual_leaves;
        self.tracked[place].count(&self.movements, last);
    }

    /// Whether most joins since this second are those on one channel.
    fn gathers_on_one(&self, from: u64) -> bool {
        let mut channels: HashMap<u32, (u32, u32)> = HashMap::new();
        for (_, movement) in self.movements.recent(Moment::from_micros(from * 1_000_000)) {
            let (joined, gone) = channels.entry(movement.channel).or_default();
            *joined += u32::from(movement.kind == MovementKind::Joined);
            *gone += u32::from(matches!(movement.kind, MovementKind::Left | MovementKind::TimedOut));
        }
        let all: u32 = channels.values().map(|(joined, _)| joined).sum();
        let most = channels.values().max_by_key(|(joined, _)| *joined);
        most.is_some_and(|(joined, gone)| u64::from(*joined) * 10 >= u64::from(all) * 6 && gone * 2 < *joined)
    }

    /// Whether most joins since this second are those of users who had gone in an incident.
    fn are_returns(&self, from: u64) -> bool {
        let counts = self.counts.sum(from, self.looked.seconds());
        let joined = u64::from(counts.joined + counts.back);
        self.tracked.iter().any(|tracked| {
            let drop =
                matches!(tracked.counted, IncidentKind::MassTimeout | IncidentKind::MassLeave | IncidentKind::Unclear);
            let (returned, _) = tracked.returns_since(from);
            let recent = self.looked.since(tracked.incident.last) < super::watch::TOLD_FOR;
            drop && recent && returned * 5 >= joined * 2 && returned > 0
        })
    }

    /// Whether more are present than in the minute before. If not, they may be those who had gone without being named:
    /// then that is told.
    fn is_growth(&mut self, found: &Found, last: Moment) -> bool {
        let overview = &self.overview;
        // Intervals tell of joins after the occupancy was told with something else.
        let told = found.from.saturating_sub(overview.interval);
        let most = overview.most_between(told.saturating_sub(60), told).unwrap_or(0);
        if overview.people * 20 > most * 23 {
            return true;
        }
        let since = found.from.saturating_sub(20);
        if overview.interval > 0 && overview.least_since(since).is_some_and(|least| least * 4 < overview.people * 3) {
            self.counts.mark_unusual(found.from, found.to);
            let place = self.add(IncidentKind::Herd, Moment::from_micros(found.from * 1_000_000));
            self.tracked[place].counted = IncidentKind::Rush;
            self.tracked[place].count(&self.movements, last);
            let gone = self.tracked.iter_mut().rev().find(|tracked| {
                tracked.counted == IncidentKind::MassTimeout && self.looked.since(tracked.incident.last).as_secs() < 60
            });
            let timed_out = gone.map_or(0, |gone| {
                gone.incident.continued = true;
                gone.open = false;
                gone.incident.count()
            });
            self.tracked[place].incident.returned = timed_out;
            if timed_out == 0 {
                self.tracked[place].incident.kind = IncidentKind::Unclear;
                self.tracked[place].incident.joins = true;
            }
        }
        false
    }

    /// What seemed to be a reconnect goes on and on.
    fn continue_reconnects(&mut self, now: Moment) {
        for tracked in &mut self.tracked {
            if tracked.incident.kind == IncidentKind::Reconnect && now.since(tracked.incident.begin).as_secs() < 60 {
                tracked.incident.continued = true;
                tracked.open = false;
            }
        }
    }

    /// Count who is back of those who had gone, and see whether they come all at once.
    fn follow_returns(&mut self, now: Moment) {
        let mut herd = None;
        for (place, tracked) in self.tracked.iter_mut().enumerate() {
            let Tracked { incident, counted, .. } = tracked;
            let follows =
                matches!(counted, IncidentKind::MassTimeout | IncidentKind::MassLeave | IncidentKind::Unclear)
                    && now.since(incident.last) < super::watch::TOLD_FOR;
            if !follows || tracked.users.is_empty() {
                continue;
            }
            tracked.count_returns(&self.movements);
            let all = tracked.incident.users;
            let most_back = tracked.incident.returned * 2 >= all && tracked.incident.returned >= 4;
            match tracked.incident.kind {
                IncidentKind::MassLeave
                    if most_back
                        && tracked.incident.seconds() <= SUDDEN
                        && now.since(tracked.incident.last) < RECONNECT =>
                {
                    tracked.incident.kind = IncidentKind::Reconnect;
                }
                IncidentKind::MassTimeout => {
                    let (count, first) = tracked.returns_since(now.seconds().saturating_sub(HERD_SECONDS));
                    if count >= 4 && count * 5 >= all * 2 && !tracked.incident.continued {
                        herd = Some((place, first));
                    }
                }
                _ => {}
            }
            if tracked.incident.kind == IncidentKind::Reconnect
                && let Some((second, _)) = tracked.returns.back()
            {
                let last = Moment::from_micros(second * 1_000_000);
                if now.since(tracked.incident.begin) < RECONNECT {
                    tracked.incident.last = tracked.incident.last.max(last);
                }
            }
        }
        if let Some((place, first)) = herd {
            self.begin_herd(place, first, now);
        }
    }

    fn begin_herd(&mut self, place: usize, first: u64, now: Moment) {
        let gone = &mut self.tracked[place];
        gone.incident.continued = true;
        gone.open = false;
        let (only, timed_out) = (gone.users.clone(), gone.incident.users);
        let herd = self.add(IncidentKind::Herd, Moment::from_micros(first * 1_000_000));
        let tracked = &mut self.tracked[herd];
        tracked.only = Some(only);
        tracked.incident.returned = timed_out;
        tracked.count(&self.movements, now);
        self.counts.mark_unusual(first, now.seconds());
    }

    /// Begin an incident that lasts until its cause is gone, unless it is known.
    pub(super) fn begin_standing(&mut self, kind: IncidentKind, reason: &str, now: Moment) {
        if self.tracked.iter().any(|tracked| tracked.open && tracked.counted == kind) {
            return;
        }
        let place = self.add(kind, now);
        self.tracked[place].incident.reason = Some(sanitize_sentence(reason).into_owned());
    }

    /// End the incidents whose cause is gone.
    fn end_standing(&mut self, world: &World, now: Moment) {
        let is_refused = || {
            matches!(world.link.state, LinkState::Refused { .. })
                || world.channels.iter().any(|watched| watched.refused.is_some())
        };
        for tracked in self.tracked.iter_mut().filter(|tracked| tracked.open) {
            let lasts = match tracked.counted {
                IncidentKind::LostLink => matches!(world.link.state, LinkState::Lost { .. }),
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

    fn find_drift(&mut self, now: Moment) {
        if self.is_explained(now) {
            self.drift.clear();
            return;
        }
        self.drift.retain(|(at, ..)| now.since(*at) < DRIFT);
        let users: u32 = self.drift.iter().map(|(.., users)| users).sum();
        let open = self.tracked.iter().rposition(|tracked| {
            tracked.open && tracked.counted == IncidentKind::Drift && now.since(tracked.incident.last) < DRIFT
        });
        if self.drift.is_empty() || open.is_none() && users < DRIFTED {
            return;
        }
        let first = self.drift.front().map_or(now, |(at, ..)| *at);
        let place = open.unwrap_or_else(|| self.add(IncidentKind::Drift, first));
        let tracked = &mut self.tracked[place];
        for (at, channel, users) in self.drift.drain(..) {
            tracked.incident.users += u64::from(users);
            tracked.incident.presences += u64::from(users);
            tracked.incident.last = at;
            tracked.channels.entry(channel).or_default().0 += u64::from(users);
        }
    }

    fn find_mode_switch(&mut self, world: &World, now: Moment) {
        if self.is_explained(now) {
            self.limits.forget_waiting();
            return;
        }
        let Some((channels, first)) = self.limits.take_changed(world, now) else { return };
        let place = self.add(IncidentKind::ModeSwitch, first);
        for channel in channels.iter().filter_map(|channel| world.channels.find_place(channel)) {
            let number = u32::try_from(channel).unwrap_or(u32::MAX);
            self.tracked[place].channels.entry(number).or_default().0 += 1;
        }
        self.tracked[place].incident.last = now;
    }

    /// Bring what is told of an incident up to date, as long as it may change.
    fn update(&mut self, world: &World, place: usize, now: Moment) {
        let people = self.overview.people;
        let Some(tracked) = self.tracked.get_mut(place).filter(|tracked| tracked.open) else { return };
        if matches!(tracked.counted, IncidentKind::LostLink | IncidentKind::Refused) {
            return;
        }
        let goes_on = tracked.counted == IncidentKind::Herd && now.since(tracked.incident.begin) < HERD;
        let until = if goes_on { now } else { tracked.until };
        tracked.count(&self.movements, until);
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
        let left = incident.left.saturating_sub(incident.usual_left);
        if incident.kind == IncidentKind::MassTimeout && left * 2 >= incident.presences {
            // Many left as well, only later.
            return self.make_unclear(place);
        }
        if now.since(tracked.incident.last) > FRESH && tracked.detailed > 0 {
            tracked.open = now.since(tracked.incident.last).as_secs() <= SAME
                || tracked.counted == IncidentKind::Drift
                || tracked.counted == IncidentKind::Flapping && now.since(tracked.incident.last).as_secs() <= 60;
            return;
        }
        let net: i64 = tracked.channels.values().map(|(_, net)| net).sum();
        let before = tracked.incident.begin.seconds().saturating_sub(self.overview.interval);
        let remembered = self.overview.people_before(before);
        tracked.incident.after = people;
        tracked.incident.before = match remembered.filter(|_| self.overview.interval > 0) {
            // Where changes are told later than the occupancy, they do not add up.
            Some(_) if tracked.detailed > 0 => tracked.incident.before,
            Some(remembered) => remembered,
            None => people.saturating_add_signed(-net),
        };
        list_channels(tracked, world, now);
        if tracked.incident.presences * 4 > tracked.detailed * 5 || tracked.detailed == 0 {
            tracked.detailed = tracked.incident.presences.max(1);
            self.find_details(world, place);
        }
    }

    /// Count an incident again as one of those who left as well as those who timed out.
    fn make_unclear(&mut self, place: usize) {
        let tracked = &mut self.tracked[place];
        (tracked.open, tracked.incident.continued) = (false, true);
        let (begin, until) = (tracked.incident.begin, tracked.until);
        let place = self.add(IncidentKind::Unclear, begin);
        self.tracked[place].count(&self.movements, until);
    }

    /// Name some of those concerned, and find what they have in common.
    fn find_details(&mut self, world: &World, place: usize) {
        let Tracked { incident, counted, only, .. } = &mut self.tracked[place];
        let is_one = |kind: MovementKind| match counted {
            IncidentKind::MassTimeout => matches!(kind, MovementKind::TimedOut),
            IncidentKind::MassLeave => matches!(kind, MovementKind::Left),
            IncidentKind::Unclear => matches!(kind, MovementKind::Left | MovementKind::TimedOut | MovementKind::Down),
            _ => matches!(kind, MovementKind::Joined | MovementKind::Again),
        };
        let hash = |user: &UserId| std::hash::BuildHasher::hash_one(&self.hasher, user.as_str());
        let belongs = |user: &UserId| only.as_ref().is_none_or(|only| only.contains(&hash(user)));
        let mut seen = HashSet::new();
        let concerned: Vec<(&UserId, Option<&State>)> = self
            .samples
            .between(incident.begin, incident.last, is_one)
            .filter(|sample| belongs(&sample.user))
            .filter(|sample| seen.insert(&sample.user))
            .map(|sample| (&sample.user, sample.state.as_ref()))
            .collect();
        incident.names = concerned.iter().take(MOST_NAMES).map(|(user, _)| (*user).clone()).collect();
        let others = list_others(world);
        let others = others.iter().filter(|(user, _)| !concerned.iter().any(|(one, _)| one == user)).copied();
        incident.common = find_common(concerned.iter().copied(), others);
    }
}

/// Some of those who are present, from all over.
fn list_others(world: &World) -> Vec<(&UserId, Option<&State>)> {
    let every = world.channels.len().div_ceil(OTHER_CHANNELS).max(1);
    let each = (OTHERS * every / world.channels.len().max(1)).max(4);
    let channels = world.channels.iter().step_by(every);
    let present = channels.flat_map(|watched| {
        // Lists are sorted by user id, so those at the beginning are not like the others; but a walk through a giant
        // list takes too long.
        let step = (watched.roster.len().min(20_000) / each).max(1);
        watched.roster.iter().step_by(step).take(each)
    });
    present.map(|(user, occupant)| (user, occupant.state())).collect()
}

/// List the channels concerned, those with most changes first.
fn list_channels(tracked: &mut Tracked, world: &World, now: Moment) {
    let Tracked { incident, channels, .. } = tracked;
    let mut all: Vec<(u32, u64, i64)> = channels
        .iter()
        .filter(|(_, (changes, _))| *changes > 0)
        .map(|(place, (changes, net))| (*place, *changes, *net))
        .collect();
    all.sort_unstable_by_key(|(place, changes, _)| (std::cmp::Reverse(*changes), *place));
    (incident.concerned, incident.in_view) = (all.len(), world.channels.len());
    let listed = all.iter().take(MOST_CHANNELS).filter_map(|(place, changes, net)| {
        let watched = world.channels.get(usize::try_from(*place).ok()?)?;
        let after = watched.occupancy();
        // In intervals changes are told later than the occupancy.
        let remembered =
            watched.mode.is_interval().then(|| occupancy_at(watched, incident.begin, now).unwrap_or(after));
        let before = remembered.unwrap_or_else(|| after.saturating_add_signed(-net));
        Some(ChannelChange { channel: watched.channel.clone(), changes: *changes, before, after })
    });
    incident.channels = listed.collect();
    incident.summed_up = all.iter().any(|(place, ..)| {
        let watched = usize::try_from(*place).ok().and_then(|place| world.channels.get(place));
        watched.is_some_and(|watched| watched.mode.is_interval())
    });
}

/// The occupancy of a channel right before a moment of the last minute, to five seconds.
fn occupancy_at(watched: &ChannelState, at: Moment, now: Moment) -> Option<u64> {
    let columns = watched.history.last_minute(now);
    let back = usize::try_from(now.since(at).as_secs() / 5 + 1).ok()?;
    columns.iter().rev().nth(back).copied().flatten()
}
