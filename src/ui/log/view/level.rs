//! How much the log shows: presets of its kinds.

use crate::world::EntryKind;

/// How much the log shows: a preset of its kinds. Each level shows all that the one before it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventLevel {
    /// Who comes and goes, and whatever is wrong.
    People,
    /// States too.
    States,
    /// All kinds.
    Everything,
}

impl EventLevel {
    /// All, from the least to the most.
    pub const ALL: [Self; 3] = [Self::People, Self::States, Self::Everything];

    /// What it shows, in a few words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::People => "people and trouble",
            Self::States => "with states",
            Self::Everything => "everything",
        }
    }

    /// The next one; after the last, the first.
    #[must_use]
    pub const fn next(self) -> Self {
        match self {
            Self::People => Self::States,
            Self::States => Self::Everything,
            Self::Everything => Self::People,
        }
    }

    /// Whether it shows this kind.
    pub const fn shows_kind(self, kind: EntryKind) -> bool {
        match self {
            Self::People => !matches!(kind, EntryKind::StateChange | EntryKind::StateCorrection | EntryKind::Snapshot),
            Self::States => !matches!(kind, EntryKind::Snapshot),
            Self::Everything => true,
        }
    }

    /// The kinds that it hides, as bits by their place in [`EntryKind::ALL`].
    pub(super) fn hidden_bits(self) -> u32 {
        let hidden = EntryKind::ALL.into_iter().filter(|kind| !self.shows_kind(*kind));
        hidden.fold(0, |bits, kind| bits | 1 << kind as u32)
    }
}
