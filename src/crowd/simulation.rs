//! Who does what after which pause: endless, and the same for the same seed. Pure.
//!
//! `state` is where the crowd stands and when something is due; `acts` lets it happen.

mod acts;
mod state;
#[cfg(test)]
mod tests;

pub use state::{CrowdAct, CrowdStep, Simulation};
