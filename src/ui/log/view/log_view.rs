//! The view of the log: its filter, its bursts folded into one row each, and the position in it.
//!
//! An index that is updated with every entry added or removed, so that a frame looks only at what it shows: each
//! entry is checked against the filter once, and nothing is ever searched. It holds at most as many items as the log
//! has entries, names that were unfolded, and some bursts that may still grow.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{
    burst::{Burst, GRAVE, Growing, GrowingBursts, Happening},
    held::Held,
    log_filter::{LogFilter, Match},
    row::{LogRow, LogRowPart, burst_row, entry_row, name_rows},
};

use crate::world::{Entry, EntryBody};

/// A burst grows only while its row is among this many last ones, so that nothing new happens out of sight.
pub(super) const NEAR: usize = 12;

/// The view of the log.
#[derive(Debug, Clone, Default)]
pub struct LogView {
    pub(super) filter: LogFilter,
    /// The visible entries, each with the number of its burst, or its own.
    pub(super) entries: VecDeque<(u64, u64)>,
    pub(super) rows: VecDeque<LogRow>,
    pub(super) bursts: BTreeMap<u64, Burst>,
    growing: GrowingBursts,
    /// The entries about many that are unfolded into names, with the number of these.
    pub(super) opened: BTreeMap<u64, usize>,
    pub(super) held: Option<Held>,
    /// The last rows in which many left or timed out, oldest first.
    grave: VecDeque<LogRow>,
    /// During a rebuild: the bursts that were unfolded before.
    unfolded: BTreeSet<u64>,
}

