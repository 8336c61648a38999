//! What kinds of things happen, by the names that filters and programs know them by.

/// What kind of thing happened, as filters and programs name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// A user joined.
    Join,
    /// A user left on purpose.
    Leave,
    /// A user went silent.
    Timeout,
    /// A user's state was replaced.
    StateChange,
    /// A summary above the announce max.
    Interval,
    /// An action that this program doesn't know.
    Unknown,
    /// Something that could not be read.
    Garbled,
    /// The conversation with the service: connecting, live, lost, live again.
    Link,
    /// Events may be missing.
    Gap,
    /// Some or all of what was asked for is refused.
    Refused,
    /// What was refused is allowed.
    Allowed,
    /// A first look, or a here now that changed the list and needs no word.
    Snapshot,
    /// A here now after a gap, an interval, or by hand: what it found.
    Resync,
    /// The list was wrong, and nothing explains it.
    Drift,
    /// A channel goes over to intervals, or back to single announcements.
    Mode,
    /// The clocks of the service and of this machine.
    Clock,
    /// Our own presence.
    Own,
    /// What our own simulated crowd is at.
    Crowd,
    /// More than this program takes in.
    Overflow,
    /// Somebody or something on the watch list.
    Watch,
}

impl EntryKind {
    /// All, in the order of the table.
    pub const ALL: [Self; 20] = [
        Self::Join,
        Self::Leave,
        Self::Timeout,
        Self::StateChange,
        Self::Interval,
        Self::Unknown,
        Self::Garbled,
        Self::Link,
        Self::Gap,
        Self::Refused,
        Self::Allowed,
        Self::Snapshot,
        Self::Resync,
        Self::Drift,
        Self::Mode,
        Self::Clock,
        Self::Own,
        Self::Crowd,
        Self::Overflow,
        Self::Watch,
    ];

    /// Its name: the service's own for the five presence events.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Leave => "leave",
            Self::Timeout => "timeout",
            Self::StateChange => "state-change",
            Self::Interval => "interval",
            Self::Unknown => "unknown",
            Self::Garbled => "garbled",
            Self::Link => "link",
            Self::Gap => "gap",
            Self::Refused => "refused",
            Self::Allowed => "allowed",
            Self::Snapshot => "snapshot",
            Self::Resync => "resync",
            Self::Drift => "drift",
            Self::Mode => "mode",
            Self::Clock => "clock",
            Self::Own => "own",
            Self::Crowd => "crowd",
            Self::Overflow => "overflow",
            Self::Watch => "watch",
        }
    }

    /// Whether the service published it, rather than that it is about the watching.
    pub const fn is_event(self) -> bool {
        matches!(self, Self::Join | Self::Leave | Self::Timeout | Self::StateChange | Self::Interval | Self::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<&str> = EntryKind::ALL.into_iter().map(EntryKind::name).collect();
        assert_eq!(names.len(), EntryKind::ALL.len());
    }
}
