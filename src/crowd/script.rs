//! Who does what after which pause: endless, and the same for the same seed. Pure.

use std::time::Duration;

use super::{Person, Profile, chance::Chance, people::state};
use crate::presence::State;

/// What a person does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Comes online.
    Arrive,
    /// Leaves properly.
    Leave,
    /// Goes silent: the service will notice after the presence timeout.
    Vanish,
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
    /// does this.
    pub act: Act,
}

/// A crowd's endless script.
#[derive(Debug)]
pub struct Script {
    profile: Profile,
    people: Vec<Person>,
    online: Vec<usize>,
    offline: Vec<usize>,
    /// States still to be set by those who just arrived.
    dressing: Vec<usize>,
    opening: usize,
    chance: Chance,
}

impl Script {
    /// A script for these people. It opens with most of them arriving at once.
    pub fn new(profile: Profile, people: Vec<Person>, seed: u64) -> Self {
        let offline: Vec<usize> = (0..people.len()).collect();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a part of a small count"
        )]
        let opening = (people.len() as f64 * profile.online) as usize;
        Self { profile, people, online: Vec::new(), offline, dressing: Vec::new(), opening, chance: Chance::new(seed) }
    }

    /// The people it is about.
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    fn arrive(&mut self) -> Option<(usize, Act)> {
        if self.offline.is_empty() {
            return None;
        }
        let at = self.chance.below(self.offline.len());
        let person = self.offline.swap_remove(at);
        self.online.push(person);
        if self.chance.below(4) > 0 {
            self.dressing.push(person);
        }
        Some((person, Act::Arrive))
    }

    fn go(&mut self) -> Option<(usize, Act)> {
        if self.online.is_empty() {
            return None;
        }
        let at = self.chance.below(self.online.len());
        if self.chance.unit() < self.profile.restate {
            let person = self.online[at];
            let state = state(&self.people[person].home, &mut self.chance);
            return Some((person, Act::Restate(state)));
        }
        let person = self.online.swap_remove(at);
        self.dressing.retain(|p| *p != person);
        self.offline.push(person);
        let vanishes = self.chance.unit() < self.profile.vanish;
        Some((person, if vanishes { Act::Vanish } else { Act::Leave }))
    }
}

impl Iterator for Script {
    type Item = Cue;

    /// `None` only for a crowd of nobody.
    fn next(&mut self) -> Option<Cue> {
        if self.opening > 0 {
            self.opening -= 1;
            let (person, act) = self.arrive()?;
            return Some(Cue { pause: Duration::from_millis(2), person, act });
        }
        if let Some(person) = self.dressing.pop() {
            let state = state(&self.people[person].home, &mut self.chance);
            // Slow enough that a watcher's budget never lets a hundred events pile up between polls.
            return Some(Cue { pause: Duration::from_millis(25), person, act: Act::Restate(state) });
        }
        #[expect(clippy::cast_precision_loss, reason = "a small count")]
        let (online, all) = (self.online.len() as f64, self.people.len() as f64);
        // The further from the usual, the stronger the pull back; acts of state keep their share.
        let comes = self.chance.unit()
            < (0.5 + 2.0 * (self.profile.online - online / all)) * (1.0 - self.profile.restate / 2.0);
        let (person, act) =
            if comes { self.arrive().or_else(|| self.go())? } else { self.go().or_else(|| self.arrive())? };
        // Pauses as between independent decisions: exponential, without the longest ones.
        let pause = self.profile.pause.mul_f64((100.0 / all) * (-self.chance.unit().max(0.02).ln()));
        Some(Cue { pause, person, act })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crowd::people;

    #[test]
    fn a_script_is_repeatable_and_keeps_its_crowd_about_as_large_as_its_profile_says() {
        let script = |seed| Script::new(Profile::STEADY, people(80, 1), seed);
        let take = |seed| script(seed).take(200).collect::<Vec<_>>();
        assert_eq!(take(3), take(3));
        assert_ne!(take(3), take(4));
        let mut script = script(3);
        let mut kinds = std::collections::HashSet::new();
        for cue in script.by_ref().take(5_000) {
            kinds.insert(std::mem::discriminant(&cue.act));
        }
        assert_eq!(kinds.len(), 4, "everything happens");
        assert!((50..=75).contains(&script.online.len()), "{}", script.online.len());
    }

    #[test]
    fn nobody_does_nothing() {
        assert_eq!(Script::new(Profile::STEADY, Vec::new(), 1).next(), None);
    }
}
