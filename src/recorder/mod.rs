//! The recorder: writes what goes into a world to a file, on a thread of its own, without delaying the picture.
//!
//! Who owns what:
//!
//! - [`RecordingKeeper`] stands where inputs enter the world, on the loop. It copies inputs into a bounded queue and never
//!   waits. What finds the queue full is counted, and the count goes into the queue as soon as there is room: so a
//!   lost line stands exactly where lines are missing.
//! - The thread owns the composer of the lines, the packing, and the file. Checks are computed there, on a copy of the
//!   world that shares what is large; one at a time.
//! - [`Recording`] is held by the verb: it begins and ends files, and knows what became of them.
//!
//! A dashboard keeps what came in since its start, packed, in a bounded piece of memory: a file that is begun later
//! begins with it, so that its world is the one on the screen. What does not fit any more is dropped as a whole, and the
//! file says by a lost line that it is missing. Without memory, too, the file says what is missing.
//!
//! What bounds what: the queue holds so many inputs and so many bytes; the thread holds at most one piece of what is
//! not written yet, some 64 KiB packed, and what is written is flushed each second.
//!
//! What happens on failure: a write that fails loses what was not kept since the last one that did not. The file is cut
//! back to there, a begun member is ended, and a lost line tells how many inputs are missing, as soon as the disk takes
//! it. A file that is gone is made again, with a header and a lost line. Each second it is tried again. All the while
//! `RecordingStatus` says what is wrong, in a sentence.

mod branch;
mod disk;
mod keeper;
mod memory;
mod recording;
mod sink;
mod status;
mod targets;
mod thread;

#[cfg(test)]
mod tests;

pub use self::{
    keeper::RecordingKeeper,
    recording::Recording,
    status::RecordingNews,
    thread::{RecorderPlan, is_packed, start_recorder},
};
