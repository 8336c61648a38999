//! The view of the log: its filter, its bursts folded into one row each, and the position in it.
//!
//! An index that is updated with every entry added or removed, so that a frame looks only at what it shows: each
//! entry is checked against the filter once, and nothing is ever searched. It holds at most as many items as the log
//! has entries, and [`OPEN`] bursts that may still grow.

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

/// More similar entries than this in a row are a burst.
pub(super) const FEW: usize = 3;

/// A burst grows while the next entry comes within this, in microseconds.
pub(super) const SOON: u64 = 1_000_000;

/// A burst grows only while its row is among this many last ones, so that nothing new happens out of sight.
pub(super) const NEAR: usize = 12;

/// The number of bursts that may grow at the same time.
pub(super) const OPEN: usize = 12;

/// Many similar entries in quick succession.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Burst {
    /// The numbers of its entries, in order.
    pub members: VecDeque<u64>,
    /// Whether its entries are shown one by one as well.
    pub unfolded: bool,
}

/// What is a burst or may become one.
#[derive(Debug, Clone)]
struct Growing {
    kind: (EntryKind, bool),
    channel: Channel,
    /// The time of the last entry, in microseconds.
    last: u64,
    /// The numbers of the first few entries.
    first: Vec<u64>,
    folded: bool,
}

impl Growing {
    /// One that begins with this entry, in the memory of one that has ended.
    fn begin(spent: Option<Self>, kind: (EntryKind, bool), channel: &Channel, now: u64, number: u64) -> Self {
        let mut first = spent.map_or_else(Vec::new, |spent| spent.first);
        first.clear();
        first.push(number);
        Self { kind, channel: channel.clone(), last: now, first, folded: false }
    }
}

/// The view of the log.
#[derive(Debug, Clone, Default)]
pub struct LogView {
    filter: LogFilter,
    /// The visible entries, each with the number of its burst, or its own.
    pub(super) entries: VecDeque<(u64, u64)>,
    pub(super) rows: VecDeque<LogRow>,
    pub(super) bursts: BTreeMap<u64, Burst>,
    growing: Vec<Growing>,
    pub(super) held: Option<Held>,
    /// During a rebuild: the bursts that were unfolded before.
    unfolded: BTreeSet<u64>,
}

const fn entry_row(number: u64) -> LogRow {
    LogRow { number, part: LogRowPart::Entry }
}

const fn burst_row(number: u64) -> LogRow {
    LogRow { number, part: LogRowPart::Burst }
}

impl LogView {
    /// Which entries are shown.
    pub fn filter(&self) -> &LogFilter {
        &self.filter
    }

    /// The number of visible entries, folded ones included.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no entry is visible.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The numbers of the visible entries in order, folded ones included.
    pub fn numbers(&self) -> impl Iterator<Item = u64> {
        self.entries.iter().map(|(number, _)| *number)
    }

    /// The burst that starts with this entry.
    pub fn burst(&self, number: u64) -> Option<&Burst> {
        self.bursts.get(&number)
    }

    /// Whether an entry is part of a burst.
    pub fn is_member(&self, number: u64) -> bool {
        self.find_place(number).is_some_and(|at| self.bursts.contains_key(&self.entries[at].1))
    }

    /// Clear the index for another filter. The position stays.
    pub(in crate::ui) fn begin_rebuild(&mut self, wanted: LogFilter) {
        let bursts = std::mem::take(&mut self.bursts);
        self.unfolded = bursts.into_iter().filter(|(_, burst)| burst.unfolded).map(|(number, _)| number).collect();
        self.filter = wanted;
        self.entries.clear();
        self.rows.clear();
        self.growing.clear();
    }

    /// Clear the index, and take over the filter and the position of another view.
    pub(in crate::ui) fn begin_copy(&mut self, other: &Self) {
        self.begin_rebuild(other.filter.clone());
        self.unfolded = other.bursts.iter().filter(|(_, burst)| burst.unfolded).map(|(number, _)| *number).collect();
        self.held = other.held;
    }

    /// End a rebuild, after all entries were added.
    pub(in crate::ui) fn end_rebuild(&mut self) {
        for number in std::mem::take(&mut self.unfolded) {
            self.set_unfolded(number, true);
        }
        self.hold_nearest();
    }

