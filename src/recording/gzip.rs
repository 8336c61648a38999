//! The gzip members of a recording: many small ones in a row, so that a reader can begin at any of them, and so that what was
//! flushed can be read however the writing ended. Pure: text in, bytes out.

use std::io::Write;

use flate2::{Compression, Crc, write::DeflateEncoder};

/// Compressed bytes after which a member ends.
const MEMBER: usize = 64 << 10;

/// No name, no time, no system.
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// The last block of a stream, with nothing in it: what follows a flush may be this.
const LAST_BLOCK: [u8; 2] = [3, 0];

/// Compresses lines into members. Bytes are taken out as they come; those of before a flush make sense without those of
/// after it.
#[derive(Debug)]
pub struct GzipMembers {
    encoder: DeflateEncoder<Vec<u8>>,
    crc: Crc,
    /// Bytes of the member that were taken out.
    taken: usize,
}

/// What ends a member that was flushed, if nothing else of it follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberEnd {
    crc: u32,
    size: u32,
}

impl Default for GzipMembers {
    fn default() -> Self {
        Self { encoder: begin_member(), crc: Crc::new(), taken: 0 }
    }
}

fn begin_member() -> DeflateEncoder<Vec<u8>> {
    DeflateEncoder::new(HEAD.to_vec(), Compression::default())
}

impl MemberEnd {
    /// The bytes.
    pub fn write(self) -> Vec<u8> {
        [&LAST_BLOCK[..], &self.crc.to_le_bytes(), &self.size.to_le_bytes()].concat()
    }
}

impl GzipMembers {
    /// Add whole lines. Writing to memory can't fail.
    pub fn add_lines(&mut self, lines: &[u8]) {
        self.crc.update(lines);
        let _ = self.encoder.write_all(lines);
    }

    /// Whether the member is as long as one gets.
    pub fn is_full(&self) -> bool {
        self.taken + self.encoder.get_ref().len() >= MEMBER
    }

    /// Take out all that was added so far, and what would end the member now. Nothing, if there is nothing in it.
    pub fn flush(&mut self) -> Option<(Vec<u8>, MemberEnd)> {
        if self.crc.amount() == 0 {
            return None;
        }
        let _ = self.encoder.flush();
        let bytes = std::mem::take(self.encoder.get_mut());
        self.taken += bytes.len();
        Some((bytes, MemberEnd { crc: self.crc.sum(), size: self.crc.amount() }))
    }

    /// End the member and take out the rest of it; what comes after it goes into the next one.
    pub fn end_member(&mut self) -> Vec<u8> {
        if self.crc.amount() == 0 {
            return Vec::new();
        }
        let encoder = std::mem::replace(&mut self.encoder, begin_member());
        let mut bytes = encoder.finish().unwrap_or_default();
        bytes.extend(self.crc.sum().to_le_bytes());
        bytes.extend(self.crc.amount().to_le_bytes());
        (self.crc, self.taken) = (Crc::new(), 0);
        bytes
    }

    /// Forget what was added and not taken out; a new member begins.
    pub fn begin_again(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::MultiGzDecoder;

    use super::*;

    fn unpack(bytes: &[u8]) -> std::io::Result<String> {
        let mut text = String::new();
        MultiGzDecoder::new(bytes).read_to_string(&mut text).map(|_| text)
    }

    #[test]
    fn members_flushed_or_not_are_one_text() {
        let mut members = GzipMembers::default();
        let (mut bytes, mut text) = (Vec::new(), String::new());
        assert!(members.flush().is_none() && members.end_member().is_empty(), "no empty member");
        for n in 0_u32..60_000 {
            let line = format!("{}\n", n.wrapping_mul(2_654_435_761));
            members.add_lines(line.as_bytes());
            text += &line;
            if n % 7_000 == 0 {
                bytes.extend(members.flush().unwrap().0);
            }
            if members.is_full() {
                bytes.extend(members.end_member());
            }
        }
        let heads = bytes.windows(HEAD.len()).filter(|part| *part == HEAD).count();
        assert!(heads > 2, "{heads}");
        bytes.extend(members.end_member());
        assert_eq!(unpack(&bytes).unwrap(), text);
    }

    #[test]
    fn a_member_that_was_flushed_can_be_ended_later() {
        let mut members = GzipMembers::default();
        members.add_lines(b"one\n");
        let (mut bytes, end) = members.flush().unwrap();
        members.add_lines(b"lost\n");
        members.begin_again();
        members.add_lines(b"two\n");
        bytes.extend(end.write());
        bytes.extend(members.end_member());
        assert_eq!(unpack(&bytes).unwrap(), "one\ntwo\n");
    }
}
