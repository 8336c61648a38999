//! Some of those who joined or departed, by name and with the state that they had.

use super::movement::MovementKind;
use crate::presence::{Moment, State, UserId};

/// The number of samples kept.
const CAPACITY: usize = 1024;

/// Samples taken in one second: more would not tell more.
const PER_SECOND: u16 = 192;

/// The largest state that is kept, in bytes of JSON.
const LARGEST_STATE: usize = 2048;

/// Somebody who joined or departed.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub user: UserId,
    /// The state, as last known, if it is small.
    pub state: Option<State>,
    pub kind: MovementKind,
    pub at: Moment,
}

/// The latest samples, in a ring of fixed size.
#[derive(Debug, Clone, Default)]
pub(super) struct Samples {
    ring: Vec<Sample>,
    next: usize,
    second: u64,
    taken: u16,
}

impl Samples {
    /// Keep somebody, unless there are enough of this second.
    #[inline]
    pub fn push(&mut self, user: &UserId, state: Option<&State>, kind: MovementKind, at: Moment) {
        if self.second != at.seconds() {
            (self.second, self.taken) = (at.seconds(), 0);
        }
        if self.taken >= PER_SECOND {
            return;
        }
        self.taken += 1;
        self.keep(user, state, kind, at);
    }

    fn keep(&mut self, user: &UserId, state: Option<&State>, kind: MovementKind, at: Moment) {
        let state = state.filter(|state| state.as_json().len() <= LARGEST_STATE).cloned();
        let sample = Sample { user: user.clone(), state, kind, at };
        if self.ring.len() < CAPACITY {
            self.ring.push(sample);
        } else {
            self.ring[self.next] = sample;
            self.next = (self.next + 1) % CAPACITY;
        }
    }

    /// The bytes of a copy, which shares names and states.
    pub const fn weigh(&self) -> usize {
        self.ring.len() * size_of::<Sample>()
    }

    pub fn clear(&mut self) {
        self.ring.clear();
        self.next = 0;
    }

    /// Those who did this between two moments.
    pub fn between(
        &self,
        from: Moment,
        to: Moment,
        is_one: impl Fn(MovementKind) -> bool,
    ) -> impl Iterator<Item = &Sample> {
        self.ring.iter().filter(move |sample| (from..=to).contains(&sample.at) && is_one(sample.kind))
    }
}
