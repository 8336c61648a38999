//! How the service tells of a channel.

/// How the service tells of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Each event by itself.
    #[default]
    Announce,
    /// Summed up; `deltas`: the summaries named who joined and left at some time.
    Interval {
        /// Names were seen in intervals.
        deltas: bool,
    },
}

impl Mode {
    /// Whether the service sums up.
    pub const fn is_interval(self) -> bool {
        matches!(self, Self::Interval { .. })
    }
}
