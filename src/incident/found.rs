//! What was found.

use super::kind::IncidentKind;

/// Whether something goes on beside what is told already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    No,
    Yes,
    /// Very likely; whether those who left are elsewhere shows in a moment.
    Soon,
}

/// Something unusual, and the seconds in which it happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    pub kind: IncidentKind,
    pub from: u64,
    pub to: u64,
    /// It is one only if most of those who joined did so on one channel.
    pub gathers: bool,
    /// Whether it was found beside another one, of which those are left out.
    pub beside: Beside,
    /// So many leaves a second are usual.
    pub usual_leaves: f64,
}
