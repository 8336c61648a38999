//! The kinds of entries, by the names that filters and programs use.

/// The kind of an entry, as filters and programs name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryKind {
    /// A user joined.
    Join,
    /// A user left on purpose.
    Leave,
    /// A user timed out.
    Timeout,
    /// A user's state was replaced.
    StateChange,
    /// An interval event: changes summed up above the announce max.
    Interval,
    /// An action that this program does not know.
    Unknown,
    /// Something that could not be read.
    Garbled,
    /// The link: connecting, live, lost, live again.
    Link,
    /// Events may be missing.
    Gap,
    /// The service refuses some or all of our requests.
    Refused,
    /// The service no longer refuses.
    Allowed,
    /// A first here now, or one that changed the list in a way not worth telling.
    Snapshot,
    /// What a here now found after a gap, an interval, or on a person's order.
    Resync,
    /// The list was wrong and no event explains it.
    Drift,
    /// A here now corrected the state of a user.
    StateCorrection,
    /// A channel switches between single announcements and intervals.
    Mode,
    /// The clocks of the service and of this machine.
    Clock,
    /// Our own presence.
    Own,
    /// A scene of the simulated crowd.
    Crowd,
    /// More than this program can take.
    Overflow,
    /// An alert of the watch list.
    Watch,
    /// A moment that a person marked.
    Mark,
}

impl EntryKind {
    /// All, in the order of the table.
    pub const ALL: [Self; 22] = [
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
        Self::StateCorrection,
        Self::Mode,
        Self::Clock,
        Self::Own,
        Self::Crowd,
        Self::Overflow,
        Self::Watch,
        Self::Mark,
    ];

    /// Its name; for presence events, the service's own.
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
            Self::StateCorrection => "state-correction",
            Self::Mode => "mode",
            Self::Clock => "clock",
            Self::Own => "own",
            Self::Crowd => "crowd",
            Self::Overflow => "overflow",
            Self::Watch => "watch",
            Self::Mark => "mark",
        }
    }

    /// Whether the service published it, as opposed to notes about the watching.
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
