//! Gzip members in a row, unpacked one after the other, with the place where each begins.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

/// Bytes read at a time.
const PIECE: usize = 64 << 10;

/// Reads, and counts what was used.
pub(super) struct CountedBytes {
    bytes: BufReader<Box<dyn Read + Send>>,
    used: u64,
}

impl CountedBytes {
    /// From the place of the first byte on.
    pub fn new(bytes: Box<dyn Read + Send>, place: u64) -> Self {
        Self { bytes: BufReader::with_capacity(PIECE, bytes), used: place }
    }

    /// The place of the next byte.
    pub const fn place(&self) -> u64 {
        self.used
    }
}

impl Read for CountedBytes {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(into)?;
        self.used += read as u64;
        Ok(read)
    }
}

impl BufRead for CountedBytes {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.bytes.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.bytes.consume(count);
        self.used += count as u64;
    }
}

/// The members of a file.
pub(super) struct PackedMembers {
    /// `None` behind the last one.
    member: Option<GzDecoder<CountedBytes>>,
    /// Where it begins.
    pub place: u64,
    /// Where the member begins that the last bytes are from.
    begins_at: Option<u64>,
}

impl PackedMembers {
    /// From the beginning of a member on.
    pub fn new(bytes: CountedBytes) -> Self {
        let place = bytes.place();
        Self { member: Some(GzDecoder::new(bytes)), place, begins_at: None }
    }

    /// Where the member begins that the last bytes are from, if there were any.
    pub const fn begins_at(&self) -> Option<u64> {
        self.begins_at
    }
}

impl Read for PackedMembers {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let read = member.read(into)?;
            if read > 0 || into.is_empty() {
                self.begins_at = Some(self.place);
                return Ok(read);
            }
            let Some(mut rest) = self.member.take().map(GzDecoder::into_inner) else { break };
            if rest.fill_buf()?.is_empty() {
                break;
            }
            self.place = rest.place();
            self.member = Some(GzDecoder::new(rest));
        }
        Ok(0)
    }
}
