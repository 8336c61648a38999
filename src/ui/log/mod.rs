//! The event log, and the view of it.

mod about;
mod dropped;
mod recent;
mod ring;
mod view;

pub use self::{
    ring::EventLog,
    view::{Burst, EventLevel, LogFilter, LogRow, LogRowPart, LogView},
};
