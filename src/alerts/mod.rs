//! The watch list: what a person wants alerts about, and the alerts. It reads a [`World`](crate::world::World) and
//! listens to it; it knows no room above.

mod alert;
mod item;
mod list;
mod listen;
#[cfg(test)]
mod tests;

pub use self::{
    alert::{Alert, AlertKind, AlertSubject},
    item::{HoldingClaim, WatchItem},
    list::{WatchList, find_mistakes},
};
