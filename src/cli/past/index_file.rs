//! The index of a recording, in a file beside it. Where none can be written there is none, and nothing else is different.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use crate::{
    cli::print,
    files,
    presence::{Moment, show_path},
    recording::{
        INDEXED_ENDS, LastLine, MARK_STEP, OpenAt, Past, RecordingIdentity, RecordingIndex, RecordingReader,
        UselessIndex, make_index, write_end_index,
    },
};

/// A recording of fewer bytes is gone through in a moment.
const WORTH: u64 = 1 << 20;

/// Of a recording of more bytes it is said that its index is made.
const LONG: u64 = 16 << 20;

/// Lines, events and listed users that are folded before an index is made: that takes 150 ms, and what is before them is
/// always reached.
const PATIENCE: u64 = 100_000;

/// The place of an index, and of what it is or will be one.
pub(super) struct IndexFile {
    recording: PathBuf,
    path: PathBuf,
    of: RecordingIdentity,
    /// What is there, if it is of this recording or of the first part of it.
    known: Option<RecordingIndex>,
    /// What stands there is not ours, or nothing can be written there.
    is_forbidden: bool,
}

impl IndexFile {
    /// Look for the index of a recording. Nothing, if the recording is so short that it needs none, or can't be read.
    pub fn find(recording: &Path) -> Option<Self> {
        let of = identify(recording, u64::MAX).ok().filter(|of| of.length >= WORTH)?;
        let mut name = recording.file_name()?.to_owned();
        name.push(".index");
        let path = recording.with_file_name(name);
        let mut file = Self { recording: recording.to_owned(), path, of, known: None, is_forbidden: false };
        if file.path.symlink_metadata().is_err() {
            return Some(file);
        }
        let length = files::open_large(&file.path).map(|there| there.metadata().map_or(0, |known| known.len()));
        match length.map(|length| RecordingIndex::read(&*open_at(&file.path), length)) {
            Ok(Ok(index)) if file.is_of_this(index.of()) => file.known = Some(index),
            Ok(Ok(_)) => file.reject(UselessIndex::Other),
            Ok(Err(why)) => file.reject(why),
            Err(why) => {
                print::remark(&format!("{} {why}; it is not used", show_path(&file.path)));
                file.is_forbidden = true;
            }
        }
        Some(file)
    }

    /// Whether an index is of this recording, or of what it was before it has grown.
    fn is_of_this(&self, of: RecordingIdentity) -> bool {
        let is_earlier = of.length < self.of.length;
        of == self.of || is_earlier && identify(&self.recording, of.length).is_ok_and(|begin| of.begins(begin))
    }

    /// What is known of all of the recording.
    fn find_whole(&self) -> Option<&RecordingIndex> {
        self.known.as_ref().filter(|known| known.of() == self.of)
    }

    /// The last line. If nobody knows it, `skim` finds it, and it is written down.
    ///
    /// # Errors
    /// What `skim` says.
    pub fn find_end<E>(&mut self, skim: impl FnOnce() -> Result<LastLine, E>) -> Result<LastLine, E> {
        if let Some(known) = self.find_whole() {
            return Ok(known.last_line());
        }
        let (ended, of) = (skim()?, self.of);
        // One of an earlier state leads to its moments still.
        if !self.known.as_ref().is_some_and(RecordingIndex::has_marks) {
            self.write(|out| write_end_index(of, ended, out));
        }
        Ok(ended)
    }

    /// Bring a past nearer to an instant, or to the end: by the last mark before it, or by some steps of its own. Where
    /// these do not lead there, the index is made first.
    pub fn approach(&mut self, past: &mut Past, at: Option<Moment>) {
        self.go_to_mark(past, at);
        if self.is_forbidden || self.find_whole().is_some_and(RecordingIndex::has_marks) {
            return;
        }
        let most = past.count_work() + PATIENCE;
        while past.count_work() < most {
            let is_before = past.next_moment().is_some_and(|next| at.is_none_or(|at| next <= at));
            if !is_before || past.step_next(&mut ()).is_none() {
                return;
            }
        }
        if self.make() {
            self.go_to_mark(past, at);
        }
    }

    fn go_to_mark(&mut self, past: &mut Past, at: Option<Moment>) {
        let Some(known) = &self.known else { return };
        let Some(mark) = known.find_mark(at, past.world().now()) else { return };
        match known.open_past(mark, past.header(), &*open_at(&self.path), &*open_at(&self.recording)) {
            Ok(near) => *past = near,
            Err(why) => self.reject(why),
        }
    }

    /// What is there is of no use. What other versions have made is nothing to speak of.
    fn reject(&mut self, why: UselessIndex) {
        self.known = None;
        self.is_forbidden = why == UselessIndex::Foreign;
        let then = if self.is_forbidden { "it stays as it is" } else { "another is made when it is needed" };
        if why != UselessIndex::Outdated {
            print::remark(&format!("{} {why}; {then}", show_path(&self.path)));
        }
    }

    /// Go through all of the recording, and write its index. Returns whether there is one now.
    fn make(&mut self) -> bool {
        let Ok(file) = files::open_large(&self.recording) else { return false };
        let Ok((header, reader)) = RecordingReader::open(file) else { return false };
        let (of, open) = (self.of, open_at(&self.recording));
        let said = format!("making {}, by which any instant of the recording is reached soon", show_path(&self.path));
        self.write(|out| {
            if of.length >= LONG {
                print::remark(&said);
            }
            make_index(of, &mut Past::new(header, reader), MARK_STEP, &*open, out)
        });
        self.known.is_some()
    }

    fn write(&mut self, fill: impl FnOnce(&mut dyn Write) -> io::Result<RecordingIndex>) {
        if self.is_forbidden {
            return;
        }
        let mut made = None;
        let written = files::write_whole(&self.path, true, |out| {
            made = Some(fill(out)?);
            Ok(())
        });
        match written {
            Ok(()) => {
                tracing::info!(file = %self.path.display(), "an index was made");
                self.known = made;
            }
            Err(error) => {
                tracing::info!(file = %self.path.display(), %error, "no index could be made");
                self.is_forbidden = true;
            }
        }
    }
}

/// Opens a file at a byte.
fn open_at(path: &Path) -> Box<OpenAt> {
    let path = path.to_owned();
    Box::new(move |byte| {
        let mut file = files::open_large(&path).map_err(io::Error::other)?;
        file.seek(SeekFrom::Start(byte))?;
        Ok(Box::new(file))
    })
}

/// Which bytes the first `most` of a recording are.
fn identify(recording: &Path, most: u64) -> io::Result<RecordingIdentity> {
    let mut file = files::open_large(recording).map_err(|_| io::ErrorKind::NotFound)?;
    let about = file.metadata()?;
    let length = about.len().min(most);
    let first = read_piece(&mut file, 0, length)?;
    let last = read_piece(&mut file, length.saturating_sub(INDEXED_ENDS as u64), length)?;
    let modified = about.modified()?.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    Ok(RecordingIdentity::of(length, &first, &last, u64::try_from(modified).unwrap_or(0)))
}

fn read_piece(file: &mut File, from: u64, to: u64) -> io::Result<Vec<u8>> {
    let mut piece = Vec::new();
    file.seek(SeekFrom::Start(from))?;
    file.take((to - from).min(INDEXED_ENDS as u64)).read_to_end(&mut piece)?;
    Ok(piece)
}

#[cfg(test)]
mod tests;
