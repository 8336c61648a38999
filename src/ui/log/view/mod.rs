//! What of the log is shown, and where in it a person is.

mod cursor;
mod held;
mod log_filter;
mod log_view;
mod row;
#[cfg(test)]
mod tests;

pub use self::{
    log_filter::LogFilter,
    log_view::{Burst, LogView},
    row::{LogRow, LogRowPart},
};
