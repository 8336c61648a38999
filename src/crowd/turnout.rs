//! Who of a group of people is online, and where. Pure; every question is answered at once, however
//! many they are.

use std::ops::Range;

use super::chance::Chance;
use crate::presence::Channel;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Whereabouts {
    /// May come at any time.
    Offline,
    /// Will come back, but not by chance.
    Away,
    /// On a channel.
    On(Channel),
}

#[derive(Debug, Clone)]
struct Spot {
    /// The index within the list of those online or offline.
    seat: usize,
    /// How often they have come.
    visit: u32,
    whereabouts: Whereabouts,
}

/// A group of people, by their numbers.
#[derive(Debug)]
pub(super) struct Turnout {
    first: usize,
    spots: Vec<Spot>,
    online: Vec<usize>,
    offline: Vec<usize>,
}

impl Turnout {
    /// All of them offline.
    pub fn new(people: Range<usize>) -> Self {
        let first = people.start;
        let spot = |person| Spot { seat: person - first, visit: 0, whereabouts: Whereabouts::Offline };
        Self { first, spots: people.clone().map(spot).collect(), online: Vec::new(), offline: people.collect() }
    }

    /// How many they are, without those whom chance can't bring.
    pub fn len(&self) -> usize {
        self.online.len() + self.offline.len()
    }

    /// Those who are online, in no order.
    pub fn online(&self) -> &[usize] {
        &self.online
    }

    /// Where a person is; `None`: not online.
    pub fn place(&self, person: usize) -> Option<&Channel> {
        match &self.spots[person - self.first].whereabouts {
            Whereabouts::On(channel) => Some(channel),
            Whereabouts::Offline | Whereabouts::Away => None,
        }
    }

    /// The number of the visit that a person is on; what was planned for an earlier one is void.
    pub fn visit(&self, person: usize) -> u32 {
        self.spots[person - self.first].visit
    }

    /// Somebody who is online.
    pub fn some_online(&self, chance: &mut Chance) -> Option<usize> {
        (!self.online.is_empty()).then(|| *chance.pick(&self.online))
    }

    /// Somebody who may come.
    pub fn some_offline(&self, chance: &mut Chance) -> Option<usize> {
        (!self.offline.is_empty()).then(|| *chance.pick(&self.offline))
    }

    /// A person comes online, if they are not.
    pub fn come(&mut self, person: usize, channel: Channel) {
        if self.place(person).is_none() {
            self.unseat(person);
            let spot = &mut self.spots[person - self.first];
            spot.visit = spot.visit.wrapping_add(1);
            spot.seat = self.online.len();
            spot.whereabouts = Whereabouts::On(channel);
            self.online.push(person);
        }
    }

    /// A person goes offline, from wherever they are.
    pub fn go(&mut self, person: usize) {
        self.unseat(person);
        let spot = &mut self.spots[person - self.first];
        spot.seat = self.offline.len();
        spot.whereabouts = Whereabouts::Offline;
        self.offline.push(person);
    }

    /// A person goes offline, and chance is not to bring them back.
    pub fn lose(&mut self, person: usize) {
        self.unseat(person);
        self.spots[person - self.first].whereabouts = Whereabouts::Away;
    }

    fn unseat(&mut self, person: usize) {
        let Spot { seat, whereabouts, .. } = &self.spots[person - self.first];
        let (seat, list) = match whereabouts {
            Whereabouts::On(_) => (*seat, &mut self.online),
            Whereabouts::Offline => (*seat, &mut self.offline),
            Whereabouts::Away => return,
        };
        list.swap_remove(seat);
        if let Some(moved) = list.get(seat) {
            self.spots[moved - self.first].seat = seat;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_spots_agree_whatever_happens() {
        let mut chance = Chance::new(5);
        let mut turnout = Turnout::new(10..60);
        for _ in 0..5_000 {
            let person = 10 + chance.below(50);
            match chance.below(4) {
                0 | 1 => turnout.come(person, Channel::heard("a")),
                2 => turnout.go(person),
                _ => turnout.lose(person),
            }
        }
        let online: Vec<usize> = (10..60).filter(|p| turnout.place(*p).is_some()).collect();
        let mut listed = turnout.online().to_vec();
        listed.sort_unstable();
        assert_eq!(listed, online);
        let seated = |list: &[usize]| list.iter().enumerate().all(|(seat, p)| turnout.spots[p - 10].seat == seat);
        assert!(seated(&turnout.online) && seated(&turnout.offline));
    }
}
