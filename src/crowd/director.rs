//! Simulation and timeline together, steered by a presenter. Pure: time is handed in.

use std::{sync::Arc, time::Duration};

use super::{
    CrowdStep, HeartbeatTiming, MOST_PEOPLE, Person, Places, Population, Profile, Scenario, Scene, Simulation,
    TimedFault,
};
use crate::presence::{Channel, Direction, Moment, SceneLine, SceneStatus, Silence};

/// The speeds that a presenter steps through.
const SPEEDS: &[f64] = &[0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0];

/// What is to be played: by whom, where, and which scenes.
#[derive(Debug, Clone)]
pub struct Play {
    /// How many people, 1 to [`MOST_PEOPLE`].
    pub people: usize,
    /// Where they go.
    pub places: Places,
    /// The same seed gives the same play.
    pub seed: u64,
    /// How fast, 0.1 to 100; 1 is as written. Presence timeouts stay as they are.
    pub speed: f64,
    /// What happens when.
    pub script: Scenes,
}

/// What happens when.
#[derive(Debug, Clone)]
pub enum Scenes {
    /// One profile, until somebody wants another.
    Profile(Profile),
    /// A scenario's.
    Scenario(Scenario),
}

/// Leads a crowd through its scenes.
#[derive(Debug)]
pub struct Director {
    simulation: Simulation,
    scenes: Vec<Scene>,
    faults: Vec<TimedFault>,
    /// The next of them.
    fault: usize,
    /// Those whose time has come and that nobody has taken yet.
    struck: Vec<String>,
    repeat: Option<Duration>,
    /// What the scenario is called, if there is one.
    title: Option<String>,
    /// What can be chosen.
    lines: Arc<[SceneLine]>,
    /// Without a scenario: the next scene is the next profile.
    free: bool,
    speed: f64,
    /// When the simulation's time began.
    began: Moment,
    scene: usize,
    /// Where on the timeline we were when the speed or the scene last changed.
    position: Duration,
    since: Moment,
}

impl Director {
    /// A director whose crowd opens at `now`.
    pub fn new(play: Play, now: Moment) -> Self {
        let (scenes, faults, repeat, title) = match play.script {
            Scenes::Profile(profile) => (vec![Scene::opening(profile)], Vec::new(), None, None),
            Scenes::Scenario(scenario) => (scenario.scenes, scenario.faults, scenario.repeat, Some(scenario.title)),
        };
        let free = title.is_none();
        let scenes = if scenes.is_empty() { vec![Scene::opening(Profile::STEADY)] } else { scenes };
        let population = Population::new(play.people.min(MOST_PEOPLE), play.places, play.seed);
        let speed = play.speed.clamp(SPEEDS[0], SPEEDS[SPEEDS.len() - 1]);
        let mut simulation = Simulation::new(scenes[0].profile, population, play.seed);
        simulation.set_pace(effective_speed(speed, &scenes[0]));
        let lines = if free { list_profiles() } else { scenes.iter().map(Scene::line).collect() };
        Self {
            simulation,
            scenes,
            faults,
            fault: 0,
            struck: Vec::new(),
            repeat,
            lines,
            title,
            free,
            speed,
            began: now,
            scene: 0,
            position: Duration::ZERO,
            since: now,
        }
    }

    /// The people it leads.
    pub fn people(&self) -> &[Person] {
        self.simulation.people()
    }

    /// Where they go.
    pub fn channels(&self) -> &[Channel] {
        self.simulation.channels()
    }

    /// How they stay present.
    pub fn rhythm(&self) -> HeartbeatTiming {
        self.simulation.rhythm()
    }

    /// When something is to happen.
    pub fn due(&self) -> Option<Moment> {
        let act = self.simulation.due().map(|at| self.began.plus(at));
        let scene = self.coming_scene().map(|(_, at)| at);
        [act, scene, self.coming_fault()].into_iter().flatten().min()
    }

    /// Let the next thing happen, at the time that [`due`](Self::due) says: a scene begins, a phase
    /// ends, a fault is put in force, or somebody does something.
    pub fn step(&mut self) -> Option<CrowdStep> {
        let act = self.simulation.due().map(|at| self.began.plus(at));
        let scene = self.coming_scene().map(|(_, at)| at);
        // A scene that begins at the same time comes first: it would bring the fault once more.
        let first = |fault: Moment| scene.is_none_or(|scene| fault < scene) && act.is_none_or(|act| fault <= act);
        if self.coming_fault().is_some_and(first) {
            self.struck.push(self.faults[self.fault].fault.value.clone());
            self.fault += 1;
            return None;
        }
        match self.coming_scene() {
            Some((scene, at)) if act.is_none_or(|act| at <= act) => {
                self.begin(scene, at);
                None
            }
            _ => self.simulation.step(),
        }
    }

