//! The lengths of time that the screen shows: one for the changes, lines and moves of the channels, and for the chart.

use std::time::Duration;

/// A length of time that the screen shows, up to now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeSpan {
    /// One minute.
    Minute,
    /// Ten minutes.
    TenMinutes,
    /// An hour.
    Hour,
}

impl TimeSpan {
    /// All, the shortest first.
    pub const ALL: [Self; 3] = [Self::Minute, Self::TenMinutes, Self::Hour];

    /// Its length in seconds.
    pub const fn seconds(self) -> u64 {
        match self {
            Self::Minute => 60,
            Self::TenMinutes => 600,
            Self::Hour => 3_600,
        }
    }

    /// Its length.
    pub const fn duration(self) -> Duration {
        Duration::from_secs(self.seconds())
    }

    /// Its name for people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minute => "1 min",
            Self::TenMinutes => "10 min",
            Self::Hour => "1 h",
        }
    }

    /// The one that ends now, for people.
    pub const fn name_last(self) -> &'static str {
        match self {
            Self::Minute => "last minute",
            Self::TenMinutes => "last 10 min",
            Self::Hour => "last hour",
        }
    }

    /// The next shorter one, or itself if there is none.
    pub const fn shorter(self) -> Self {
        match self {
            Self::Minute | Self::TenMinutes => Self::Minute,
            Self::Hour => Self::TenMinutes,
        }
    }

    /// The next longer one, or itself if there is none.
    pub const fn longer(self) -> Self {
        match self {
            Self::Minute => Self::TenMinutes,
            Self::TenMinutes | Self::Hour => Self::Hour,
        }
    }
}
