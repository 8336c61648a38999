//! ANY INSTANT of a recording, soon: worlds that were kept on a first way through, and the places of the file from
//! where each goes on.
//!
//! A world is not written into any file: it is folded once, and copies of it, which share what is large, are kept in
//! memory. They are bounded by number and by bytes; where there would be more, every second one is given up.

use std::io::{self, Read};

use super::{
    header::RecordingHeader,
    past::{Past, PastMark},
    reader::{RecordingEnd, RecordingReader, UnreadableRecording},
};
use crate::presence::Moment;

/// Worlds kept at the most.
const MOST_KEPT: usize = 256;

/// Bytes of lists in all of them at the most, what they share counted for each.
const MOST_BYTES: usize = 1 << 30;

/// Events or lines from one to the next, at first.
const STEP: u64 = 1_000;

/// Opens a file at a byte.
pub type OpenAt = dyn Fn(u64) -> io::Result<Box<dyn Read + Send>> + Send;

/// A recording of which any instant can be shown.
pub struct Timeline {
    open: Box<OpenAt>,
    header: RecordingHeader,
    /// Sorted by time. The first one knows nothing yet.
    kept: Vec<PastMark>,
    step: u64,
    ended: Moment,
    end: Option<RecordingEnd>,
    lines: u64,
}

impl std::fmt::Debug for Timeline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Timeline({} worlds, {} lines)", self.kept.len(), self.lines)
    }
}

impl Timeline {
    /// Go through a recording once.
    ///
    /// # Errors
    /// If it is none that can be read, in words that follow the file's name.
    pub fn open(open: Box<OpenAt>) -> Result<Self, UnreadableRecording> {
        Self::open_by(open, STEP)
    }

    fn open_by(open: Box<OpenAt>, step: u64) -> Result<Self, UnreadableRecording> {
        let unreadable = |error: &io::Error| UnreadableRecording::Other(error.kind().to_string().into());
        let (header, reader) = RecordingReader::open(open(0).map_err(|error| unreadable(&error))?)?;
        let mut timeline = Self { open, kept: Vec::new(), step, ended: header.started, end: None, lines: 0, header };
        timeline.walk_through(Past::new(timeline.header.clone(), reader));
        Ok(timeline)
    }

    /// What was recorded.
    pub const fn header(&self) -> &RecordingHeader {
        &self.header
    }

    /// The moment of the last line.
    pub const fn last_moment(&self) -> Moment {
        self.ended
    }

    /// How it ends.
    pub const fn end(&self) -> Option<&RecordingEnd> {
        self.end.as_ref()
    }

    /// The past at an instant, from where it goes on. Before the beginning, that is the beginning.
    ///
    /// # Errors
    /// If the file is gone or another one.
    pub fn go_to(&self, at: Moment) -> io::Result<Past> {
        let after = self.kept.partition_point(|kept| kept.world().now() <= at);
        let kept = self.kept.get(after.saturating_sub(1)).ok_or(io::ErrorKind::NotFound)?;
        let reader = RecordingReader::resume((self.open)(kept.place().byte)?, kept.place())?;
        let mut past = Past::resume(self.header.clone(), kept, reader);
        past.go_to(at, &mut ());
        Ok(past)
    }

    fn walk_through(&mut self, mut past: Past) {
        let work = |past: &Past| past.world().counters.events + past.reader().count_lines();
        self.kept.extend(past.mark_here());
        let mut done = work(&past);
        while past.step_next(&mut ()).is_some() {
            if work(&past).saturating_sub(done) < self.step {
                continue;
            }
            if let Some(mark) = past.mark_here() {
                self.kept.push(mark);
                self.bound_kept();
                done = work(&past);
            }
        }
        self.ended = past.reader().last_moment();
        self.end = past.end().cloned();
        self.lines = past.reader().count_lines();
    }

    fn bound_kept(&mut self) {
        let bytes = |kept: &[PastMark]| kept.iter().map(|one| one.world().channels.bytes()).sum::<usize>();
        while self.kept.len() > 2 && (self.kept.len() > MOST_KEPT || bytes(&self.kept) > MOST_BYTES) {
            self.thin_out();
        }
    }

    /// Give up every second one, the first never.
    fn thin_out(&mut self) {
        let mut place = 0;
        self.kept.retain(|_| {
            place += 1;
            place % 2 == 1
        });
        self.step = self.step.saturating_mul(2);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::recording::{
        RecordingReader,
        testing::{Recorded, at, lobby},
    };

    fn open_bytes(bytes: Vec<u8>) -> Box<OpenAt> {
        Box::new(move |byte: u64| -> io::Result<Box<dyn Read + Send>> {
            let mut from = Cursor::new(bytes.clone());
            from.set_position(byte);
            Ok(Box::new(from))
        })
    }

    #[test]
    fn worlds_are_bounded_and_none_is_far_from_the_next() {
        let recorded = Recorded::record(900);
        let timeline = Timeline::open_by(open_bytes(recorded.lines), 1).unwrap();
        assert!((MOST_KEPT / 2..=MOST_KEPT).contains(&timeline.kept.len()), "{timeline:?}");
        let work = |mark: &PastMark| mark.world().counters.events;
        let furthest = timeline.kept.windows(2).map(|pair| work(&pair[1]) - work(&pair[0])).max().unwrap();
        assert!(furthest <= 900 / (MOST_KEPT as u64 / 2) + 1, "{furthest}");
    }

    #[test]
    fn any_instant_is_what_folding_from_the_beginning_gives() {
        let recorded = Recorded::record(600);
        for bytes in [recorded.lines.clone(), recorded.pack(5)] {
            let mut timeline = Timeline::open(open_bytes(bytes.clone())).unwrap();
            assert_eq!(timeline.end(), Some(&RecordingEnd::Closed));
            assert!(timeline.kept.len() > 1, "{timeline:?}");
            for _ in 0..2 {
                for second in [0, 1, 9, 10, 77, 300, 301, 555, 609, 5_000] {
                    let (header, reader) = RecordingReader::open(Cursor::new(bytes.clone())).unwrap();
                    let mut past = Past::new(header, reader);
                    past.go_to(at(second), &mut ());
                    let soon = timeline.go_to(at(second)).unwrap();
                    assert!(soon.world() == past.world(), "at {second}");
                    assert_eq!(soon.explain_hole(&lobby()), None);
                }
                timeline.thin_out();
            }
        }
    }
}
