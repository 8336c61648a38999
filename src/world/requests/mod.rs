//! Counts and rates of our requests.

mod kinds;
mod rate;

pub use self::{kinds::RequestCounts, rate::RequestRate};
