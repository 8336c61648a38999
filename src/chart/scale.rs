//! The scales of a chart: round numbers of people upwards, clock times along the bottom.

use std::ops::Range;

/// Steps between clock times along the bottom, in seconds.
const TIME_STEPS: [u64; 10] = [10, 15, 20, 30, 60, 120, 300, 600, 900, 1_200];

/// What tops of charts begin with, in tenths.
const TOPS: [u64; 11] = [10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100];

/// The top of a chart that has to hold `highest`: a round number, never zero.
pub fn choose_top(highest: u64) -> u64 {
    if highest <= 10 {
        return [1, 2, 3, 4, 5, 6, 8].into_iter().find(|top| *top >= highest).unwrap_or(10);
    }
    let mut tenth = 1_u64;
    loop {
        let Some(next) = tenth.checked_mul(10) else { return highest };
        if highest <= next.saturating_mul(10) {
            let tops = TOPS.iter().map(|top| top.saturating_mul(tenth)).find(|top| *top >= highest);
            return tops.unwrap_or(highest);
        }
        tenth = next;
    }
}

/// The distance of the numbers beside a chart with this top: 1, 2 or 5 times a power of ten, for at most four steps.
pub fn choose_tick(top: u64) -> u64 {
    let mut power = 1_u64;
    loop {
        if let Some(tick) = [1, 2, 5].iter().map(|factor| power.saturating_mul(*factor)).find(|tick| top / tick <= 4) {
            return tick;
        }
        power = power.saturating_mul(10);
    }
}

/// Where numbers stand in rows one below the other, one row more between others is seen.
const CLOSE: usize = 2;

/// The rows, from the top, at which numbers stand beside a chart of so many rows with this top, with the axis as the last
/// one. Nobody is at the axis, or just above it where the numbers are at equal distances then. Where few rows leave
/// different distances between them, every second number stands there if the top is one of them.
pub fn place_numbers(rows: usize, top: u64, tick: u64) -> Vec<(usize, u64)> {
    let tick = tick.max(1);
    let ticks = top / tick;
    let all = place_each(rows, top, tick);
    if is_even(&all) || ticks < 4 || !ticks.is_multiple_of(2) {
        return all;
    }
    Some(place_each(rows, top, tick * 2)).filter(|placed| is_even(placed)).unwrap_or(all)
}

/// Whether numbers look as if they were at equal distances.
fn is_even(placed: &[(usize, u64)]) -> bool {
    let mut rows: Vec<usize> = placed.iter().map(|(row, _)| *row).collect();
    rows.sort_unstable();
    let gaps = || rows.windows(2).map(|pair| pair[1] - pair[0]);
    let (least, most) = (gaps().min().unwrap_or(0), gaps().max().unwrap_or(0));
    least == most || least >= CLOSE
}

fn place_each(rows: usize, top: u64, tick: u64) -> Vec<(usize, u64)> {
    let find_row = |value: u64| {
        let above = (u128::from(value) * rows as u128).div_ceil(u128::from(top.max(1)));
        rows - usize::try_from(above).unwrap_or(rows).min(rows)
    };
    let values = (1..=top / tick).map(|at| at * tick);
    let mut placed: Vec<(usize, u64)> = values.map(|value| (find_row(value), value)).collect();
    let bottom = rows.saturating_sub(1);
    let reaches =
        |lowest: usize| matches!(placed[..], [(first, _), (second, _), ..] if first - second == lowest - first);
    let zero = if reaches(bottom) { bottom } else { rows };
    placed.push((zero, 0));
    placed
}

/// The clock times to write under a chart that begins and ends at these seconds, in so many cells, where each takes
/// `label` cells: their seconds, with the cell in which each stands.
pub fn choose_times(seconds: Range<u64>, cells: usize, label: usize) -> Vec<(u64, usize)> {
    let span = (seconds.end - seconds.start).max(1);
    let find_cell = |at: u64| usize::try_from((at - seconds.start) * cells as u64 / span).unwrap_or(cells);
    let fits = |step: &&u64| cells as u64 * **step >= (label as u64 + 2) * span;
    let Some(step) = TIME_STEPS.iter().find(fits) else { return Vec::new() };
    let first = seconds.start.div_ceil(*step) * step;
    (first..seconds.end)
        .step_by(usize::try_from(*step).unwrap_or(usize::MAX))
        .map(|at| (at, find_cell(at)))
        // The whole label stands below the chart, and leaves the last cells to the present.
        .filter(|(_, cell)| *cell >= label / 2 && cell + label / 2 + 5 < cells)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f47_a_scale_is_round_and_holds_the_highest() {
        let scales = [0, 1, 3, 5, 9, 11, 18, 33, 67, 82, 199, 218, 1_000_001].map(|highest| {
            let top = choose_top(highest);
            (top, choose_tick(top))
        });
        let expected = [
            (1, 1),
            (1, 1),
            (3, 1),
            (5, 2),
            (10, 5),
            (12, 5),
            (20, 5),
            (40, 10),
            (80, 20),
            (100, 50),
            (200, 50),
            (250, 100),
            (1_200_000, 500_000),
        ];
        assert_eq!(scales, expected);
        for highest in (0..3_000).chain([u64::MAX, u64::MAX / 3, 999_999_999_999]) {
            let top = choose_top(highest);
            assert!(top >= highest.max(1) && top / choose_tick(top) <= 4, "{highest}");
        }
        // Between a half and the whole of a power of ten, it changes a few times at most.
        let tops: std::collections::BTreeSet<u64> = (1..=1_000).map(choose_top).collect();
        assert!(tops.len() <= 40, "{tops:?}");
    }

    #[test]
    fn f11_numbers_stand_at_equal_distances() {
        assert_eq!(place_numbers(7, 250, 100), [(4, 100), (1, 200), (7, 0)]);
        assert_eq!(place_numbers(4, 250, 100), [(2, 100), (0, 200), (4, 0)]);
        assert_eq!(place_numbers(5, 250, 100), [(3, 100), (1, 200), (5, 0)]);
        assert_eq!(place_numbers(5, 80, 20), [(3, 20), (2, 40), (1, 60), (0, 80), (4, 0)], "just above the axis");
        assert_eq!(place_numbers(6, 80, 20), [(3, 40), (0, 80), (6, 0)], "not one row here and two there");
        assert_eq!(place_numbers(18, 80, 20), [(13, 20), (9, 40), (4, 60), (0, 80), (17, 0)]);
        assert_eq!(place_numbers(3, 1, 1), [(0, 1), (3, 0)]);
        for (rows, top) in (0..40).flat_map(|rows| [1, 3, 20, 250, u64::MAX].map(|top| (rows, top))) {
            assert!(place_numbers(rows, top, choose_tick(top)).iter().all(|(row, _)| *row <= rows));
        }
    }

    #[test]
    fn f11_times_stand_where_their_moment_is() {
        let times = choose_times(0..600, 46, 5);
        assert_eq!(times, [(120, 9), (240, 18), (360, 27), (480, 36)]);
        assert_eq!(choose_times(0..600, 100, 5).len(), 9, "a minute each where there is room");
        for (cells, span) in [(0, 60), (3, 600), (10, 3_600), (500, 60)] {
            for (at, cell) in choose_times(1_000_003..1_000_003 + span, cells, 8) {
                assert!(at % 10 == 0 || at % 15 == 0);
                assert!(cell < cells);
            }
        }
    }
}
