//! Who does what after which pause: endless, and the same for the same seed. Pure.

use std::time::Duration;

use crate::crowd::{
    HeartbeatTiming, Person, Phase, PhaseKind, Population, Profile, REGIONS,
    online_set::OnlineSet,
    planned::{PlannedAct, PlannedActs, PlannedEntry},
    profile::SETTLING,
    random::SeededRandom,
};
use crate::presence::{Channel, NOTICED_WITHIN, State};

/// The shortest average pause while many come or go at once: 1 500 requests a second.
pub(super) const SURGE_FLOOR: Duration = Duration::from_micros(667);

/// The shortest average pause otherwise.
pub(super) const CHURN_FLOOR: Duration = Duration::from_millis(5);

/// A region stays out for this long after its timeouts: longer than from one interval to the next, so that channels
/// above the announce max tell of them before anybody is back.
pub(super) const STAYS_OUT: Duration = Duration::from_secs(14);

/// The average pause of an opening, as long as that takes no longer than a few seconds.
const OPENING: Duration = Duration::from_millis(2);

/// The first part of a surge's time, within which all have moved.
pub(super) const SURGE_PART: f64 = 0.7;

/// What a person does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CrowdAct {
    /// Comes online.
    Arrive,
    /// Leaves properly.
    Leave,
    /// Goes silent: the service will notice after the presence timeout.
    Vanish,
    /// Sends a last heartbeat with this presence timeout and goes silent: all who do so at once time out at once.
    Lapse(Duration),
    /// Changes their state.
    Restate(State),
}

/// What one person does, after which pause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrowdStep {
    /// After this pause
    pub pause: Duration,
    /// the person with this number
    pub person: usize,
    /// here
    pub place: Channel,
    /// does this.
    pub act: CrowdAct,
}

/// A region without network.
#[derive(Debug)]
pub(super) struct Outage {
    pub(super) region: usize,
    /// When the first of its people showed a last sign of life, and how many they are.
    pub(super) silent: (Duration, usize),
    pub(super) back_at: Duration,
}

/// A crowd's endless simulation. Its time begins at zero.
#[derive(Debug)]
pub struct Simulation {
    pub(super) population: Population,
    pub(super) profile: Profile,
    /// The phase's place in the profile; `None` on the way to its first.
    pub(super) index: Option<usize>,
    pub(super) phase: Phase,
    /// When what goes on began.
    pub(super) began: Duration,
    pub(super) ends: Option<Duration>,
    pub(super) pace: f64,
    pub(super) now: Duration,
    /// When the last step was given.
    pub(super) told: Duration,
    pub(super) next_act: Duration,
    /// The average pause, at a pace of 1.
    pub(super) pause: Duration,
    /// The average visit, at a pace of 1, where there are visits.
    pub(super) visit: Duration,
    /// So many have yet to come (or to go) until the surge is over.
    pub(super) surge: usize,
    pub(super) crowd: OnlineSet,
    /// Those with bad intentions.
    pub(super) hostile: OnlineSet,
    pub(super) errands: PlannedActs,
    /// Until then, somebody is setting a first state every now and then.
    pub(super) first_states_until: Duration,
    pub(super) outages: Vec<Outage>,
    /// How many outages there were, which says whose turn it is.
    pub(super) outages_made: usize,
    pub(super) rhythm: HeartbeatTiming,
    pub(super) chance: SeededRandom,
}

