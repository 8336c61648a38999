//! Numbers over time as blocks: a line of them, or a chart of several rows.
//!
//! ```text
//! ▁▂▂▃▅▆▇▇▇▆▅▅        ▁▃▅█▇▅▂
//!                   ▂▆███████▆▄▁
//! ```

/// Nothing to seven eighths, from below.
const EIGHTHS: [char; 8] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇'];

const FULL: char = '█';

/// Draw one cell for each number, never quite full, so that a line keeps apart from the one above. It shows the
/// way, not the height: its range is that of the numbers, but at least a quarter of the highest, so that a coming
/// and going of few among many stays small.
pub(super) fn draw_spark(values: &[Option<u64>]) -> String {
    let known = || values.iter().flatten().copied();
    let (low, high) = (known().min().unwrap_or(0), known().max().unwrap_or(0));
    let range = (high - low).max(high / 4).max(1);
    let base = high.saturating_sub(range);
    let cell = |value: &Option<u64>| match value {
        None => ' ',
        Some(0) if high == 0 => EIGHTHS[1],
        // The lowest is a line, not a gap.
        Some(value) => EIGHTHS[scale(value - base.min(*value), range, 7).max(1)],
    };
    values.iter().map(cell).collect()
}

/// Draw `rows` lines from the top down, from nothing up to `top`. Somebody is never shown as nobody.
pub(super) fn draw_chart(values: &[Option<u64>], rows: usize, top: u64) -> Vec<Vec<char>> {
    let height = |value: u64| scale(value, top, rows * 8).max(usize::from(value > 0));
    let cell = |value: &Option<u64>, below: usize| match value.map_or(0, height).saturating_sub(below) {
        8.. => FULL,
        eighths => EIGHTHS[eighths],
    };
    (0..rows).rev().map(|row| values.iter().map(|value| cell(value, row * 8)).collect()).collect()
}

/// Find the row of a chart, counted from the top, in which `value` stands; `None` if that is above it.
pub(super) fn find_row(value: u64, rows: usize, top: u64) -> Option<usize> {
    let eighths = scale(value, top, rows * 8);
    (value <= top && value > 0).then(|| rows.saturating_sub(1 + eighths.saturating_sub(1) / 8))
}

/// Scale `value` of `whole` to `steps`; never more than all of them.
fn scale(value: u64, whole: u64, steps: usize) -> usize {
    if whole == 0 {
        return 0;
    }
    let share = (u128::from(value) * steps as u128).div_ceil(u128::from(whole));
    usize::try_from(share).unwrap_or(steps).min(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(values: &[u64]) -> Vec<Option<u64>> {
        values.iter().map(|value| Some(*value)).collect()
    }

    #[test]
    fn a_line_shows_the_way() {
        assert_eq!(draw_spark(&[None, Some(0), Some(4), Some(8)]), " ▁▄▇");
        assert_eq!(draw_spark(&some(&[20, 21, 24, 24])), "▃▄▇▇");
        assert_eq!(draw_spark(&some(&[1000, 1001])), "▇▇", "one of a thousand is no mountain");
        assert_eq!(draw_spark(&some(&[0, 0])), "▁▁");
        assert_eq!(draw_spark(&some(&[u64::MAX, 0])), "▇▁");
        assert_eq!(draw_spark(&[None, None]), "  ");
    }

    #[test]
    fn a_chart_stands_on_nothing() {
        let chart = |values: &[Option<u64>], rows, top| -> Vec<String> {
            draw_chart(values, rows, top).into_iter().map(|row| row.into_iter().collect()).collect()
        };
        assert_eq!(chart(&some(&[0, 1, 8, 12, 16]), 2, 16), ["   ▄█", " ▁███"]);
        assert_eq!(chart(&some(&[1, 1_000_000]), 1, 1_000_000), ["▁█"]);
        assert_eq!(chart(&[None], 1, 0), [" "]);
        assert_eq!(chart(&some(&[5]), 2, 1), ["█", "█"], "never more than all");
        assert_eq!(
            [find_row(16, 2, 16), find_row(8, 2, 16), find_row(1, 2, 16), find_row(17, 2, 16)],
            [Some(0), Some(1), Some(1), None]
        );
    }
}
