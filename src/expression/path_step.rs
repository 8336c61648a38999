//! A step of the way down into a state.

/// One step into a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PathStep {
    pub(super) name: String,
    /// If it can also count into a list.
    pub(super) index: Option<usize>,
}
