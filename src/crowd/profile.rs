//! How a crowd behaves.

use std::time::Duration;

/// What happens how often.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Profile {
    /// Its name.
    pub name: &'static str,
    /// The average pause between two acts of the whole crowd, per hundred people.
    pub pause: Duration,
    /// The part of the crowd that is online on average.
    pub online: f64,
    /// Of the acts of those online: the part that changes a state rather than going.
    pub restate: f64,
    /// Of those who go: the part that vanishes without a leave.
    pub vanish: f64,
}

impl Profile {
    /// A normal afternoon.
    pub const STEADY: Self =
        Self { name: "steady", pause: Duration::from_millis(450), online: 0.8, restate: 0.3, vanish: 0.35 };
}
