//! The kinds of incidents.

use std::fmt;

/// What happened, as far as it can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IncidentKind {
    /// Many users timed out together: their network failed, or their heartbeats stopped.
    MassTimeout,
    /// Many users left together and are not back: a deploy, or they were disconnected.
    MassLeave,
    /// Many users left and joined again: a deploy, or a reconnect of their clients.
    Reconnect,
    /// Those who had timed out are back, all at once.
    Herd,
    /// Many users joined together.
    Rush,
    /// A few users leave and join again and again.
    Flapping,
    /// Lists had to be corrected, and no event explains why.
    Drift,
    /// The service changed the occupancy from which it sums up changes.
    ModeSwitch,
    /// The service refuses requests.
    Refused,
    /// The link to the service is lost.
    LostLink,
    /// Unusual, and none of these.
    Unclear,
}

impl IncidentKind {
    /// All kinds.
    pub const ALL: [Self; 11] = [
        Self::MassTimeout,
        Self::MassLeave,
        Self::Reconnect,
        Self::Herd,
        Self::Rush,
        Self::Flapping,
        Self::Drift,
        Self::ModeSwitch,
        Self::Refused,
        Self::LostLink,
        Self::Unclear,
    ];

    /// Its name, for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MassTimeout => "mass-timeout",
            Self::MassLeave => "mass-leave",
            Self::Reconnect => "reconnect",
            Self::Herd => "herd",
            Self::Rush => "rush",
            Self::Flapping => "flapping",
            Self::Drift => "drift",
            Self::ModeSwitch => "mode-switch",
            Self::Refused => "refused",
            Self::LostLink => "lost-link",
            Self::Unclear => "unclear",
        }
    }

    /// How bad it is: of two incidents, the worse one is told.
    pub const fn severity(self) -> u8 {
        match self {
            Self::LostLink => 9,
            Self::MassTimeout => 8,
            Self::MassLeave => 7,
            Self::Refused => 6,
            Self::Reconnect => 5,
            Self::Unclear => 4,
            Self::Flapping | Self::Herd => 3,
            Self::Rush => 2,
            Self::Drift => 1,
            Self::ModeSwitch => 0,
        }
    }

    /// The likely cause in a few words; nothing where there is none to tell.
    pub const fn cause(self) -> &'static str {
        match self {
            Self::MassTimeout => "a network, not a deploy",
            Self::MassLeave => "a deploy or a kick, not a network",
            Self::Reconnect => "a deploy or a reconnect",
            Self::Herd => "the network is back",
            Self::Flapping => "bad connections",
            Self::Drift => "events were lost on the way",
            Self::ModeSwitch => "Announce Max was changed",
            Self::Rush | Self::Refused | Self::LostLink => "",
            Self::Unclear => "unclear",
        }
    }

    /// The same in a word or two.
    pub const fn short_cause(self) -> &'static str {
        match self {
            Self::MassTimeout => "network, not deploy",
            Self::MassLeave => "deploy or kick",
            Self::Reconnect => "deploy or reconnect",
            Self::Herd => "network is back",
            Self::Flapping => "bad connections",
            Self::Drift => "events lost",
            Self::ModeSwitch => "Announce Max changed",
            Self::Rush | Self::Refused | Self::LostLink => "",
            Self::Unclear => "unclear",
        }
    }
}

impl fmt::Display for IncidentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MassTimeout => "mass timeout",
            Self::MassLeave => "mass leave",
            Self::Reconnect => "leaves and joins of the same users",
            Self::Herd => "return after a mass timeout",
            Self::Rush => "rush",
            Self::Flapping => "flapping",
            Self::Drift => "drift",
            Self::ModeSwitch => "mode switch",
            Self::Refused => "refused",
            Self::LostLink => "lost link",
            Self::Unclear => "unclear",
        })
    }
}
