//! A file that begins with what was written into memory before it was wanted.

use std::io;

use super::{
    disk::RecordingDisk,
    memory::RecordingMemory,
    sink::{PIECE, RecordingSink},
};
use crate::{presence::Moment, recording::RecordLine};

impl RecordingSink<RecordingMemory> {
    /// What came in is kept in memory, packed, in at most so many bytes, and one piece that is not packed yet.
    pub fn remember(most: usize, header: RecordLine, started: Moment) -> Self {
        let mut sink = Self::open(RecordingMemory::new(most), false, header, started);
        sink.piece = PIECE.min(most);
        sink.add_header();
        sink
    }

    /// Whether there is something to do when a second has passed. What is in memory need not be packed earlier than it
    /// has to be.
    pub const fn is_unsettled(&self) -> bool {
        self.trouble.is_some()
    }

    /// A second has passed: begin again, if memory was full.
    pub fn settle(&mut self) {
        if self.is_unsettled() {
            self.flush();
        }
    }

    /// Begin a file with all that is kept here. From here on each goes on by itself.
    ///
    /// # Errors
    /// If the file can't be written.
    pub fn branch<D: RecordingDisk>(&mut self, disk: D, is_packed: bool) -> io::Result<RecordingSink<D>> {
        // What does not fit any more is dropped first, so that the file says what is missing.
        self.flush();
        self.settle();
        let mut sink = RecordingSink::open(disk, is_packed, self.header.clone(), self.started);
        sink.composer = self.composer.clone();
        for text in self.disk.texts() {
            let text = text?;
            sink.compose(|_, out| out.extend_from_slice(&text));
            if sink.is_piece() {
                sink.write_out(true)?;
            }
        }
        sink.kept.inputs = self.kept.inputs;
        sink.lost = self.lost;
        let (inputs, since) = self.missing;
        if self.kept.length == 0 {
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
