//! Who of a group of people is online, and where. Pure; every question is answered at once, however
//! many they are.

use std::ops::Range;

use super::random::SeededRandom;
use crate::presence::Channel;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Attendance {
    /// May come at any time.
    Offline,
    /// Will come back, but not by chance.
    Away,
    /// On a channel.
    On(Channel),
}

#[derive(Debug, Clone)]
struct Seat {
    /// The index within the list of those online or offline.
    index: usize,
    /// How often they have come.
    visit: u32,
    whereabouts: Attendance,
}

/// A group of people, by their numbers.
#[derive(Debug)]
pub(super) struct OnlineSet {
    first: usize,
    spots: Vec<Seat>,
    online: Vec<usize>,
    offline: Vec<usize>,
}

impl OnlineSet {
    /// All of them offline.
    pub fn new(people: Range<usize>) -> Self {
        let first = people.start;
        let spot = |person| Seat { index: person - first, visit: 0, whereabouts: Attendance::Offline };
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
            Attendance::On(channel) => Some(channel),
            Attendance::Offline | Attendance::Away => None,
        }
    }

    /// The number of the visit that a person is on; what was planned for an earlier one is void.
    pub fn visit(&self, person: usize) -> u32 {
        self.spots[person - self.first].visit
    }

    /// Somebody who is online.
    pub fn some_online(&self, chance: &mut SeededRandom) -> Option<usize> {
        (!self.online.is_empty()).then(|| *chance.pick(&self.online))
    }

    /// Somebody who may come.
    pub fn some_offline(&self, chance: &mut SeededRandom) -> Option<usize> {
        (!self.offline.is_empty()).then(|| *chance.pick(&self.offline))
    }

    /// A person comes online, if they are not.
    pub fn set_online(&mut self, person: usize, channel: Channel) {
        if self.place(person).is_none() {
            self.leave_list(person);
            let spot = &mut self.spots[person - self.first];
            spot.visit = spot.visit.wrapping_add(1);
            spot.index = self.online.len();
            spot.whereabouts = Attendance::On(channel);
            self.online.push(person);
        }
    }

    /// A person goes offline, from wherever they are.
    pub fn set_offline(&mut self, person: usize) {
        self.leave_list(person);
        let spot = &mut self.spots[person - self.first];
        spot.index = self.offline.len();
        spot.whereabouts = Attendance::Offline;
        self.offline.push(person);
    }

    /// A person goes offline, and chance is not to bring them back.
    pub fn set_away(&mut self, person: usize) {
        self.leave_list(person);
        self.spots[person - self.first].whereabouts = Attendance::Away;
    }

    fn leave_list(&mut self, person: usize) {
        let Seat { index, whereabouts, .. } = &self.spots[person - self.first];
        let (index, list) = match whereabouts {
            Attendance::On(_) => (*index, &mut self.online),
            Attendance::Offline => (*index, &mut self.offline),
            Attendance::Away => return,
        };
        list.swap_remove(index);
        if let Some(moved) = list.get(index) {
            self.spots[moved - self.first].index = index;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_spots_agree_whatever_happens() {
        let mut chance = SeededRandom::new(5);
        let mut turnout = OnlineSet::new(10..60);
        for _ in 0..5_000 {
            let person = 10 + chance.below(50);
            match chance.below(4) {
                0 | 1 => turnout.set_online(person, Channel::from_wire("a")),
                2 => turnout.set_offline(person),
                _ => turnout.set_away(person),
            }
        }
        let online: Vec<usize> = (10..60).filter(|p| turnout.place(*p).is_some()).collect();
        let mut listed = turnout.online().to_vec();
        listed.sort_unstable();
        assert_eq!(listed, online);
        let seated = |list: &[usize]| list.iter().enumerate().all(|(index, p)| turnout.spots[p - 10].index == index);
        assert!(seated(&turnout.online) && seated(&turnout.offline));
    }
}
