//! What came in so far, packed, in memory: a file that is begun later begins with it.

use std::io;

use super::disk::RecordingDisk;

/// A bounded piece of memory. What does not fit makes it begin again, empty.
#[derive(Debug)]
pub(super) struct RecordingMemory {
    bytes: Vec<u8>,
    most: usize,
    is_full: bool,
}

impl RecordingMemory {
    /// At most so many bytes.
    pub const fn new(most: usize) -> Self {
        Self { bytes: Vec::new(), most, is_full: false }
    }

    /// What is in it.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

impl RecordingDisk for RecordingMemory {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.bytes.len() + bytes.len() > self.most {
            self.is_full = true;
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn cut_back(&mut self, length: u64) -> io::Result<()> {
        self.bytes.truncate(usize::try_from(length).unwrap_or(usize::MAX));
        Ok(())
    }

    fn is_there(&self) -> bool {
        !self.is_full
    }

    fn make_again(&mut self) -> io::Result<()> {
        (self.bytes, self.is_full) = (Vec::new(), false);
        Ok(())
    }
}
