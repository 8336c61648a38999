//! What became of a recording so far.

/// What became of a recording so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordingStatus {
    /// Inputs that are in the file.
    pub kept: u64,
    /// Inputs that could not be kept.
    pub lost: u64,
    /// What is wrong with it now, in words that follow "the recording".
    pub trouble: Option<String>,
}

impl RecordingStatus {
    /// What a person should know of it that they did not know `before`, in words that follow "the recording".
    pub fn tell_news(&self, before: &Self) -> Option<String> {
        match (&self.trouble, &before.trouble) {
            (Some(trouble), known) => (known.as_ref() != Some(trouble)).then(|| trouble.clone()),
            (None, Some(_)) => Some(format!("is written again; {} are missing in it", count_inputs(self.lost))),
            (None, None) => (self.lost > before.lost)
                .then(|| format!("lacks {}, as the disk is slower than what comes in", count_inputs(self.lost))),
        }
    }
}

fn count_inputs(count: u64) -> String {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    crate::wording::count_things(count, "input", "inputs")
}
