//! What of the log is shown, and where in it a person is.

mod cursor;
mod held;
mod journal;
mod row;
mod shown;
#[cfg(test)]
mod tests;

pub use self::{
    journal::{Burst, Journal},
    row::{Part, Row},
    shown::Shown,
};
