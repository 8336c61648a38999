//! Reads a recording from its first byte on, a line at a time. It never needs the end of the file.

use std::{
    io::{self, Read},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{
    header::RecordingHeader,
    line_source::{LONGEST_LINE, LineSource, NextLine},
    lines::{BadLine, FORMAT, RecordLine, read_line, read_line_head},
};
use crate::presence::{Moment, SafeText};

/// Nothing was recorded for so long: rather the time is wrong, and a world would do in one step what is due in ages.
const LONGEST_GAP: Duration = Duration::from_secs(366 * 24 * 3_600);

/// The line that ends a recording on purpose has fewer bytes.
const LONGEST_CLOSED: usize = 200;

/// A line that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadLine {
    /// Which line of the file it is, from 1.
    pub number: u64,
    /// When, never before the line that came before it.
    pub at: Moment,
    /// What it holds.
    pub line: RecordLine,
}

/// Why something is no recording that can be read, in words that follow its name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableRecording {
    /// There is nothing in it.
    #[error("is empty; nothing was recorded")]
    Empty,
    /// It is something else.
    #[error("is no recording of herenow: {0}")]
    Other(SafeText),
    /// It is of a later version.
    #[error(
        "was written in format {0} by a later version; this is herenow {program}, which reads formats up to {major}.x: \
         use a newer one",
        program = env!("CARGO_PKG_VERSION"),
        major = FORMAT.0
    )]
    Future(SafeText),
}

/// How a recording ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordingEnd {
    /// On purpose.
    Closed,
    /// It just ends, with this line or in the middle of the next.
    Abrupt(u64),
    /// It goes on, but from this line on it can't be read, for this reason.
    Broken(u64, SafeText),
}

/// The last line of a recording, as far as it can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastLine {
    /// Its moment.
    pub at: Moment,
    /// If the recording just ends there: which line of the file it is.
    pub abrupt: Option<u64>,
}

/// Where a reader is: the last line that it has read, and what it knows besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReaderPlace {
    /// The byte of the file from which the last line can be read again.
    pub byte: u64,
    lines: u64,
    expected: u64,
    last: Moment,
    went_back: Option<(u64, u64)>,
}

/// Hands out the lines of a recording.
///
/// ```
/// use std::fs::File;
///
/// use herenow::recording::{RecordingEnd, RecordingReader};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let file = File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/recordings/format-1.0.jsonl.gz"))?;
/// let (header, mut reader) = RecordingReader::open(file)?;
/// let mut last = header.started;
/// while let Some(read) = reader.read_next() {
///     assert!(read.at >= last);
///     last = read.at;
/// }
/// assert!(matches!(reader.end(), Some(RecordingEnd::Closed)));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct RecordingReader {
    source: LineSource,
    line: Vec<u8>,
    /// Lines of the file that were read.
    lines: u64,
    /// The number that the next line says it has.
    expected: u64,
    last: Moment,
    /// A line that was read and comes after one that says what is missing.
    next: Option<ReadLine>,
    end: Option<RecordingEnd>,
    /// How often the time went back, and the line where it first did.
    went_back: Option<(u64, u64)>,
}

impl RecordingReader {
    /// Read the header of a recording.
    ///
    /// # Errors
    /// If it is none that can be read, in words that follow the file's name.
    pub fn open(bytes: impl Read + Send + 'static) -> Result<(RecordingHeader, Self), UnreadableRecording> {
        Self::open_within(bytes, LONGEST_LINE)
    }

    fn open_within(
        bytes: impl Read + Send + 'static,
        most: usize,
    ) -> Result<(RecordingHeader, Self), UnreadableRecording> {
        let other = |why: &str| UnreadableRecording::Other(why.into());
        let mut source = LineSource::open(Box::new(bytes), 0, most)
            .map_err(|error| UnreadableRecording::Other(format!("it can't be read ({})", error.kind()).into()))?;
        let mut line = Vec::new();
        match source.read_next(&mut line) {
            NextLine::Torn if line.is_empty() => return Err(UnreadableRecording::Empty),
            NextLine::Torn | NextLine::Whole => {}
            NextLine::TooLong => return Err(other("its first line does not end")),
            NextLine::Damaged(why) => return Err(other(&why)),
        }
        let text = std::str::from_utf8(&line).map_err(|_| other("it is not text"))?;
        let (number, at, header) = match read_line(text) {
            Ok((number, at, RecordLine::Header(header))) => (number, at, *header),
            Ok(_) => return Err(other("its first line says nothing of what was recorded")),
            Err(BadLine::Future(format)) => return Err(UnreadableRecording::Future(format.into())),
            Err(BadLine::Foreign) => return Err(other("it is other JSON")),
            Err(BadLine::Unreadable(_)) => return Err(other("its first line is not JSON")),
        };
        let expected = number.saturating_add(1);
        let reader = Self { source, line, lines: 1, expected, last: at, next: None, end: None, went_back: None };
        Ok((header, reader))
    }

    /// The place where the reader is, if the last line can be read again from a place of the file.
    pub fn mark_place(&self) -> Option<ReaderPlace> {
        let byte = self.source.begins_at().filter(|_| self.next.is_none() && self.end.is_none())?;
        Some(ReaderPlace {
            byte,
            lines: self.lines,
            expected: self.expected,
            last: self.last,
            went_back: self.went_back,
        })
    }

