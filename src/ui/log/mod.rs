//! The event log, and what of it is shown.

mod ring;
mod view;

pub use self::{
    ring::EventLog,
    view::{Burst, LogFilter, LogRow, LogRowPart, LogView},
};
