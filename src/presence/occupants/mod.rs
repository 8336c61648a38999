//! The occupants of one channel: a sorted list that can be copied at once, with what it weighs.

mod crowd_map;
mod list;
mod packed;

pub use self::list::Room;
pub(in crate::presence) use self::{crowd_map::Withdrawal, list::Occupants};
