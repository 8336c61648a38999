//! What became of a recording so far.

use std::path::Path;

use crate::presence::show_path;

/// What a person should know of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingNews {
    /// In words that follow "the recording". Safe to show.
    pub sentence: String,
    /// Whether it is as it was wanted.
    pub is_good: bool,
}

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

impl RecordingStatus {
    /// Tell what a file begins with.
    pub(super) fn tell_begin(&self, path: &Path) -> String {
        let (file, kept) = (show_path(path), count_inputs(self.kept));
        match self.lost {
            0 => format!("goes to {file}, with all since the start: {kept}"),
            lost => format!(
                "goes to {file}, with {kept} from before; {lost} are not in memory any more: a list is known in it from its \
                 next here now on"
            ),
        }
    }

    /// Tell how a file ended, and whether all is well.
    pub(super) fn tell_end(&self) -> (String, bool) {
        let kept = count_inputs(self.kept);
        match &self.trouble {
            Some(trouble) => (format!("has ended with {kept}: the file {trouble}"), false),
            None if self.lost > 0 => (format!("has ended with {kept}; {} are missing in it", self.lost), true),
            None => (format!("has ended with {kept}"), true),
        }
    }
}

fn count_inputs(count: u64) -> String {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    crate::wording::count_things(count, "input", "inputs")
}
