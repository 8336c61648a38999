//! THE INDEX of a recording: what would take a way through all of it to know. It is made of the recording, and can be taken
//! away at any time.

use serde::{Deserialize, Serialize};

use super::digest::Digest;
use crate::presence::Moment;

/// So many bytes of either end of the recording tell it from others.
pub const INDEXED_ENDS: usize = 64 << 10;

/// The format that is written and read; any other is no index.
const FORMAT: u32 = 1;

/// Which bytes a recording has, as far as its length and its ends tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingIdentity {
    /// Its bytes.
    pub length: u64,
    /// A hash of its first and last [`INDEXED_ENDS`] bytes.
    digest: u64,
}

/// What is known of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordingIndex {
    /// Of which.
    pub of: RecordingIdentity,
    /// The moment of its last line.
    pub ended: Moment,
}

/// Why an index is not used, in words that follow its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UselessIndex {
    /// It is something else, which is not ours to replace.
    #[error("is no index of herenow")]
    Foreign,
    /// It is ours, and damaged or of another version.
    #[error("is damaged or of another version")]
    Damaged,
    /// It is of another recording, or of what this one was before.
    #[error("is of another recording, or of an earlier state of it")]
    Other,
}

#[derive(Serialize, Deserialize)]
struct IndexText {
    herenow_index: u32,
    #[serde(flatten)]
    of: RecordingIdentity,
    ended: u64,
}

impl RecordingIdentity {
    /// Of a recording of this length, with its first and its last bytes.
    pub fn of(length: u64, first: &[u8], last: &[u8]) -> Self {
        let mut digest = Digest::default();
        digest.add_bytes(first);
        digest.add_bytes(last);
        Self { length, digest: digest.finish() }
    }
}

impl RecordingIndex {
    /// Its text.
    pub fn write(&self) -> String {
        let text = IndexText { herenow_index: FORMAT, of: self.of, ended: self.ended.micros() };
        // Numbers can always be written.
        serde_json::to_string(&text).unwrap_or_default() + "\n"
    }

    /// Read the index of a recording.
    ///
    /// # Errors
    /// Why it is of no use.
    pub fn read(text: &str, of: RecordingIdentity) -> Result<Self, UselessIndex> {
        if !text.starts_with("{\"herenow_index\":") {
            return Err(UselessIndex::Foreign);
        }
        let read: IndexText = serde_json::from_str(text).map_err(|_| UselessIndex::Damaged)?;
        match read {
            IndexText { herenow_index: FORMAT, of: known, ended } if known == of => {
                Ok(Self { of, ended: Moment::from_micros(ended) })
            }
            IndexText { herenow_index: FORMAT, .. } => Err(UselessIndex::Other),
            _ => Err(UselessIndex::Damaged),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_of_one_recording_and_says_why_it_is_of_no_use() {
        let of = RecordingIdentity::of(70_000, b"{\"n\":1", b"closed\"}\n");
        let index = RecordingIndex { of, ended: Moment::from_micros(1_795_262_400_000_007) };
        let text = index.write();
        assert_eq!(RecordingIndex::read(&text, of), Ok(index));
        for other in [
            RecordingIdentity::of(70_001, b"{\"n\":1", b"closed\"}\n"),
            RecordingIdentity::of(70_000, b"{\"n\":1", b"other\"}\n"),
        ] {
            assert_eq!(RecordingIndex::read(&text, other), Err(UselessIndex::Other));
        }
        assert_eq!(RecordingIndex::read(&text[..30], of), Err(UselessIndex::Damaged));
        let later = text.replace("index\":1", "index\":2");
        assert_eq!(RecordingIndex::read(&later, of), Err(UselessIndex::Damaged));
        for foreign in ["", "a book\n", "{}"] {
            assert_eq!(RecordingIndex::read(foreign, of), Err(UselessIndex::Foreign));
        }
    }
}
