//! Keeps the lists right: compares each list with the occupancy, finds by the told occupancies whether events are
//! missing, judges how certain a list is, and decides when to ask here now.

mod cause;
mod certainty;
mod continuity;
mod reconciler;
mod suspicions;

pub use self::{
    cause::Cause,
    certainty::{Certainty, Reliability},
    continuity::{ListStep, MissingEvents},
    reconciler::{ListCounts, ListSize, Reconciler, compute_spread},
};
