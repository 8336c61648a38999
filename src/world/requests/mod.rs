//! How many requests go out.

mod kinds;
mod rate;

pub use self::{kinds::Rates, rate::Pace};
