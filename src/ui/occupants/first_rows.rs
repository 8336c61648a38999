//! The rows that are looked at first, found before the whole list is sorted: one walk keeps the first rows, the last
//! ones, and those around the selected user.
//!
//! As of the walk's end they are exactly those rows of the sorted list. Of what changes while the list is then sorted
//! only departures are seen. Where a gap follows a row, what stands there is not known yet.

use super::order::{SortValue, SortedPlace};
use crate::presence::UserId;

/// The rows kept on each end, and on each side of the selected user: many screens full.
const KEPT: usize = if cfg!(test) { 30 } else { 512 };

/// The smallest places, or the greatest.
#[derive(Debug, Default)]
struct Best {
    greatest: bool,
    found: Vec<SortedPlace>,
    /// The value of the worst of those kept, once there were more.
    bound: Option<SortValue>,
}

impl Best {
    fn offer(&mut self, value: &SortValue, user: &UserId) {
        // Of equal values the last one is the greatest, as user ids come in order.
        if self.bound.as_ref().is_none_or(|bound| (value < bound) != self.greatest) {
            self.found.push((value.clone(), user.clone()));
            if self.found.len() >= 2 * KEPT {
                self.settle();
            }
        }
    }

    /// Sort what was found, and keep the best of it.
    fn settle(&mut self) {
        // A stable sort keeps the order of user ids.
        self.found.sort_by(|(one, _), (other, _)| one.cmp(other));
        let beyond = self.found.len().saturating_sub(KEPT);
        if beyond == 0 {
            return;
        }
        if self.greatest {
            self.found.drain(..beyond);
        } else {
            self.found.truncate(KEPT);
        }
        self.bound = if self.greatest { self.found.first() } else { self.found.last() }.map(|(value, _)| value.clone());
    }
}

/// The rows found.
#[derive(Debug)]
pub(super) struct FirstRows {
    head: Best,
    tail: Best,
    /// A place, and what is before and behind it.
    around: Option<(SortedPlace, Best, Best)>,
    /// Rows that follow each other, in order; between two of these there is a gap.
    pieces: Vec<Vec<SortedPlace>>,
    count: usize,
}

impl FirstRows {
    /// Nothing is found yet. `around`: the place of the selected user.
    pub fn new(around: Option<SortedPlace>) -> Self {
        let greatest = || Best { greatest: true, ..Best::default() };
        let around = around.map(|place| (place, greatest(), Best::default()));
        Self { head: Best::default(), tail: greatest(), around, pieces: Vec::new(), count: 0 }
    }

    /// The number of users offered.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Take a user who matches. Users come in the order of their ids.
    pub fn offer(&mut self, value: &SortValue, user: &UserId) {
        self.count += 1;
        self.head.offer(value, user);
        self.tail.offer(value, user);
        if let Some((place, before, behind)) = &mut self.around {
            let side = if (value, user) < (&place.0, &place.1) { before } else { behind };
            side.offer(value, user);
        }
    }

    /// All rows, if they are no more than are kept.
    pub fn take_all(&mut self) -> Option<Vec<SortedPlace>> {
        self.head.bound.is_none().then(|| std::mem::take(&mut self.head.found))
    }

    /// Show what was found by now.
    pub fn settle(&mut self) {
        self.head.settle();
        self.tail.settle();
        let mut pieces = vec![self.head.found.clone()];
        if let Some((_, before, behind)) = &mut self.around {
            before.settle();
            behind.settle();
            pieces.push(before.found.iter().chain(&behind.found).cloned().collect());
        }
        pieces.push(self.tail.found.clone());
        self.pieces.clear();
        for piece in pieces {
            match self.pieces.last_mut() {
                Some(before) if piece.first() <= before.last() => {
                    let known = before.last().map_or(0, |last| piece.partition_point(|row| row <= last));
                    before.extend_from_slice(&piece[known..]);
                }
                _ => self.pieces.push(piece),
            }
        }
    }

    /// The rows from `first` on, or all, up to the first gap. None, if `first` is in a gap.
    pub fn iter_from(&self, first: Option<&SortedPlace>) -> impl DoubleEndedIterator<Item = &UserId> + use<'_> {
        let rows =
            first.map_or_else(|| self.pieces.first(), |first| self.find_piece(first)).map_or(&[][..], |rows| rows);
        let start = first.map_or(0, |first| rows.partition_point(|row| row < first));
        rows[start..].iter().map(|(_, user)| user)
    }

    /// The rows before `last`, or all, down to the last gap. None, if `last` is in a gap.
    pub fn iter_before(&self, last: Option<&SortedPlace>) -> impl DoubleEndedIterator<Item = &UserId> + use<'_> {
        let rows = last.map_or_else(|| self.pieces.last(), |last| self.find_piece(last)).map_or(&[][..], |rows| rows);
        let end = last.map_or(rows.len(), |last| rows.partition_point(|row| row < last));
        rows[..end].iter().map(|(_, user)| user)
    }

    /// How many are before a place, if it is among the first rows or the last ones.
    pub fn count_before(&self, place: &SortedPlace) -> Option<usize> {
        let (first, last) = (self.pieces.first()?, self.pieces.last()?);
        let before = |rows: &[SortedPlace]| rows.partition_point(|row| row < place);
        if Some(place) <= first.last() {
            return Some(before(first));
        }
        (first.len() < self.count && last.first() <= Some(place)).then(|| self.count + before(last) - last.len())
    }

    /// The piece that a place is in; none, if it is in a gap. Before the first and behind the last piece there is
    /// nobody.
    fn find_piece(&self, place: &SortedPlace) -> Option<&Vec<SortedPlace>> {
        let at = self.pieces.iter().position(|piece| piece.last().is_some_and(|last| place <= last));
        match at {
            None => self.pieces.last(),
            Some(0) => self.pieces.first(),
            Some(at) => self.pieces.get(at).filter(|piece| piece.first() <= Some(place)),
        }
    }
}
