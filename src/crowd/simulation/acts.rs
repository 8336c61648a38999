//! What happens when it is due: a phase begins, an errand is run, somebody acts by chance.

use std::time::Duration;

use super::{
    CrowdAct, Simulation,
    state::{CHURN_FLOOR, SURGE_FLOOR, SURGE_PART, multiply},
};
use crate::crowd::{
    Flow, Phase, PhaseKind, people,
    planned::{PlannedAct, PlannedEntry},
    profile::SETTLING,
};
use crate::presence::Channel;

/// Between two first states. Slow enough that a watcher's budget never lets a hundred events pile up
/// between polls.
const FIRST_STATE_PAUSE: Duration = Duration::from_millis(25);

/// A caller that would wait longer for that does without it.
const FIRST_STATES_AHEAD: Duration = Duration::from_secs(5);

/// At most so many people flap at a time, and at most one in eight.
const FLAPPERS: usize = 40;

/// Of those with bad intentions, so many are online when the profile is hostile.
const HOSTILE_ONLINE: f64 = 0.85;

type PersonAct = (usize, Channel, CrowdAct);

impl Simulation {
    /// As many people as the profile begins with, on the way to its first phase.
    pub(super) fn begin_settling(&mut self, lasts: Duration) {
        let online = self.profile.phases[0].online;
        self.begin_phase(Phase { online, lasts: Some(lasts), ..SETTLING });
        if self.surge == 0 {
            self.ends = Some(self.now);
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a small count")]
    pub(super) fn begin_phase(&mut self, phase: Phase) {
        (self.phase, self.began) = (phase, self.now);
        let mut lasts = phase.lasts;
        let (level, all) = (self.level(phase.online), self.population.ordinary.max(1) as f64);
        let already = match phase.kind {
            PhaseKind::Crush => self.count_gathered(),
            _ => self.crowd.online().len(),
        };
        self.surge = 0;
        match phase.flow {
            Flow::Churn(pause) => self.pause = pause.mul_f64(100.0 / all),
            Flow::Surge => {
                self.surge = level.abs_diff(already);
                lasts = lasts.map(|l| l.max(multiply(SURGE_FLOOR, self.surge).mul_f64(self.pace / SURGE_PART)));
                self.pause = lasts.unwrap_or_default().mul_f64(SURGE_PART / self.surge.max(1) as f64);
            }
        }
        self.ends = lasts.map(|l| self.now + l.div_f64(self.pace));
        if let PhaseKind::Visits(mean) = phase.kind {
            let visitors = level.max(1) as f64;
            self.visit = mean.max(CHURN_FLOOR.mul_f64(visitors * self.pace));
            self.pause = self.visit.mul_f64((1.0 - phase.restate) / visitors);
            for person in self.crowd.online().to_vec() {
                self.plan_end_of_visit(person);
            }
        }
        if phase.kind == PhaseKind::Flaps {
            let flappers = (self.crowd.online().len() / 8).clamp(1, FLAPPERS);
            (0..flappers).for_each(|_| self.start_flapping());
        }
        if phase.kind == PhaseKind::Outage {
            self.outage();
            let back = self.outages.iter().map(|outage| outage.back_at).max();
            self.ends = back.map(|at| at + Duration::from_secs(3)).or(self.ends);
        }
        if phase.kind != PhaseKind::Hostile {
            for person in self.hostile.online().to_vec() {
                let at = self.now + self.chance.between(Duration::ZERO, Duration::from_secs(3));
                self.plan(at, person, PlannedAct::Leave);
            }
        }
        self.draw_next_act();
    }

    /// Draw when somebody acts by chance.
    pub(super) fn draw_next_act(&mut self) {
        let floor = if self.surge > 0 { SURGE_FLOOR } else { CHURN_FLOOR };
        let mean = self.pause.div_f64(self.pace).max(floor);
        self.next_act = self.now + self.chance.exponential(mean);
    }

    pub(super) fn run_planned(&mut self, planned: PlannedEntry) -> Option<PersonAct> {
        let PlannedEntry { person, visit, errand } = planned;
        let group = self.group(person);
        let (place, void) = (group.place(person).cloned(), group.visit(person) != visit);
        if void {
            if errand == PlannedAct::FlapOut && self.phase.kind == PhaseKind::Flaps {
                self.start_flapping();
            }
            return None;
        }
        match (errand, place) {
            (PlannedAct::SetFirstState, Some(_)) => self.change_state(person),
            (PlannedAct::Leave, Some(place)) => {
                self.group(person).set_offline(person);
                Some((person, place, CrowdAct::Leave))
            }
            (PlannedAct::FlapOut, Some(place)) if self.phase.kind == PhaseKind::Flaps => {
                self.crowd.set_away(person);
                let away = self.chance.between(Duration::from_millis(400), Duration::from_millis(2_400));
                self.plan(self.now + away, person, PlannedAct::FlapBack);
                Some((person, place, CrowdAct::Leave))
            }
            (PlannedAct::Lapse, Some(place)) => {
                let region = self.population.people[person].region;
                let back_at = self.outages.iter().find(|o| o.region == region).map_or(self.now, |o| o.back_at);
                self.crowd.set_away(person);
                let spread = Duration::from_secs(2).max(multiply(SURGE_FLOOR, self.population.ordinary / 3));
                let at = back_at + self.chance.between(Duration::ZERO, spread);
                self.plan(at, person, PlannedAct::Come(place.clone()));
                Some((person, place, CrowdAct::Lapse(self.rhythm.timeout)))
            }
            (errand @ (PlannedAct::FlapBack | PlannedAct::Come(_)), None) => {
                let region = self.population.people[person].region;
                if let Some(outage) = self.outages.iter().find(|o| o.region == region) {
                    let at = outage.back_at + self.chance.between(Duration::ZERO, Duration::from_secs(2));
                    self.plan(at, person, errand);
                    return None;
                }
                let place = match &errand {
                    PlannedAct::Come(place) => place.clone(),
                    _ => self.population.people[person].home.clone(),
                };
                let deed = self.bring_online(person, place);
                if errand == PlannedAct::FlapBack && self.phase.kind == PhaseKind::Flaps {
                    self.plan_flap(person, Duration::from_millis(800));
                }
                Some(deed)
            }
            _ => None,
        }
    }

    /// Somebody acts by chance.
    pub(super) fn act_by_chance(&mut self) -> Option<PersonAct> {
        if self.surge > 0 {
            self.surge -= 1;
            if self.surge == 0 && self.index.is_none() {
                self.ends = Some(self.now);
            }
            let here = if self.phase.kind == PhaseKind::Crush {
                self.population.ordinary
            } else {
                self.level(self.phase.online)
            };
            return if here > self.crowd.online().len() || self.phase.kind == PhaseKind::Crush {
                self.arrive_at_gathering()
            } else {
                self.depart()
            };
        }
        match self.phase.kind {
            PhaseKind::Hostile if self.chance.below(2) == 0 => self.act_hostile(),
            PhaseKind::Visits(_) if self.chance.unit() < self.phase.restate => {
                let person = self.crowd.some_online(&mut self.chance)?;
                self.change_state(person)
            }
            PhaseKind::Visits(_) => self.arrive(),
            _ => {
                let (online, all) = (self.crowd.online().len(), self.crowd.len());
                let comes = self.chance_of_arrival(self.phase.online, online, all) * (1.0 - self.phase.restate / 2.0);
                if self.chance.unit() < comes {
                    self.arrive().or_else(|| self.change_state_or_depart())
                } else {
                    self.change_state_or_depart().or_else(|| self.arrive())
                }
            }
        }
    }

    /// The further from the usual, the stronger the pull back.
    #[expect(clippy::unused_self, clippy::cast_precision_loss, reason = "small counts")]
    fn chance_of_arrival(&self, usual: f64, online: usize, all: usize) -> f64 {
        0.5 + 2.0 * (usual - online as f64 / all.max(1) as f64)
    }

    /// Somebody who is online changes their state or goes.
    fn change_state_or_depart(&mut self) -> Option<PersonAct> {
        if self.chance.unit() < self.phase.restate {
            let person = self.crowd.some_online(&mut self.chance)?;
            return self.change_state(person);
        }
        self.depart()
    }

    fn depart(&mut self) -> Option<PersonAct> {
        let person = self.crowd.some_online(&mut self.chance)?;
        let place = self.crowd.place(person)?.clone();
        self.crowd.set_offline(person);
        let vanishes = self.chance.unit() < self.phase.vanish;
        Some((person, place, if vanishes { CrowdAct::Vanish } else { CrowdAct::Leave }))
    }

    /// Somebody who may come does so.
    fn arrive(&mut self) -> Option<PersonAct> {
        let candidates = (0..8).map(|_| self.crowd.some_offline(&mut self.chance)).collect::<Option<Vec<usize>>>()?;
        let person = candidates.into_iter().find(|p| !self.is_out(self.population.people[*p].region))?;
        let place = match self.phase.kind {
            PhaseKind::Crush => self.population.places.main_channel(),
            PhaseKind::Visits(_) => self.population.places.pick(&mut self.chance),
            _ => &self.population.people[person].home,
        };
        let place = place.clone();
        Some(self.bring_online(person, place))
    }

    /// As [`arrive`](Self::arrive), or somebody comes over from another channel.
    fn arrive_at_gathering(&mut self) -> Option<PersonAct> {
        if self.phase.kind != PhaseKind::Crush {
            return self.arrive();
        }
        let gathering = self.population.places.main_channel().clone();
        if self.chance.below(self.crowd.len().max(1)) < self.crowd.online().len() {
            for _ in 0..16 {
                let person = self.crowd.some_online(&mut self.chance)?;
                let Some(place) = self.crowd.place(person).filter(|p| **p != gathering).cloned() else { continue };
                self.crowd.set_away(person);
                let over = self.chance.between(Duration::from_millis(50), Duration::from_millis(400));
                self.plan(self.now + over, person, PlannedAct::Come(gathering));
                return Some((person, place, CrowdAct::Leave));
            }
        }
        self.arrive()
    }

    fn bring_online(&mut self, person: usize, place: Channel) -> PersonAct {
        self.group(person).set_online(person, place.clone());
        self.first_states_until = self.first_states_until.max(self.now);
        if self.chance.below(4) > 0 && self.first_states_until < self.now + FIRST_STATES_AHEAD {
            self.first_states_until += FIRST_STATE_PAUSE;
            self.plan(self.first_states_until, person, PlannedAct::SetFirstState);
        }
        if matches!(self.phase.kind, PhaseKind::Visits(_)) {
            self.plan_end_of_visit(person);
        }
        (person, place, CrowdAct::Arrive)
    }

    fn change_state(&mut self, person: usize) -> Option<PersonAct> {
        let place = self.group(person).place(person)?.clone();
        let hostile = person >= self.population.ordinary;
        let state = people::random_state(&self.population.people[person], &place, hostile, &mut self.chance);
        Some((person, place, CrowdAct::Restate(state)))
    }

    /// One of those with bad intentions comes, goes, or makes a state of it.
    fn act_hostile(&mut self) -> Option<PersonAct> {
        let comes = self.chance_of_arrival(HOSTILE_ONLINE, self.hostile.online().len(), self.hostile.len());
        if self.chance.unit() < comes {
            let person = self.hostile.some_offline(&mut self.chance)?;
            let place = self.population.places.pick(&mut self.chance).clone();
            return Some(self.bring_online(person, place));
        }
        let person = self.hostile.some_online(&mut self.chance)?;
        if self.chance.below(2) == 0 {
            return self.change_state(person);
        }
        let place = self.hostile.place(person)?.clone();
        self.hostile.set_offline(person);
        Some((person, place, CrowdAct::Leave))
    }

    fn plan_end_of_visit(&mut self, person: usize) {
        let visit = self.chance.exponential(self.visit.div_f64(self.pace));
        self.plan(self.now + visit, person, PlannedAct::Leave);
    }

    /// Somebody has a bad connection from now on.
    fn start_flapping(&mut self) {
        if let Some(person) = self.crowd.some_online(&mut self.chance) {
            self.plan_flap(person, Duration::ZERO);
        }
    }

    fn plan_flap(&mut self, person: usize, least: Duration) {
        let stays = self.chance.between(least, Duration::from_millis(2_600)).div_f64(self.pace.min(4.0));
        self.plan(self.now + stays, person, PlannedAct::FlapOut);
    }

    pub(super) fn count_gathered(&self) -> usize {
        let gathering = self.population.places.main_channel();
        self.crowd.online().iter().filter(|p| self.crowd.place(**p) == Some(gathering)).count()
    }
}
