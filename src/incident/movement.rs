//! The latest joins and departures, one entry each, in a ring of fixed size.

use super::IncidentKind;
use crate::presence::{Moment, Timetoken};

/// The number of entries kept.
const CAPACITY: usize = 16_384;

/// What a user, or a number of unnamed users, did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum MovementKind {
    /// Joined.
    Joined,
    /// Was announced again while present.
    Again,
    /// Left on purpose.
    Left,
    /// Timed out.
    TimedOut,
    /// So many more are present, and nobody was named. `user` is their number.
    Up,
    /// So many fewer.
    Down,
}

/// Whether a user who joins departed from the same channel a short while ago, or was present there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comeback {
    /// No, or it is a departure.
    No,
    /// Yes, for the first time lately.
    First,
    /// Yes, once more.
    Once,
    /// The user left it within the minute before, but not that shortly.
    Late,
}

/// A join or a departure.
#[derive(Debug, Clone, Copy)]
pub(super) struct Movement {
    /// The hash of the user id.
    pub user: u64,
    /// When it was published, by our clock.
    pub at: Moment,
    /// When it was published, by the service's clock.
    pub published: Timetoken,
    /// The place of the channel.
    pub channel: u32,
    /// What happened.
    pub kind: MovementKind,
    /// Whether the user is back.
    pub comeback: Comeback,
    /// How many seconds before it may have happened: an interval tells of them all at once.
    pub spread: u8,
}

impl Movement {
    /// When it is counted: what is told together is spread over the seconds in which it happened, so that it is no burst.
    pub fn counted_at(&self, number: u64) -> Moment {
        // To divide takes time, and hardly ever is there anything to divide by.
        let back = if self.spread == 0 { 0 } else { number % (u64::from(self.spread) + 1) };
        Moment::from_micros(self.at.micros().saturating_sub(back * 1_000_000))
    }

    /// When it happened at the earliest.
    pub fn began(&self) -> Moment {
        Moment::from_micros(self.at.micros().saturating_sub(u64::from(self.spread) * 1_000_000))
    }

    /// Whether the user is back on the channel after a short while.
    pub const fn is_back(&self) -> bool {
        matches!(self.comeback, Comeback::First | Comeback::Once)
    }

    /// Whether an interval tells that somebody joined who was there before it: they had gone within it, for once.
    pub fn went_unheard(&self) -> bool {
        self.kind == MovementKind::Again && self.spread > 0 && self.comeback == Comeback::First
    }

    /// Whether it belongs to an incident of this kind, at its time.
    pub const fn concerns(&self, kind: IncidentKind) -> bool {
        match kind {
            IncidentKind::MassTimeout => matches!(self.kind, MovementKind::TimedOut | MovementKind::Down),
            IncidentKind::MassLeave => matches!(self.kind, MovementKind::Left | MovementKind::Down),
            IncidentKind::Unclear => {
                matches!(self.kind, MovementKind::Left | MovementKind::TimedOut | MovementKind::Down)
            }
            IncidentKind::Reconnect => matches!(self.comeback, Comeback::First),
            IncidentKind::Flapping => matches!(self.comeback, Comeback::Once),
            IncidentKind::Rush => matches!(self.kind, MovementKind::Joined | MovementKind::Up),
            IncidentKind::Herd => matches!(self.kind, MovementKind::Joined | MovementKind::Again),
            IncidentKind::Drift | IncidentKind::ModeSwitch | IncidentKind::Refused | IncidentKind::LostLink => false,
        }
    }

    /// How many came or went.
    pub const fn count_changes(&self) -> u64 {
        match self.kind {
            MovementKind::Up | MovementKind::Down => self.user,
            _ => 1,
        }
    }

    /// By how much it changes the occupancy.
    pub const fn count_net(&self) -> i64 {
        match self.kind {
            MovementKind::Joined => 1,
            MovementKind::Left | MovementKind::TimedOut => -1,
            MovementKind::Again => 0,
            MovementKind::Up => self.user.cast_signed(),
            MovementKind::Down => self.user.cast_signed().saturating_neg(),
        }
    }
}

/// The latest movements, numbered from the first one on.
#[derive(Debug, Clone, Default)]
pub(super) struct Movements {
    ring: Vec<Movement>,
    /// The number of movements so far.
    made: u64,
}

impl Movements {
    #[inline]
    pub fn push(&mut self, movement: Movement) {
        if self.ring.len() < CAPACITY {
            self.ring.push(movement);
        } else {
            let place = usize::try_from(self.made % CAPACITY as u64).unwrap_or_default();
            self.ring[place] = movement;
        }
        self.made += 1;
    }

    /// The bytes of a copy.
    pub const fn weigh(&self) -> usize {
        self.ring.len() * size_of::<Movement>()
    }

    /// The number of movements so far.
    pub const fn count_all(&self) -> u64 {
        self.made
    }

    /// The number of the oldest movement that is kept.
    pub const fn oldest(&self) -> u64 {
        self.made - self.ring.len() as u64
    }

    /// Where in the ring the oldest movement is.
    fn begin(&self) -> usize {
        if self.ring.len() < CAPACITY { 0 } else { usize::try_from(self.made % CAPACITY as u64).unwrap_or_default() }
    }

    /// Forget all movements; their numbers go on.
    pub fn clear(&mut self) {
        self.made = self.made.next_multiple_of(CAPACITY as u64);
        self.ring.clear();
    }

    /// The movements from this number on, with their numbers, oldest first.
    pub fn since(&self, number: u64) -> impl Iterator<Item = (u64, &Movement)> {
        let first = number.max(self.oldest());
        let skipped = usize::try_from(first - self.oldest()).unwrap_or(usize::MAX);
        let (later, earlier) = self.ring.split_at(self.begin());
        let movements = earlier.iter().chain(later).skip(skipped);
        (first..).zip(movements)
    }

    /// The same to be changed.
    pub fn since_mut(&mut self, number: u64) -> impl Iterator<Item = (u64, &mut Movement)> {
        let first = number.max(self.oldest());
        let skipped = usize::try_from(first - self.oldest()).unwrap_or(usize::MAX);
        let begin = self.begin();
        let (later, earlier) = self.ring.split_at_mut(begin);
        let movements = earlier.iter_mut().chain(later).skip(skipped);
        (first..).zip(movements)
    }

    /// When the oldest movement that is kept was published.
    pub fn begins_at(&self) -> Option<Moment> {
        self.ring.get(self.begin()).map(|movement| movement.at)
    }

    /// The movements published at or after `from`, newest first. Those that were delivered out of order are found if they
    /// are among the next hundred.
    pub fn recent(&self, from: Moment) -> impl Iterator<Item = (u64, &Movement)> {
        let mut late = 0;
        let (later, earlier) = self.ring.split_at(self.begin());
        let newest_first = later.iter().rev().chain(earlier.iter().rev());
        (self.oldest()..self.made)
            .rev()
            .zip(newest_first)
            .take_while(move |(_, movement)| {
                late = if movement.at < from { late + 1 } else { 0 };
                late < 100
            })
            .filter(move |(_, movement)| movement.at >= from)
    }
}
