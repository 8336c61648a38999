//! Lines of a file, packed or not, of bounded length: whatever the bytes are, no more than one line is held.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

/// The most bytes of a line. A here-now answer with a million users, each with a short state, has as many.
pub const LONGEST_LINE: usize = 64 << 20;

/// Bytes read at a time.
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

/// Hands out lines.
pub(super) struct LineSource {
    bytes: Box<dyn BufRead + Send>,
    most: usize,
}

impl std::fmt::Debug for LineSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LineSource")
    }
}

impl LineSource {
    /// Lines of these bytes, which are unpacked if they are packed.
    ///
    /// # Errors
    /// If not even the first of them can be read.
    pub fn open(bytes: impl Read + Send + 'static, most: usize) -> io::Result<Self> {
        let mut bytes = BufReader::with_capacity(PIECE, bytes);
        let is_packed = bytes.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        let bytes: Box<dyn BufRead + Send> = if is_packed {
            Box::new(BufReader::with_capacity(PIECE, MultiGzDecoder::new(bytes)))
        } else {
            Box::new(bytes)
        };
        Ok(Self { bytes, most })
    }

    /// Read the next line into `line`, without its end.
    pub fn read_next(&mut self, line: &mut Vec<u8>) -> NextLine {
        line.clear();
        loop {
            let (found, used) = match self.bytes.fill_buf() {
                Ok([]) => return NextLine::Torn,
                Ok(piece) => {
                    let end = piece.iter().position(|byte| *byte == b'\n');
                    let part = &piece[..end.unwrap_or(piece.len())];
                    if line.len() + part.len() > self.most {
                        return NextLine::TooLong;
                    }
                    line.extend_from_slice(part);
                    (end.is_some(), end.map_or(piece.len(), |end| end + 1))
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return NextLine::Torn,
                Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => {
                    return NextLine::Damaged("the compressed data is damaged".to_owned());
                }
                Err(error) => return NextLine::Damaged(format!("the file can't be read ({})", error.kind())),
            };
            self.bytes.consume(used);
            if found {
                return NextLine::Whole;
            }
        }
    }
}