    /// Read on behind the last line of a place, from bytes that begin at its byte.
    ///
    /// # Errors
    /// What the disk says, or that these are other bytes.
    pub fn resume(bytes: impl Read + Send + 'static, place: &ReaderPlace) -> io::Result<Self> {
        let ReaderPlace { byte, lines, expected, last, went_back } = *place;
        let mut source = LineSource::open(Box::new(bytes), byte, LONGEST_LINE)?;
        let mut line = Vec::new();
        let is_whole = source.read_next(&mut line) == NextLine::Whole;
        let number = std::str::from_utf8(&line).ok().and_then(|text| read_line(text).ok()).map(|(number, ..)| number);
        if !is_whole || number.map(|number| number.saturating_add(1)) != Some(expected) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        Ok(Self { source, line, lines, expected, last, next: None, end: None, went_back })
    }

    /// The next line; after the last one, [`end`](Self::end) says how it ended. What is missing between two lines is
    /// told as lost.
    pub fn read_next(&mut self) -> Option<ReadLine> {
        if let Some(next) = self.next.take() {
            return Some(next);
        }
        if self.end.is_some() {
            return None;
        }
        match self.read_one() {
            Ok(read) => Some(read),
            Err(end) => {
                self.end = Some(end);
                None
            }
        }
    }

    /// Pass over all lines to the last one that begins as a line does.
    pub fn skim_to_end(mut self) -> LastLine {
        let mut is_closed = false;
        let is_abrupt = loop {
            let next = self.source.read_next(&mut self.line);
            if !matches!(next, NextLine::Whole | NextLine::Torn) {
                break false;
            }
            let text = std::str::from_utf8(&self.line).ok();
            let head = text.and_then(read_line_head).filter(|(_, at)| at.since(self.last) <= LONGEST_GAP);
            if let (Some(text), Some((_, at))) = (text, head) {
                self.last = self.last.max(at);
                self.lines += 1;
                is_closed = text.len() <= LONGEST_CLOSED && matches!(read_line(text), Ok((_, _, RecordLine::Closed)));
            } else if next == NextLine::Whole {
                break false;
            }
            if is_closed || next == NextLine::Torn {
                break !is_closed;
            }
        };
        LastLine { at: self.last, abrupt: is_abrupt.then_some(self.lines) }
    }

    /// How it ended, once it has.
    pub const fn end(&self) -> Option<&RecordingEnd> {
        self.end.as_ref()
    }

    /// How often the time of a line was before that of the line before it, and the first such line.
    pub const fn went_back(&self) -> Option<(u64, u64)> {
        self.went_back
    }

    /// The moment of the last line.
    pub const fn last_moment(&self) -> Moment {
        self.last
    }

    /// The number of lines read.
    pub const fn count_lines(&self) -> u64 {
        self.lines
    }

    /// The bytes of the file that were read, some of them ahead.
    pub const fn count_bytes(&self) -> u64 {
        self.source.place()
    }

    fn read_one(&mut self) -> Result<ReadLine, RecordingEnd> {
        let number = self.lines + 1;
        let broken = |why: &str| RecordingEnd::Broken(number, why.into());
        let next = self.source.read_next(&mut self.line);
        match &next {
            NextLine::Torn if self.line.is_empty() => return Err(RecordingEnd::Abrupt(self.lines)),
            NextLine::Whole | NextLine::Torn => {}
            NextLine::TooLong => return Err(broken("it has more than 64 MiB")),
            NextLine::Damaged(why) => return Err(broken(why)),
        }
        // Half a line, or half a letter, at the end is no mistake of the file's.
        let unreadable = |why: &str| {
            if next == NextLine::Torn {
                RecordingEnd::Abrupt(number - 1)
            } else {
                RecordingEnd::Broken(number, why.into())
            }
        };
        let text = std::str::from_utf8(&self.line).map_err(|_| unreadable("it is not text"))?;
        let (said, at, line) = match read_line(text) {
            Ok((_, _, RecordLine::Header(_))) => return Err(broken("it begins another recording")),
            Ok(read) => read,
            Err(error) => return Err(unreadable(&error.to_string())),
        };
        if said < self.expected {
            return Err(broken(&format!("it says that it is line {said}, after line {}", self.expected - 1)));
        }
        if at.since(self.last) > LONGEST_GAP {
            return Err(broken("its time is more than a year after that of the line before"));
        }
        self.lines = number;
        let missing = said - self.expected;
        self.expected = said.saturating_add(1);
        if at < self.last {
            let (count, first) = self.went_back.unwrap_or((0, number));
            self.went_back = Some((count + 1, first));
        }
        let before = self.last;
        // What is missing is so since the first of it, though it is told only with the next line that could be kept.
        let at = if let RecordLine::Lost { since, .. } = &line { at.min(*since) } else { at };
        let at = at.max(before);
        self.last = at;
        if line == RecordLine::Closed {
            self.end = Some(RecordingEnd::Closed);
        }
        let read = ReadLine { number, at, line };
        if missing == 0 {
            return Ok(read);
        }
        self.next = Some(read);
        Ok(ReadLine { number, at: before, line: RecordLine::Lost { inputs: missing, since: before } })
    }
}

#[cfg(test)]
mod tests;
