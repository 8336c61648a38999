//! Keeps the lists right: compares each list with the occupancy, judges how certain it is, and decides when to ask
//! here now.

mod cause;
mod certainty;
mod reconciler;

pub use self::{
    cause::Cause,
    certainty::{Certainty, Reliability},
    reconciler::{Reconciler, compute_spread},
};
