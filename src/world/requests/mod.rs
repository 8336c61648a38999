//! How many requests go out.

mod kinds;
mod rate;

pub use self::{kinds::RequestCounts, rate::RequestRate};
