//! Those who go and are back within one interval, which then tells that they joined: that they had gone is not heard.

use std::time::Duration;

use super::{
    Incident, IncidentKind, IncidentWatch,
    movement::{Movement, MovementKind, Movements},
    tracking::{SAME, Tracked, count_change},
};

/// Those who went unheard belong to a mass timeout if they are so many, and one in so many of those who timed out.
const LEAST_UNHEARD: u64 = 4;
const LEAST_HEARD: usize = 3;
const UNHEARD_PART: u64 = 20;

/// The last of them may still time out when the first are back, for so long.
const STILL_GOING: Duration = Duration::from_secs(10);

/// Some of them may have been heard to go for so long before the others are known to be back.
const HEARD_BEFORE: Duration = Duration::from_secs(20);

impl IncidentWatch {
    /// Where most of those who are back went unheard, the others tell why: if these timed out, a network failed and is
    /// back, and nobody was restarted.
    pub(super) fn explain_unheard(&mut self) {
        for tracked in &mut self.tracked {
            let Incident { kind, begin, last, users, unheard, .. } = tracked.incident;
            if tracked.counted != IncidentKind::Reconnect
                || !tracked.open
                || tracked.rolling.is_some()
                || unheard * 2 < users
            {
                continue;
            }
            if kind == IncidentKind::Herd {
                tracked.incident.returned = users;
                continue;
            }
            let heard = || {
                let own = |movement: &&Movement| tracked.users.contains(&movement.user);
                let recent = self.movements.recent(begin.minus(HEARD_BEFORE)).map(|(_, movement)| movement);
                recent.filter(|movement| movement.at <= last).filter(own)
            };
            let count = |kind| heard().filter(|movement| movement.kind == kind).count();
            let (timed_out, left) = (count(MovementKind::TimedOut), count(MovementKind::Left));
            // A few always leave by themselves.
            if timed_out >= LEAST_HEARD && timed_out > left {
                (tracked.incident.kind, tracked.incident.returned) = (IncidentKind::Herd, users);
            }
        }
    }

    /// The intervals of some channels tell of a return only when it has begun on others.
    pub(super) fn follow_unheard(&mut self) {
        for place in 0..self.tracked.len() {
            let Some(number) = self.tracked[place].returns_of.filter(|_| self.tracked[place].open) else { continue };
            // The incident comes before its return.
            let (before, herd) = self.tracked.make_contiguous().split_at_mut(place);
            if let Some(gone) = before.iter_mut().find(|tracked| tracked.incident.number == number) {
                if self.looked.since(herd[0].incident.begin) < STILL_GOING {
                    gone.count(&self.movements, self.looked);
                    herd[0].take_those_gone_since(gone);
                }
                herd[0].take_unheard_of(gone, &self.movements);
            }
        }
    }
}

impl Tracked {
    /// Who went unheard while many timed out, and was back before an interval told of it, is one of them where they are as
    /// many as cannot be chance. Returns what they did.
    pub(super) fn count_unheard(&mut self, movements: &Movements) -> Vec<Movement> {
        let Self { incident, users, channels, next_unheard, unheard, spread, until, .. } = self;
        for (number, movement) in movements.since(*next_unheard) {
            *next_unheard = number + 1;
            let from = movement.at.micros().saturating_sub((u64::from(movement.spread) + SAME) * 1_000_000);
            if movement.at >= incident.begin && from <= until.micros() && movement.went_unheard() {
                unheard.push(*movement);
            }
        }
        let many = unheard.len() as u64;
        if incident.unheard == 0 && (many < LEAST_UNHEARD || many * UNHEARD_PART < incident.users) {
            return Vec::new();
        }
        let mut counted = std::mem::take(unheard);
        counted.retain(|movement| !users.contains(&movement.user));
        for movement in &counted {
            count_change(incident, users, movement);
            incident.unheard += 1;
            channels.at(movement.channel).0 += 1;
            *spread = (*spread).max(u64::from(movement.spread));
        }
        counted
    }

    /// Those who timed out when others were back already may be back as well.
    fn take_those_gone_since(&mut self, gone: &Self) {
        if let Some(only) = self.only.as_mut().filter(|only| only.len() < gone.users.len()) {
            only.extend(&gone.users);
            self.incident.returned = gone.incident.count();
        }
    }

    /// Take those of whom the same interval tells that they had gone and are back, into the incident of the former and
    /// into this one, a return of them.
    pub fn take_unheard_of(&mut self, gone: &mut Self, movements: &Movements) {
        for movement in gone.count_unheard(movements) {
            count_change(&mut self.incident, &mut self.users, &movement);
            self.channels.at(movement.channel).0 += 1;
            if let Some(only) = &mut self.only {
                only.insert(movement.user);
            }
        }
        (self.incident.returned, self.incident.unheard) = (gone.incident.count(), gone.incident.unheard);
    }
}
