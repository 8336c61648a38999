//! Who does what after which pause: endless, and the same for the same seed. Pure.

use std::time::Duration;

use super::{
    Cast, Flow, Person, Phase, Profile, REGIONS, Rhythm, Twist,
    chance::Chance,
    errand::{Errand, Errands, Planned},
    people,
    profile::SETTLING,
    turnout::Turnout,
};
use crate::presence::{Channel, State};

mod happen;

/// The shortest average pause while many come or go at once: 1 500 requests a second.
const SURGE_FLOOR: Duration = Duration::from_micros(667);

/// The shortest average pause otherwise.
const CHURN_FLOOR: Duration = Duration::from_millis(5);

/// The average pause of an opening, as long as that takes no longer than a few seconds.
const OPENING: Duration = Duration::from_millis(2);

/// The first part of a surge's time, within which all have moved.
const SURGE_PART: f64 = 0.7;

/// What a person does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Comes online.
    Arrive,
    /// Leaves properly.
    Leave,
    /// Goes silent: the service will notice after the presence timeout.
    Vanish,
    /// Sends a last heartbeat and goes silent: all who do so at once time out at once.
    Lapse,
    /// Changes their state.
    Restate(State),
}

/// A line of the script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cue {
    /// After this pause
    pub pause: Duration,
    /// the person with this number
    pub person: usize,
    /// here
    pub place: Channel,
    /// does this.
    pub act: Act,
}

/// A region without network.
#[derive(Debug)]
struct Outage {
    region: usize,
    back_at: Duration,
}

/// A crowd's endless script. Its time begins at zero.
#[derive(Debug)]
pub struct Script {
    cast: Cast,
    profile: Profile,
    /// The phase's place in the profile; `None` on the way to its first.
    index: Option<usize>,
    phase: Phase,
    ends: Option<Duration>,
    pace: f64,
    now: Duration,
    /// When the last cue was given.
    told: Duration,
    next_act: Duration,
    /// The average pause, at a pace of 1.
    pause: Duration,
    /// The average visit, at a pace of 1, where there are visits.
    visit: Duration,
    /// So many have yet to come (or to go) until the surge is over.
    surge: usize,
    crowd: Turnout,
    /// Those with bad intentions.
    rogues: Turnout,
    errands: Errands,
    /// Until then, somebody is setting a first state every now and then.
    dressing: Duration,
    outages: Vec<Outage>,
    /// How many outages there were, which says whose turn it is.
    outages_made: usize,
    rhythm: Rhythm,
    chance: Chance,
}

impl Script {
    /// A script for these people. It opens with most of those arriving whom the profile begins with.
    pub fn new(profile: Profile, cast: Cast, seed: u64) -> Self {
        let (ordinary, all) = (cast.ordinary, cast.people.len());
        let mut script = Self {
            profile,
            index: None,
            phase: SETTLING,
            ends: None,
            pace: 1.0,
            now: Duration::ZERO,
            told: Duration::ZERO,
            next_act: Duration::ZERO,
            pause: Duration::ZERO,
            visit: Duration::ZERO,
            surge: 0,
            crowd: Turnout::new(0..ordinary),
            rogues: Turnout::new(ordinary..all),
            errands: Errands::default(),
            dressing: Duration::ZERO,
            outages: Vec::new(),
            outages_made: 0,
            rhythm: Rhythm::of(ordinary),
            chance: Chance::new(seed),
            cast,
        };
        let arriving = script.level(profile.phases[0].online);
        let pause = OPENING.min(Duration::from_secs(2) / u32::try_from(arriving).unwrap_or(u32::MAX).max(1));
        script.settle(times(pause, arriving).div_f64(SURGE_PART));
        script
    }

    /// The people it is about.
    pub fn people(&self) -> &[Person] {
        &self.cast.people
    }

    /// Where they go.
    pub fn channels(&self) -> &[Channel] {
        self.cast.places.channels()
    }

    /// The presence timeout and heartbeat interval that keep them there.
    pub fn rhythm(&self) -> Rhythm {
        self.rhythm
    }

    /// When something is to happen next, in the script's time; `None` only for a crowd of nobody.
    pub fn due(&self) -> Option<Duration> {
        let back = self.outages.iter().map(|outage| outage.back_at).min();
        let all = [Some(self.next_act), self.ends, self.errands.due(), back];
        if self.cast.ordinary == 0 { None } else { all.into_iter().flatten().min() }
    }

