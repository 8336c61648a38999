//! Lines into a file, whatever the disk does.

use std::io;

use super::{disk::RecordingDisk, status::RecordingStatus};
use crate::{
    presence::Moment,
    recording::{GzipMembers, LineComposer, MemberEnd, RecordLine},
    world::World,
};

/// Bytes of lines that are not packed, after which they are written.
pub(super) const PIECE: usize = 64 << 10;

/// What of the file is as it should be.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Kept {
    /// So many bytes.
    pub(super) length: u64,
    /// The number of the last line in them.
    pub(super) number: u64,
    /// What ends the member that they end in, if it has not ended.
    pub(super) end: Option<MemberEnd>,
    /// Inputs among the lines.
    pub(super) inputs: u64,
}

/// Composes lines, packs them, and writes them when there are enough, or when it is told to.
pub(super) struct RecordingSink<D> {
    pub(super) disk: D,
    pub(super) composer: LineComposer,
    pub(super) header: RecordLine,
    pub(super) started: Moment,
    pub(super) packed: Option<GzipMembers>,
    /// Lines that are not packed and not written, and the bytes of them after which they are.
    pub(super) text: Vec<u8>,
    pub(super) piece: usize,
    pub(super) kept: Kept,
    /// Inputs that are not written yet, and the moment of the first of them.
    pub(super) pending: (u64, Moment),
    /// Lines were added that are not written yet.
    pub(super) has_more: bool,
    /// Inputs that are not in the file and of which no line there tells, and the moment of the first.
    pub(super) missing: (u64, Moment),
    /// What is wrong.
    pub(super) trouble: Option<String>,
    /// Inputs that were lost in all.
    pub(super) lost: u64,
    /// How often something was lost since the last time that was asked.
    pub(super) holes: u64,
}

impl<D: RecordingDisk> RecordingSink<D> {
    /// Begin with the header.
    ///
    /// # Errors
    /// If not even that can be written.
    pub fn begin(disk: D, is_packed: bool, header: RecordLine, started: Moment) -> io::Result<Self> {
        let mut sink = Self::open(disk, is_packed, header, started);
        sink.add_header();
        sink.write_out(false).map(|()| sink)
    }

    /// Nothing is written yet.
    pub(super) fn open(disk: D, is_packed: bool, header: RecordLine, started: Moment) -> Self {
        Self {
            disk,
            composer: LineComposer::default(),
            header,
            started,
            packed: is_packed.then(GzipMembers::default),
            text: Vec::new(),
            piece: PIECE,
            kept: Kept::default(),
            pending: (0, started),
            has_more: false,
            missing: (0, started),
            trouble: None,
            lost: 0,
            holes: 0,
        }
    }

    /// Add an input.
    pub fn add_input(&mut self, at: Moment, line: &RecordLine) {
        if self.trouble.is_some() {
            self.note_missing(1, at);
            return;
        }
        if self.pending.0 == 0 {
            self.pending.1 = at;
        }
        self.pending.0 += 1;
        self.add_line(at, line);
    }

    /// Say that inputs did not come this far.
    pub fn add_lost(&mut self, inputs: u64, since: Moment, at: Moment) {
        if self.trouble.is_some() {
            self.note_missing(inputs, since);
        } else {
            self.lost += inputs;
            self.add_line(at, &RecordLine::Lost { inputs, since });
        }
    }

    /// Add what a world is.
    pub fn add_check(&mut self, world: &World) {
        if self.trouble.is_none() {
            self.add_lines(|composer, out| composer.write_check(out, world));
        }
    }

    /// A second has passed: write what there is, or try again to.
    pub fn flush(&mut self) {
        if self.disk.is_there() {
            if self.trouble.is_some() {
                self.repair();
            } else if self.has_more
                && let Err(error) = self.write_out(false)
            {
                self.fail(explain(&error));
            }
            return;
        }
        let gone = self.kept.inputs;
        self.fail("is not there any more; it is made again".to_owned());
        self.note_missing(gone, self.started);
        self.kept = Kept::default();
        if let Err(error) = self.disk.make_again() {
            self.trouble = Some(explain(&error));
        } else {
            self.composer = LineComposer::default();
            self.repair();
        }
    }

    /// How often something was lost since the last time. What comes after it must not refer to what was before.
    pub const fn take_holes(&mut self) -> u64 {
        std::mem::replace(&mut self.holes, 0)
    }

    /// Nothing more comes.
    pub fn close(&mut self, at: Moment, world: &World) {
        self.flush();
        self.add_check(world);
        if self.trouble.is_none() {
            self.add_line(at, &RecordLine::Closed);
        }
    }

