//! Why a channel is asked about again.

use std::fmt;

/// Why a channel is asked about again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// It was never asked about.
    First,
    /// The link was lost; something may have happened meanwhile.
    Gap,
    /// A reply was as full as replies get: older events may be missing.
    FullReply,
    /// The service asked for it, or named users in an interval both as coming and as going.
    RefreshAsked,
    /// An interval that names nobody.
    BareInterval,
    /// The list and the told occupancy differ.
    Disagreement,
    /// To be sure.
    Audit,
    /// Somebody who was told to have left is there: through another session.
    SecondSession,
    /// To see whether our own heartbeat made us present.
    OwnJoin,
    /// A person asked.
    ByHand,
}

impl Cause {
    /// Its name, for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Gap => "gap",
            Self::FullReply => "full-reply",
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
            Self::RefreshAsked => "more changes than one interval can tell",
            Self::BareInterval => "intervals without names",
            Self::Disagreement => "events were lost on the way",
            Self::Audit => "events were lost on the way, unnoticed",
            Self::SecondSession => "left or timed out in one session, still here in another",
            Self::OwnJoin => "our own heartbeat",
            Self::ByHand => "asked for",
        })
    }
}
