//! The event log, and the view of it.

mod ring;
mod view;

pub use self::{
    ring::EventLog,
    view::{Burst, LogFilter, LogRow, LogRowPart, LogView},
};
