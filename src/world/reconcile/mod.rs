//! Is the list right? Compares what the service tells with what the list names, says how sure it is,
//! and decides when to ask here now.

mod cause;
mod certainty;
mod reconciler;

pub use self::{
    cause::Cause,
    certainty::{Certainty, Reliability},
    reconciler::{Reconciler, compute_spread},
};
