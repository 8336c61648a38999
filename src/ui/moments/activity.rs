//! How much went on when, and what was known of it: in equal parts of the time that can be looked back at. Bounded.

use std::collections::VecDeque;

use crate::{
    presence::Moment,
    world::{Certainty, Entry, EntryBody, Note, World},
};

/// Parts kept. Where there would be more, those go that can't be looked back at any more, or else two become one.
const MOST: usize = 512;

/// What is marked, the gravest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActivityMark {
    /// A here now found a list that was wrong.
    Drift,
    /// Events are missing.
    Missing,
    /// The link was lost.
    Lost,
    /// An incident began.
    Incident,
    /// A person marked the moment.
    Marked,
}

/// A part of the time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ActivityPart {
    /// Events that came.
    pub events: u64,
    /// The gravest mark.
    pub mark: Option<ActivityMark>,
    /// At some moment of it, no list was certain.
    pub is_unknown: bool,
}

/// What went on in the time that can be looked back at, as a row shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityRow {
    /// The moments at its ends.
    pub ends: (Moment, Moment),
    /// From left to right.
    pub cells: Vec<ActivityPart>,
    /// The cell of the moment that is shown.
    pub cursor: usize,
}

/// What went on so far.
#[derive(Debug, Default)]
pub(in crate::ui) struct Activity {
    /// The second at which the first part begins.
    begin: u64,
    /// Seconds of a part; none before there is one.
    step: u64,
    parts: VecDeque<ActivityPart>,
    /// How far it is known.
    until: Moment,
    /// The events that were counted.
    counted: u64,
    is_unknown: bool,
}

impl ActivityPart {
    fn join(self, other: Self) -> Self {
        Self {
            events: self.events.saturating_add(other.events),
            mark: self.mark.max(other.mark),
            is_unknown: self.is_unknown || other.is_unknown,
        }
    }
}

impl Activity {
    /// Take what the world has come to. What was before `earliest` can't be looked back at.
    pub fn follow(&mut self, world: &World, earliest: Option<Moment>, now: Moment) {
        let is_certain = |certainty: Certainty| matches!(certainty, Certainty::Exact | Certainty::Partial(_));
        let is_known =
            world.link.is_live() && world.channels.iter().any(|watched| is_certain(world.certainty(watched, now)));
        let events = world.counters.events.saturating_sub(self.counted);
        (self.counted, self.until) = (world.counters.events, now);
        let Some(part) = self.reach(now, earliest) else { return };
        *part = part.join(ActivityPart { events, mark: None, is_unknown: !is_known });
        self.is_unknown = !is_known;
    }

    /// Mark what an entry tells.
    pub fn take_entry(&mut self, entry: &Entry) {
        let mark = match &entry.body {
            EntryBody::Note(Note::Mark { .. }) => ActivityMark::Marked,
            EntryBody::Note(Note::Lost { attempt: 1, .. }) => ActivityMark::Lost,
            EntryBody::Note(Note::Drift { .. }) => ActivityMark::Drift,
            EntryBody::Garbled { .. }
            | EntryBody::Note(Note::EventsMissing(_) | Note::OverLimit { .. } | Note::NotRecorded { .. }) => {
                ActivityMark::Missing
            }
            _ => return,
        };
        self.mark(mark, entry.heard);
    }

    /// Mark a moment.
    pub fn mark(&mut self, mark: ActivityMark, at: Moment) {
        if let Some(part) = self.reach(at, None) {
            part.mark = part.mark.max(Some(mark));
        }
    }

    /// What went on from a moment on, in so many cells, and which of them is that of the moment that is shown.
    pub fn list_row(&self, from: Moment, shown: Moment, cells: usize) -> ActivityRow {
        let ends = (from, self.until.max(from));
        let since = |at: Moment| u128::from(at.micros().saturating_sub(from.micros()));
        let cursor = since(shown) * cells as u128 / since(ends.1).max(1);
        let cursor = usize::try_from(cursor).unwrap_or(cells).min(cells.saturating_sub(1));
        ActivityRow { ends, cells: self.sample(ends, cells), cursor }
    }

    /// The part of a moment. Nothing, if that is before the first.
    fn reach(&mut self, at: Moment, earliest: Option<Moment>) -> Option<&mut ActivityPart> {
        let second = at.seconds();
        if self.step == 0 {
            (self.begin, self.step) = (second, 1);
        }
        let since = |begin: u64| second.checked_sub(begin);
        while since(self.begin)? / self.step >= MOST as u64 {
            self.make_room(earliest);
        }
        let place = usize::try_from(since(self.begin)? / self.step).ok()?;
        while self.parts.len() <= place {
            // What was not known goes on not to be.
            self.parts.push_back(ActivityPart { is_unknown: self.is_unknown, ..ActivityPart::default() });
        }
        self.parts.get_mut(place)
    }

