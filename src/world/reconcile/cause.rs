//! Why a here now is requested.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a here now is requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cause {
    /// The channel was never asked about.
    First,
    /// The link was lost; events may have been missed.
    Gap,
    /// A reply was as full as replies get, so older events may have been dropped, and no event of the channel has come
    /// since that would show whether they were.
    FullReply,
    /// The occupancies that its events told show that some are missing.
    Missing,
    /// Something in a reply could not be read; it may have been an event of any channel.
    Unreadable,
    /// The service asked for it, or an interval named users both as joined and as left.
    RefreshAsked,
    /// An interval named nobody.
    BareInterval,
    /// The list and the occupancy differ.
    Disagreement,
    /// A routine check.
    Audit,
    /// A user who was said to have left is still present: likely through another session, or a join was lost.
    SecondSession,
    /// It verifies that our own heartbeat made us present.
    OwnJoin,
    /// A person asked.
    ByHand,
}

impl Cause {
    /// Whether the list is not to be relied on until the answer has come.
    pub const fn is_repair(self) -> bool {
        matches!(
            self,
            Self::First
                | Self::Gap
                | Self::FullReply
                | Self::Missing
                | Self::Unreadable
                | Self::RefreshAsked
                | Self::Disagreement
        )
    }

    /// Its name, for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Gap => "gap",
            Self::FullReply => "full-reply",
            Self::Missing => "missing",
            Self::Unreadable => "unreadable",
            Self::RefreshAsked => "refresh-asked",
            Self::BareInterval => "bare-interval",
            Self::Disagreement => "disagreement",
            Self::Audit => "audit",
            Self::SecondSession => "second-session",
            Self::OwnJoin => "own-join",
            Self::ByHand => "by-hand",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::First => "first look",
            Self::Gap => "the link was lost for a while",
            Self::FullReply => "more events came at once than the service keeps",
            Self::Missing => "the occupancies told show that events are missing",
            Self::Unreadable => "something in a reply could not be read",
            Self::RefreshAsked => "more changes than one interval can tell",
            Self::BareInterval => "intervals without names",
            Self::Disagreement => "events were lost on the way",
            Self::Audit => "events were lost on the way, unnoticed",
            Self::SecondSession => "said to have left, and still here: in another session, or a join was lost",
            Self::OwnJoin => "our own heartbeat",
            Self::ByHand => "asked for",
        })
    }
}
