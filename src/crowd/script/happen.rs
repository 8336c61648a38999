//! What happens when it is due: a phase begins, an errand is run, somebody acts by chance.

use std::time::Duration;

use super::{
    Act, CHURN_FLOOR, Errand, Flow, Phase, Planned, SETTLING, SURGE_FLOOR, SURGE_PART, Script, Twist, people, times,
};
use crate::presence::Channel;

/// Between two first states. Slow enough that a watcher's budget never lets a hundred events pile up
/// between polls.
const DRESS: Duration = Duration::from_millis(25);

/// Whoever would have to wait longer for that goes without.
const DRESS_AHEAD: Duration = Duration::from_secs(5);

/// At most so many people flap at a time, and at most one in eight.
const FLAPPERS: usize = 40;

/// Of those with bad intentions, so many are online when the profile is hostile.
const ROGUES: f64 = 0.85;

type Deed = (usize, Channel, Act);

impl Script {
    /// As many people as the profile begins with, on the way to its first phase.
    pub(super) fn settle(&mut self, lasts: Duration) {
        let online = self.profile.phases[0].online;
        self.begin(Phase { online, lasts: Some(lasts), ..SETTLING });
        if self.surge == 0 {
            self.ends = Some(self.now);
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a small count")]
    pub(super) fn begin(&mut self, phase: Phase) {
        self.phase = phase;
        let mut lasts = phase.lasts;
        let (level, all) = (self.level(phase.online), self.cast.ordinary.max(1) as f64);
        let already = match phase.twist {
            Twist::Crush => self.gathered(),
            _ => self.crowd.online().len(),
        };
        self.surge = 0;
        match phase.flow {
            Flow::Churn(pause) => self.pause = pause.mul_f64(100.0 / all),
            Flow::Surge => {
                self.surge = level.abs_diff(already);
                lasts = lasts.map(|l| l.max(times(SURGE_FLOOR, self.surge).mul_f64(self.pace / SURGE_PART)));
                self.pause = lasts.unwrap_or_default().mul_f64(SURGE_PART / self.surge.max(1) as f64);
            }
        }
        self.ends = lasts.map(|l| self.now + l.div_f64(self.pace));
        if let Twist::Visits(mean) = phase.twist {
            let visitors = level.max(1) as f64;
            self.visit = mean.max(CHURN_FLOOR.mul_f64(visitors * self.pace));
            self.pause = self.visit.mul_f64((1.0 - phase.restate) / visitors);
            for person in self.crowd.online().to_vec() {
                self.plan_end_of_visit(person);
            }
        }
        if phase.twist == Twist::Flaps {
            let flappers = (self.crowd.online().len() / 8).clamp(1, FLAPPERS);
            (0..flappers).for_each(|_| self.recruit());
        }
        if phase.twist == Twist::Outage {
            self.outage();
            let back = self.outages.iter().map(|outage| outage.back_at).max();
            self.ends = back.map(|at| at + Duration::from_secs(3)).or(self.ends);
        }
        if phase.twist != Twist::Hostile {
            for person in self.rogues.online().to_vec() {
                let at = self.now + self.chance.between(Duration::ZERO, Duration::from_secs(3));
                self.plan(at, person, Errand::Leave);
            }
        }
        self.draw();
    }

    /// Draw when somebody acts by chance.
    pub(super) fn draw(&mut self) {
        let floor = if self.surge > 0 { SURGE_FLOOR } else { CHURN_FLOOR };
        let mean = self.pause.div_f64(self.pace).max(floor);
        self.next_act = self.now + self.chance.about(mean);
    }

    pub(super) fn run(&mut self, planned: Planned) -> Option<Deed> {
        let Planned { person, visit, errand } = planned;
        let group = self.group(person);
        let (place, void) = (group.place(person).cloned(), group.visit(person) != visit);
        if void {
            if errand == Errand::FlapOut && self.phase.twist == Twist::Flaps {
                self.recruit();
            }
            return None;
        }
        match (errand, place) {
            (Errand::Dress, Some(_)) => self.restate(person),
            (Errand::Leave, Some(place)) => {
                self.group(person).go(person);
                Some((person, place, Act::Leave))
            }
            (Errand::FlapOut, Some(place)) if self.phase.twist == Twist::Flaps => {
                self.crowd.lose(person);
                let away = self.chance.between(Duration::from_millis(400), Duration::from_millis(2_400));
                self.plan(self.now + away, person, Errand::FlapBack);
                Some((person, place, Act::Leave))
            }
            (Errand::Lapse, Some(place)) => {
                let region = self.cast.people[person].region;
                let back_at = self.outages.iter().find(|o| o.region == region).map_or(self.now, |o| o.back_at);
                self.crowd.lose(person);
                let spread = Duration::from_secs(2).max(times(SURGE_FLOOR, self.cast.ordinary / 3));
                let at = back_at + self.chance.between(Duration::ZERO, spread);
                self.plan(at, person, Errand::Come(place.clone()));
                Some((person, place, Act::Lapse))
            }
            (errand @ (Errand::FlapBack | Errand::Come(_)), None) => {
                let region = self.cast.people[person].region;
                if let Some(outage) = self.outages.iter().find(|o| o.region == region) {
                    let at = outage.back_at + self.chance.between(Duration::ZERO, Duration::from_secs(2));
                    self.plan(at, person, errand);
                    return None;
                }
                let place = match &errand {
                    Errand::Come(place) => place.clone(),
                    _ => self.cast.people[person].home.clone(),
                };
                let deed = self.come(person, place);
                if errand == Errand::FlapBack && self.phase.twist == Twist::Flaps {
                    self.plan_flap(person, Duration::from_millis(800));
                }
                Some(deed)
            }
            _ => None,
        }
    }

    /// Somebody acts by chance.
    pub(super) fn act(&mut self) -> Option<Deed> {
        if self.surge > 0 {
            self.surge -= 1;
            if self.surge == 0 && self.index.is_none() {
                self.ends = Some(self.now);
            }
            let here =
                if self.phase.twist == Twist::Crush { self.cast.ordinary } else { self.level(self.phase.online) };
            return if here > self.crowd.online().len() || self.phase.twist == Twist::Crush {
                self.draw_near()
            } else {
                self.depart()
            };
        }
        match self.phase.twist {
            Twist::Hostile if self.chance.below(2) == 0 => self.rogue(),
            Twist::Visits(_) if self.chance.unit() < self.phase.restate => {
                let person = self.crowd.some_online(&mut self.chance)?;
                self.restate(person)
            }
            Twist::Visits(_) => self.arrive(),
            _ => {
                let (online, all) = (self.crowd.online().len(), self.crowd.len());
                let comes = self.pull(self.phase.online, online, all) * (1.0 - self.phase.restate / 2.0);
                if self.chance.unit() < comes {
                    self.arrive().or_else(|| self.stir())
                } else {
                    self.stir().or_else(|| self.arrive())
                }
            }
        }
    }

    /// The further from the usual, the stronger the pull back.
    #[expect(clippy::unused_self, clippy::cast_precision_loss, reason = "small counts")]
    fn pull(&self, usual: f64, online: usize, all: usize) -> f64 {
        0.5 + 2.0 * (usual - online as f64 / all.max(1) as f64)
    }

    /// Somebody who is online changes their state or goes.
    fn stir(&mut self) -> Option<Deed> {
        if self.chance.unit() < self.phase.restate {
            let person = self.crowd.some_online(&mut self.chance)?;
            return self.restate(person);
        }
        self.depart()
    }

    fn depart(&mut self) -> Option<Deed> {
        let person = self.crowd.some_online(&mut self.chance)?;
        let place = self.crowd.place(person)?.clone();
        self.crowd.go(person);
        let vanishes = self.chance.unit() < self.phase.vanish;
        Some((person, place, if vanishes { Act::Vanish } else { Act::Leave }))
    }

    /// Somebody who may come does so.
    fn arrive(&mut self) -> Option<Deed> {
        let candidates = (0..8).map(|_| self.crowd.some_offline(&mut self.chance)).collect::<Option<Vec<usize>>>()?;
        let person = candidates.into_iter().find(|p| !self.is_out(self.cast.people[*p].region))?;
        let place = match self.phase.twist {
            Twist::Crush => self.cast.places.gathering(),
            Twist::Visits(_) => self.cast.places.pick(&mut self.chance),
            _ => &self.cast.people[person].home,
        };
        let place = place.clone();
        Some(self.come(person, place))
    }

    /// As [`arrive`](Self::arrive), or somebody comes over from another channel.
    fn draw_near(&mut self) -> Option<Deed> {
        if self.phase.twist != Twist::Crush {
            return self.arrive();
        }
        let gathering = self.cast.places.gathering().clone();
        if self.chance.below(self.crowd.len().max(1)) < self.crowd.online().len() {
            for _ in 0..16 {
                let person = self.crowd.some_online(&mut self.chance)?;
                let Some(place) = self.crowd.place(person).filter(|p| **p != gathering).cloned() else { continue };
                self.crowd.lose(person);
                let over = self.chance.between(Duration::from_millis(50), Duration::from_millis(400));
                self.plan(self.now + over, person, Errand::Come(gathering));
                return Some((person, place, Act::Leave));
            }
        }
        self.arrive()
    }

    fn come(&mut self, person: usize, place: Channel) -> Deed {
        self.group(person).come(person, place.clone());
        self.dressing = self.dressing.max(self.now);
        if self.chance.below(4) > 0 && self.dressing < self.now + DRESS_AHEAD {
            self.dressing += DRESS;
            self.plan(self.dressing, person, Errand::Dress);
        }
        if matches!(self.phase.twist, Twist::Visits(_)) {
            self.plan_end_of_visit(person);
        }
        (person, place, Act::Arrive)
    }

    fn restate(&mut self, person: usize) -> Option<Deed> {
        let place = self.group(person).place(person)?.clone();
        let hostile = person >= self.cast.ordinary;
        let state = people::state(&self.cast.people[person], &place, hostile, &mut self.chance);
        Some((person, place, Act::Restate(state)))
    }

    /// One of those with bad intentions comes, goes, or makes a state of it.
    fn rogue(&mut self) -> Option<Deed> {
        let comes = self.pull(ROGUES, self.rogues.online().len(), self.rogues.len());
        if self.chance.unit() < comes {
            let person = self.rogues.some_offline(&mut self.chance)?;
            let place = self.cast.places.pick(&mut self.chance).clone();
            return Some(self.come(person, place));
        }
        let person = self.rogues.some_online(&mut self.chance)?;
        if self.chance.below(2) == 0 {
            return self.restate(person);
        }
        let place = self.rogues.place(person)?.clone();
        self.rogues.go(person);
        Some((person, place, Act::Leave))
    }

    fn plan_end_of_visit(&mut self, person: usize) {
        let visit = self.chance.about(self.visit.div_f64(self.pace));
        self.plan(self.now + visit, person, Errand::Leave);
    }

    /// Somebody has a bad connection from now on.
    fn recruit(&mut self) {
        if let Some(person) = self.crowd.some_online(&mut self.chance) {
            self.plan_flap(person, Duration::ZERO);
        }
    }

    fn plan_flap(&mut self, person: usize, least: Duration) {
        let stays = self.chance.between(least, Duration::from_millis(2_600)).div_f64(self.pace.min(4.0));
        self.plan(self.now + stays, person, Errand::FlapOut);
    }

    pub(super) fn gathered(&self) -> usize {
        let gathering = self.cast.places.gathering();
        self.crowd.online().iter().filter(|p| self.crowd.place(**p) == Some(gathering)).count()
    }
}
