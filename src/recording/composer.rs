//! Lines in their order: each gets the next number, and each check names what has changed since the one before.

use super::{
    digest::WorldDigest,
    lines::{RecordLine, RecordedCheck, write_line},
};
use crate::{presence::Moment, world::World};

/// A check names at most so many channels that have changed. The hash of all is of all.
const MOST_NAMED: usize = 1_000;

/// Composes the lines of one recording.
#[derive(Debug, Clone, Default)]
pub struct LineComposer {
    number: u64,
    /// What the world was at the last check.
    known: WorldDigest,
}

impl LineComposer {
    /// Write the next line.
    pub fn write(&mut self, out: &mut Vec<u8>, at: Moment, line: &RecordLine) {
        self.number += 1;
        write_line(out, self.number, at, line);
    }

    /// Write what a world is.
    pub fn write_check(&mut self, out: &mut Vec<u8>, world: &World) {
        let now = WorldDigest::compute(world);
        let has_changed = |(channel, known): &(&_, &_)| self.known.channels.get(*channel) != Some(*known);
        let changed = now.channels.iter().filter(has_changed).take(MOST_NAMED);
        let changed = changed.map(|(channel, known)| (channel.clone(), known.clone())).collect();
        let check = RecordedCheck { hash: now.hash_all(), counters: now.counters, changed };
        self.known = now;
        self.write(out, world.now(), &RecordLine::Check(check));
    }

    /// The number of the last line.
    pub const fn last_number(&self) -> u64 {
        self.number
    }

    /// The last lines were not kept: the next one has this number, and its check says all.
    pub fn go_back_to(&mut self, number: u64) {
        (self.number, self.known) = (number, WorldDigest::default());
    }
}