impl Simulation {
    /// A simulation for these people. It opens with most of those arriving whom the profile begins with.
    pub fn new(profile: Profile, population: Population, seed: u64) -> Self {
        let (ordinary, all) = (population.ordinary, population.people.len());
        let mut simulation = Self {
            profile,
            index: None,
            phase: SETTLING,
            began: Duration::ZERO,
            ends: None,
            pace: 1.0,
            now: Duration::ZERO,
            told: Duration::ZERO,
            next_act: Duration::ZERO,
            pause: Duration::ZERO,
            visit: Duration::ZERO,
            surge: 0,
            crowd: OnlineSet::new(0..ordinary),
            hostile: OnlineSet::new(ordinary..all),
            errands: PlannedActs::default(),
            first_states_until: Duration::ZERO,
            outages: Vec::new(),
            outages_made: 0,
            rhythm: HeartbeatTiming::for_crowd(ordinary),
            chance: SeededRandom::new(seed),
            population,
        };
        let arriving = simulation.level(profile.phases[0].online);
        let pause = OPENING.min(Duration::from_secs(2) / u32::try_from(arriving).unwrap_or(u32::MAX).max(1));
        simulation.begin_settling(multiply(pause, arriving).div_f64(SURGE_PART));
        simulation
    }

    /// The people it is about.
    pub fn people(&self) -> &[Person] {
        &self.population.people
    }

    /// Where they go.
    pub fn channels(&self) -> &[Channel] {
        self.population.places.channels()
    }

    /// The presence timeout and heartbeat interval that keep them there.
    pub fn rhythm(&self) -> HeartbeatTiming {
        self.rhythm
    }

    /// When something is to happen next, in the simulation's time; `None` only for a crowd of nobody.
    pub fn due(&self) -> Option<Duration> {
        let back = self.outages.iter().map(|outage| outage.back_at).min();
        let all = [Some(self.next_act), self.ends, self.errands.due(), back];
        if self.population.ordinary == 0 { None } else { all.into_iter().flatten().min() }
    }

    /// Let the next thing happen: somebody does something, or only a phase ends.
    pub fn step(&mut self) -> Option<CrowdStep> {
        let due = self.due()?;
        self.now = due.max(self.now);
        let out = self.outages.len();
        self.outages.retain(|outage| outage.back_at > due);
        if self.outages.len() < out {
            return None;
        }
        let (person, place, act) = if self.errands.due().is_some_and(|at| at <= due) {
            let planned = self.errands.pop()?;
            self.run_planned(planned)?
        } else if self.ends.is_some_and(|at| at <= due) {
            let next = self.index.map_or(0, |index| (index + 1) % self.profile.phases.len());
            self.index = Some(next);
            self.begin_phase(self.profile.phases[next]);
            return None;
        } else if self.next_act <= due {
            let act = self.act_by_chance();
            self.draw_next_act();
            act?
        } else {
            return None;
        };
        let pause = self.now.saturating_sub(self.told);
        self.told = self.now;
        Some(CrowdStep { pause, person, place, act })
    }

    /// Time has passed, though nothing was due.
    pub fn pass(&mut self, time: Duration) {
        self.now = time.min(self.due().unwrap_or(time)).max(self.now);
    }

    /// Behave like this from now on, by way of as many people as it begins with.
    pub fn change(&mut self, profile: Profile) {
        self.profile = profile;
        self.index = None;
        let level = self.level(profile.phases[0].online);
        if level.abs_diff(self.crowd.online().len()) * 10 > self.population.ordinary {
            self.begin_settling(SETTLING.lasts.unwrap_or_default());
        } else {
            self.index = Some(0);
            self.begin_phase(profile.phases[0]);
        }
    }

    /// Live so many times as fast as the profile is written: pauses shrink, presence timeouts do not.
    pub fn set_pace(&mut self, pace: f64) {
        let now = self.now;
        let by = self.pace / pace;
        let scaled = |at: Duration| now + at.saturating_sub(now).mul_f64(by);
        self.next_act = scaled(self.next_act);
        // How long an outage lasts is up to the presence timeout.
        self.ends = self.ends.map(|at| if self.phase.kind == PhaseKind::Outage { at } else { scaled(at) });
        self.pace = pace;
    }

