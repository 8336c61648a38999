//! The index of a recording, in a file beside it. Where none can be written there is none, and nothing else is different.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use crate::{
    files,
    recording::{INDEXED_ENDS, RecordingIdentity, RecordingIndex, UselessIndex},
};

/// A recording of fewer bytes is gone through in a moment.
const WORTH: u64 = 1 << 20;

/// No index has more bytes.
const LARGEST: usize = 4 << 10;

/// The place of an index, and of what it is or will be one.
pub(super) struct IndexFile {
    path: PathBuf,
    of: RecordingIdentity,
    /// What stands there is not ours.
    is_foreign: bool,
}

impl IndexFile {
    /// Look for the index of a recording. Nothing, if the recording is so short that it needs none, or can't be read.
    pub fn find(recording: &Path) -> Option<(Self, Option<RecordingIndex>)> {
        let of = identify(recording).ok().filter(|of| of.length >= WORTH)?;
        let mut name = recording.file_name()?.to_owned();
        name.push(".index");
        let path = recording.with_file_name(name);
        let mut file = Self { path, of, is_foreign: false };
        if file.path.symlink_metadata().is_err() {
            return Some((file, None));
        }
        let read = files::read_text(&file.path, LARGEST).map_err(|_| UselessIndex::Foreign);
        match read.and_then(|text| RecordingIndex::read(&text, of)) {
            Ok(index) => Some((file, Some(index))),
            Err(why) => {
                tracing::warn!(file = %file.path.display(), "an index is not used: it {why}");
                file.is_foreign = why == UselessIndex::Foreign;
                Some((file, None))
            }
        }
    }

    /// Write that the recording ended then, for the next time.
    pub fn write(&self, ended: crate::presence::Moment) {
        if self.is_foreign {
            return;
        }
        let text = RecordingIndex { of: self.of, ended }.write();
        match files::write_whole(&self.path, true, |out| out.write_all(text.as_bytes())) {
            Ok(()) => tracing::info!(file = %self.path.display(), "an index was made"),
            Err(error) => tracing::info!(file = %self.path.display(), %error, "no index could be made"),
        }
    }
}

fn identify(recording: &Path) -> io::Result<RecordingIdentity> {
    let mut file = files::open_large(recording).map_err(|_| io::ErrorKind::NotFound)?;
    let length = file.metadata()?.len();
    let first = read_piece(&mut file, 0)?;
    let last = read_piece(&mut file, length.saturating_sub(INDEXED_ENDS as u64))?;
    Ok(RecordingIdentity::of(length, &first, &last))
}

fn read_piece(file: &mut File, from: u64) -> io::Result<Vec<u8>> {
    let mut piece = Vec::new();
    file.seek(SeekFrom::Start(from))?;
    file.take(INDEXED_ENDS as u64).read_to_end(&mut piece)?;
    Ok(piece)
}