    fn make_room(&mut self, earliest: Option<Moment>) {
        let before = earliest.map_or(0, |earliest| earliest.seconds().saturating_sub(self.begin) / self.step);
        if before > 0 {
            let gone = usize::try_from(before).unwrap_or(MOST).min(self.parts.len());
            self.parts.drain(..gone);
            self.begin += before * self.step;
            return;
        }
        let halves: Vec<ActivityPart> = self.parts.drain(..).collect();
        self.parts = halves
            .chunks(2)
            .map(|pair| pair.iter().fold(ActivityPart::default(), |one, part| one.join(*part)))
            .collect();
        self.step *= 2;
    }

    /// The time between two moments in so many cells.
    fn sample(&self, (from, to): (Moment, Moment), cells: usize) -> Vec<ActivityPart> {
        let (from, to) = (from.micros(), to.micros());
        let span = to.saturating_sub(from).max(1);
        let edge =
            |cell: usize| from + u64::try_from(u128::from(span) * cell as u128 / cells.max(1) as u128).unwrap_or(span);
        let length = self.step.max(1) * 1_000_000;
        let one = |cell: usize| {
            let (begin, end) = (edge(cell), edge(cell + 1).max(edge(cell) + 1));
            let place =
                |micros: u64| usize::try_from((micros / 1_000_000).saturating_sub(self.begin) / self.step.max(1));
            let places = place(begin).unwrap_or(MOST)..=place(end - 1).unwrap_or(MOST);
            let share = |place: usize| {
                let part = *self.parts.get(place)?;
                let starts = self.begin * 1_000_000 + place as u64 * length;
                let within = end.min(starts + length).saturating_sub(begin.max(starts));
                // A part that is wider than a cell is spread over its cells.
                let events = (u128::from(part.events) * u128::from(within)).div_ceil(u128::from(length));
                // A mark stands where its part begins.
                let mark = part.mark.filter(|_| (begin..end).contains(&starts.max(from)));
                Some(ActivityPart { events: u64::try_from(events).unwrap_or(u64::MAX), mark, ..part })
            };
            places.filter_map(share).fold(ActivityPart::default(), ActivityPart::join)
        };
        (0..cells).map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: u64) -> Moment {
        Moment::from_micros(second * 1_000_000)
    }

    fn count(activity: &mut Activity, second: u64, events: u64, earliest: Option<Moment>) {
        activity.until = at(second);
        let part = activity.reach(at(second), earliest).unwrap();
        *part = part.join(ActivityPart { events, ..ActivityPart::default() });
    }

    #[test]
    fn parts_are_bounded_and_no_event_is_lost_however_long_it_takes() {
        let mut activity = Activity::default();
        for second in 0..100_000 {
            count(&mut activity, second + 50, 3, None);
        }
        assert!((MOST / 4..=MOST).contains(&activity.parts.len()), "{}", activity.parts.len());
        assert_eq!(activity.parts.iter().map(|part| part.events).sum::<u64>(), 300_000);
        let cells = activity.sample((at(50), at(100_050)), 10);
        assert!(cells.iter().all(|cell| (29_000..=31_000).contains(&cell.events)), "{cells:?}");
        // A year of silence costs no year.
        count(&mut activity, 40_000_000, 1, None);
        assert_eq!(activity.parts.iter().map(|part| part.events).sum::<u64>(), 300_001);
        assert_eq!(activity.reach(at(49), None), None);
    }

    #[test]
    fn what_can_not_be_looked_back_at_makes_room() {
        let mut activity = Activity::default();
        for second in 1_000..50_000 {
            count(&mut activity, second, 1, Some(at(second - 600)));
        }
        assert_eq!(activity.step, 2);
        let cells = activity.sample((at(49_400), at(50_000)), 60);
        assert!(cells.iter().all(|cell| cell.events == 10), "{cells:?}");
    }

    #[test]
    fn the_gravest_mark_is_seen_and_what_is_unknown_stays_so() {
        let mut activity = Activity::default();
        count(&mut activity, 100, 1, None);
        activity.is_unknown = true;
        activity.mark(ActivityMark::Drift, at(160));
        activity.mark(ActivityMark::Lost, at(161));
        activity.mark(ActivityMark::Missing, at(162));
        let cells = activity.sample((at(100), at(200)), 10);
        assert_eq!(cells[6].mark, Some(ActivityMark::Lost));
        assert!(cells[1].is_unknown && cells[6].is_unknown && !cells[7].is_unknown, "{cells:?}");
    }
}