    /// A region loses its network now, the next in turn that has one. Returns whether there was any.
    pub fn outage(&mut self) -> bool {
        let turns = (0..REGIONS.len()).map(|n| (self.outages_made + n) % REGIONS.len());
        let Some(region) = turns.into_iter().find(|region| !self.is_out(*region)) else { return false };
        self.outages_made = region + 1;
        let there = self.crowd.online().iter().filter(|p| self.population.people[**p].region == region);
        let there: Vec<usize> = there.copied().collect();
        // At one instant, unless that would be more than the way to the service holds.
        let gap = if there.len() <= 500 { Duration::ZERO } else { SURGE_FLOOR };
        for (n, person) in there.iter().enumerate() {
            self.plan(self.now + multiply(gap, n), *person, PlannedAct::Lapse);
        }
        let back_at = self.now + multiply(gap, there.len()) + self.rhythm.timeout + STAYS_OUT;
        self.outages.push(Outage { region, silent: (self.now, there.len()), back_at });
        self.began = self.now;
        true
    }

    /// What goes on within the profile, if there is more to it than its name.
    pub fn current_phase(&self) -> Option<String> {
        let out: Vec<&str> = self.outages.iter().map(|outage| REGIONS[outage.region].0).collect();
        match out.len() {
            0 if self.phase.kind == PhaseKind::Outage => {
                let last = self.outages_made.saturating_sub(1);
                Some(format!("{} is back", REGIONS[last % REGIONS.len()].0))
            }
            0 => self.title(&self.phase),
            1 => Some(format!("{} has no network", out[0])),
            _ => Some(format!("{} have no network", out.join(" and "))),
        }
    }

    /// When what goes on began.
    pub fn phase_began(&self) -> Duration {
        self.began
    }

    /// The region that lost its network and whose people time out next, or began to a moment ago; how many they are, and when
    /// that begins.
    pub fn find_silence(&self) -> Option<(&'static str, usize, Duration)> {
        let silences = self.outages.iter().map(|outage| {
            let (from, people) = outage.silent;
            (REGIONS[outage.region].0, people, from + self.rhythm.timeout)
        });
        silences.filter(|(_, people, at)| *people > 0 && *at + NOTICED_WITHIN > self.now).min_by_key(|(_, _, at)| *at)
    }

    /// What comes next, if that is known, and when.
    pub fn next_phase(&self) -> Option<(String, Duration)> {
        let back = self.outages.iter().map(|o| (format!("{} comes back", REGIONS[o.region].0), o.back_at));
        let next = self.index.map_or(0, |index| (index + 1) % self.profile.phases.len());
        let phase = self.ends.and_then(|at| Some((self.title(&self.profile.phases[next])?, at)));
        back.chain(phase).min_by_key(|(_, at)| *at)
    }

    fn title(&self, phase: &Phase) -> Option<String> {
        let name = phase.name;
        match phase.kind {
            _ if name.is_empty() => None,
            PhaseKind::Crush => Some(name.replace("{}", &self.population.places.main_channel().to_string())),
            PhaseKind::Outage => Some(name.replace("{}", REGIONS[self.outages_made % REGIONS.len()].0)),
            _ => Some(name.to_owned()),
        }
    }

    pub(super) fn is_out(&self, region: usize) -> bool {
        self.outages.iter().any(|outage| outage.region == region)
    }

    /// This part of the crowd, in people.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a part")]
    pub(super) fn level(&self, part: f64) -> usize {
        (self.population.ordinary as f64 * part) as usize
    }

    pub(super) fn plan(&mut self, at: Duration, person: usize, errand: PlannedAct) {
        let visit = self.group(person).visit(person);
        self.errands.plan(at, PlannedEntry { person, visit, errand });
    }

    pub(super) fn group(&mut self, person: usize) -> &mut OnlineSet {
        if person < self.population.ordinary { &mut self.crowd } else { &mut self.hostile }
    }
}

/// A duration so many times.
pub(super) fn multiply(span: Duration, count: usize) -> Duration {
    span.saturating_mul(u32::try_from(count).unwrap_or(u32::MAX))
}

impl Iterator for Simulation {
    type Item = CrowdStep;

    /// `None` only for a crowd of nobody.
    fn next(&mut self) -> Option<CrowdStep> {
        while self.due().is_some() {
            if let Some(step) = self.step() {
                return Some(step);
            }
        }
        None
    }
}
