//! How many requests go out.

pub(crate) mod kinds;
pub(crate) mod rate;
