//! Where lines go: into memory as long as nobody wants a file, and into the file that somebody wants.

use std::io;

use super::{disk::RecordingDisk, memory::RecordingMemory, sink::RecordingSink, status::RecordingStatus};
use crate::{presence::Moment, recording::RecordLine, world::World};

/// What is written, and where.
pub(super) struct RecordingTargets {
    header: RecordLine,
    started: Moment,
    memory: Option<RecordingSink<RecordingMemory>>,
    file: Option<RecordingSink<Box<dyn RecordingDisk>>>,
}

impl RecordingTargets {
    /// Nothing came in yet. In memory it is kept in at most so many bytes.
    pub fn open(header: RecordLine, started: Moment, memory: usize) -> Self {
        let memory = (memory > 0).then(|| RecordingSink::remember(memory, header.clone(), started));
        Self { header, started, memory, file: None }
    }

    /// Begin a file with what is in memory; or without, and `passed` inputs are missing in it.
    ///
    /// # Errors
    /// If it can't be written.
    pub fn begin(&mut self, disk: Box<dyn RecordingDisk>, is_packed: bool, passed: u64) -> io::Result<()> {
        self.file = Some(match &mut self.memory {
            Some(memory) => memory.branch(disk, is_packed)?,
            None if passed == 0 => RecordingSink::begin(disk, is_packed, self.header.clone(), self.started)?,
            None => RecordingSink::begin_late(disk, is_packed, self.header.clone(), self.started, passed)?,
        });
        Ok(())
    }

    /// End the file, before which so many inputs found no room at last. Returns what became of it, if there was one.
    pub fn end(&mut self, world: &World, lost: u64) -> Option<RecordingStatus> {
        let mut file = self.file.take()?;
        if lost > 0 {
            file.add_lost(lost, world.now(), world.now());
        }
        file.close(world.now(), world);
        file.finish();
        Some(file.status())
    }

    /// Add an input.
    pub fn add_input(&mut self, at: Moment, line: &RecordLine) {
        if let Some(memory) = &mut self.memory {
            memory.add_input(at, line);
        }
        if let Some(file) = &mut self.file {
            file.add_input(at, line);
        }
    }

    /// Say that inputs did not come this far.
    pub fn add_lost(&mut self, inputs: u64, since: Moment, at: Moment) {
        if let Some(memory) = &mut self.memory {
            memory.add_lost(inputs, since, at);
        }
        if let Some(file) = &mut self.file {
            file.add_lost(inputs, since, at);
        }
    }

    /// Add what a world is. Memory holds none of it: a file gets one right after it has begun.
    pub fn add_check(&mut self, world: &World) {
        if let Some(file) = &mut self.file {
            file.add_check(world);
        }
    }

    /// Whether a second that passes changes nothing.
    pub fn is_settled(&self) -> bool {
        self.file.is_none() && !self.memory.as_ref().is_some_and(RecordingSink::is_unsettled)
    }

    /// A second has passed.
    pub fn flush(&mut self) {
        if let Some(memory) = &mut self.memory {
            memory.settle();
        }
        if let Some(file) = &mut self.file {
            file.flush();
        }
    }

    /// How often something was lost since the last time.
    pub fn take_holes(&mut self) -> u64 {
        let memory = self.memory.as_mut().map_or(0, RecordingSink::take_holes);
        memory + self.file.as_mut().map_or(0, RecordingSink::take_holes)
    }

    /// Nothing more comes.
    pub fn close(&mut self, world: &World) {
        if let Some(file) = &mut self.file {
            file.close(world.now(), world);
        }
    }

    /// Write the rest.
    pub fn finish(&mut self) {
        if let Some(file) = &mut self.file {
            file.finish();
        }
    }

    /// What became of the file so far, if there is one.
    pub fn status(&self) -> Option<RecordingStatus> {
        self.file.as_ref().map(RecordingSink::status)
    }
}
