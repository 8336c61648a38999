//! The occupants of one channel by user id, with what they weigh.

use std::ops::Deref;

use super::{Occupant, Timetoken, UserId, crowd_map::CrowdMap};

/// Bytes of an entry besides id and state: its place in a chunk, and what its allocations add.
const ENTRY: usize = 160;

/// What may still be kept, so that memory is bounded in bytes whatever a service sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// States are kept.
    pub states: bool,
    /// Further users are kept.
    pub names: bool,
}

impl Default for Room {
    fn default() -> Self {
        Self { states: true, names: true }
    }
}

/// The occupants. A state for which there is no room is dropped, and then it counts as never told.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Occupants {
    map: CrowdMap<UserId, Occupant>,
    bytes: usize,
    room: Room,
    lacks_states: bool,
}

impl Deref for Occupants {
    type Target = CrowdMap<UserId, Occupant>;

    fn deref(&self) -> &CrowdMap<UserId, Occupant> {
        &self.map
    }
}

fn weigh_state(occupant: &Occupant) -> usize {
    occupant.state.as_ref().map_or(0, |state| state.as_json().len())
}

fn weigh(user: &UserId, occupant: &Occupant) -> usize {
    ENTRY + user.as_str().len() + weigh_state(occupant)
}

impl Occupants {
    /// Bytes that they take, roughly.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// What may still be kept.
    pub const fn room(&self) -> Room {
        self.room
    }

    /// What may be kept from here on.
    pub const fn set_room(&mut self, room: Room) {
        self.room = room;
    }

    /// Whether a state was dropped, as far as it has not been told again since.
    pub const fn lacks_states(&self) -> bool {
        self.lacks_states
    }

    /// A list with all states is coming: every state that there is room for is known from here on.
    pub const fn begin_states(&mut self) {
        self.lacks_states = false;
    }

    /// Put somebody who is not there onto the list.
    pub fn insert(&mut self, user: UserId, mut occupant: Occupant) {
        self.drop_state_without_room(&mut occupant);
        self.bytes += weigh(&user, &occupant);
        self.map.insert(user, occupant);
    }

    fn drop_state_without_room(&mut self, occupant: &mut Occupant) {
        if !self.room.states && occupant.state.is_some() {
            (occupant.state, occupant.state_fact) = (None, Timetoken::ZERO);
            self.lacks_states = true;
        }
    }

    /// Change what is known of somebody; nothing if they are not there.
    pub fn update<T>(&mut self, user: &UserId, change: impl FnOnce(&mut Occupant) -> T) -> Option<T> {
        let room = self.room;
        let occupant = self.map.get_mut(user)?;
        let before = weigh_state(occupant);
        let changed = change(occupant);
        if !room.states && weigh_state(occupant) > before {
            (occupant.state, occupant.state_fact) = (None, Timetoken::ZERO);
            self.lacks_states = true;
        }
        self.bytes = self.bytes + weigh_state(occupant) - before;
        Some(changed)
    }

    /// Take somebody off the list.
    pub fn remove(&mut self, user: &UserId) -> Option<Occupant> {
        let gone = self.map.remove(user)?;
        self.bytes -= weigh(user, &gone);
        Some(gone)
    }

    /// Take those off the list for whom `keep` says no; it changes no state.
    pub fn retain(&mut self, mut keep: impl FnMut(&UserId, &mut Occupant) -> bool) {
        let mut freed = 0;
        self.map.retain(|user, occupant| {
            let stays = keep(user, occupant);
            if !stays {
                freed += weigh(user, occupant);
            }
            stays
        });
        self.bytes -= freed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presence::{Since, State};

    fn occupant(state: &str) -> Occupant {
        let at = Timetoken::new(7);
        let state = State::parse(state).ok();
        Occupant { since: Since::Joined(at), fact: at, heard: None, state, state_fact: at, sightings: 1, doubt: 0 }
    }

    #[test]
    fn bytes_are_those_of_who_is_there_and_states_go_first() {
        let user = |id: &str| UserId::from_wire(id);
        let mut all = Occupants::default();
        all.insert(user("ann"), occupant(r#"{"n":1}"#));
        all.insert(user("bob"), occupant(""));
        assert_eq!(all.bytes(), 2 * (ENTRY + 3) + 7);
        all.update(&user("bob"), |bob| bob.state = State::parse(r#"{"n":12}"#).ok());
        assert_eq!(all.bytes(), 2 * (ENTRY + 3) + 15);
        all.set_room(Room { states: false, names: true });
        all.insert(user("cat"), occupant(r#"{"n":1}"#));
        assert!(all.lacks_states() && all.get(&user("cat")).unwrap().state.is_none());
        // One that grows goes, one that shrinks may stay.
        all.update(&user("ann"), |ann| ann.state = State::parse(r#"{"n":123}"#).ok());
        all.update(&user("bob"), |bob| bob.state = State::parse("{}").ok());
        assert_eq!(all.bytes(), 3 * (ENTRY + 3) + 2);
        all.remove(&user("cat"));
        all.retain(|id, _| id.as_str() != "bob");
        assert_eq!(all.bytes(), ENTRY + 3);
    }
}
