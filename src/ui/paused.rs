//! What the screen shows while it does not go along with the world: a moment that is held, or an earlier one.

use super::told::ToldSoFar;
use crate::{history::Instant, presence::Moment, world::World};

/// A pause, or a look back.
#[derive(Debug)]
pub struct Paused {
    /// The moment that is shown.
    pub at: Moment,
    /// The number of waiting events, when it was last counted.
    pub waiting: u64,
    /// How the past is looked at, if it is.
    pub past: Option<PastView>,
    pub(super) counted: Moment,
    /// World, log and incidents at that moment.
    pub(super) shown: Instant<ToldSoFar>,
}

/// How the past is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PastView {
    /// Until when, by the clock of today, it has been played; nothing while it is held.
    pub playing: Option<Moment>,
    /// How fast it is played.
    pub speed: PlaySpeed,
}

/// How fast the past is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlaySpeed(usize);

/// Tenths of the usual speed.
const SPEEDS: [u64; 10] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

impl Default for PlaySpeed {
    fn default() -> Self {
        Self(3)
    }
}

impl PlaySpeed {
    /// In tenths of how fast it went; nothing means as fast as it goes.
    pub fn tenths(self) -> Option<u64> {
        SPEEDS.get(self.0).copied()
    }

    /// The next faster one, as far as there is one.
    pub(super) const fn faster(self) -> Self {
        Self(if self.0 < SPEEDS.len() { self.0 + 1 } else { self.0 })
    }

    /// The next slower one, as far as there is one.
    pub(super) const fn slower(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// `4 times`, or `as fast as it goes`.
    pub fn describe(self) -> String {
        match self.tenths() {
            None => "as fast as it goes".to_owned(),
            Some(tenths) if tenths.is_multiple_of(10) => format!("×{}", tenths / 10),
            Some(tenths) => format!("×0.{tenths}"),
        }
    }
}

impl Paused {
    /// The number of events since the moment that is shown.
    pub(super) fn events_since(&self, live: &World) -> u64 {
        live.counters.events.saturating_sub(self.shown.world.counters.events)
    }
}
