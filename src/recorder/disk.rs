//! The file of a recording, as far as the recorder needs it.

use std::{
    fs::File,
    io::{self, Write},
    path::PathBuf,
};

use crate::files;

/// Where a recording goes.
pub(super) trait RecordingDisk: Send + 'static {
    /// Add bytes at the end; if that fails, some of them may be there.
    ///
    /// # Errors
    /// What the disk says.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Cut it back to so many bytes.
    ///
    /// # Errors
    /// What the disk says.
    fn cut_back(&mut self, length: u64) -> io::Result<()>;

    /// Whether it can still be found under its name.
    fn is_there(&self) -> bool;

    /// Make it again, empty.
    ///
    /// # Errors
    /// If something else is there now, or what the disk says.
    fn make_again(&mut self) -> io::Result<()>;
}

/// A file that was made for the recording.
#[derive(Debug)]
pub(super) struct RecordingFile {
    path: PathBuf,
    file: File,
}

impl RecordingFile {
    /// Make the file, which must not be there yet.
    ///
    /// # Errors
    /// Why it can't be made.
    pub fn create(path: PathBuf) -> io::Result<Self> {
        files::create_to_append(&path).map(|file| Self { path, file })
    }
}

impl RecordingDisk for RecordingFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    fn cut_back(&mut self, length: u64) -> io::Result<()> {
        self.file.set_len(length)
    }

    fn is_there(&self) -> bool {
        files::is_under_name(&self.file, &self.path)
    }

    fn make_again(&mut self) -> io::Result<()> {
        self.file = files::create_to_append(&self.path)?;
        Ok(())
    }
}

impl RecordingDisk for Box<dyn RecordingDisk> {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        (**self).append(bytes)
    }

    fn cut_back(&mut self, length: u64) -> io::Result<()> {
        (**self).cut_back(length)
    }

    fn is_there(&self) -> bool {
        (**self).is_there()
    }

    fn make_again(&mut self) -> io::Result<()> {
        (**self).make_again()
    }
}
