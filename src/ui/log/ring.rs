//! The event log: a ring bounded in entries and bytes, newest last. Its [`LogView`] determines what is shown.

use std::{collections::VecDeque, sync::Arc};

use super::{
    about::EntriesAbout,
    dropped::DroppedEntries,
    recent::{REACH, Recent},
    view::{LogFilter, LogRowPart, LogView},
};
use crate::{
    presence::{Channel, UserId},
    world::{Entry, EntryBody, EntryKind, Note},
};

/// The number of entries kept, unless [`EventLog::set_limit`] changes it; older ones are dropped and counted.
const KEPT: usize = 10_000;

/// The bytes kept for that many entries. Many times what usual entries take, but it keeps giant ids and states from
/// filling the memory.
const BYTES_KEPT: usize = 32 * 1024 * 1024;

/// The limits of the log.
#[derive(Debug, Clone, Copy)]
struct Limit {
    entries: usize,
    bytes: usize,
}

impl Default for Limit {
    fn default() -> Self {
        Self { entries: KEPT, bytes: BYTES_KEPT }
    }
}

/// An entry with its number, counted from the start.
#[derive(Debug, Clone)]
struct Numbered {
    number: u64,
    /// Its weight and kind. To read them again when it is dropped would be to wait for what has left the caches long
    /// before.
    bytes: usize,
    kind: EntryKind,
    entry: Arc<Entry>,
}

/// The log, newest entry last. A clone shares the entries.
#[derive(Debug, Clone, Default)]
pub struct EventLog {
    entries: VecDeque<Numbered>,
    /// The total weight of the entries.
    bytes: usize,
    made: u64,
    /// The number of entries of each kind.
    kinds: [usize; EntryKind::ALL.len()],
    limit: Limit,
    view: LogView,
    /// The last departures, by user and channel.
    departures: Recent,
    /// The last intervals that named nobody, by channel.
    bare_intervals: Recent,
    /// The entries about the selected user.
    about: Option<EntriesAbout>,
    /// The number of entries dropped.
    pub dropped: u64,
    /// The last of them.
    to_free: DroppedEntries,
}

impl EventLog {
    /// Add an entry, unless it is of no use to a person. A flap replaces the departure before it, and the names that a
    /// here now found replace the interval that named nobody.
    pub fn push(&mut self, mut entry: Arc<Entry>) {
        match (&entry.body, &entry.channel, &entry.user) {
            (EntryBody::Note(note), ..) if note.is_minor() => return,
            (EntryBody::Flap { .. }, Some(channel), Some(user)) => self.take_departure(channel, user),
            (EntryBody::Note(Note::CaughtUp { .. }), Some(channel), _) => {
                if let Some(interval) = self.take_bare_interval(channel) {
                    entry = Arc::new(Entry { occupancy: interval.occupancy, ..(*entry).clone() });
                }
            }
            _ => {}
        }
        self.made += 1;
        let bytes = entry.weight();
        self.bytes += bytes;
        let kind = entry.body.kind();
        self.kinds[kind as usize] += 1;
        self.view.add_entry(self.made, &entry);
        self.note_replaceable(&entry);
        if let Some(about) = &mut self.about {
            about.take_entry(self.made, &entry);
        }
        self.entries.push_back(Numbered { number: self.made, bytes, kind, entry });
        self.drop_oldest();
    }

    /// An empty log with the same limits.
    pub(in crate::ui) fn clone_empty(&self) -> Self {
        Self { limit: self.limit, ..Self::default() }
    }

    /// The bytes of its entries.
    pub(in crate::ui) const fn weigh(&self) -> usize {
        self.bytes
    }

    /// Set the number of entries kept. Above the usual 10,000 the bytes grow in proportion.
    pub fn set_limit(&mut self, entries: usize) {
        let bytes = (BYTES_KEPT / KEPT).saturating_mul(entries).max(BYTES_KEPT);
        self.limit = Limit { entries, bytes };
        self.drop_oldest();
    }

    fn drop_oldest(&mut self) {
        while self.entries.len() > self.limit.entries || self.bytes > self.limit.bytes {
            let Some(oldest) = self.entries.pop_front() else { break };
            self.uncount_entry(&oldest);
            self.dropped += 1;
            self.to_free.add(oldest.entry, oldest.bytes);
        }
    }

    /// Remove the departure of a user that turned out to be a flap.
    fn take_departure(&mut self, channel: &Channel, user: &UserId) {
        let departed = |entry: &Entry| entry.user.as_ref() == Some(user) && entry.channel.as_ref() == Some(channel);
        self.take_recent(self.departures.find((user, channel)), departed);
    }

    /// Remove the last interval of a channel, if it named nobody.
    fn take_bare_interval(&mut self, channel: &Channel) -> Option<Arc<Entry>> {
        self.take_recent(self.bare_intervals.find(channel), |entry: &Entry| entry.channel.as_ref() == Some(channel))
    }

    /// Remove this entry if it is still kept, is meant, and is among the last ones.
    fn take_recent(&mut self, number: Option<u64>, is_meant: impl Fn(&Entry) -> bool) -> Option<Arc<Entry>> {
        let place = self.find_place(number?).filter(|place| is_meant(&self.entries[*place].entry))?;
        let taken = if place + REACH >= self.entries.len() { self.entries.remove(place) } else { None }?;
        self.uncount_entry(&taken);
        Some(taken.entry)
    }

