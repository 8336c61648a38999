//! A file that begins with what was written into memory before it was wanted.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;

use super::{
    disk::RecordingDisk,
    memory::RecordingMemory,
    sink::{Kept, RecordingSink},
};
use crate::{
    presence::Moment,
    recording::{GzipMembers, MemberEnd, RecordLine},
};

impl RecordingSink<RecordingMemory> {
    /// What came in is kept in memory, packed, in at most so many bytes.
    pub fn remember(most: usize, header: RecordLine, started: Moment) -> io::Result<Self> {
        let mut sink = Self::open(RecordingMemory::new(most), true, header, started);
        // It is packed all the time, and hardly ever wanted.
        sink.packed = Some(GzipMembers::fast());
        sink.add_header();
        sink.write_out(false).map(|()| sink)
    }

    /// Whether there is something to do when a second has passed.
    pub const fn is_unsettled(&self) -> bool {
        self.has_more || self.trouble.is_some()
    }

    /// Begin a file with all that is kept here. From here on each goes on by itself.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn branch<D: RecordingDisk>(&mut self, disk: D, is_packed: bool) -> io::Result<RecordingSink<D>> {
        // What does not fit any more is dropped first, so that the file says what is missing.
        self.flush();
        if self.is_unsettled() {
            self.flush();
        }
        let mut sink = RecordingSink::open(disk, is_packed, self.header.clone(), self.started);
        let mut bytes = self.disk.bytes().to_vec();
        bytes.extend(self.kept.end.map(MemberEnd::write).unwrap_or_default());
        if !is_packed {
            let packed = std::mem::take(&mut bytes);
            MultiGzDecoder::new(&*packed).read_to_end(&mut bytes)?;
        }
        sink.disk.append(&bytes)?;
        sink.composer = self.composer.clone();
        sink.kept = Kept { length: bytes.len() as u64, number: self.kept.number, end: None, inputs: self.kept.inputs };
        sink.lost = self.lost;
        let (inputs, since) = self.missing;
        if bytes.is_empty() {
            sink.add_header();
        }
        if inputs > 0 {
            sink.add_line(since, &RecordLine::Lost { inputs, since });
        }
        sink.write_out(false)?;
        Ok(sink)
    }
}

impl<D: RecordingDisk> RecordingSink<D> {
    /// Begin with the header, and with a line that says that so many inputs are missing since then.
    ///
    /// # Errors
    /// If not even that can be written.
    pub fn begin_late(disk: D, is_packed: bool, header: RecordLine, started: Moment, missing: u64) -> io::Result<Self> {
        let mut sink = Self::open(disk, is_packed, header, started);
        sink.add_header();
        sink.add_lost(missing, started, started);
        sink.write_out(false).map(|()| sink)
    }
}
