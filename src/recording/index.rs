//! The index of a recording: what one pass over it has found, so that any instant is reached without another pass.
//! It is made of the recording alone, and can be taken away at any time.
//!
//! ```text
//! {"herenow_index":3,"build":…,"length":…,…}               of which recording it is, and which build has made it
//! world world world …                                      a past here and there, as bytes, packed
//! table                                                    the end of the recording, and where which past is
//! length and checksum of the table                         two numbers of four bytes, the lower byte first
//! ```
//!
//! What is read of it is checked: each past has a checksum, and so have the bytes of the recording from there to the next
//! one. So a recording that was changed in its middle is noticed where the change is read, whatever its file says. One that
//! has grown since keeps its marks.

use std::io::{self, Read, Write};

use flate2::{Compression, CrcWriter, read::DeflateDecoder, write::DeflateEncoder};
use serde::{Deserialize, Serialize};

use super::{
    digest::Digest,
    header::RecordingHeader,
    past::{Past, PastMark},
    reader::{LastLine, RecordingReader},
    timeline::OpenAt,
};
use crate::presence::Moment;

/// So many bytes of either end of the recording tell it from others.
pub const INDEXED_ENDS: usize = 64 << 10;

/// The format that is written and read.
const FORMAT: u32 = 3;

/// What every index begins with, of whatever format.
const BEGIN: &[u8] = b"{\"herenow_index\":";

/// The first line has fewer bytes.
const LONGEST_HEAD: u64 = 4 << 10;

/// The table has fewer bytes: it has some thirty for each mark.
const LARGEST_TABLE: u64 = 64 << 20;

/// A past has fewer bytes before it is packed: lists are bounded to less.
const LARGEST_MARK: u64 = 1 << 30;

/// So many bytes can be packed into one, at the most.
const MOST_PACKED: u64 = 1_032;

/// Bytes behind the table.
const TRAILER: u64 = 8;

/// What the program was built of. A world as bytes means nothing to another build.
const BUILD: &str = include_str!(concat!(env!("OUT_DIR"), "/version.txt"));

/// Which bytes a recording has, as far as its length, its ends and its file tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordingIdentity {
    /// Its bytes.
    pub length: u64,
    /// A hash of its first and last [`INDEXED_ENDS`] bytes.
    digest: u64,
    /// When the file was changed last, in nanoseconds since 1970; 0 if that is not known.
    modified: u64,
}

/// What is known of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingIndex {
    /// Of which.
    of: RecordingIdentity,
    table: MarkTable,
}

/// What stands in the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MarkTable {
    /// The last line.
    pub ended: LastLine,
    /// The places where a past was kept, the earliest first. `None`: nobody has gone through for them.
    pub marks: Option<Vec<MarkEntry>>,
}

/// Where a past is, and of what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct MarkEntry {
    /// The moment that its world has reached.
    pub at: Moment,
    /// The byte of the index where it begins.
    pub place: u64,
    /// Its bytes, packed.
    pub length: u64,
    /// Their checksum.
    pub sum: u32,
    /// Its bytes before they were packed.
    pub unpacked: u64,
    /// The byte of the recording from which it goes on.
    pub from: u64,
    /// The checksum of the recording's bytes from there to the next one, or to the end.
    pub stretch: u32,
}

/// Why an index is not used, in words that follow its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UselessIndex {
    /// It is something else, which is not ours to replace.
    #[error("is no index of herenow")]
    Foreign,
    /// It is ours, and not as it was written.
    #[error("is damaged")]
    Damaged,
    /// Another build has made it.
    #[error("was made by another version")]
    Outdated,
    /// It is of another recording, or of what this one was before.
    #[error("is of another recording, or of an earlier state of it")]
    Other,
}

#[derive(Serialize, Deserialize)]
struct IndexHead {
    herenow_index: u32,
    #[serde(default)]
    build: u64,
    /// Other formats may tell something else.
    #[serde(flatten)]
    of: Option<RecordingIdentity>,
}

impl RecordingIdentity {
    /// Of a recording of this length, with its first and its last bytes, and the time when it was changed last.
    pub fn of(length: u64, first: &[u8], last: &[u8], modified: u64) -> Self {
        let mut digest = Digest::default();
        digest.add_bytes(first);
        digest.add_bytes(last);
        Self { length, digest: digest.finish(), modified }
    }

    /// Whether it is that of the first bytes of a recording: of as many of them as it is of itself.
    pub const fn begins(self, whole: Self) -> bool {
        self.length == whole.length && self.digest == whole.digest
    }

    /// The first line of an index.
    pub(super) fn write_head(self) -> String {
        let head = IndexHead { herenow_index: FORMAT, build: hash_build(), of: Some(self) };
        // Numbers can always be written.
        serde_json::to_string(&head).unwrap_or_default() + "\n"
    }
}

impl MarkTable {
    /// The table and what comes behind it.
    pub fn write(&self) -> Vec<u8> {
        // Lists know how long they are, so nothing can fail.
        let mut table = postcard::to_extend(self, Vec::new()).unwrap_or_default();
        let (length, sum) = (u32::try_from(table.len()).unwrap_or(u32::MAX), sum_up(&table));
        table.extend([length, sum].into_iter().flat_map(u32::to_le_bytes));
        table
    }

