//! THE WATCH LIST: whom and what somebody wants to be told about, and what they are told. It reads a
//! [`World`](crate::world::World) and hears what happens there; it knows nobody who looks.

mod alert;
mod item;
mod list;
mod listen;
#[cfg(test)]
mod tests;

pub use self::{
    alert::{Alert, AlertKind, AlertSubject},
    item::WatchItem,
    list::{WatchList, find_mistakes},
};
