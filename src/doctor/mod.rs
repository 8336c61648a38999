//! THE DOCTOR: what herenow knows to be wrong or suspects, each with its evidence and what to do. It reads a
//! [`World`](crate::world::World), and knows nobody who looks.

mod examine;
mod finding;
mod findings;
mod link;
mod lists;
mod own;
#[cfg(test)]
mod tests;

pub use self::{
    examine::{CHECKED, examine_world},
    finding::{Finding, Gravity},
    findings::Doctor,
};
