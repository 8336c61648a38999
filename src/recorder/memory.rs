//! What came in so far, packed, in memory: a file that is begun later begins with it.
//!
//! Hardly anybody ever wants it, and it is packed all the time. So it is packed by LZ4, at a third of what gzip costs at
//! its fastest, and by gzip when a file wants it.

use std::io;

use lz4_flex::block::{DecompressError, compress_prepend_size, decompress_size_prepended};

use super::disk::RecordingDisk;

/// A bounded piece of memory. What does not fit makes it begin again, empty.
#[derive(Debug)]
pub(super) struct RecordingMemory {
    pieces: Vec<Piece>,
    /// Bytes of all pieces.
    bytes: usize,
    most: usize,
    is_full: bool,
}

/// What was added at once.
#[derive(Debug)]
struct Piece {
    packed: Box<[u8]>,
    /// Where its text ends in all of it.
    end: u64,
}

impl RecordingMemory {
    /// At most so many bytes.
    pub const fn new(most: usize) -> Self {
        Self { pieces: Vec::new(), bytes: 0, most, is_full: false }
    }

    /// The text of each piece, from the first on.
    pub fn texts(&self) -> impl Iterator<Item = io::Result<Vec<u8>>> {
        let unpack = |piece: &Piece| decompress_size_prepended(&piece.packed);
        let explain = |error: DecompressError| io::Error::new(io::ErrorKind::InvalidData, error);
        self.pieces.iter().map(move |piece| unpack(piece).map_err(explain))
    }
}

impl RecordingDisk for RecordingMemory {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let packed = compress_prepend_size(bytes).into_boxed_slice();
        if self.bytes + packed.len() > self.most {
            self.is_full = true;
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.bytes += packed.len();
        let begin = self.pieces.last().map_or(0, |last| last.end);
        self.pieces.push(Piece { packed, end: begin + bytes.len() as u64 });
        Ok(())
    }

    fn cut_back(&mut self, length: u64) -> io::Result<()> {
        while let Some(gone) = self.pieces.pop_if(|last| last.end > length) {
            self.bytes -= gone.packed.len();
        }
        Ok(())
    }

    fn is_there(&self) -> bool {
        !self.is_full
    }

    fn make_again(&mut self) -> io::Result<()> {
        *self = Self::new(self.most);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(memory: &RecordingMemory) -> String {
        memory.texts().map(|text| String::from_utf8(text.unwrap()).unwrap()).collect()
    }

    #[test]
    fn pieces_are_packed_cut_back_and_bounded() {
        let mut memory = RecordingMemory::new(4_000);
        let piece = |n: u32| format!("{{\"user\":\"user-{n}\"}}\n").repeat(50);
        for n in 0..3 {
            memory.append(piece(n).as_bytes()).unwrap();
        }
        memory.append(&[]).unwrap();
        assert_eq!(read(&memory), [0, 1, 2].map(piece).concat());
        assert!(memory.bytes < read(&memory).len() / 5, "packed: {} bytes", memory.bytes);

        memory.cut_back(2 * piece(0).len() as u64).unwrap();
        memory.append(piece(7).as_bytes()).unwrap();
        assert_eq!(read(&memory), [0, 1, 7].map(piece).concat());

        let all_before = read(&memory);
        while memory.append(piece(9).as_bytes()).is_ok() {
            assert!(memory.bytes <= 4_000);
        }
        assert!(!memory.is_there() && read(&memory).starts_with(&all_before));
        memory.make_again().unwrap();
        assert!(memory.is_there() && memory.bytes == 0 && read(&memory).is_empty());
    }
}
