//! The event log: a ring bounded in entries and bytes, newest last. Its [`LogView`] determines what is shown.

use std::{collections::VecDeque, sync::Arc};

use super::{
    about::EntriesAbout,
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
    /// Its weight. To weigh it again when it is dropped would read texts that have left the caches long before.
    bytes: usize,
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
    /// The last departures, by user.
    departures: Recent<UserId>,
    /// The last intervals that named nobody, by channel.
    bare_intervals: Recent<Channel>,
    /// The entries about the selected user.
    about: Option<EntriesAbout>,
    /// The number of entries dropped.
    pub dropped: u64,
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
        self.kinds[entry.body.kind() as usize] += 1;
        self.view.add_entry(self.made, &entry);
        self.note_replaceable(&entry);
        if let Some(about) = &mut self.about {
            about.take_entry(self.made, &entry);
        }
        self.entries.push_back(Numbered { number: self.made, bytes, entry });
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
        }
    }

    /// Remove the departure of a user that turned out to be a flap.
    fn take_departure(&mut self, channel: &Channel, user: &UserId) {
        let departed = |entry: &Entry| entry.user.as_ref() == Some(user) && entry.channel.as_ref() == Some(channel);
        let candidates: Vec<u64> = self.departures.find(user).collect();
        self.take_recent(&candidates, departed);
    }

    /// Remove the last interval of a channel, if it named nobody.
    fn take_bare_interval(&mut self, channel: &Channel) -> Option<Arc<Entry>> {
        let candidates: Vec<u64> = self.bare_intervals.find(channel).collect();
        self.take_recent(&candidates, |entry: &Entry| entry.channel.as_ref() == Some(channel))
    }

    /// Remove the first of these entries that is still kept, is meant, and is among the last ones.
    fn take_recent(&mut self, numbers: &[u64], is_meant: impl Fn(&Entry) -> bool) -> Option<Arc<Entry>> {
        let mut places = numbers.iter().filter_map(|number| self.find_place(*number));
        let place = places.find(|place| is_meant(&self.entries[*place].entry))?;
        let taken = if place + REACH >= self.entries.len() { self.entries.remove(place) } else { None }?;
        self.uncount_entry(&taken);
        Some(taken.entry)
    }

    /// Remember an entry that another may replace.
    fn note_replaceable(&mut self, entry: &Entry) {
        match (&entry.body, &entry.user, &entry.channel) {
            (EntryBody::Leave { .. } | EntryBody::Timeout { .. }, Some(user), _) => {
                self.departures.add(user, self.made);
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
        self.kinds[gone.entry.body.kind() as usize] -= 1;
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
mod tests {
    use super::*;
    use crate::{presence::Moment, world::EntryTime};

    fn say(log: &mut EventLog, title: &str) {
        let note = Note::Crowd { title: title.to_owned() };
        log.push(Arc::new(Entry::from_note(None, note, Moment::default())));
    }

    #[test]
    fn it_is_bounded_and_counts_what_it_dropped() {
        let mut log = EventLog::default();
        (0..KEPT + 5).for_each(|n| say(&mut log, &n.to_string()));
        assert_eq!((log.len(), log.dropped), (KEPT, 5));
        log.set_limit(100);
        assert_eq!((log.len(), log.dropped), (100, KEPT as u64 - 95));
        log.set_limit(2 * KEPT);
        (0..2 * KEPT).for_each(|n| say(&mut log, &n.to_string()));
        assert_eq!(log.len(), 2 * KEPT);
    }

    #[test]
    fn it_is_bounded_in_bytes_and_what_is_taken_out_counts_no_more() {
        let mut log = EventLog::default();
        let giant = "x".repeat(BYTES_KEPT / 4);
        (0..9).for_each(|_| say(&mut log, &giant));
        assert_eq!((log.len(), log.dropped), (3, 6));
        // More than all of it: not even that is kept.
        say(&mut log, &giant.repeat(5));
        assert_eq!((log.len(), log.dropped, log.bytes), (0, 10, 0));
        let (lobby, ann) = (Channel::from_wire("lobby"), UserId::from_wire("ann"));
        let mut entry = Entry {
            at: EntryTime::Here(Moment::default()),
            heard: Moment::default(),
            late: std::time::Duration::ZERO,
            channel: Some(lobby),
            user: Some(ann),
            occupancy: None,
            odd: false,
            event: None,
            body: EntryBody::Leave { stayed: None },
        };
        log.push(Arc::new(entry.clone()));
        assert_eq!(log.len(), 1);
        // The departure is told as a flap instead.
        entry.body = EntryBody::Flap { away: std::time::Duration::from_secs(1) };
        log.push(Arc::new(entry.clone()));
        assert_eq!((log.len(), log.count_kind(EntryKind::Leave), log.bytes), (1, 0, entry.weight()));
    }

    #[test]
    fn a_flap_takes_the_departure_of_its_user_and_channel_from_among_the_last() {
        let mut log = EventLog::default();
        let mut push = |channel: &str, user: &str, body: EntryBody| {
            log.push(Arc::new(Entry {
                at: EntryTime::Here(Moment::default()),
                heard: Moment::default(),
                late: std::time::Duration::ZERO,
                channel: Some(Channel::from_wire(channel)),
                user: Some(UserId::from_wire(user)),
                occupancy: None,
                odd: false,
                event: None,
                body,
            }));
            (log.len(), log.count_kind(EntryKind::Leave), log.count_kind(EntryKind::Timeout))
        };
        let leave = EntryBody::Leave { stayed: None };
        let flap = EntryBody::Flap { away: std::time::Duration::from_secs(1) };
        push("lobby", "ann", leave.clone());
        push("stage", "ann", leave.clone());
        push("lobby", "bob", EntryBody::Timeout { stayed: None });
        assert_eq!(push("lobby", "cat", flap.clone()), (4, 2, 1));
        assert_eq!(push("lobby", "bob", flap.clone()), (4, 2, 0));
        assert_eq!(push("lobby", "ann", flap.clone()), (4, 1, 0));
        assert_eq!(push("lobby", "ann", flap.clone()), (5, 1, 0), "it is taken once");
        // The other one is too far above after this.
        for n in 0..REACH {
            push("lobby", &n.to_string(), EntryBody::Join { sightings: 1 });
        }
        assert_eq!(push("stage", "ann", flap), (REACH + 6, 1, 0));
    }

    #[test]
    fn minor_notes_are_not_kept() {
        let mut log = EventLog::default();
        log.push(Arc::new(Entry::from_note(None, Note::Connecting { poll: 0 }, Moment::default())));
        assert_eq!(log.len(), 0);
    }

    #[test]
    fn what_is_about_a_user_is_known_whether_it_came_before_or_after() {
        use crate::presence::{EventKind, PresenceEvent, Timetoken};
        let mut log = EventLog::default();
        let (lobby, ann) = (Channel::from_wire("lobby"), UserId::from_wire("ann"));
        let hear = |log: &mut EventLog, channel: &Channel, user: &UserId, many: usize| {
            let others = (0..many).map(|n| UserId::from_wire(&n.to_string())).chain([user.clone()]).collect();
            let what = match many {
                0 => EventKind::Joined { user: user.clone(), state: None },
                _ => EventKind::Interval { joined: others, left: vec![], timed_out: vec![], refresh: false },
            };
            let published = Timetoken::new(1);
            let (channel, raw) = (channel.clone(), None);
            let event = PresenceEvent {
                channel: channel.clone(),
                subscription: None,
                published,
                timestamp: None,
                occupancy: None,
                what,
                raw,
            };
            log.push(Arc::new(Entry {
                at: EntryTime::Service(published),
                heard: Moment::default(),
                late: std::time::Duration::ZERO,
                channel: Some(channel),
                user: Some(user.clone()).filter(|_| many == 0),
                occupancy: None,
                odd: false,
                event: Some(event),
                body: EntryBody::Join { sightings: 1 },
            }));
        };
        let count = |log: &EventLog| log.entries_about(&lobby, &ann).count();
        let elsewhere = Channel::from_wire("stage");
        for looks_after in [false, true] {
            for (channel, user, many) in
                [(&lobby, "ann", 0), (&lobby, "bob", 0), (&elsewhere, "ann", 0), (&lobby, "ann", 3), (&lobby, "bob", 3)]
            {
                hear(&mut log, channel, &UserId::from_wire(user), many);
            }
            assert_eq!(log.looks_after(&lobby, &ann), looks_after);
            log.look_after(lobby.clone(), ann.clone());
        }
        assert_eq!(count(&log), 4);
        hear(&mut log, &lobby, &ann, 0);
        assert_eq!(count(&log), 5);
        log.set_limit(2);
        assert_eq!((log.len(), count(&log)), (2, 1));
        assert!(!log.looks_after(&elsewhere, &ann));
    }
}
