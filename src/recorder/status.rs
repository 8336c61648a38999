//! What became of a recording so far.

/// What became of a recording so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordingStatus {
    /// Inputs that are in the file.
    pub kept: u64,
    /// Inputs that could not be kept.
    pub lost: u64,
    /// What is wrong with it now, in words that follow the file's name.
    pub trouble: Option<String>,
}