    /// Let the next thing happen: somebody does something, or only a phase ends.
    pub fn step(&mut self) -> Option<Cue> {
        let due = self.due()?;
        self.now = due.max(self.now);
        let out = self.outages.len();
        self.outages.retain(|outage| outage.back_at > due);
        if self.outages.len() < out {
            return None;
        }
        let (person, place, act) = if self.errands.due().is_some_and(|at| at <= due) {
            let planned = self.errands.pop()?;
            self.run(planned)?
        } else if self.ends.is_some_and(|at| at <= due) {
            let next = self.index.map_or(0, |index| (index + 1) % self.profile.phases.len());
            self.index = Some(next);
            self.begin(self.profile.phases[next]);
            return None;
        } else if self.next_act <= due {
            let act = self.act();
            self.draw();
            act?
        } else {
            return None;
        };
        let pause = self.now.saturating_sub(self.told);
        self.told = self.now;
        Some(Cue { pause, person, place, act })
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
        if level.abs_diff(self.crowd.online().len()) * 10 > self.cast.ordinary {
            self.settle(SETTLING.lasts.unwrap_or_default());
        } else {
            self.index = Some(0);
            self.begin(profile.phases[0]);
        }
    }

    /// Live so many times as fast as the profile is written: pauses shrink, presence timeouts do not.
    pub fn set_pace(&mut self, pace: f64) {
        let now = self.now;
        let by = self.pace / pace;
        let scaled = |at: Duration| now + at.saturating_sub(now).mul_f64(by);
        self.next_act = scaled(self.next_act);
        // How long an outage lasts is up to the presence timeout.
        self.ends = self.ends.map(|at| if self.phase.twist == Twist::Outage { at } else { scaled(at) });
        self.pace = pace;
    }

    /// A region loses its network now, the next in turn that has one. Returns whether there was any.
    pub fn outage(&mut self) -> bool {
        let turns = (0..REGIONS.len()).map(|n| (self.outages_made + n) % REGIONS.len());
        let Some(region) = turns.into_iter().find(|region| !self.is_out(*region)) else { return false };
        self.outages_made = region + 1;
        let there = self.crowd.online().iter().filter(|p| self.cast.people[**p].region == region);
        let there: Vec<usize> = there.copied().collect();
        // At one instant, unless that would be more than the way to the service holds.
        let gap = if there.len() <= 500 { Duration::ZERO } else { SURGE_FLOOR };
        for (n, person) in there.iter().enumerate() {
            self.plan(self.now + times(gap, n), *person, Errand::Lapse);
        }
        let back_at = self.now + times(gap, there.len()) + self.rhythm.timeout + Duration::from_secs(6);
        self.outages.push(Outage { region, back_at });
        true
    }

    /// What goes on within the profile, if there is more to it than its name.
    pub fn happening(&self) -> Option<String> {
        let out: Vec<&str> = self.outages.iter().map(|outage| REGIONS[outage.region].0).collect();
        match out.len() {
            0 if self.phase.twist == Twist::Outage => {
                let last = self.outages_made.saturating_sub(1);
                Some(format!("{} is back", REGIONS[last % REGIONS.len()].0))
            }
            0 => self.title(&self.phase),
            1 => Some(format!("{} has no network", out[0])),
            _ => Some(format!("{} have no network", out.join(" and "))),
        }
    }

    /// What comes next, if that is known, and when.
    pub fn coming(&self) -> Option<(String, Duration)> {
        let back = self.outages.iter().map(|o| (format!("{} comes back", REGIONS[o.region].0), o.back_at));
        let next = self.index.map_or(0, |index| (index + 1) % self.profile.phases.len());
        let phase = self.ends.and_then(|at| Some((self.title(&self.profile.phases[next])?, at)));
        back.chain(phase).min_by_key(|(_, at)| *at)
    }

    fn title(&self, phase: &Phase) -> Option<String> {
        let name = phase.name;
        match phase.twist {
            _ if name.is_empty() => None,
            Twist::Crush => Some(name.replace("{}", &self.cast.places.gathering().to_string())),
            Twist::Outage => Some(name.replace("{}", REGIONS[self.outages_made % REGIONS.len()].0)),
            _ => Some(name.to_owned()),
        }
    }

    fn is_out(&self, region: usize) -> bool {
        self.outages.iter().any(|outage| outage.region == region)
    }

    /// This part of the crowd, in people.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a part")]
    fn level(&self, part: f64) -> usize {
        (self.cast.ordinary as f64 * part) as usize
    }

    fn plan(&mut self, at: Duration, person: usize, errand: Errand) {
        let visit = self.group(person).visit(person);
        self.errands.plan(at, Planned { person, visit, errand });
    }

    fn group(&mut self, person: usize) -> &mut Turnout {
        if person < self.cast.ordinary { &mut self.crowd } else { &mut self.rogues }
    }
}

/// A duration so many times.
fn times(span: Duration, count: usize) -> Duration {
    span.saturating_mul(u32::try_from(count).unwrap_or(u32::MAX))
}

impl Iterator for Script {
    type Item = Cue;

    /// `None` only for a crowd of nobody.
    fn next(&mut self) -> Option<Cue> {
        while self.due().is_some() {
            if let Some(cue) = self.step() {
                return Some(cue);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;