/// The number of rows remembered in which many left or timed out.
const GRAVE_ROWS: usize = 8;

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

    /// Whether a row is one of those that another above it was unfolded into.
    pub fn is_member(&self, row: LogRow) -> bool {
        match row.part {
            LogRowPart::Burst => false,
            LogRowPart::Entry => {
                self.find_place(row.number).is_some_and(|at| self.bursts.contains_key(&self.entries[at].1))
            }
            LogRowPart::Name(_) => self.opened.contains_key(&row.number),
        }
    }

    /// Clear the index for another filter. The position stays.
    pub(in crate::ui) fn begin_rebuild(&mut self, wanted: LogFilter) {
        let bursts = std::mem::take(&mut self.bursts);
        self.unfolded = bursts.into_iter().filter(|(_, burst)| burst.unfolded).map(|(number, _)| number).collect();
        self.filter = wanted;
        self.entries.clear();
        self.rows.clear();
        self.growing.clear();
        self.grave.clear();
    }

    /// Clear the index, and take over the filter and the position of another view.
    pub(in crate::ui) fn begin_copy(&mut self, other: &Self) {
        self.begin_rebuild(other.filter.clone());
        self.opened = other.opened.clone();
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
        match self.filter.match_entry(entry) {
            Match::None => return,
            Match::Whole => self.entries.push_back((number, number)),
            Match::Names(places) => {
                self.entries.push_back((number, number));
                self.opened.remove(&number);
                self.rows.extend(name_rows(number, places));
                return;
            }
        }
        let Some(one) = Happening::of(entry) else {
            if entry.event.is_none() {
                self.growing.part();
            }
            self.rows.push_back(entry_row(number));
            if matches!(entry.body, EntryBody::Interval { named: [_, left, timed_out], .. } if left + timed_out >= GRAVE)
            {
                self.note_grave(entry_row(number));
            }
            if let Some(names) = self.opened.get(&number) {
                self.rows.extend(name_rows(number, (0..).take(*names)));
            }
            return;
        };
        self.growing.forget_old(&one);
        let near = self.rows.len().checked_sub(NEAR).and_then(|place| self.rows.get(place)).map_or(0, |row| row.number);
        let Some(growing) = self.growing.find(&one, near) else {
            self.growing.begin(number, &one);
            self.rows.push_back(entry_row(number));
            return self.fold_wave(&one);
        };
        growing.extend(number, &one);
        let first = growing.first[0];
        if growing.folded {
            self.extend_burst(number, first, &one);
        } else if one.is_burst(growing.first.len()) {
            let burst = growing.fold();
            self.rows.push_back(entry_row(number));
            self.fold_burst(burst);
        } else {
            self.rows.push_back(entry_row(number));
        }
        self.fold_wave(&one);
    }

    /// Add an entry to a burst.
    fn extend_burst(&mut self, number: u64, first: u64, one: &Happening<'_>) {
        let Some(burst) = self.bursts.get_mut(&first) else { return };
        burst.extend(number, one);
        let grave = one.is_grave(burst.members.len());
        if burst.unfolded {
            self.rows.push_back(entry_row(number));
        }
        if grave {
            self.note_grave(burst_row(first));
        }
        if let Some((_, home)) = self.entries.back_mut() {
            *home = first;
        }
    }

    /// Fold single entries into a burst, whose members are in order.
    fn fold_burst(&mut self, burst: Burst) {
        let Some(first) = burst.members.front().copied() else { return };
        for member in &burst.members {
            self.remove_row(entry_row(*member));
            if let Some(at) = self.find_place(*member) {
                self.entries[at].1 = first;
            }
        }
        self.insert_row(burst_row(first));
        let unfolded = burst.unfolded;
        self.bursts.insert(first, burst);
        if unfolded {
            self.set_unfolded(first, true);
        }
    }

    /// Fold what happened on many channels at once into one burst, if the entry that was added makes it one.
    fn fold_wave(&mut self, one: &Happening<'_>) {
        let parts = self.growing.take_wave(one);
        if parts.is_empty() {
            return;
        }
        let mut wave = Burst::default();
        for part in parts.clone() {
            wave.merge(self.take_burst(part));
        }
        wave.members.make_contiguous().sort_unstable();
        let first = wave.members.front().copied().unwrap_or_default();
        self.growing.begin_wave(first, &parts);
        let grave = one.is_grave(wave.members.len());
        self.fold_burst(wave);
        if grave {
            self.note_grave(burst_row(first));
        }
    }

    /// Remember a row in which many left or timed out.
    fn note_grave(&mut self, row: LogRow) {
        if !self.grave.contains(&row) {
            if self.grave.len() == GRAVE_ROWS {
                self.grave.pop_front();
            }
            self.grave.push_back(row);
        }
    }

    /// The last rows in which many left or timed out, oldest first.
    pub fn grave_rows(&self) -> impl Iterator<Item = LogRow> {
        self.grave.iter().copied().filter(|row| self.rows.binary_search(row).is_ok())
    }

    /// Take out the burst that this is, or has not become yet.
    fn take_burst(&mut self, mut part: Growing) -> Burst {
        if !part.folded {
            return part.fold();
        }
        let first = part.first[0];
        self.remove_row(burst_row(first));
        self.bursts.remove(&first).unwrap_or_default()
    }

    /// Remove an entry.
    pub(in crate::ui) fn remove_entry(&mut self, number: u64) {
        // Nearly always it is the oldest one, or one that the filter left out before that.
        let place = match self.entries.front() {
            Some((oldest, _)) if number < *oldest => None,
            Some((oldest, _)) if number == *oldest => Some(0),
            _ => self.find_place(number),
        };
        let Some((_, home)) = place.and_then(|at| self.entries.remove(at)) else { return };
        self.remove_row(entry_row(number));
        self.remove_name_rows(number);
        if let Some(burst) = self.bursts.get_mut(&home) {
            if burst.members.front() == Some(&number) {
                burst.members.pop_front();
            } else if let Ok(at) = burst.members.binary_search(&number) {
                burst.members.remove(at);
            }
            if burst.members.is_empty() {
                self.bursts.remove(&home);
                self.remove_row(burst_row(home));
                self.growing.forget_burst(home);
            }
            return;
        }
        self.growing.remove_entry(number);
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
}
