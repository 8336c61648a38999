//! Lines of a file, packed or not, of bounded length: whatever the bytes are, no more than one line is held.

use std::io::{self, BufRead, Read};

use super::packed::{CountedBytes, PackedMembers};

/// The most bytes of a line. A here-now answer with a million users, each with a short state, has as many.
pub const LONGEST_LINE: usize = 64 << 20;

/// Bytes unpacked at a time.
const PIECE: usize = 64 << 10;

/// How the next line begins and ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NextLine {
    /// A line with its end.
    Whole,
    /// The bytes end before the line does; there may be none of it.
    Torn,
    /// It has more bytes than are read.
    TooLong,
    /// The bytes can't be read on, for this reason.
    Damaged(String),
}

enum Bytes {
    Plain(CountedBytes),
    Packed(Box<PackedMembers>),
}

/// Hands out lines.
pub(super) struct LineSource {
    bytes: Bytes,
    most: usize,
    /// What was read and not handed out yet: from here to there.
    piece: Vec<u8>,
    rest: std::ops::Range<usize>,
    /// The place of the file from which the last line can be read again, if there is one.
    begins_at: Option<u64>,
}

impl std::fmt::Debug for LineSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LineSource")
    }
}

impl LineSource {
    /// Lines of these bytes, which are unpacked if they are packed, and which begin at `place` of the file.
    ///
    /// # Errors
    /// If not even the first of them can be read.
    pub fn open(bytes: Box<dyn Read + Send>, place: u64, most: usize) -> io::Result<Self> {
        let mut bytes = CountedBytes::new(bytes, place);
        let is_packed = bytes.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        let bytes = if is_packed { Bytes::Packed(Box::new(PackedMembers::new(bytes))) } else { Bytes::Plain(bytes) };
        Ok(Self { bytes, most, piece: vec![0; PIECE], rest: 0..0, begins_at: None })
    }

    /// The place of the file from which the last line can be read again, if there is one: each line's own, if they are
    /// not packed, or else that of a member which begins with it.
    pub const fn begins_at(&self) -> Option<u64> {
        self.begins_at
    }

    /// The place of the file up to which it was read.
    pub const fn place(&self) -> u64 {
        match &self.bytes {
            Bytes::Plain(bytes) => bytes.place(),
            Bytes::Packed(members) => members.place,
        }
    }

    /// Read the next line into `line`, without its end.
    pub fn read_next(&mut self, line: &mut Vec<u8>) -> NextLine {
        line.clear();
        self.begins_at = match &self.bytes {
            Bytes::Plain(bytes) => Some(bytes.place() - self.rest.len() as u64),
            Bytes::Packed(_) => None,
        };
        loop {
            if self.rest.is_empty() {
                match self.read_piece(line.is_empty()) {
                    Ok(0) => return NextLine::Torn,
                    Ok(_) => {}
                    Err(error) => match explain(&error) {
                        Some(end) => return end,
                        None => continue,
                    },
                }
            }
            let rest = &self.piece[self.rest.clone()];
            let end = rest.iter().position(|byte| *byte == b'\n');
            let part = &rest[..end.unwrap_or(rest.len())];
            if line.len() + part.len() > self.most {
                return NextLine::TooLong;
            }
            line.extend_from_slice(part);
            self.rest.start += end.map_or(rest.len(), |end| end + 1);
            if end.is_some() {
                return NextLine::Whole;
            }
        }
    }

    fn read_piece(&mut self, begins_line: bool) -> io::Result<usize> {
        let count = match &mut self.bytes {
            Bytes::Plain(bytes) => bytes.read(&mut self.piece)?,
            Bytes::Packed(members) => {
                let before = members.begins_at();
                let count = members.read(&mut self.piece)?;
                if begins_line && members.begins_at() != before {
                    self.begins_at = members.begins_at();
                }
                count
            }
        };
        self.rest = 0..count;
        Ok(count)
    }
}

/// How the lines end by an error; not at all, if it is to be tried again.
fn explain(error: &io::Error) -> Option<NextLine> {
    match error.kind() {
        io::ErrorKind::Interrupted => None,
        io::ErrorKind::UnexpectedEof => Some(NextLine::Torn),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            Some(NextLine::Damaged("the compressed data is damaged".to_owned()))
        }
        kind => Some(NextLine::Damaged(format!("the file can't be read ({kind})"))),
    }
}
