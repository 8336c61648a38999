//! How far a long way through a recording is, on stderr, so that it does not look like standing still.

use super::open::OpenPast;
use crate::{cli::print, recording::Past};

/// A recording of fewer bytes is gone through in a moment.
const LONG: u64 = 16 << 20;

/// It is told after so many parts of a hundred.
const STEP: u64 = 10;

/// Tells of a way through a recording.
pub(super) struct ReadingProgress {
    name: String,
    length: u64,
    /// What is told next, in parts of a hundred.
    next: u64,
}

impl ReadingProgress {
    /// At its beginning.
    pub fn new(open: &OpenPast) -> Self {
        let length = open.path().metadata().map_or(0, |data| data.len());
        if length >= LONG {
            print::remark(&format!("reading {}, {} MiB", open.name(), length >> 20));
        }
        Self { name: open.name(), length, next: STEP }
    }

    /// So far it was read.
    pub fn tell(&mut self, past: &Past) {
        if self.length < LONG {
            return;
        }
        let done = past.reader().count_bytes().saturating_mul(100) / self.length;
        if done >= self.next && done < 100 {
            print::remark(&format!("{done} % of {} is read", self.name));
            self.next = done - done % STEP + STEP;
        }
    }
}
