//! Makes the index of a recording, on one way through it. Nothing of it is gathered in memory but the table.

use std::io::{self, Write};

use super::{
    index::{MarkEntry, MarkTable, RecordingIdentity, RecordingIndex, pack_mark, sum_up, sum_up_stretch},
    past::Past,
    reader::{LastLine, ReaderPlace, RecordingReader},
    timeline::OpenAt,
};

/// Lines, events and listed users between two marks, all of which are folded to come to an instant before the second one:
/// that takes some 25 ms.
pub const MARK_STEP: u64 = 12_500;

/// A world of so many bytes is read in the time of one event. Where worlds are large, marks are so far apart that reading
/// one takes as long as what is folded after it.
const BYTES_PER_EVENT: u64 = 400;

/// Bytes of all marks together: so many times as many as the recording has, within these bounds. Where worlds are so large
/// that this is not enough, marks are further apart.
const SHARE: u64 = 4;
const ROOM: std::ops::RangeInclusive<u64> = 4 << 20..=128 << 20;

/// What an index is made with.
struct IndexMaker<'a> {
    of: RecordingIdentity,
    open: &'a OpenAt,
    out: &'a mut dyn Write,
    marks: Vec<MarkEntry>,
    /// The place of the last mark.
    last: Option<ReaderPlace>,
    written: u64,
    /// The work that had been done at the last mark.
    done: u64,
    step: u64,
}

/// Go through a recording from its beginning to its end, and write its index, with a mark after so many lines, events and
/// listed users. `open` opens the recording once more.
///
/// # Errors
/// What the disk says.
pub fn make_index(
    of: RecordingIdentity,
    past: &mut Past,
    step: u64,
    open: &OpenAt,
    out: &mut dyn Write,
) -> io::Result<RecordingIndex> {
    let mut maker = IndexMaker { of, open, out, marks: Vec::new(), last: None, written: 0, done: 0, step };
    maker.write(of.write_head().as_bytes())?;
    maker.keep(past)?;
    while past.step_next(&mut ()).is_some() {
        maker.keep(past)?;
    }
    maker.end()
}

/// Write an index that tells only how the recording ended.
///
/// # Errors
/// What the disk says.
pub fn write_end_index(of: RecordingIdentity, ended: LastLine, out: &mut dyn Write) -> io::Result<RecordingIndex> {
    let table = MarkTable { ended, marks: None };
    out.write_all(of.write_head().as_bytes())?;
    out.write_all(&table.write())?;
    Ok(RecordingIndex::new(of, table))
}

impl IndexMaker<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written += bytes.len() as u64;
        self.out.write_all(bytes)
    }

    /// Keep the past as it is, if it is time to and the recording can be read on from there.
    fn keep(&mut self, past: &Past) -> io::Result<()> {
        let work = past.count_work();
        let last = self.marks.last();
        let step = last.map_or(0, |mark| self.step.max(mark.unpacked / BYTES_PER_EVENT));
        if work.saturating_sub(self.done) < step {
            return Ok(());
        }
        let Some(place) = past.reader().mark_place().filter(|place| place.byte < self.of.length) else { return Ok(()) };
        if let Some(last) = last
            && (last.from >= place.byte || self.written + last.length > self.find_share(place.byte))
        {
            return Ok(());
        }
        let Some(mark) = past.mark_here() else { return Ok(()) };
        let bytes = mark.write();
        let packed = pack_mark(&bytes)?;
        self.end_stretch(place.byte)?;
        self.marks.push(MarkEntry {
            at: mark.world().now(),
            place: self.written,
            length: packed.len() as u64,
            sum: sum_up(&packed),
            unpacked: bytes.len() as u64,
            from: place.byte,
            stretch: 0,
        });
        (self.last, self.done) = (Some(place), work);
        self.write(&packed)
    }

    /// How much may have been written at this place of the recording: marks are spread over all of it.
    fn find_share(&self, byte: u64) -> u64 {
        let room = self.of.length.saturating_mul(SHARE).clamp(*ROOM.start(), *ROOM.end());
        let share = u128::from(room) * u128::from(byte) / u128::from(self.of.length.max(1));
        u64::try_from(share).unwrap_or(room)
    }

    fn end_stretch(&mut self, to: u64) -> io::Result<()> {
        if let Some(last) = self.marks.last_mut() {
            last.stretch = sum_up_stretch(self.open, last.from, to)?;
        }
        Ok(())
    }

    fn end(mut self) -> io::Result<RecordingIndex> {
        self.end_stretch(self.of.length)?;
        // What can't be folded has a moment, too.
        let reader = match self.last {
            Some(place) => RecordingReader::resume((self.open)(place.byte)?, &place)?,
            None => RecordingReader::open((self.open)(0)?).map_err(io::Error::other)?.1,
        };
        let ended = reader.skim_to_end();
        let table = MarkTable { ended, marks: Some(std::mem::take(&mut self.marks)) };
        self.write(&table.write())?;
        Ok(RecordingIndex::new(self.of, table))
    }
}
