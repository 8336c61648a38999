//! Occupants as few bytes that are soon read: most of the time that it takes to read a world goes into them.
//!
//! ```text
//! chunk chunk chunk …
//! chunk: how many, then each: flags, id, since, what of fact, heard and state_fact the flags don't say, state, counts
//! ```
//!
//! What is like that of the one before is not written again: the beginning of an id, a state that is known, and of times
//! the difference.

use std::collections::HashMap;

use crate::presence::{Occupant, State, Timetoken, UserId};

/// The bytes that an id shares with the one before at the most: more would make much of few bytes.
const LONGEST_SHARED: usize = 31;

/// So many states are known: those that were new last.
const KNOWN_STATES: usize = 256;

/// In the flags: whether we saw them join.
const JOINED: u8 = 1;
/// The newest evidence is that since which they are present.
const FACT_IS_SINCE: u8 = 1 << 1;
/// The newest event is that evidence; or none was.
const HEARD_IS_FACT: u8 = 1 << 2;
const HEARD_IS_ZERO: u8 = 1 << 3;
/// The state was told by the newest event; or with the newest evidence, or by none where both are said.
const TOLD_IS_HEARD: u8 = 1 << 4;
const TOLD_IS_FACT: u8 = 1 << 5;
/// Counts follow.
const COUNTED: u8 = 1 << 6;

type Chunk = Vec<(UserId, Occupant)>;

/// The chunks of a list as bytes.
pub(super) fn pack_occupants<'a>(chunks: impl Iterator<Item = &'a [(UserId, Occupant)]>) -> Vec<u8> {
    let mut packer = Packer::default();
    for chunk in chunks {
        packer.put(chunk.len() as u64);
        for (user, occupant) in chunk {
            packer.put_one(user, occupant);
        }
    }
    packer.out
}

/// The chunks that were written; `None` if these are other bytes.
pub(super) fn unpack_occupants(bytes: &[u8]) -> Option<Vec<Chunk>> {
    let mut unpacker = Unpacker { rest: bytes, id: String::new(), since: 0, states: Vec::new(), next: 0 };
    let mut chunks = Vec::new();
    while !unpacker.rest.is_empty() {
        let many = usize::try_from(unpacker.take()?).ok().filter(|many| *many <= unpacker.rest.len())?;
        let mut chunk = Vec::with_capacity(many);
        for _ in 0..many {
            chunk.push(unpacker.take_one()?);
        }
        chunks.push(chunk);
    }
    Some(chunks)
}

#[derive(Default)]
struct Packer<'a> {
    out: Vec<u8>,
    id: &'a str,
    since: u64,
    /// Where each state stands among the new ones.
    states: HashMap<&'a str, usize>,
    new_states: usize,
}

impl<'a> Packer<'a> {
    fn put_one(&mut self, user: &'a UserId, occupant: &'a Occupant) {
        let Occupant { since, fact, heard, state_fact, state, sightings, listed_by, doubt, joined } = occupant;
        let is_counted = (*sightings, *listed_by, *doubt) != (1, 0, 0);
        let heard_flag = if heard == fact {
            HEARD_IS_FACT
        } else if *heard == Timetoken::ZERO {
            HEARD_IS_ZERO
        } else {
            0
        };
        let told_flag = if *state_fact == Timetoken::ZERO {
            TOLD_IS_HEARD | TOLD_IS_FACT
        } else if state_fact == heard {
            TOLD_IS_HEARD
        } else if state_fact == fact {
            TOLD_IS_FACT
        } else {
            0
        };
        let flags = heard_flag
            | told_flag
            | if *joined { JOINED } else { 0 }
            | if fact == since { FACT_IS_SINCE } else { 0 }
            | if is_counted { COUNTED } else { 0 };
        self.out.push(flags);
        self.put_id(user.as_str());
        let before = std::mem::replace(&mut self.since, since.ticks());
        self.put_difference(since.ticks(), before);
        if fact != since {
            self.put_difference(fact.ticks(), since.ticks());
        }
        if heard_flag == 0 {
            self.put_difference(heard.ticks(), fact.ticks());
        }
        if told_flag == 0 {
            self.put_difference(state_fact.ticks(), heard.ticks());
        }
        self.put_state(state.as_ref());
        if is_counted {
            for count in [u64::from(*sightings), u64::from(*listed_by), u64::from(*doubt)] {
                self.put(count);
            }
        }
    }