    /// Remember an entry that another may replace.
    fn note_replaceable(&mut self, entry: &Entry) {
        match (&entry.body, &entry.user, &entry.channel) {
            (EntryBody::Leave { .. } | EntryBody::Timeout { .. }, Some(user), Some(channel)) => {
                self.departures.add((user, channel), self.made);
            }
            (EntryBody::Interval { named: [0, 0, 0], .. }, _, Some(channel)) => {
                self.bare_intervals.add(channel, self.made);
            }
            _ => {}
        }
    }

    /// The place of the entry with this number, if it is at `first` or behind it.
    fn find_recent(&self, number: u64, first: usize) -> Option<usize> {
        let (mut from, mut to) = (first, self.entries.len());
        while from < to {
            let middle = from.midpoint(to);
            if self.entries[middle].number < number { from = middle + 1 } else { to = middle }
        }
        self.entries.get(from).filter(|entry| entry.number == number).map(|_| from)
    }

    /// The place of the entry with this number, if it is still kept.
    fn find_place(&self, number: u64) -> Option<usize> {
        self.find_recent(number, 0)
    }

    /// Subtract a removed entry from the counts.
    fn uncount_entry(&mut self, gone: &Numbered) {
        self.bytes -= gone.bytes;
        self.kinds[gone.kind as usize] -= 1;
        self.view.remove_entry(gone.number);
        if let Some(about) = &mut self.about {
            about.remove_entry(gone.number);
        }
    }

    /// The last `count` entries, whatever the filter.
    pub fn last_entries(&self, count: usize) -> impl Iterator<Item = &Entry> {
        self.entries.range(self.entries.len().saturating_sub(count)..).map(|numbered| &*numbered.entry)
    }

    /// The entry with this number, if it is still kept.
    pub fn get(&self, number: u64) -> Option<&Arc<Entry>> {
        self.find_place(number).map(|at| &self.entries[at].entry)
    }

    /// What happened to a user on a channel, latest first. Nothing, unless the log [looks after](Self::look_after) them.
    pub fn entries_about(&self, channel: &Channel, user: &UserId) -> impl Iterator<Item = &Entry> {
        let about = self.about.as_ref().filter(|about| about.is_of(channel, user));
        about.into_iter().flat_map(EntriesAbout::numbers).filter_map(|number| self.get(number)).map(|entry| &**entry)
    }

    /// Keep in mind which entries are about a user on a channel. Searches all entries, if it is another one.
    pub(in crate::ui) fn look_after(&mut self, channel: Channel, user: UserId) {
        let entries = self.entries.iter().rev().map(|numbered| (numbered.number, &*numbered.entry));
        self.about = Some(EntriesAbout::find(channel, user, entries));
    }

    /// Whether it is known which entries are about this user.
    pub(in crate::ui) fn looks_after(&self, channel: &Channel, user: &UserId) -> bool {
        self.about.as_ref().is_some_and(|about| about.is_of(channel, user))
    }

    /// The number of the entry that was made last, from 1; 0 if none was.
    pub(in crate::ui) const fn last_number(&self) -> u64 {
        self.made
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether the log is empty.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The number of entries of a kind.
    pub fn count_kind(&self, kind: EntryKind) -> usize {
        self.kinds[kind as usize]
    }

    /// The view of the log.
    pub fn view(&self) -> &LogView {
        &self.view
    }

    /// The view of the log, for moving in it.
    pub fn view_mut(&mut self) -> &mut LogView {
        &mut self.view
    }

    /// Take over the filter and the position of another view.
    pub(in crate::ui) fn copy_view(&mut self, other: &LogView) {
        self.view.begin_copy(other);
        self.entries.iter().for_each(|numbered| self.view.add_entry(numbered.number, &numbered.entry));
        self.view.end_rebuild();
    }

    /// The entry under the cursor; for a burst, its last one.
    pub fn at_cursor(&self) -> Option<&Arc<Entry>> {
        let row = self.view.cursor()?;
        let number = match row.part {
            LogRowPart::Entry | LogRowPart::Name(_) => row.number,
            LogRowPart::Burst => *self.view.burst(row.number)?.members.back()?,
        };
        self.get(number)
    }

    /// The user under the cursor, if the row is about one.
    pub fn user_at_cursor(&self) -> Option<&UserId> {
        let row = self.view.cursor()?;
        let entry = self.at_cursor()?;
        match row.part {
            LogRowPart::Name(place) => entry.find_change(place as usize).map(|(_, user)| user),
            LogRowPart::Entry | LogRowPart::Burst => entry.user.as_ref(),
        }
    }

    /// Unfold the burst or the entry about many under the cursor, or fold it. Returns `false` if there is neither.
    pub(in crate::ui) fn toggle_at_cursor(&mut self) -> bool {
        let names = self.at_cursor().map_or(0, |entry| entry.count_changes());
        self.view.toggle_row(names)
    }

    /// Set the filter. Each entry is checked against it once, and from then on each new one.
    pub(in crate::ui) fn set_filter(&mut self, wanted: LogFilter) {
        if *self.view.filter() != wanted {
            self.view.begin_rebuild(wanted);
            self.entries.iter().for_each(|numbered| self.view.add_entry(numbered.number, &numbered.entry));
            self.view.end_rebuild();
        }
    }
}

#[cfg(test)]
mod tests;
