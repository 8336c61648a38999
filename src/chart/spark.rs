//! Numbers over time as blocks: a line of them, or a chart of several rows.
//!
//! ```text
//! ▁▂▂▃▅▆▇▇▇▆▅▅        ▁▃▅█▇▅▂
//!                   ▂▆███████▆▄▁
//! ```

/// Nothing to seven eighths, from below.
const EIGHTHS: [char; 8] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇'];

const FULL: char = '█';

/// Draw one cell for each number, never quite full, so that a line keeps apart from the one above. It stands on zero
/// and reaches to the highest, so that rows can be compared; where they differ by less than a quarter of the highest
/// it is flat, so that a coming and going of few among many is no slope.
pub fn draw_spark(values: &[Option<u64>]) -> String {
    let known = || values.iter().flatten().copied();
    let (low, high) = (known().min().unwrap_or(0), known().max().unwrap_or(0));
    let is_flat = high - low < high.div_ceil(4);
    let cell = |value: &Option<u64>| match value {
        None => ' ',
        Some(value) if is_flat && *value > 0 => EIGHTHS[7],
        // Nobody is a line, not a gap.
        Some(value) => EIGHTHS[scale(*value, high, 7).max(1)],
    };
    values.iter().map(cell).collect()
}

/// Whether a text is such a line.
pub fn is_spark(text: &str) -> bool {
    text.chars().all(|cell| EIGHTHS.contains(&cell)) && !text.trim().is_empty()
}

/// Draw `rows` lines from the top down, from nothing up to `top`. Somebody is never shown as nobody.
pub fn draw_blocks(values: &[Option<u64>], rows: usize, top: u64) -> Vec<Vec<char>> {
    let height = |value: u64| scale(value, top, rows * 8).max(usize::from(value > 0));
    let cell = |value: &Option<u64>, below: usize| match value.map_or(0, height).saturating_sub(below) {
        8.. => FULL,
        eighths => EIGHTHS[eighths],
    };
    (0..rows).rev().map(|row| values.iter().map(|value| cell(value, row * 8)).collect()).collect()
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
    fn f10_a_line_stands_on_zero_and_few_among_many_are_no_slope() {
        assert_eq!(draw_spark(&[None, Some(0), Some(4), Some(8)]), " ▁▄▇");
        assert_eq!(draw_spark(&some(&[77, 57])), "▇▆");
        assert_eq!(draw_spark(&some(&[6, 7, 6, 5, 7])), "▆▇▆▅▇");
        assert_eq!(draw_spark(&some(&[20, 21, 24, 24])), "▇▇▇▇");
        assert_eq!(draw_spark(&some(&[1000, 1001])), "▇▇", "one of a thousand is no mountain");
        assert_eq!(draw_spark(&some(&[0, 0])), "▁▁");
        assert_eq!(draw_spark(&some(&[u64::MAX, 0])), "▇▁");
        assert_eq!(draw_spark(&[None, None]), "  ");
        assert_eq!(["▁▄▇", " ▁", "lobby", "", " "].map(is_spark), [true, true, false, false, false]);
    }

    #[test]
    fn a_chart_stands_on_nothing() {
        let chart = |values: &[Option<u64>], rows, top| -> Vec<String> {
            draw_blocks(values, rows, top).into_iter().map(|row| row.into_iter().collect()).collect()
        };
        assert_eq!(chart(&some(&[0, 1, 8, 12, 16]), 2, 16), ["   ▄█", " ▁███"]);
        assert_eq!(chart(&some(&[1, 1_000_000]), 1, 1_000_000), ["▁█"]);
        assert_eq!(chart(&[None], 1, 0), [" "]);
        assert_eq!(chart(&some(&[5]), 2, 1), ["█", "█"], "never more than all");
    }
}
