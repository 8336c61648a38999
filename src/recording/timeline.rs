//! Fast access to any instant of a recording: worlds that were kept on a first way through, and the places of the file from
//! where each goes on.
//!
//! A world is folded once, and copies of it, which share what is large, are kept in memory. They are bounded by number
//! and by bytes; where there would be more, every second one is given up.

use std::io::{self, Read};

use super::{
    header::RecordingHeader,
    past::{Past, PastMark},
    reader::RecordingReader,
};
use crate::presence::Moment;

/// Worlds kept at the most.
const MOST_KEPT: usize = 256;

/// Bytes of all of them at the most, and of what is kept with them. What they share is counted for each.
pub const MOST_BYTES: usize = 256 << 20;

/// Opens a file at a byte.
pub type OpenAt = dyn Fn(u64) -> io::Result<Box<dyn Read + Send>> + Send;

/// What is kept with a world.
pub trait KeptWith {
    /// Roughly how many bytes world and this take.
    fn weigh(&self) -> usize;

    /// The world that was kept next is given up: what is told of the time behind it is told of here.
    fn take_over(&mut self, next: Self);
}

/// The worlds of a recording that were kept, with what was kept with each.
pub struct Timeline<T> {
    open: Box<OpenAt>,
    header: RecordingHeader,
    /// Sorted by time. The first one knows nothing yet.
    kept: Vec<(PastMark, T)>,
    step: u64,
    /// The events and lines before the last one.
    done: u64,
}

impl<T> std::fmt::Debug for Timeline<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Timeline({} worlds)", self.kept.len())
    }
}

impl<T: KeptWith> Timeline<T> {
    /// Nothing is kept yet of the recording that `open` opens. At first, so many events and lines are between two
    /// worlds.
    pub fn new(header: RecordingHeader, open: Box<OpenAt>, step: u64) -> Self {
        Self { open, header, kept: Vec::new(), step, done: 0 }
    }

    /// Keep the world of a past that goes through the recording for the first time, if it is time to and the file can be
    /// read on from there. Returns whether it was.
    pub fn keep(&mut self, past: &Past, with: impl FnOnce() -> T) -> bool {
        let work = past.world().counters.events + past.reader().count_lines();
        if !self.kept.is_empty() && work.saturating_sub(self.done) < self.step {
            return false;
        }
        let Some(mark) = past.mark_here() else { return false };
        self.kept.push((mark, with()));
        self.done = work;
        self.bound_kept();
        true
    }

    /// What was kept with each world; the earliest first.
    pub fn list_kept(&self) -> impl ExactSizeIterator<Item = &T> {
        self.kept.iter().map(|(_, with)| with)
    }

    /// What was kept with the last world.
    pub fn last_mut(&mut self) -> Option<&mut T> {
        self.kept.last_mut().map(|(_, with)| with)
    }

    /// The past at one of the worlds, which goes on with what comes after it.
    ///
    /// # Errors
    /// If the file is gone or another one.
    pub fn resume(&self, place: usize) -> io::Result<(Past, &T)> {
        let (mark, with) = self.kept.get(place).ok_or(io::ErrorKind::NotFound)?;
        let reader = RecordingReader::resume((self.open)(mark.place().byte)?, mark.place())?;
        Ok((Past::resume(self.header.clone(), mark, reader), with))
    }

    /// The last world at or before a moment.
    pub fn find_place(&self, at: Moment) -> usize {
        self.kept.partition_point(|(mark, _)| mark.world().now() <= at).saturating_sub(1)
    }

    fn bound_kept(&mut self) {
        let bytes = |kept: &[(PastMark, T)]| kept.iter().map(|(_, with)| with.weigh()).sum::<usize>();
        while self.kept.len() > 2 && (self.kept.len() > MOST_KEPT || bytes(&self.kept) > MOST_BYTES) {
            self.thin_out();
        }
    }

    /// Give up every second one, the first and the last never.
    fn thin_out(&mut self) {
        let last = self.kept.len().saturating_sub(1);
        let mut thinned: Vec<(PastMark, T)> = Vec::with_capacity(self.kept.len() / 2 + 1);
        for (place, (mark, with)) in std::mem::take(&mut self.kept).into_iter().enumerate() {
            match thinned.last_mut().filter(|_| place % 2 == 1 && place != last) {
                Some((_, before)) => before.take_over(with),
                None => thinned.push((mark, with)),
            }
        }
        self.kept = thinned;
        self.step = self.step.saturating_mul(2);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::recording::{
        RecordingEnd,
        testing::{Recorded, at, lobby},
    };

    /// How many worlds one stands for.
    impl KeptWith for usize {
        fn weigh(&self) -> usize {
            1_000
        }

        fn take_over(&mut self, next: Self) {
            *self += next;
        }
    }

    fn open_bytes(bytes: Vec<u8>) -> Box<OpenAt> {
        Box::new(move |byte: u64| -> io::Result<Box<dyn Read + Send>> {
            let mut from = Cursor::new(bytes.clone());
            from.set_position(byte);
            Ok(Box::new(from))
        })
    }

    fn open_past(bytes: &[u8]) -> Past {
        let (header, reader) = RecordingReader::open(Cursor::new(bytes.to_vec())).unwrap();
        Past::new(header, reader)
    }

    fn walk_through(bytes: &[u8], step: u64) -> Timeline<usize> {
        let mut past = open_past(bytes);
        let mut timeline = Timeline::new(past.header().clone(), open_bytes(bytes.to_vec()), step);
        timeline.keep(&past, || 1);
        while past.step_next(&mut ()).is_some() {
            timeline.keep(&past, || 1);
        }
        assert_eq!(past.end(), Some(&RecordingEnd::Closed));
        timeline
    }

    #[test]
    fn worlds_are_bounded_and_none_is_far_from_the_next() {
        let recorded = Recorded::record(900);
        let timeline = walk_through(&recorded.lines, 1);
        assert!((MOST_KEPT / 2..=MOST_KEPT).contains(&timeline.kept.len()), "{timeline:?}");
        let work = |(mark, _): &(PastMark, usize)| mark.world().counters.events;
        let furthest = timeline.kept.windows(2).map(|pair| work(&pair[1]) - work(&pair[0])).max().unwrap();
        assert!(furthest <= 900 / (MOST_KEPT as u64 / 2) + 1, "{furthest}");
    }

    #[test]
    fn any_instant_is_what_folding_from_the_beginning_gives() {
        let recorded = Recorded::record(600);
        for bytes in [recorded.lines.clone(), recorded.pack(5)] {
            let mut timeline = walk_through(&bytes, 100);
            assert!(timeline.kept.len() > 1, "{timeline:?}");
            for _ in 0..2 {
                for second in [0, 1, 9, 10, 77, 300, 301, 555, 609] {
                    let mut past = open_past(&bytes);
                    past.go_to(at(second), &mut ());
                    let (mut soon, _) = timeline.resume(timeline.find_place(at(second))).unwrap();
                    soon.go_to(at(second), &mut ());
                    assert!(soon.world() == past.world(), "at {second}");
                    assert_eq!(soon.explain_hole(&lobby()), None);
                }
                timeline.thin_out();
            }
        }
    }
}
