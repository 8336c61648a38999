//! Who the simulated people are, where they belong, and what they say of themselves. Pure.

use std::collections::HashSet;

use super::{Places, names, random::SeededRandom};
use crate::presence::{Channel, State, UserId};

/// The largest crowd: beyond it, one machine's loopback is the limit.
pub const MOST_PEOPLE: usize = 100_000;

/// Where in the world people are, and how many of a hundred. A network fails by region.
pub const REGIONS: &[(&str, usize)] = &[("eu", 40), ("us", 35), ("ap", 25)];

const MOODS: &[&str] = &["online", "busy", "away", "typing", "in a call", "brb", "focused", "lurking"];
const DEVICES: &[&str] = &["phone", "desktop", "tablet", "tv", "watch"];

/// One simulated person.
#[derive(Debug, Clone)]
pub struct Person {
    /// Their user id.
    pub user: UserId,
    /// Where they are when they are online, unless something draws them elsewhere.
    pub home: Channel,
    /// Where in the world they are: a number within [`REGIONS`].
    pub region: usize,
}

/// All who may ever come, and where to.
#[derive(Debug, Clone)]
pub struct Population {
    /// The people; those with bad intentions last.
    pub people: Vec<Person>,
    /// So many of them are ordinary.
    pub ordinary: usize,
    /// Where they go.
    pub places: Places,
}

/// So many people on the well-known channels, each with an id of their own.
pub fn people(count: usize, seed: u64) -> Population {
    Population::new(count, Places::default(), seed)
}

impl Population {
    /// So many people on these channels, each with an id of their own; and those who come when the
    /// profile is hostile. Nobody at all for a count of 0.
    pub fn new(count: usize, places: Places, seed: u64) -> Self {
        let mut chance = SeededRandom::new(seed ^ 0x7065_6f70_6c65);
        let mut taken = HashSet::with_capacity(count);
        let ordinary = (0..count).map(|n| {
            let mut id = names::make_id(n, &mut chance);
            // Its number is nobody else's, so this ends at the first or the second try.
            while taken.contains(&id) {
                id = names::append_number(&id, n);
            }
            taken.insert(id.clone());
            (id, places.pick(&mut chance).clone(), random_region(&mut chance))
        });
        let mut people: Vec<_> = ordinary.collect();
        if count > 0 {
            let hostile = names::hostile_ids().into_iter().filter(|id| !taken.contains(id));
            people.extend(hostile.map(|id| (id, places.channels()[0].clone(), 0)));
        }
        let person =
            |(id, home, region): (String, Channel, usize)| Person { user: UserId::from_wire(&id), home, region };
        Self { people: people.into_iter().map(person).collect(), ordinary: count, places }
    }
}

fn random_region(chance: &mut SeededRandom) -> usize {
    let mut at = chance.below(100);
    REGIONS
        .iter()
        .position(|(_, share)| {
            let here = at < *share;
            at = at.saturating_sub(*share);
            here
        })
        .unwrap_or(0)
}

/// A state that a person might carry on a channel.
pub(super) fn random_state(person: &Person, channel: &Channel, hostile: bool, chance: &mut SeededRandom) -> State {
    let mood = chance.pick(MOODS);
    let region = REGIONS[person.region].0;
    let json = if hostile {
        serde_json::json!({"deep": [[[["\u{0}"]]]], "status": "\u{1b}]52;c;aGVsbG8=\u{7}", "\u{202e}key": "\u{9b}2J"})
    } else if channel.as_str().starts_with("match.") {
        let team = if chance.below(2) == 0 { "red" } else { "blue" };
        let (score, alive) = (chance.below(40), chance.below(4) > 0);
        serde_json::json!({"alive": alive, "score": score, "team": team})
    } else {
        match chance.below(6) {
            0 | 1 => {
                let (device, battery) = (chance.pick(DEVICES), 5 + chance.below(95));
                serde_json::json!({"battery": battery, "device": device, "status": mood})
            }
            2 => serde_json::json!({"region": region, "status": mood}),
            _ => serde_json::json!({"status": mood}),
        }
    };
    State::parse(&json.to_string()).unwrap_or_else(|_| unreachable!("an object is a state"))
}

/// Requests per second that one who watches a crowd of so many on its own service may make: the polls keep up
/// with each change where few change, and with full replies where many do.
pub fn crowd_budget(people: usize) -> u32 {
    u32::try_from(people / 2).unwrap_or(u32::MAX).clamp(100, 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_is_repeatable_and_everybody_has_an_id_of_their_own() {
        let ids = |seed| people(300, seed).people.into_iter().map(|p| p.user).collect::<Vec<_>>();
        assert_eq!(ids(7), ids(7));
        assert_ne!(ids(7), ids(8));
        let distinct: HashSet<_> = ids(7).into_iter().collect();
        assert_eq!(distinct.len(), ids(7).len());
    }

    #[test]
    fn the_largest_crowd_has_distinct_ids_in_every_region_and_script() {
        let population = people(MOST_PEOPLE, 1);
        assert_eq!(population.ordinary, MOST_PEOPLE);
        let distinct: HashSet<_> = population.people.iter().map(|p| &p.user).collect();
        assert_eq!(distinct.len(), population.people.len());
        for (n, (region, share)) in REGIONS.iter().enumerate() {
            let there = population.people[..population.ordinary].iter().filter(|p| p.region == n).count();
            assert!(there.abs_diff(MOST_PEOPLE * share / 100) < 1_000, "{region}: {there}");
        }
        let wide = population.people[..population.ordinary].iter().filter(|p| !p.user.as_str().is_ascii()).count();
        assert!(wide > 10_000, "{wide}");
        assert!(people(0, 1).people.is_empty());
    }
}