    fn put_id(&mut self, id: &'a str) {
        let like = |(one, other): &(u8, u8)| one == other;
        let mut shared = self.id.bytes().zip(id.bytes()).take(LONGEST_SHARED).take_while(like).count();
        while !id.is_char_boundary(shared) {
            shared -= 1;
        }
        self.id = id;
        self.put(shared as u64);
        self.put_text(&id[shared..]);
    }

    fn put_state(&mut self, state: Option<&'a State>) {
        let Some(state) = state.map(State::as_json) else { return self.put(0) };
        let known = self.states.get(state).filter(|place| **place + KNOWN_STATES >= self.new_states);
        if let Some(place) = known {
            return self.put((place % KNOWN_STATES) as u64 + 2);
        }
        self.states.insert(state, self.new_states);
        self.new_states += 1;
        self.put(1);
        self.put_text(state);
    }

    fn put_text(&mut self, text: &str) {
        self.put(text.len() as u64);
        self.out.extend(text.as_bytes());
    }

    fn put_difference(&mut self, later: u64, earlier: u64) {
        let difference = later.wrapping_sub(earlier).cast_signed();
        self.put((difference << 1 ^ difference >> 63).cast_unsigned());
    }

    /// Seven bits in each byte, the lower ones first.
    fn put(&mut self, mut number: u64) {
        while number >= 0x80 {
            let [low, ..] = number.to_le_bytes();
            self.out.push(low | 0x80);
            number >>= 7;
        }
        self.out.extend(u8::try_from(number));
    }
}

struct Unpacker<'a> {
    rest: &'a [u8],
    id: String,
    since: u64,
    /// Those that are known, in a ring.
    states: Vec<State>,
    next: usize,
}

impl<'a> Unpacker<'a> {
    fn take_one(&mut self) -> Option<(UserId, Occupant)> {
        let (flags, rest) = self.rest.split_first()?;
        self.rest = rest;
        let is = |flag: u8| flags & flag != 0;
        let user = self.take_id()?;
        self.since = self.take_difference(self.since)?;
        let since = self.since;
        let fact = if is(FACT_IS_SINCE) { since } else { self.take_difference(since)? };
        let heard = match (is(HEARD_IS_FACT), is(HEARD_IS_ZERO)) {
            (true, _) => fact,
            (_, true) => 0,
            _ => self.take_difference(fact)?,
        };
        let state_fact = match (is(TOLD_IS_HEARD), is(TOLD_IS_FACT)) {
            (true, true) => 0,
            (true, false) => heard,
            (false, true) => fact,
            (false, false) => self.take_difference(heard)?,
        };
        let state = self.take_state()?;
        let (mut sightings, mut listed_by, mut doubt) = (1, 0, 0);
        if is(COUNTED) {
            sightings = u32::try_from(self.take()?).ok()?;
            listed_by = u16::try_from(self.take()?).ok()?;
            doubt = u8::try_from(self.take()?).ok()?;
        }
        let [since, fact, heard, state_fact] = [since, fact, heard, state_fact].map(Timetoken::new);
        let joined = is(JOINED);
        Some((user, Occupant { since, fact, heard, state_fact, state, sightings, listed_by, doubt, joined }))
    }

    fn take_id(&mut self) -> Option<UserId> {
        let shared = usize::try_from(self.take()?).ok().filter(|shared| *shared <= LONGEST_SHARED)?;
        if !self.id.is_char_boundary(shared) {
            return None;
        }
        let text = self.take_text()?;
        self.id.truncate(shared);
        self.id.push_str(text);
        Some(UserId::from_wire(&self.id))
    }

    /// Nothing, if it can't be read.
    #[expect(clippy::option_option, reason = "nothing can't be read, and no state can")]
    fn take_state(&mut self) -> Option<Option<State>> {
        match self.take()? {
            0 => Some(None),
            1 => {
                let state = State::from_scanned(self.take_text()?);
                match self.states.get_mut(self.next) {
                    Some(oldest) => *oldest = state.clone(),
                    None => self.states.push(state.clone()),
                }
                self.next = (self.next + 1) % KNOWN_STATES;
                Some(Some(state))
            }
            known => Some(Some(self.states.get(usize::try_from(known - 2).ok()?)?.clone())),
        }
    }

    fn take_text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.take()?).ok()?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        std::str::from_utf8(text).ok()
    }

    fn take_difference(&mut self, from: u64) -> Option<u64> {
        let folded = self.take()?;
        Some(from.wrapping_add((folded >> 1) ^ (folded & 1).wrapping_neg()))
    }

    fn take(&mut self) -> Option<u64> {
        let mut number = 0;
        for place in 0..10 {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            number |= u64::from(byte & 0x7f) << (7 * place);
            if *byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests;
