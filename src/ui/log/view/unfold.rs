//! Unfolds a burst into its entries, and an entry about many into the users that it names.

use std::collections::BTreeSet;

use super::{
    LogView,
    row::{LogRow, LogRowPart, entry_row, name_rows},
};

impl LogView {
    /// Whether an entry about many is unfolded into names.
    pub fn is_opened(&self, number: u64) -> bool {
        self.opened.contains_key(&number)
    }

    /// Remove the rows that an entry about many was unfolded into.
    pub(super) fn remove_name_rows(&mut self, number: u64) {
        if self.opened.is_empty() && self.filter.expression.is_empty() {
            return;
        }
        self.opened.remove(&number);
        let is_name = |row: &LogRow| row.number == number && matches!(row.part, LogRowPart::Name(_));
        let start = self.rows.partition_point(|row| *row <= entry_row(number));
        let end = start + self.rows.range(start..).take_while(|row| is_name(row)).count();
        if end > start {
            self.rows.drain(start..end);
        }
    }

    /// Unfold a burst, or fold it.
    pub(super) fn set_unfolded(&mut self, number: u64, unfolded: bool) {
        let Some(burst) = self.bursts.get_mut(&number) else { return };
        burst.unfolded = unfolded;
        // In one go: inserting one by one would move the rows behind it each time.
        let members: BTreeSet<u64> = burst.members.iter().copied().collect();
        self.rows.retain(|row| row.part != LogRowPart::Entry || !members.contains(&row.number));
        if unfolded {
            self.rows.extend(members.into_iter().map(entry_row));
            self.rows.make_contiguous().sort_unstable();
        }
    }

    /// Unfold or fold the burst or the entry about `names` users under the cursor. Returns `false` if there is neither.
    pub(in crate::ui) fn toggle_row(&mut self, names: usize) -> bool {
        let Some(row) = self.cursor() else { return false };
        match row.part {
            LogRowPart::Burst => {
                let unfolded = self.bursts.get(&row.number).is_some_and(|burst| burst.unfolded);
                self.hold_at(row);
                self.set_unfolded(row.number, !unfolded);
            }
            LogRowPart::Entry if names > 0 => {
                self.hold_at(row);
                if self.opened.insert(row.number, names).is_some() {
                    self.remove_name_rows(row.number);
                } else {
                    let below = self.rows.partition_point(|other| *other <= row);
                    let after = self.rows.split_off(below);
                    self.rows.extend(name_rows(row.number, (0..).take(names)));
                    self.rows.extend(after);
                }
            }
            _ => return false,
        }
        self.hold_nearest();
        true
    }
}
