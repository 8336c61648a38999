//! The occupants of one channel by user id, with what they weigh.

use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::{
    crowd_map::{CrowdMap, Withdrawal},
    packed::{pack_occupants, unpack_occupants},
};
use crate::presence::{Occupant, State, Timetoken, UserId};

/// Bytes of an entry besides a long id and the state: its place in a chunk, with its share of the room that is left in
/// it and of the chunk itself.
const ENTRY: usize = size_of::<(UserId, Occupant)>() + 8;

/// Bytes that an allocation takes besides its text: its counters, and what the allocator adds.
const ALLOCATION: usize = 32;

/// What may still be kept, so that memory is bounded in bytes whatever a service sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(in crate::presence) struct Occupants {
    #[serde(serialize_with = "write_map", deserialize_with = "read_map")]
    map: CrowdMap<UserId, Occupant>,
    bytes: usize,
    room: Room,
    lacks_states: bool,
    /// Those of whom nobody has told which state they have.
    unknown_states: usize,
}

fn write_map<S: Serializer>(map: &CrowdMap<UserId, Occupant>, write: S) -> Result<S::Ok, S::Error> {
    write.serialize_bytes(&pack_occupants(map.chunks()))
}

fn read_map<'de, D: Deserializer<'de>>(read: D) -> Result<CrowdMap<UserId, Occupant>, D::Error> {
    let bytes = <&[u8]>::deserialize(read)?;
    unpack_occupants(bytes).and_then(CrowdMap::from_chunks).ok_or_else(|| D::Error::custom("no occupants in order"))
}

impl Deref for Occupants {
    type Target = CrowdMap<UserId, Occupant>;

    fn deref(&self) -> &CrowdMap<UserId, Occupant> {
        &self.map
    }
}

fn weigh_state(state: Option<&State>) -> usize {
    state.map_or(0, |state| ALLOCATION + state.as_json().len())
}

fn weigh(user: &UserId, occupant: &Occupant) -> usize {
    let id = match user.heap_bytes() {
        0 => 0,
        bytes => ALLOCATION + bytes,
    };
    ENTRY + id + weigh_state(occupant.state())
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

    /// Whether it was told of all of them which state they have, or that they have none.
    pub const fn knows_all_states(&self) -> bool {
        self.unknown_states == 0
    }

    /// A list with states is coming: whether a state was dropped is judged anew. Returns what was known before.
    pub const fn begin_states(&mut self) -> bool {
        std::mem::replace(&mut self.lacks_states, false)
    }

    /// The list with states was not of everybody: what was known before still holds.
    pub const fn end_states(&mut self, lacked: bool) {
        self.lacks_states |= lacked;
    }

    /// Change what is known of somebody; nothing if they are not there.
    pub fn update<T>(&mut self, user: &UserId, change: impl FnOnce(&mut Occupant) -> T) -> Option<T> {
        self.update_or_insert(user, |known| (None, known.map(change)))
    }

    /// Change what is known of somebody, or put who is not there onto the list if `change` returns them: in one walk.
    pub fn update_or_insert<T>(
        &mut self,
        user: &UserId,
        change: impl FnOnce(Option<&mut Occupant>) -> (Option<Occupant>, T),
    ) -> T {
        let Self { map, bytes, room, lacks_states, unknown_states } = self;
        let mut keep_to_room = |occupant: &mut Occupant, before: usize| {
            if !room.states && weigh_state(occupant.state()) > before {
                (occupant.state, occupant.state_fact) = (None, Timetoken::ZERO);
                *lacks_states = true;
            }
        };
        map.upsert(user, |known| {
            if let Some(occupant) = known {
                let before = weigh_state(occupant.state());
                *unknown_states -= usize::from(!occupant.knows_state());
                let (_, changed) = change(Some(occupant));
                keep_to_room(occupant, before);
                *unknown_states += usize::from(!occupant.knows_state());
                *bytes = *bytes + weigh_state(occupant.state()) - before;
                return (None, changed);
            }
            let (mut coming, changed) = change(None);
            if let Some(coming) = &mut coming {
                keep_to_room(coming, 0);
                *unknown_states += usize::from(!coming.knows_state());
                *bytes += weigh(user, coming);
            }
            (coming, changed)
        })
    }

    /// Take somebody off the list if they are known to `go`.
    pub fn remove_if(&mut self, user: &UserId, goes: impl FnOnce(&Occupant) -> bool) -> Withdrawal<Occupant> {
        let removal = self.map.remove_if(user, goes);
        if let Withdrawal::Removed(gone) = &removal {
            self.bytes -= weigh(user, gone);
            self.unknown_states -= usize::from(!gone.knows_state());
        }
        removal
    }

    /// Take those off the list for whom `keep` says no. It changes no state, and is asked about all who are
    /// `concerned`, and maybe about others.
    pub fn retain(
        &mut self,
        concerned: impl Fn(&Occupant) -> bool,
        mut keep: impl FnMut(&UserId, &mut Occupant) -> bool,
    ) {
        let (mut freed, mut unknown) = (0, 0);
        self.map.retain(concerned, |user, occupant| {
            let stays = keep(user, occupant);
            if !stays {
                freed += weigh(user, occupant);
                unknown += usize::from(!occupant.knows_state());
            }
            stays
        });
        self.bytes -= freed;
        self.unknown_states -= unknown;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn occupant(state: &str) -> Occupant {
        let at = Timetoken::new(7);
        Occupant::from_join(at).with_state(State::parse(state).ok(), at)
    }

    fn insert(all: &mut Occupants, user: &UserId, coming: Occupant) {
        all.update_or_insert(user, |_| (Some(coming), ()));
    }

    #[test]
    fn an_entry_is_small() {
        assert_eq!((size_of::<UserId>(), size_of::<Occupant>()), (24, 48));
    }

    #[test]
    fn bytes_are_those_of_who_is_there_and_states_go_first() {
        let user = |id: &str| UserId::from_wire(id);
        let mut all = Occupants::default();
        insert(&mut all, &user("ann"), occupant(r#"{"n":1}"#));
        insert(&mut all, &user("bob"), occupant(""));
        assert_eq!(all.bytes(), 2 * ENTRY + ALLOCATION + 7);
        all.update(&user("bob"), |bob| bob.state = State::parse(r#"{"n":12}"#).ok());
        assert_eq!(all.bytes(), 2 * (ENTRY + ALLOCATION) + 15);
        all.set_room(Room { states: false, names: true });
        let long = "c".repeat(40);
        insert(&mut all, &user(&long), occupant(r#"{"n":1}"#));
        assert!(all.lacks_states() && all.get(&user(&long)).unwrap().state.is_none());
        // One that grows goes, one that shrinks may stay.
        all.update(&user("ann"), |ann| ann.state = State::parse(r#"{"n":123}"#).ok());
        all.update(&user("bob"), |bob| bob.state = State::parse("{}").ok());
        assert_eq!(all.bytes(), 3 * ENTRY + 2 * ALLOCATION + 40 + 2);
        assert_eq!(all.remove_if(&user(&long), |_| false), Withdrawal::Kept);
        assert!(matches!(all.remove_if(&user(&long), |_| true), Withdrawal::Removed(_)));
        all.retain(|_| true, |id, _| id.as_str() != "bob");
        assert_eq!(all.bytes(), ENTRY);
    }
}
