//! The doctor: finds what is wrong or suspect, each with evidence and a remedy. It reads a
//! [`World`](crate::world::World) and knows no room above.

mod examine;
mod finding;
mod findings;
mod incidents;
mod link;
mod lists;
mod own;
#[cfg(test)]
mod tests;

use self::incidents::list_incidents;
pub use self::{
    examine::{CHECKED, examine_world},
    finding::{Finding, Gravity},
    findings::{Doctor, list_findings},
};
