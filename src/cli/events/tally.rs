//! All that was told, in numbers.

use std::{fmt, time::Duration};

use serde::Serialize;

use crate::{
    cli::print,
    presence::Moment,
    world::{Counters, Entry, EntryBody, EntryKind, Note, World},
};

/// What is counted as it comes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    losses: u64,
    full: u64,
    resyncs: u64,
    drift: u64,
}

impl Tally {
    /// Count an entry.
    pub fn take(&mut self, entry: &Entry, world: &World) {
        let EntryBody::Note(note) = &entry.body else { return };
        match note {
            Note::Lost { attempt: 1, .. } => self.losses += u64::from(world.link.was_live),
            Note::FullReply | Note::OverLimit { .. } => self.full += 1,
            Note::Drift { difference, .. } => {
                self.drift += (difference.missing.len() + difference.extra.len()) as u64;
            }
            note => self.resyncs += u64::from(note.kind() == EntryKind::Resync),
        }
    }

    pub fn summary(&self, counters: &Counters, took: Duration) -> Summary {
        let seconds = took.as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let per_second = if seconds > 0.0 { counters.events as f64 / seconds } else { 0.0 };
        let tenths = |number: f64| (number * 10.0).round() / 10.0;
        Summary {
            events: counters.events,
            seconds: tenths(seconds),
            per_second: tenths(per_second),
            duplicates: counters.duplicates,
            garbled: counters.garbled,
            losses: self.losses,
            gaps: self.losses + self.full,
            resyncs: self.resyncs,
            drift: self.drift,
        }
    }
}

/// The closing summary.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Summary {
    events: u64,
    seconds: f64,
    per_second: f64,
    duplicates: u64,
    garbled: u64,
    losses: u64,
    gaps: u64,
    resyncs: u64,
    drift: u64,
}

/// As a line among the others.
#[derive(Serialize)]
pub(super) struct SummaryLine<'a> {
    r#type: &'static str,
    time: u64,
    #[serde(flatten)]
    summary: &'a Summary,
}

impl Summary {
    pub fn line(&self, now: Moment) -> SummaryLine<'_> {
        SummaryLine { r#type: "summary", time: now.micros() / 1000, summary: self }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let many = |count: u64, what| print::many(usize::try_from(count).unwrap_or(usize::MAX), what);
        let Self { seconds, per_second, drift, .. } = self;
        write!(f, "{} in {seconds} s ({per_second} per second)", many(self.events, "event"))?;
        write!(f, ", {} dropped", many(self.duplicates, "duplicate"))?;
        if self.garbled > 0 {
            write!(f, ", {} not readable", self.garbled)?;
        }
        write!(f, ", {}, {}, drift found: {drift}", many(self.gaps, "gap"), many(self.resyncs, "resync"))
    }
}
