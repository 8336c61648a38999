//! The view of the log: what is shown of it, and the position in it.

mod burst;
mod cursor;
mod held;
mod level;
mod log_filter;
mod log_view;
mod row;
#[cfg(test)]
mod tests;
mod unfold;

pub use self::{
    burst::Burst,
    level::EventLevel,
    log_filter::LogFilter,
    log_view::LogView,
    row::{LogRow, LogRowPart},
};
