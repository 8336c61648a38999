//! How much went on when, in one row or two: heights, marks, what is not known, and where one is.
//!
//! ```text
//!             ▲        ▼     ◆
//! ░░▁▂▁▁▂▃▅▄▂▁█▇▅▃▂▁▁▁▁▂▁▁░░░▁▂▁▁
//! ```

use super::draw_blocks;

/// Stands where nothing certain is known.
const UNKNOWN: char = '░';

/// Where one is: among the marks, and among the heights.
const ABOVE: char = '▼';
const WITHIN: char = '┃';

/// A cell with so many times the usual is as high as any: a crowd that comes all at once leaves the rest its heights.
const HIGH: u64 = 4;

/// A cell of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TimelineCell {
    /// How high it is.
    pub value: u64,
    /// What is marked there.
    pub mark: Option<char>,
    /// Nothing certain is known of it.
    pub is_unknown: bool,
}

/// Draw one row or two from the top down. In a single row, marks and the cursor stand in the place of a height.
pub fn draw_timeline_rows(cells: &[TimelineCell], cursor: usize, rows: usize) -> Vec<Vec<char>> {
    let top = choose_height(cells);
    let values: Vec<Option<u64>> = cells.iter().map(|cell| Some(cell.value.min(top))).collect();
    let mut heights = draw_blocks(&values, 1, top).pop().unwrap_or_default();
    for (height, cell) in heights.iter_mut().zip(cells) {
        if cell.is_unknown {
            *height = UNKNOWN;
        }
    }
    let mut marks: Vec<Option<char>> = cells.iter().map(|cell| cell.mark).collect();
    if let Some(mark) = marks.get_mut(cursor) {
        *mark = Some(if rows > 1 { ABOVE } else { WITHIN });
    }
    if rows > 1 {
        return vec![marks.into_iter().map(|mark| mark.unwrap_or(' ')).collect(), heights];
    }
    vec![marks.into_iter().zip(heights).map(|(mark, height)| mark.unwrap_or(height)).collect()]
}

/// The value that fills a cell.
fn choose_height(cells: &[TimelineCell]) -> u64 {
    let mut values: Vec<u64> = cells.iter().map(|cell| cell.value).filter(|value| *value > 0).collect();
    values.sort_unstable();
    let usual = values.get(values.len() / 2).copied().unwrap_or(0);
    values.last().copied().unwrap_or(0).min(usual.saturating_mul(HIGH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_the_cursor_are_seen_in_one_row_and_in_two() {
        let cell = |value: u64, mark: Option<char>, is_unknown: bool| TimelineCell { value, mark, is_unknown };
        let cells = [
            cell(0, None, true),
            cell(9, None, true),
            cell(1, None, false),
            cell(80, Some('▲'), false),
            cell(0, None, false),
            cell(40, None, false),
        ];
        let draw = |cursor, rows| -> Vec<String> {
            draw_timeline_rows(&cells, cursor, rows).into_iter().map(|row| row.into_iter().collect()).collect()
        };
        assert_eq!(draw(5, 2), ["   ▲ ▼", "░░▁█ ▄"]);
        assert_eq!(draw(5, 1), ["░░▁▲ ┃"]);
        assert_eq!(draw(3, 1), ["░░▁┃ ▄"]);
        let opening = [900, 4, 2, 8, 4].map(|value| cell(value, None, false));
        let rows = draw_timeline_rows(&opening, 0, 2);
        assert_eq!(rows[1].iter().collect::<String>(), "█▂▁▄▂", "the first does not flatten the others");
        assert_eq!(draw_timeline_rows(&[], 0, 2), [Vec::<char>::new(), Vec::new()]);
    }
}