    /// Add an entry that is newer than all others.
    pub(in crate::ui) fn add_entry(&mut self, number: u64, entry: &Entry) {
        if !self.filter.shows_entry(entry) {
            return;
        }
        self.entries.push_back((number, number));
        let (Some(channel), true) = (&entry.channel, entry.event.is_some()) else {
            // A note separates what came before it from what comes after.
            self.growing.clear();
            self.rows.push_back(entry_row(number));
            return;
        };
        let now = entry.at.micros();
        self.growing.retain(|burst| now.abs_diff(burst.last) <= SOON);
        let kind = (entry.body.kind(), matches!(entry.body, EntryBody::Flap { .. }));
        let near = self.rows.len().checked_sub(NEAR).and_then(|place| self.rows.get(place)).map_or(0, |row| row.number);
        let same = self.growing.iter().position(|burst| burst.kind == kind && burst.channel == *channel);
        let Some(growing) = same.map(|at| &mut self.growing[at]).filter(|burst| burst.first[0] >= near) else {
            self.rows.push_back(entry_row(number));
            let spent = same.or((self.growing.len() == OPEN).then_some(0)).map(|at| self.growing.remove(at));
            self.growing.push(Growing::begin(spent, kind, channel, now, number));
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

    /// Add an entry to a burst.
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

    /// Fold single entries into a burst.
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

    /// Remove an entry.
    pub(in crate::ui) fn remove_entry(&mut self, number: u64) {
        // Nearly always it is the oldest one.
        let oldest = self.entries.front().is_some_and(|(oldest, _)| *oldest == number);
        let place = if oldest { Some(0) } else { self.find_place(number) };
        let Some((_, home)) = place.and_then(|at| self.entries.remove(at)) else { return };
        self.remove_row(entry_row(number));
        if let Some(burst) = self.bursts.get_mut(&home) {
            if burst.members.front() == Some(&number) {
                burst.members.pop_front();
            } else if let Ok(at) = burst.members.binary_search(&number) {
                burst.members.remove(at);
            }
            if burst.members.is_empty() {
                self.bursts.remove(&home);
                self.remove_row(burst_row(home));
                self.growing.retain(|growing| growing.first[0] != home);
            }
            return;
        }
        // What is dropped is older than all that may still grow.
        if self.growing.iter().all(|growing| number < growing.first[0]) {
            return;
        }
        for growing in &mut self.growing {
            growing.first.retain(|first| *first != number);
        }
        self.growing.retain(|growing| !growing.first.is_empty());
    }

    /// The place of an entry among the visible ones.
    pub(super) fn find_place(&self, number: u64) -> Option<usize> {
        self.entries.binary_search_by_key(&number, |(number, _)| *number).ok()
    }

    fn remove_row(&mut self, row: LogRow) {
        match self.rows.front() {
            // What is dropped is the oldest, or folded into a burst that stands at the top.
            Some(first) if row < *first => {}
            Some(first) if row == *first => drop(self.rows.pop_front()),
            _ => {
                if let Ok(at) = self.rows.binary_search(&row) {
                    self.rows.remove(at);
                }
            }
        }
    }

    fn insert_row(&mut self, row: LogRow) {
        if let Err(at) = self.rows.binary_search(&row) {
            self.rows.insert(at, row);
        }
    }

    /// Unfold a burst, or fold it.
    fn set_unfolded(&mut self, number: u64, unfolded: bool) {
        let Some(burst) = self.bursts.get_mut(&number) else { return };
        burst.unfolded = unfolded;
        // In one go: inserting one by one would move the rows behind it each time.
        let members: BTreeSet<u64> = burst.members.iter().copied().collect();
        self.rows.retain(|row| row.part == LogRowPart::Burst || !members.contains(&row.number));
        if unfolded {
            self.rows.extend(members.into_iter().map(entry_row));
            self.rows.make_contiguous().sort_unstable();
        }
    }

    /// Unfold or fold the burst under the cursor. Returns `false` if there is none.
    pub(in crate::ui) fn toggle_burst(&mut self) -> bool {
        let Some(row) = self.cursor().filter(|row| row.part == LogRowPart::Burst) else { return false };
        let unfolded = self.bursts.get(&row.number).is_some_and(|burst| burst.unfolded);
        self.hold_at(row);
        self.set_unfolded(row.number, !unfolded);
        self.hold_nearest();
        true
    }
}
