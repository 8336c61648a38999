//! What of the log is shown: which channel, which kinds, which text; bursts folded into one line; and
//! where in it a person is.
//!
//! An index, kept up with every entry that comes and goes, so that a frame looks at no more than it
//! shows: a new entry is held against the filter once, and nothing is ever searched. Bounds: as many
//! items as the log has entries, and [`OPEN`] bursts that may still grow.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{
    held::Held,
    log_filter::LogFilter,
    row::{LogRow, LogRowPart},
};

use crate::{
    presence::Channel,
    world::{Entry, EntryBody, EntryKind},
};

/// More than this many of the same in a row are a burst.
pub(super) const FEW: usize = 3;

/// A burst goes on as long as the next one comes within this, in microseconds.
pub(super) const SOON: u64 = 1_000_000;

/// A burst goes on only while its line is among the last ones, so that nothing new happens out of sight.
pub(super) const NEAR: usize = 12;

/// At most so many bursts go on at the same time.
pub(super) const OPEN: usize = 12;

/// Many of the same, one soon after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Burst {
    /// The numbers of its entries, in order.
    pub members: VecDeque<u64>,
    /// They are shown one by one as well.
    pub unfolded: bool,
}

/// What may be, or become, a burst.
#[derive(Debug, Clone)]
struct Growing {
    kind: (EntryKind, bool),
    channel: Channel,
    /// When the last one came, in microseconds.
    last: u64,
    /// The first few.
    first: Vec<u64>,
    folded: bool,
}

/// What of the log is shown, and where in it a person is.
#[derive(Debug, Clone, Default)]
pub struct LogView {
    filter: LogFilter,
    /// The entries that are shown, each with its burst or itself.
    pub(super) entries: VecDeque<(u64, u64)>,
    pub(super) rows: VecDeque<LogRow>,
    pub(super) bursts: BTreeMap<u64, Burst>,
    growing: Vec<Growing>,
    pub(super) held: Option<Held>,
    /// While all begins anew: the bursts that were unfolded before.
    unfolded: BTreeSet<u64>,
}

const fn entry_row(number: u64) -> LogRow {
    LogRow { number, part: LogRowPart::Entry }
}

const fn burst_row(number: u64) -> LogRow {
    LogRow { number, part: LogRowPart::Burst }
}

impl LogView {
    /// What is to be shown.
    pub fn filter(&self) -> &LogFilter {
        &self.filter
    }

    /// How many entries are shown, folded ones included.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The numbers of the entries that are shown, in order, folded ones included.
    pub fn numbers(&self) -> impl Iterator<Item = u64> {
        self.entries.iter().map(|(number, _)| *number)
    }

    /// The burst that begins with this number.
    pub fn burst(&self, number: u64) -> Option<&Burst> {
        self.bursts.get(&number)
    }

    /// Whether an entry is part of a burst.
    pub fn is_member(&self, number: u64) -> bool {
        self.find_place(number).is_some_and(|at| self.bursts.contains_key(&self.entries[at].1))
    }

    /// Forget what is shown, but not where the person is.
    pub(in crate::ui) fn begin_rebuild(&mut self, wanted: LogFilter) {
        let bursts = std::mem::take(&mut self.bursts);
        self.unfolded = bursts.into_iter().filter(|(_, burst)| burst.unfolded).map(|(number, _)| number).collect();
        self.filter = wanted;
        self.entries.clear();
        self.rows.clear();
        self.growing.clear();
    }

    /// Begin as another one is: the same is shown, and the person is where they are there.
    pub(in crate::ui) fn begin_copy(&mut self, other: &Self) {
        self.begin_rebuild(other.filter.clone());
        self.unfolded = other.bursts.iter().filter(|(_, burst)| burst.unfolded).map(|(number, _)| *number).collect();
        self.held = other.held;
    }

    /// All is added that there was.
    pub(in crate::ui) fn end_rebuild(&mut self) {
        for number in std::mem::take(&mut self.unfolded) {
            self.set_unfolded(number, true);
        }
        self.hold_nearest();
    }

