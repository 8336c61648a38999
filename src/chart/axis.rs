//! The bottom of a chart: clock times, and marks at moments with the names that they have.
//!
//! ```text
//! ──────┬─────────┆─────┬─────────▲┬────────
//!     18:43       keynote       18:47    now
//! ```

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::choose_times;

/// A blank on either side of a name or a time.
const APART: usize = 1;

/// Stands in the second cell of a wide letter.
const COVERED: char = '\0';

/// A mark at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AxisMark {
    /// The second at which it stands.
    pub second: u64,
    /// How it is drawn, in one cell.
    pub glyph: char,
    /// What is written below it where there is room; safe to show. Empty for none.
    pub name: String,
}

/// The axis and what is written below it.
#[derive(Debug, PartialEq, Eq)]
pub struct Axis {
    /// One character for each cell.
    pub line: Vec<char>,
    /// As wide as the line. Empty where there is only one row: then the line holds the times.
    pub words: String,
}

/// Draw the axis of a chart that begins and ends at these seconds, with a cell for each of `gaps`: `true` where
/// nothing is known. `end` is the word for the right end, in ASCII. `write` writes clock times, all equally long. Of the marks in one cell the last one is drawn; the
/// names of the latest come first, then the times that there is room for.
pub fn draw_axis(
    seconds: Range<u64>,
    gaps: &[bool],
    write: impl Fn(u64) -> String,
    marks: &[AxisMark],
    (end, two_rows): (&str, bool),
) -> Axis {
    let cells = gaps.len();
    let mut line: Vec<char> = gaps.iter().map(|gap| if *gap { '╌' } else { '─' }).collect();
    let mut words = vec![' '; cells];
    let span = (seconds.end - seconds.start).max(1);
    let find_cell = |second: u64| {
        let cell = second.checked_sub(seconds.start)? * cells as u64 / span;
        usize::try_from(cell).ok().filter(|cell| *cell < cells)
    };
    let placed: Vec<(usize, &AxisMark)> =
        marks.iter().filter_map(|mark| Some((find_cell(mark.second)?, mark))).collect();
    if !two_rows {
        // No word hides a mark.
        for (cell, mark) in &placed {
            words[*cell] = mark.glyph;
        }
    }
    if let Some(start) = cells.checked_sub(end.len()) {
        put_word(&mut words, start, end);
    }
    if two_rows {
        for (cell, mark) in placed.iter().rev().filter(|(_, mark)| !mark.name.is_empty()) {
            let before_now = cells.saturating_sub(end.len() + 2 * APART + measure(&mark.name));
            put_word(&mut words, (*cell).min(before_now), &mark.name);
        }
    }
    let label = write(seconds.start).chars().count();
    for (second, cell) in choose_times(seconds.clone(), cells, label) {
        if put_word(&mut words, cell - label / 2, &write(second)) && two_rows {
            line[cell] = '┬';
        }
    }
    if !two_rows {
        line.iter_mut().zip(&words).filter(|(_, word)| **word != ' ').for_each(|(cell, word)| *cell = *word);
        words.clear();
    }
    for (cell, mark) in placed {
        line[cell] = mark.glyph;
    }
    Axis { line, words: words.into_iter().filter(|letter| *letter != COVERED).collect() }
}

fn measure(word: &str) -> usize {
    word.chars().filter_map(UnicodeWidthChar::width).sum()
}

/// Write a word, if there is room for it and a blank on either side. Returns whether there was.
fn put_word(words: &mut [char], start: usize, word: &str) -> bool {
    let end = start + measure(word);
    let around = start.saturating_sub(APART)..(end + APART).min(words.len());
    if end > words.len() || words[around].iter().any(|letter| *letter != ' ') {
        return false;
    }
    let mut cell = start;
    for letter in word.chars() {
        let width = letter.width().unwrap_or(0);
        for covered in 0..width {
            words[cell + covered] = if covered == 0 { letter } else { COVERED };
        }
        cell += width;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(cells: usize, marks: &[(u64, char, &str)], two_rows: bool) -> (String, String) {
        let marks: Vec<AxisMark> = marks
            .iter()
            .map(|(second, glyph, name)| AxisMark { second: *second, glyph: *glyph, name: (*name).to_owned() })
            .collect();
        let write = |second: u64| format!("{:02}:{:02}", second / 60, second % 60);
        let axis = draw_axis(600..1_200, &vec![false; cells], write, &marks, ("now", two_rows));
        (axis.line.into_iter().collect(), axis.words)
    }

    #[test]
    fn f11_marks_stand_at_their_moment_with_names_and_times_give_way_to_them() {
        let (line, words) = draw(40, &[], true);
        assert_eq!(line, "────────┬───────┬───────┬───────┬───────");
        assert_eq!(words, "      12:00   14:00   16:00   18:00  now");
        let marks = [(300, '▲', ""), (690, '┆', "doors open"), (900, '▲', ""), (1_190, '┆', "keynote")];
        let (line, words) = draw(40, &marks, true);
        assert_eq!(line, "──────┆─────────────▲───┬──────────────┆");
        assert_eq!(words, "      doors open      16:00 keynote  now");
        // One row has no names, and marks stand above the times.
        let (line, words) = draw(40, &marks, false);
        assert_eq!((line.as_str(), words.as_str()), ("──────┆───────14:00─▲─16:00───18:00────┆", ""));
        // A wide letter takes two cells, and what is before or after the chart is left out.
        let (line, words) = draw(40, &[(599, '▲', ""), (600, '┆', "開演"), (1_200, '▲', "")], true);
        assert_eq!((line.find('┆'), line.find('▲')), (Some(0), None));
        assert_eq!((words.starts_with("開演 "), words.chars().count()), (true, 38));
        for cells in 0..30 {
            assert_eq!(draw(cells, &marks, cells % 2 == 0).0.chars().count(), cells);
        }
    }
}
