//! All that was told, in numbers: counted entry by entry, and summed up at the end for people or as a line.

use std::{fmt, time::Duration};

use super::object::{begin_line, millis};
use crate::{
    presence::Moment,
    wording::count_things,
    world::{Certainty, ChannelState, Counters, Entry, EntryBody, EntryKind, Note, World},
};

/// What is counted as it comes. The world counts events by itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    losses: u64,
    missing: u64,
    resyncs: u64,
    drift: u64,
    states: u64,
}

impl Tally {
    /// Count an entry; `world` is as it was right after it.
    pub fn count(&mut self, entry: &Entry, world: &World) {
        let EntryBody::Note(note) = &entry.body else { return };
        match note {
            Note::Lost { attempt: 1, .. } => self.losses += u64::from(world.link.was_live),
            Note::EventsMissing(_) | Note::OverLimit { .. } | Note::NotRecorded { .. } => self.missing += 1,
            Note::Drift { difference, .. } => {
                self.drift += difference.len() as u64;
            }
            Note::StateCorrected { .. } => self.states += 1,
            note => self.resyncs += u64::from(note.kind() == EntryKind::Resync),
        }
    }

    /// Sum up what was counted, here and in the world as it is at the end, while so much time passed.
    pub fn sum_up(&self, world: &World, took: Duration) -> Summary {
        self.sum_up_since(&Counters::default(), world, took)
    }

    /// The same of what came after the world had counted so much.
    pub fn sum_up_since(&self, before: &Counters, world: &World, took: Duration) -> Summary {
        let counters = &world.counters;
        let events = counters.events - before.events;
        let inexact = |watched: &&ChannelState| world.certainty(watched, world.now()) != Certainty::Exact;
        let seconds = took.as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let per_second = if seconds > 0.0 { events as f64 / seconds } else { 0.0 };
        let round_to_tenths = |number: f64| (number * 10.0).round() / 10.0;
        Summary {
            events,
            seconds: round_to_tenths(seconds),
            per_second: round_to_tenths(per_second),
            duplicates: counters.repeats - before.repeats,
            copies: counters.copies - before.copies,
            garbled: counters.garbled - before.garbled,
            losses: self.losses,
            gaps: self.losses + self.missing,
            resyncs: self.resyncs,
            drift: self.drift,
            states_corrected: self.states,
            lists_not_exact: world.channels.iter().filter(inexact).count() as u64,
        }
    }
}

/// The closing summary. [`Display`](fmt::Display) is the sentence for people.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    events: u64,
    seconds: f64,
    per_second: f64,
    /// Repeats. A copy for each subscription is how the service delivers.
    duplicates: u64,
    copies: u64,
    garbled: u64,
    losses: u64,
    gaps: u64,
    resyncs: u64,
    drift: u64,
    states_corrected: u64,
    lists_not_exact: u64,
}

/// Write a summary as a line, with its end.
pub fn write_summary(out: &mut String, summary: &Summary, now: Moment) {
    let mut line = begin_line(out, "summary", millis(now));
    line.number("events", summary.events)
        .fraction("seconds", summary.seconds)
        .fraction("per_second", summary.per_second)
        .number("duplicates", summary.duplicates)
        .number("copies", summary.copies)
        .number("garbled", summary.garbled)
        .number("losses", summary.losses)
        .number("gaps", summary.gaps)
        .number("resyncs", summary.resyncs)
        .number("drift", summary.drift)
        .number("states_corrected", summary.states_corrected)
        .number("lists_not_exact", summary.lists_not_exact);
    line.close();
    out.push('\n');
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let many =
            |count: u64, one: &str| count_things(usize::try_from(count).unwrap_or(usize::MAX), one, &format!("{one}s"));
        let Self { seconds, per_second, drift, .. } = self;
        write!(f, "{} in {seconds} s ({per_second} per second)", many(self.events, "event"))?;
        write!(f, ", {} dropped", many(self.duplicates, "duplicate"))?;
        if self.copies > 0 {
            let copies = count_things(usize::try_from(self.copies).unwrap_or(usize::MAX), "copy", "copies");
            write!(f, ", {copies} for further subscriptions")?;
        }
        if self.garbled > 0 {
            write!(f, ", {} not readable", self.garbled)?;
        }
        write!(f, ", {}, {}, drift found: {drift}", many(self.gaps, "gap"), many(self.resyncs, "resync"))?;
        if self.states_corrected > 0 {
            write!(f, ", states corrected: {}", self.states_corrected)?;
        }
        if self.lists_not_exact > 0 {
            write!(f, ", lists not exact at the end: {}", self.lists_not_exact)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        presence::{Channel, Subscription},
        world::{Counters, Session},
    };

    #[test]
    fn a_summary_is_a_line_among_the_others_and_a_sentence() {
        let lobby = Subscription::Channel(Channel::from_wire("lobby"));
        let mut world = World::new(Session::for_a_test(vec![lobby]), Duration::from_secs(300), Moment::from_micros(0));
        world.counters = Counters { events: 3, repeats: 1, copies: 2, ..Counters::default() };
        let summary =
            Tally { losses: 1, missing: 1, states: 2, ..Tally::default() }.sum_up(&world, Duration::from_secs(2));
        let mut line = String::new();
        write_summary(&mut line, &summary, Moment::from_micros(5_000));
        assert_eq!(
            line,
            "{\"version\":1,\"type\":\"summary\",\"time\":5,\"events\":3,\"seconds\":2.0,\"per_second\":1.5,\
             \"duplicates\":1,\"copies\":2,\"garbled\":0,\"losses\":1,\"gaps\":2,\"resyncs\":0,\"drift\":0,\
             \"states_corrected\":2,\"lists_not_exact\":1}\n"
        );
        assert_eq!(
            summary.to_string(),
            "3 events in 2 s (1.5 per second), 1 duplicate dropped, 2 copies for further subscriptions, 2 gaps, \
             0 resyncs, drift found: 0, states corrected: 2, lists not exact at the end: 1"
        );
    }
}