    /// Add what is newer than all before.
    pub(in crate::ui) fn add_entry(&mut self, number: u64, entry: &Entry) {
        if !self.filter.shows_entry(entry) {
            return;
        }
        self.entries.push_back((number, number));
        let (Some(channel), true) = (&entry.channel, entry.event.is_some()) else {
            // What is told about the watching stands between what was before and what comes after.
            self.growing.clear();
            self.rows.push_back(entry_row(number));
            return;
        };
        let now = entry.at.micros();
        self.growing.retain(|burst| now.abs_diff(burst.last) <= SOON);
        let kind = (entry.body.kind(), matches!(entry.body, EntryBody::Flap { .. }));
        let near = self.rows.len().checked_sub(NEAR).and_then(|place| self.rows.get(place)).map_or(0, |row| row.number);
        let fits = |burst: &&mut Growing| burst.kind == kind && burst.channel == *channel && burst.first[0] >= near;
        let Some(growing) = self.growing.iter_mut().find(fits) else {
            if self.growing.len() == OPEN {
                self.growing.remove(0);
            }
            self.growing.retain(|burst| burst.kind != kind || burst.channel != *channel);
            let channel = channel.clone();
            self.growing.push(Growing { kind, channel, last: now, first: vec![number], folded: false });
            self.rows.push_back(entry_row(number));
            return;
        };
        growing.last = now;
        if growing.folded {
            let first = growing.first[0];
            self.extend_burst(number, first);
            return;
        }
        growing.first.push(number);
        self.rows.push_back(entry_row(number));
        if growing.first.len() > FEW {
            growing.folded = true;
            let members = std::mem::take(&mut growing.first);
            let first = members[0];
            growing.first.push(first);
            self.fold_burst(first, members);
        }
    }

    /// One more of a burst.
    fn extend_burst(&mut self, number: u64, first: u64) {
        let Some(burst) = self.bursts.get_mut(&first) else { return };
        burst.members.push_back(number);
        if burst.unfolded {
            self.rows.push_back(entry_row(number));
        }
        if let Some((_, home)) = self.entries.back_mut() {
            *home = first;
        }
    }

    /// Make a burst of what stood by itself.
    fn fold_burst(&mut self, first: u64, members: Vec<u64>) {
        for member in &members {
            self.remove_row(entry_row(*member));
            if let Some(at) = self.find_place(*member) {
                self.entries[at].1 = first;
            }
        }
        self.insert_row(burst_row(first));
        self.bursts.insert(first, Burst { members: members.into(), unfolded: false });
    }

    /// An entry is there no more.
    pub(in crate::ui) fn remove_entry(&mut self, number: u64) {
        let Some((_, home)) = self.find_place(number).and_then(|at| self.entries.remove(at)) else { return };
        self.remove_row(entry_row(number));
        if let Some(burst) = self.bursts.get_mut(&home) {
            if let Ok(at) = burst.members.binary_search(&number) {
                burst.members.remove(at);
            }
            if burst.members.is_empty() {
                self.bursts.remove(&home);
                self.remove_row(burst_row(home));
                self.growing.retain(|growing| growing.first[0] != home);
            }
            return;
        }
        for growing in &mut self.growing {
            growing.first.retain(|first| *first != number);
        }
        self.growing.retain(|growing| !growing.first.is_empty());
    }

    /// Where an entry is among those shown.
    pub(super) fn find_place(&self, number: u64) -> Option<usize> {
        self.entries.binary_search_by_key(&number, |(number, _)| *number).ok()
    }

    fn remove_row(&mut self, row: LogRow) {
        if let Ok(at) = self.rows.binary_search(&row) {
            self.rows.remove(at);
        }
    }

    fn insert_row(&mut self, row: LogRow) {
        if let Err(at) = self.rows.binary_search(&row) {
            self.rows.insert(at, row);
        }
    }

    /// Unfold a burst, or fold it again.
    fn set_unfolded(&mut self, number: u64, unfolded: bool) {
        let Some(burst) = self.bursts.get_mut(&number) else { return };
        burst.unfolded = unfolded;
        // All at once: one by one each would move those behind it.
        let members: BTreeSet<u64> = burst.members.iter().copied().collect();
        self.rows.retain(|row| row.part == LogRowPart::Burst || !members.contains(&row.number));
        if unfolded {
            self.rows.extend(members.into_iter().map(entry_row));
            self.rows.make_contiguous().sort_unstable();
        }
    }

    /// Unfold or fold the burst under the cursor; `false` if there is none.
    pub(in crate::ui) fn toggle_burst(&mut self) -> bool {
        let Some(row) = self.cursor().filter(|row| row.part == LogRowPart::Burst) else { return false };
        let unfolded = self.bursts.get(&row.number).is_some_and(|burst| burst.unfolded);
        self.hold_at(row);
        self.set_unfolded(row.number, !unfolded);
        self.hold_nearest();
        true
    }
}