    /// The faults whose time has come since this was asked last.
    pub fn take_faults(&mut self) -> Vec<String> {
        std::mem::take(&mut self.struck)
    }

    /// Do as a presenter wants, now.
    pub fn direct(&mut self, direction: Direction, now: Moment) {
        self.simulation.pass(now.since(self.began));
        match direction {
            Direction::Next => self.go_to(self.place() + 1, now),
            Direction::Scene(scene) => self.go_to(usize::from(scene), now),
            Direction::Faster | Direction::Slower => self.set_speed(step_speed(self.speed, direction), now),
            Direction::Outage => drop(self.simulation.outage()),
        }
    }

    /// Go to the scene or profile at this place of all that can be chosen; after the last comes the first.
    fn go_to(&mut self, place: usize, now: Moment) {
        let place = place % self.lines.len().max(1);
        if self.free {
            self.scenes[0] = Scene::opening(Profile::ALL[place]);
            self.begin(0, now);
        } else {
            self.begin(place, now);
        }
    }

    /// The place of what is played among all that can be chosen.
    fn place(&self) -> usize {
        let name = self.scenes[0].profile.name;
        if self.free { Profile::ALL.iter().position(|known| known.name == name).unwrap_or(0) } else { self.scene }
    }

    /// What the crowd is at.
    pub fn status(&self) -> SceneStatus {
        let scene = &self.scenes[self.scene];
        let within = self.simulation.next_phase().map(|(what, at)| (what, self.began.plus(at)));
        let after = self.coming_scene().map(|(next, at)| (self.scenes[next].title(), at));
        let fault = self.coming_fault().map(|at| (format!("fault {}", self.faults[self.fault].fault.value), at));
        let silence = self.simulation.find_silence().map(|(region, people, timeout_at)| {
            let timeout_at = self.began.plus(timeout_at);
            Silence { region: region.into(), people, timeout_at }
        });
        SceneStatus {
            profile: scene.profile.name.into(),
            about: scene.profile.about.into(),
            scenario: self.title.clone(),
            scenes: self.lines.clone(),
            scene: self.place(),
            since: self.began.plus(self.simulation.phase_began()),
            silence,
            label: scene.label.clone(),
            phase: self.simulation.current_phase(),
            speed: effective_speed(self.speed, scene),
            next: within.into_iter().chain(after).chain(fault).min_by_key(|(_, at)| *at),
        }
    }

    /// The scene that comes by itself, and when.
    fn coming_scene(&self) -> Option<(usize, Moment)> {
        let (next, at) = match self.scenes.get(self.scene + 1) {
            Some(scene) => (self.scene + 1, scene.at),
            None => (0, self.repeat?),
        };
        Some((next, self.when(at)))
    }

    /// When the fault comes that is next on the timeline, unless the timeline begins again before.
    fn coming_fault(&self) -> Option<Moment> {
        let at = self.faults.get(self.fault)?.at;
        self.repeat.is_none_or(|repeat| at < repeat).then(|| self.when(at))
    }

    /// When a place on the timeline will be reached, at this speed.
    fn when(&self, at: Duration) -> Moment {
        self.since.plus(at.saturating_sub(self.position).div_f64(self.speed))
    }

    fn begin(&mut self, scene: usize, now: Moment) {
        self.simulation.pass(now.since(self.began));
        (self.scene, self.since, self.position) = (scene, now, self.scenes[scene].at);
        self.fault = self.faults.partition_point(|fault| fault.at < self.position);
        self.simulation.set_pace(effective_speed(self.speed, &self.scenes[scene]));
        self.simulation.change(self.scenes[scene].profile);
    }

    fn set_speed(&mut self, speed: Option<f64>, now: Moment) {
        let Some(speed) = speed else { return };
        self.position += now.since(self.since).mul_f64(self.speed);
        self.since = now;
        self.speed = speed;
        self.simulation.set_pace(effective_speed(speed, &self.scenes[self.scene]));
    }
}

/// All profiles, to be chosen from.
fn list_profiles() -> Arc<[SceneLine]> {
    Profile::ALL.iter().map(|profile| Scene::opening(*profile).line()).collect()
}

/// The speed that comes after this one, if there is one in that direction.
pub(super) fn step_speed(speed: f64, direction: Direction) -> Option<f64> {
    match direction {
        Direction::Faster => SPEEDS.iter().find(|next| **next > speed).copied(),
        Direction::Slower => SPEEDS.iter().rev().find(|next| **next < speed).copied(),
        _ => None,
    }
}

/// How fast a scene is played.
fn effective_speed(speed: f64, scene: &Scene) -> f64 {
    (speed * scene.speed).clamp(SPEEDS[0], SPEEDS[SPEEDS.len() - 1])
}

#[cfg(test)]
mod tests;
