//! A file of lines that is put aside when it has grown, also where several processes add to one.
//!
//! ```text
//! append -> waiting -> (lock shared, still the file of that name?) -> written in whole lines
//! grown  -> (lock alone, still the file of that name?) -> renamed to FILE.1 -> a new one
//! ```
//!
//! The lock is the system's own, on the file itself: it ends with the process that holds it. Writers share it, so that
//! a file can't be put aside twice, and so dropped, between a look at its name and the write. Who does not get it
//! only adds, and puts nothing aside.

use std::{
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{FileError, open_to_append};

/// So many bytes of whole lines are written at once.
const CHUNK: usize = 8 << 10;

/// A file of lines that is put aside, as `FILE.1`, when it has grown.
#[derive(Debug)]
pub struct RotatingFile {
    path: PathBuf,
    file: File,
    /// Whole lines that are not written yet.
    waiting: Vec<u8>,
    /// Bytes of the file, all processes' lines, when we last looked.
    size: u64,
    largest: u64,
    /// With more bytes it is put aside; more than `largest` after somebody else's lock was in the way.
    rotate_at: u64,
}

impl RotatingFile {
    /// Open a file to add to, made for us alone if it is not there. With more than `largest` bytes it is put aside,
    /// in place of an older one.
    ///
    /// # Errors
    /// If it can't be written, in words that follow its name and say what to try.
    pub fn open(path: &Path, largest: u64) -> Result<Self, FileError> {
        Ok(Self::over(open_to_append(path)?, path, largest))
    }

    /// The same over a file that is open.
    fn over(file: File, path: &Path, largest: u64) -> Self {
        let size = file.metadata().map_or(0, |known| known.len());
        Self { path: path.to_owned(), file, waiting: Vec::new(), size, largest, rotate_at: largest }
    }

    /// Add a line, now or with the next [`flush`](Self::flush).
    ///
    /// # Errors
    /// What the disk says.
    pub fn append(&mut self, line: &str) -> io::Result<()> {
        self.waiting.extend_from_slice(line.as_bytes());
        self.waiting.push(b'\n');
        let grown = self.size + self.waiting.len() as u64 > self.rotate_at;
        if grown || self.waiting.len() >= CHUNK { self.flush() } else { Ok(()) }
    }

    /// Write what waits.
    ///
    /// # Errors
    /// What the disk says.
    pub fn flush(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let size = self.file.metadata()?.len();
        if size > self.rotate_at {
            self.rotate(size)?;
        }
        let mut locked = sharing::lock(&self.file);
        if !sharing::is_named(&self.file, &self.path) {
            self.reopen()?;
            locked = sharing::lock(&self.file);
        }
        let written = self.file.write_all(&self.waiting);
        self.waiting.clear();
        if locked {
            sharing::unlock(&self.file);
        }
        self.size = self.file.metadata()?.len();
        written
    }

    /// Put the file aside and begin a new one; or go over to the one that somebody else began.
    fn rotate(&mut self, size: u64) -> io::Result<()> {
        if !sharing::lock_alone(&self.file) {
            // Not at each line: trying takes its time.
            self.rotate_at = size + (self.largest / 4).min(CHUNK as u64);
            return Ok(());
        }
        if sharing::is_named(&self.file, &self.path) {
            let mut aside = self.path.clone().into_os_string();
            aside.push(".1");
            std::fs::rename(&self.path, aside)?;
        }
        // With the old one goes its lock.
        self.reopen()
    }

    fn reopen(&mut self) -> io::Result<()> {
        self.file = open_to_append(&self.path).map_err(io::Error::other)?;
        self.rotate_at = self.largest;
        Ok(())
    }
}

/// What processes do that add to one file.
#[cfg(unix)]
mod sharing {
    use std::{
        fs::{File, TryLockError},
        os::unix::fs::MetadataExt,
        path::Path,
        thread::sleep,
        time::Duration,
    };

    /// Whoever writes or puts the file aside has the lock for a moment; who is stopped meanwhile holds up nobody for
    /// longer than this, in milliseconds.
    const PATIENCE: u32 = 50;

    /// Whether this is still the file of that name.
    pub fn is_named(file: &File, path: &Path) -> bool {
        let (Ok(open), Ok(named)) = (file.metadata(), path.metadata()) else { return false };
        (open.dev(), open.ino()) == (named.dev(), named.ino())
    }

    /// Keep others from putting the file aside.
    pub fn lock(file: &File) -> bool {
        retry(|| file.try_lock_shared())
    }

    /// Keep others from writing and from putting it aside; not while somebody does.
    pub fn lock_alone(file: &File) -> bool {
        retry(|| file.try_lock())
    }

    fn retry(lock: impl Fn() -> Result<(), TryLockError>) -> bool {
        (0..PATIENCE).any(|_| match lock() {
            Err(TryLockError::WouldBlock) => {
                sleep(Duration::from_millis(1));
                false
            }
            locked => locked.is_ok(),
        })
    }

    pub fn unlock(file: &File) {
        // The lock goes with the file at the latest.
        let _ = file.unlock();
    }
}

/// Elsewhere locks keep their holder from writing, too, and a file has no number to compare: one process a file.
#[cfg(not(unix))]
mod sharing {
    use std::{fs::File, path::Path};

    pub fn is_named(_: &File, _: &Path) -> bool {
        true
    }

    pub fn lock(_: &File) -> bool {
        false
    }

    pub fn lock_alone(_: &File) -> bool {
        true
    }

    pub fn unlock(_: &File) {}
}

#[cfg(test)]
mod tests;
