//! Looks at what was counted, and keeps the incidents up to date.

use std::{collections::HashMap, time::Duration};

use foldhash::fast::FixedState;

use super::{
    IncidentKind, IncidentWatch,
    found::{Beside, Found},
    movement::MovementKind,
    tracking::{SAME, Tracked},
    window::Watched,
};
use crate::{presence::Moment, world::World};

/// The pause between two looks.
const PAUSE: Duration = Duration::from_millis(500);

/// A look comes sooner after so many changes: before the ring of the latest ones is full.
const SOONER: u64 = 8192;

/// Looks go on for so long after the last change: some things show by what does not follow.
const AFTER: Duration = Duration::from_secs(6);

impl IncidentWatch {
    /// When to look again if nothing else happens.
    pub fn next_due(&self) -> Option<Moment> {
        (self.stale || !self.news.is_empty()).then(|| self.looked.plus(PAUSE))
    }

    /// Whether so much was heard that a look should not wait.
    pub(super) const fn is_pressed(&self) -> bool {
        self.movements.count_all() - self.seen >= SOONER
    }

    /// Look for incidents, if it is time to. Returns whether it was.
    pub fn look(&mut self, world: &World, now: Moment) -> bool {
        if now.since(self.looked) < PAUSE && !self.is_pressed() {
            return false;
        }
        self.tally();
        if self.movements.count_all() != self.seen {
            self.heard = now;
        }
        self.seen = self.movements.count_all();
        self.looked = now;
        self.stale = now.since(self.heard) < AFTER;
        self.overview.refresh(world, &self.channels, self.is_settled(now), now);
        self.lateness.follow_rate(now);
        self.end_standing(world, now);
        self.users.fit(world.channels.count_names());
        if !world.link.is_live() || !self.is_settled(now) {
            return true;
        }
        self.follow_returns(now);
        let since = self.settled.map_or(0, Moment::seconds);
        let overview = &self.overview;
        let told = self.list_told_departures(now);
        let watched = Watched {
            counts: &self.counts,
            told: &told,
            restarted: self.follows_restart(now),
            movements: &self.movements,
            occupancy: overview.people,
            named: overview.named,
            since,
            now: now.seconds(),
            interval: overview.interval,
        };
        let [beside, found, rush] = watched.classify();
        let beside = beside.filter(|beside| self.is_apart(beside));
        for found in beside.or(found).into_iter().chain(rush) {
            self.take_found(found, now);
        }
        self.follow_rolling(now);
        self.find_drift(world, now);
        self.find_mode_switch(world, now);
        for place in 0..self.tracked.len() {
            self.update(world, place, now);
        }
        self.find_mixed();
        self.tracked.iter_mut().for_each(Tracked::follow_growth);
        self.find_changed_news();
        true
    }

    /// The place of the latest incident that counts this kind and may go on at that second.
    fn find_open(&self, found: &Found, is_one: impl Fn(IncidentKind) -> bool) -> Option<usize> {
        self.tracked.iter().rposition(|tracked| {
            let goes_on = found.from <= tracked.incident.last.seconds() + SAME;
            tracked.open && goes_on && tracked.rolling.is_none() && is_one(tracked.counted)
        })
    }

    /// Whether an incident that is closed has told of it.
    fn is_known(&self, found: &Found, is_one: impl Fn(&Tracked) -> bool) -> bool {
        self.tracked.iter().any(|tracked| {
            !tracked.open
                && tracked.rolling.is_none()
                && is_one(tracked)
                && found.from <= tracked.incident.last.seconds() + SAME
        })
    }

