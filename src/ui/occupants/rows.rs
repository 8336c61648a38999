//! Rows under numbers, in blocks: a long list grows without being moved, which would be felt.

use std::ops::{Index, IndexMut};

use super::order::SortedPlace;

/// Rows of a block.
const BLOCK: usize = 4_096;

/// The rows, counted from 0.
#[derive(Debug, Default)]
pub(super) struct Rows(Vec<Vec<SortedPlace>>);

impl Rows {
    pub fn len(&self) -> usize {
        self.0.last().map_or(0, |last| (self.0.len() - 1) * BLOCK + last.len())
    }

    /// The number that the next row gets.
    pub fn next_number(&self) -> u32 {
        u32::try_from(self.len()).unwrap_or(u32::MAX)
    }

    pub fn push(&mut self, row: SortedPlace) {
        match self.0.last_mut() {
            Some(last) if last.len() < BLOCK => last.push(row),
            // The first one grows as it needs to: most lists are short.
            None => self.0.push(vec![row]),
            Some(_) => {
                let mut block = Vec::with_capacity(BLOCK);
                block.push(row);
                self.0.push(block);
            }
        }
    }

    /// Drop the last block; returns `false` if nothing is left.
    pub fn drop_block(&mut self) -> bool {
        self.0.pop();
        !self.0.is_empty()
    }
}

impl Index<u32> for Rows {
    type Output = SortedPlace;

    fn index(&self, number: u32) -> &SortedPlace {
        &self.0[number as usize / BLOCK][number as usize % BLOCK]
    }
}

impl IndexMut<u32> for Rows {
    fn index_mut(&mut self, number: u32) -> &mut SortedPlace {
        &mut self.0[number as usize / BLOCK][number as usize % BLOCK]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{presence::UserId, ui::occupants::order::SortValue};

    #[test]
    fn rows_are_found_under_their_numbers() {
        let mut rows = Rows::default();
        let row = |n: u32| (SortValue::Whole(n.into()), UserId::from_wire("ann"));
        let many = u32::try_from(2 * BLOCK + 1).unwrap();
        for n in 0..many {
            assert_eq!(rows.next_number(), n);
            rows.push(row(n));
        }
        rows[5] = row(7);
        assert_eq!(
            (rows.len(), &rows[4], &rows[5], &rows[many - 1]),
            (many as usize, &row(4), &row(7), &row(many - 1))
        );
        assert!(rows.drop_block() && rows.drop_block() && !rows.drop_block() && rows.len() == 0);
    }
}
