//! Where the body of a request ends.

/// The most digits of a chunk's size: 4 GiB, far beyond any body that is taken.
const CHUNK_DIGITS: u8 = 8;

/// The most bytes behind the size of a chunk.
const CHUNK_EXTENSION: u16 = 256;

/// What is left of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyLeft {
    /// So many bytes.
    Bytes(u64),
    /// Chunks, from here on.
    Chunks(ChunkPart),
    /// What came is no chunk. Nothing behind it can be understood.
    Broken,
}

/// What comes next in a body of chunks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChunkPart {
    /// The size: so many digits of it came, and are worth this.
    Size(u8, u64),
    /// What follows a size, behind a semicolon: so many bytes of it came.
    Extension(u64, u16),
    /// The line feed behind a size.
    SizeEnd(u64),
    /// So many bytes of data.
    Data(u64),
    /// The carriage return behind the data.
    DataReturn,
    /// The line feed behind it.
    DataEnd,
    /// The carriage return behind the last chunk. No trailers are taken: nobody sends them.
    LastReturn,
    /// The line feed behind it.
    LastEnd,
}

impl BodyLeft {
    /// A body of chunks, from its beginning.
    pub const CHUNKED: Self = Self::Chunks(ChunkPart::Size(0, 0));

    /// Whether all of it came.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Bytes(0))
    }

    /// Pass over what belongs to the body. Returns how many of these bytes do.
    pub fn advance(&mut self, bytes: &[u8]) -> usize {
        let mut at = 0;
        while at < bytes.len() && !self.is_over() && *self != Self::Broken {
            match self {
                Self::Bytes(left) | Self::Chunks(ChunkPart::Data(left)) => {
                    let taken = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len() - at);
                    *left -= taken as u64;
                    at += taken;
                    if *self == Self::Chunks(ChunkPart::Data(0)) {
                        *self = Self::Chunks(ChunkPart::DataReturn);
                    }
                }
                Self::Chunks(part) => {
                    *self = part.read_byte(bytes[at]);
                    at += usize::from(*self != Self::Broken);
                }
                Self::Broken => {}
            }
        }
        at
    }
}

impl ChunkPart {
    /// What is left behind this byte.
    fn read_byte(self, byte: u8) -> BodyLeft {
        let digit = char::from(byte).to_digit(16).map(u64::from);
        BodyLeft::Chunks(match (self, byte, digit) {
            (Self::Size(digits, size), _, Some(digit)) if digits < CHUNK_DIGITS => {
                Self::Size(digits + 1, size * 16 + digit)
            }
            (Self::Size(1.., size) | Self::Extension(size, _), b'\r', _) => Self::SizeEnd(size),
            (Self::Size(1.., size), b';', _) => Self::Extension(size, 0),
            (Self::Extension(size, seen), b'\t' | b' '..=b'~', _) if seen < CHUNK_EXTENSION => {
                Self::Extension(size, seen + 1)
            }
            (Self::SizeEnd(0), b'\n', _) => Self::LastReturn,
            (Self::SizeEnd(size), b'\n', _) => Self::Data(size),
            (Self::DataReturn, b'\r', _) => Self::DataEnd,
            (Self::DataEnd, b'\n', _) => Self::Size(0, 0),
            (Self::LastReturn, b'\r', _) => Self::LastEnd,
            (Self::LastEnd, b'\n', _) => return BodyLeft::Bytes(0),
            _ => return BodyLeft::Broken,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many bytes belong to the body, and whether it is over, when they come in pieces of this size.
    fn read_in_pieces(bytes: &[u8], size: usize) -> (usize, BodyLeft) {
        let (mut left, mut at) = (BodyLeft::CHUNKED, 0);
        for piece in bytes.chunks(size) {
            let taken = left.advance(piece);
            at += taken;
            if taken < piece.len() {
                break;
            }
        }
        (at, left)
    }

    #[test]
    fn chunks_end_where_they_say_however_they_are_cut() {
        let whole: &[(&[u8], usize)] = &[
            (b"0\r\n\r\nGET", 5),
            (b"5\r\nhello\r\n0\r\n\r\nGET", 15),
            (b"05;a=b\r\nhello\r\nA\r\n0123456789\r\n00\r\n\r\n", 36),
        ];
        for (bytes, length) in whole {
            for size in 1..=bytes.len() {
                assert_eq!(read_in_pieces(bytes, size), (*length, BodyLeft::Bytes(0)), "{bytes:?} by {size}");
            }
        }
    }

    #[test]
    fn what_is_no_chunk_is_the_end() {
        for (bytes, good) in [
            (&b"zz\r\n"[..], 0),
            (b"5 \r\nhello", 1),
            (b" 5\r\nhello", 0),
            (b"+5\r\nhello", 0),
            (b"0x5\r\nhello", 1),
            (b"5\nhello", 1),
            (b"5\rhello", 2),
            (b"5;a\nhello", 3),
            (b"5\r\nhello!\r\n0\r\n\r\n", 8),
            (b"5\r\nhello\n0\r\n\r\n", 8),
            (b"0\r\nX-Trailer: 1\r\n\r\n", 3),
            (b"123456789\r\n", 8),
            (b"\r\n", 0),
            (b";a\r\n", 0),
        ] {
            assert_eq!(read_in_pieces(bytes, 3), (good, BodyLeft::Broken), "{bytes:?}");
        }
        let long = [&b"5;"[..], &[b'a'; 300], b"\r\n"].concat();
        assert_eq!(read_in_pieces(&long, 7), (258, BodyLeft::Broken));
    }
}