    /// Take what was found: a part of an incident that is known, or another one.
    fn take_found(&mut self, mut found: Found, now: Moment) {
        use IncidentKind::{Flapping, Herd, MassLeave, MassTimeout, Reconnect, Rush, Unclear};
        let last = Moment::from_micros((found.to + 1) * 1_000_000 - 1);
        let Some(is_wave) = self.begin_wave(&mut found) else { return };
        let open = self.find_open(&found, |kind| kind == found.kind);
        if let Some(place) = open.filter(|place| !is_wave || self.tracked[*place].incident.kind == found.kind) {
            self.mark_unusual(&found);
            self.tracked[place].count(&self.movements, last);
            return;
        }
        if found.beside == Beside::Soon || found.kind == Unclear && self.are_both_told() {
            return;
        }
        found = self.separate(found);
        let part_of = |kind| match found.kind {
            MassTimeout | MassLeave if found.beside != Beside::No || is_wave => false,
            Unclear => matches!(kind, MassTimeout | MassLeave),
            MassTimeout | MassLeave => matches!(kind, MassTimeout | MassLeave | Unclear),
            Reconnect => matches!(kind, Flapping | Herd | MassTimeout | MassLeave),
            Rush => kind == Herd || kind == Reconnect && found.gathers,
            _ => false,
        };
        let same =
            |tracked: &Tracked| tracked.counted == found.kind && (!is_wave || tracked.incident.kind == found.kind);
        if self.is_known(&found, |tracked| same(tracked) || part_of(tracked.counted)) {
            return;
        }
        let other = self.find_open(&found, part_of).filter(|_| !is_wave);
        let returns = found.kind == Rush && self.are_returns(found.from, found.to);
        if found.kind == Rush && !found.gathers && !returns && other.is_none() && !self.is_growth(&found, last) {
            return;
        }
        match other {
            // What was unclear is clear now.
            Some(place) if self.tracked[place].counted == Unclear && self.explains(&found, place) => {
                self.tracked[place].open = false;
                self.tracked[place].incident.continued = true;
            }
            Some(place) => {
                if matches!(found.kind, Unclear | MassLeave | MassTimeout) {
                    self.tracked[place].count(&self.movements, last);
                }
                return;
            }
            None if returns || found.gathers && self.find_gathering(found.from).is_none() => return,
            None => {}
        }
        if found.kind == Flapping {
            self.continue_reconnects(now);
        }
        self.mark_unusual(&found);
        let begin = Moment::from_micros(found.from * 1_000_000);
        let flapped = self.find_first_flap(found.from).filter(|_| found.kind == Flapping);
        let place = self.add(found.kind, flapped.unwrap_or(begin));
        self.tracked[place].usual_leaves = found.usual_leaves;
        self.mark_restart(place);
        self.tracked[place].only_on = if found.gathers { self.find_gathering(found.from) } else { None };
        self.tracked[place].count(&self.movements, last);
    }

    /// Whether what was found is most of an incident.
    fn explains(&self, found: &Found, place: usize) -> bool {
        let counts = self.counts.sum(found.from, found.to);
        let gone = if found.kind == IncidentKind::MassTimeout { counts.timed_out } else { counts.left };
        u64::from(gone + counts.down) * 3 >= self.tracked[place].incident.presences * 2
    }

    /// What happens in an incident does not tell what is usual; but those who flap do so all day.
    fn mark_unusual(&mut self, found: &Found) {
        if found.kind != IncidentKind::Flapping {
            self.counts.mark_unusual(found.from, found.to);
        }
    }

    /// The channel, by its place, on which most joins since this second are.
    fn find_gathering(&self, from: u64) -> Option<u32> {
        let mut channels: HashMap<u32, (u32, u32), FixedState> = HashMap::default();
        for (_, movement) in self.movements.recent(Moment::from_micros(from * 1_000_000)) {
            let (joined, gone) = channels.entry(movement.channel).or_default();
            *joined += u32::from(movement.kind == MovementKind::Joined);
            *gone += u32::from(matches!(movement.kind, MovementKind::Left | MovementKind::TimedOut));
        }
        let all: u32 = channels.values().map(|(joined, _)| joined).sum();
        let (channel, (joined, gone)) = channels.into_iter().max_by_key(|(_, (joined, _))| *joined)?;
        (u64::from(joined) * 10 >= u64::from(all) * 6 && gone * 2 < joined).then_some(channel)
    }

    /// Whether more are present than in the minute before. If not, they may be those who had gone without being named:
    /// then that is told.
    fn is_growth(&mut self, found: &Found, last: Moment) -> bool {
        let overview = &self.overview;
        // Intervals tell of joins after the occupancy was told with something else.
        let told = found.from.saturating_sub(overview.interval);
        // Those who are named are known if they are back.
        let before = if overview.named == overview.people { 15 } else { 60 };
        let most = overview.most_between(told.saturating_sub(before), told).unwrap_or(0);
        let are_named = overview.named == overview.people;
        let (more, of) = if are_named { (11, 10) } else { (23, 20) };
        // Those who went, as is told, are others.
        let missing = if are_named { self.count_missing(told.saturating_sub(before)) } else { 0 };
        if (overview.people + missing) * of > most * more {
            return true;
        }
        let since = found.from.saturating_sub(20);
        // Who is told to be back is more than those who were named.
        if self.follows_restart(last) {
            self.counts.mark_unusual(found.from, found.to);
        } else if overview.interval > 0
            && !are_named
            && overview.least_since(since).is_some_and(|least| least * 4 < overview.people * 3)
        {
            self.counts.mark_unusual(found.from, found.to);
            let place = self.add(IncidentKind::Herd, Moment::from_micros(found.from * 1_000_000));
            self.tracked[place].counted = IncidentKind::Rush;
            self.tracked[place].count(&self.movements, last);
            self.settle_returns(place);
        }
        false
    }
}