    fn read(open: &OpenAt, head: u64, length: u64) -> io::Result<Option<Self>> {
        let Some(end) = length.checked_sub(TRAILER).filter(|end| *end >= head) else { return Ok(None) };
        let mut trailer = [0; 8];
        open(end)?.read_exact(&mut trailer)?;
        let [a, b, c, d, sum @ ..] = trailer;
        let size = u64::from(u32::from_le_bytes([a, b, c, d]));
        let Some(begin) = end.checked_sub(size).filter(|begin| *begin >= head && size <= LARGEST_TABLE) else {
            return Ok(None);
        };
        let bytes = read_piece(open, begin, size)?;
        let read = postcard::from_bytes(&bytes).ok().filter(|_| sum_up(&bytes) == u32::from_le_bytes(sum));
        let is_within = |mark: &MarkEntry| mark.place.checked_add(mark.length).is_some_and(|behind| behind <= begin);
        Ok(read.filter(|table: &Self| table.marks.iter().flatten().all(is_within)))
    }
}

impl RecordingIndex {
    /// An index with this table.
    pub(super) const fn new(of: RecordingIdentity, table: MarkTable) -> Self {
        Self { of, table }
    }

    /// Read an index, of so many bytes, which `open` opens.
    ///
    /// # Errors
    /// Why it is of no use, whichever recording it is of.
    pub fn read(open: &OpenAt, length: u64) -> Result<Self, UselessIndex> {
        let begin = read_piece(open, 0, LONGEST_HEAD).map_err(|_| UselessIndex::Foreign)?;
        if !begin.starts_with(BEGIN) {
            return Err(UselessIndex::Foreign);
        }
        let line = begin.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
        let head: IndexHead = serde_json::from_slice(line).map_err(|_| UselessIndex::Damaged)?;
        if head.herenow_index != FORMAT || head.build != hash_build() {
            return Err(UselessIndex::Outdated);
        }
        let table = MarkTable::read(open, line.len() as u64, length).ok().flatten();
        head.of.zip(table).map(|(of, table)| Self { of, table }).ok_or(UselessIndex::Damaged)
    }

    /// Of which recording it is.
    pub const fn of(&self) -> RecordingIdentity {
        self.of
    }

    /// The last line.
    pub const fn last_line(&self) -> LastLine {
        self.table.ended
    }

    /// Whether somebody has gone through for marks, though the file may have no places for them.
    pub const fn has_marks(&self) -> bool {
        self.table.marks.is_some()
    }

    /// The number of the last mark at or before a moment, or of the last one; none if it leads no further than `now`.
    pub fn find_mark(&self, at: Option<Moment>, now: Moment) -> Option<usize> {
        let marks = self.table.marks.as_deref()?;
        let behind = at.map_or(marks.len(), |at| marks.partition_point(|mark| mark.at <= at));
        let last = behind.checked_sub(1)?;
        (marks[last].at > now).then_some(last)
    }

    /// The past at a mark of this index, which goes on with what comes after it.
    ///
    /// # Errors
    /// Why the index is of no use.
    pub fn open_past(
        &self,
        mark: usize,
        header: &RecordingHeader,
        open_index: &OpenAt,
        open_recording: &OpenAt,
    ) -> Result<Past, UselessIndex> {
        let marks = self.table.marks.as_deref().unwrap_or_default();
        let entry = marks.get(mark).ok_or(UselessIndex::Damaged)?;
        let to = marks.get(mark + 1).map_or(self.of.length, |next| next.from);
        let packed = read_piece(open_index, entry.place, entry.length).map_err(|_| UselessIndex::Damaged)?;
        if sum_up(&packed) != entry.sum {
            return Err(UselessIndex::Damaged);
        }
        let bytes = unpack_mark(&packed, entry.unpacked).map_err(|_| UselessIndex::Damaged)?;
        let other = |_: io::Error| UselessIndex::Other;
        if sum_up_stretch(open_recording, entry.from, to).map_err(other)? != entry.stretch {
            return Err(UselessIndex::Other);
        }
        let mark = PastMark::read(&bytes, header).filter(|mark| mark.place().byte == entry.from);
        let mark = mark.ok_or(UselessIndex::Damaged)?;
        let reader =
            RecordingReader::resume(open_recording(entry.from).map_err(other)?, mark.place()).map_err(other)?;
        Ok(Past::resume(header.clone(), &mark, reader))
    }
}

fn hash_build() -> u64 {
    let mut digest = Digest::default();
    digest.add_text(BUILD);
    digest.finish()
}

fn read_piece(open: &OpenAt, from: u64, length: u64) -> io::Result<Vec<u8>> {
    let mut piece = Vec::new();
    open(from)?.take(length).read_to_end(&mut piece)?;
    Ok(piece)
}

/// Pack the bytes of a past: of a crowd, they are ten times as many.
pub(super) fn pack_mark(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut packer = DeflateEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes)?;
    packer.finish()
}

fn unpack_mark(packed: &[u8], length: u64) -> io::Result<Vec<u8>> {
    // Not more than can be in it, whatever the table says.
    let most = length.min(LARGEST_MARK).min(packed.len() as u64 * MOST_PACKED);
    let mut bytes = Vec::with_capacity(usize::try_from(most).unwrap_or(0));
    DeflateDecoder::new(packed).take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The checksum of bytes.
pub(super) fn sum_up(bytes: &[u8]) -> u32 {
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    sum.sum()
}

/// The checksum of a part of a file.
pub(super) fn sum_up_stretch(open: &OpenAt, from: u64, to: u64) -> io::Result<u32> {
    let mut sum = CrcWriter::new(io::sink());
    io::copy(&mut open(from)?.take(to.saturating_sub(from)), &mut sum)?;
    Ok(sum.crc().sum())
}
