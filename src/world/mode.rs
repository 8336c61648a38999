//! How the service announces changes of a channel.

use serde::{Deserialize, Serialize};

/// How the service announces changes of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Mode {
    /// Each change is an event of its own.
    #[default]
    Announce,
    /// Changes are summed up in interval events.
    Interval {
        /// Whether the intervals name the users.
        deltas: bool,
    },
}

impl Mode {
    /// Whether the service sums up.
    pub const fn is_interval(self) -> bool {
        matches!(self, Self::Interval { .. })
    }
}
