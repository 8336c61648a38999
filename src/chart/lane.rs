//! What happened at single moments, as marks on a line.
//!
//! ```text
//! ___+_______!___+____~~__
//!      16:00     16:05 now
//! ```

use std::ops::Range;

/// Put marks into so many cells that begin and end at these seconds, each at its moment: a mark with its rank, and the
/// highest of those in a cell is kept, of equal ones the first. What lies beyond is left out.
pub fn place_marks<T>(
    marks: impl IntoIterator<Item = (u64, u8, T)>,
    seconds: Range<u64>,
    cells: usize,
) -> Vec<Option<T>> {
    let span = seconds.end.saturating_sub(seconds.start).max(1);
    let mut line: Vec<Option<(u8, T)>> = std::iter::repeat_with(|| None).take(cells).collect();
    for (at, rank, mark) in marks {
        // The last moment is in the last cell.
        let Some(since) = at.checked_sub(seconds.start).filter(|since| *since <= span) else { continue };
        let cell = usize::try_from(since.saturating_mul(cells as u64) / span).unwrap_or(cells);
        let last = cells.saturating_sub(1);
        if let Some(cell) = line.get_mut(cell.min(last))
            && cell.as_ref().is_none_or(|(other, _)| *other < rank)
        {
            *cell = Some((rank, mark));
        }
    }
    line.into_iter().map(|cell| cell.map(|(_, mark)| mark)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f18_marks_stand_at_their_moments_and_the_gravest_is_seen() {
        let marks =
            [(1_000, 0, 'a'), (1_299, 0, 'b'), (1_300, 0, 'c'), (1_301, 2, 'd'), (1_302, 1, 'e'), (1_600, 0, 'f')];
        let line = |cells| -> String {
            place_marks(marks, 1_000..1_600, cells).into_iter().map(|mark| mark.unwrap_or('_')).collect()
        };
        assert_eq!(line(20), "a________bd________f");
        assert_eq!((line(2), line(1), line(0)), ("ad".to_owned(), "d".to_owned(), String::new()));
        let beyond = place_marks([(999, 0, 'x'), (1_601, 0, 'y')], 1_000..1_600, 20);
        assert!(beyond.iter().all(Option::is_none));
    }
}
