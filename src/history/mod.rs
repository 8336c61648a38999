//! The recent history of a world, in memory, so that any instant of it can be shown again. Pure.
//!
//! A [`World`](crate::world::World) changes by inputs alone, so what is kept is the inputs, and now and then a keyframe:
//! a copy of the world with all that was told of it. To look at an instant, the last keyframe before it is copied and
//! the inputs since then are taken in once more, by the same code as at first. From one instant to a later one no
//! keyframe is needed.
//!
//! What is told of a world (a log, incidents) is a [`HistoryListener`]: it listens, as it did live. What it took from elsewhere
//! (an alert, that somebody read an incident) is kept as a fact between the inputs, and is not judged a second time.
//!
//! | what it does | where |
//! |---|---|
//! | keeps inputs, facts and keyframes, and drops the oldest | `history` |
//! | decides when a keyframe is worth its bytes | `budget` |
//! | goes to an instant, and from one to a later one | `instant` |
//! | has the stretch of a recording in memory that is looked at | `stretches` |
//!
//! Of a recording, a [`StretchSource`] reads a stretch at a time, as the last while was kept: by the same listener, into
//! a history of its own.
//!
//! Invariants: what is kept weighs no more than its bound, except for a single input, and keyframes weigh at most half of
//! it. An instant that is looked at equals the world as it was then. Where not even two keyframes fit, nothing is kept,
//! and [`NotKept`] says what would be needed.

mod budget;
#[expect(clippy::module_inception, reason = "the record after which the room is named")]
mod history;
mod instant;
mod stretches;

pub use self::{
    budget::{KeepLimits, Stretch, weigh_world},
    history::{History, HistoryListener, NotKept, StretchSource},
    instant::Instant,
};