    /// Write the rest.
    pub fn finish(&mut self) {
        if self.trouble.is_none()
            && let Err(error) = self.write_out(true)
        {
            self.fail(explain(&error));
        }
    }

    /// What became of it so far.
    pub fn status(&self) -> RecordingStatus {
        RecordingStatus { kept: self.kept.inputs, lost: self.lost, trouble: self.trouble.clone() }
    }

    pub(super) fn add_header(&mut self) {
        let (started, header) = (self.started, std::mem::replace(&mut self.header, RecordLine::Unknown));
        self.compose(|composer, out| composer.write(out, started, &header));
        self.header = header;
    }

    pub(super) fn add_line(&mut self, at: Moment, line: &RecordLine) {
        self.add_lines(|composer, out| composer.write(out, at, line));
    }

    fn add_lines(&mut self, write: impl FnOnce(&mut LineComposer, &mut Vec<u8>)) {
        self.compose(write);
        if self.is_piece()
            && let Err(error) = self.write_out(true)
        {
            self.fail(explain(&error));
        }
    }

    /// Compose lines, which are written later.
    pub(super) fn compose(&mut self, write: impl FnOnce(&mut LineComposer, &mut Vec<u8>)) {
        self.has_more = true;
        let Some(members) = &mut self.packed else { return write(&mut self.composer, &mut self.text) };
        let mut lines = Vec::new();
        write(&mut self.composer, &mut lines);
        members.add_lines(&lines);
    }

    /// Whether there is enough to be written.
    pub(super) fn is_piece(&self) -> bool {
        self.packed.as_ref().map_or(self.text.len() >= self.piece, GzipMembers::is_full)
    }

    /// What is not written yet, and what would end its member. `whole`: the member ends.
    fn take_bytes(&mut self, whole: bool) -> (Vec<u8>, Option<MemberEnd>) {
        match &mut self.packed {
            Some(members) if whole => (members.end_member(), None),
            Some(members) => members.flush().map_or_else(Default::default, |(bytes, end)| (bytes, Some(end))),
            None => {
                let next = Vec::with_capacity(if self.text.len() < self.piece { 0 } else { self.text.len() });
                (std::mem::replace(&mut self.text, next), None)
            }
        }
    }

    pub(super) fn write_out(&mut self, whole: bool) -> io::Result<()> {
        let (bytes, end) = self.take_bytes(whole);
        self.disk.append(&bytes)?;
        self.note_kept(bytes.len(), end);
        Ok(())
    }

    fn note_kept(&mut self, length: usize, end: Option<MemberEnd>) {
        self.kept = Kept {
            length: self.kept.length + length as u64,
            number: self.composer.last_number(),
            end,
            inputs: self.kept.inputs + self.pending.0,
        };
        self.pending.0 = 0;
        self.has_more = false;
    }

    /// What was not written is lost.
    fn fail(&mut self, trouble: String) {
        let (inputs, since) = self.pending;
        self.note_missing(inputs, since);
        self.pending.0 = 0;
        self.has_more = false;
        self.text.clear();
        if let Some(members) = &mut self.packed {
            members.begin_again();
        }
        self.composer.go_back_to(self.kept.number);
        self.trouble = Some(trouble);
    }

    fn note_missing(&mut self, inputs: u64, since: Moment) {
        self.lost += inputs;
        self.holes += 1;
        let (count, first) = self.missing;
        self.missing = (count + inputs, if count == 0 { since } else { first.min(since) });
    }

    /// Try to go on: the file ends where all is well, and a line says what is missing.
    fn repair(&mut self) {
        match self.try_repair() {
            Ok(()) => {
                self.missing.0 = 0;
                self.trouble = None;
            }
            Err(error) => {
                let missing = self.missing;
                self.fail(explain(&error));
                self.missing = missing;
            }
        }
    }

    fn try_repair(&mut self) -> io::Result<()> {
        self.disk.cut_back(self.kept.length)?;
        let mut bytes = self.kept.end.map(MemberEnd::write).unwrap_or_default();
        if self.kept.length == 0 {
            self.add_header();
        }
        let (inputs, since) = self.missing;
        if inputs > 0 {
            self.compose(|composer, out| composer.write(out, since, &RecordLine::Lost { inputs, since }));
        }
        let (more, end) = self.take_bytes(false);
        bytes.extend(more);
        self.disk.append(&bytes)?;
        self.note_kept(bytes.len(), end);
        Ok(())
    }
}

/// What the disk says, in words that follow the file's name.
fn explain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "can't be written, as the disk is full; make room, and it goes on".to_owned()
        }
        io::ErrorKind::AlreadyExists => "was taken away, and something else is there under its name".to_owned(),
        kind => format!("can't be written ({kind}); it is tried again each second"),
    }
}
