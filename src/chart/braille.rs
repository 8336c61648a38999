//! Extents over time as a line of dots, two columns and four rows of them in each cell.
//!
//! ```text
//! ⠤⠖⠚⠳⠖⠶⠒⠦⣄⡀ ⣠⠤⠤⠤⠴⠒⠋⠙⢦⣀
//!          ⠉⠉⠁        ⠈⠉
//! ```

use crate::world::Extent;

/// Rows of dots in a cell.
const DOTS: usize = 4;

/// The bits of the dots in a cell, from the bottom up, left and right.
const BITS: [[u32; DOTS]; 2] = [[0x40, 0x04, 0x02, 0x01], [0x80, 0x20, 0x10, 0x08]];

/// Draw `rows` lines from the top down, from nothing up to `top`, with two extents in each cell. Each column of dots
/// spans its lowest and highest value. Somebody is never shown as nobody. A cell without dots is a blank.
pub fn draw_dots(extents: &[Option<Extent>], rows: usize, top: u64) -> Vec<Vec<char>> {
    let mut lines = vec![vec![0_u32; extents.len().div_ceil(2)]; rows];
    for (column, extent) in extents.iter().enumerate() {
        let Some(Extent { low, high }) = extent else { continue };
        for dot in find_dot(*low, rows, top)..=find_dot(*high, rows, top) {
            if let Some(cell) = lines.get_mut(rows.wrapping_sub(1 + dot / DOTS)).and_then(|r| r.get_mut(column / 2)) {
                *cell |= BITS[column % 2][dot % DOTS];
            }
        }
    }
    let draw = |bits: u32| if bits == 0 { ' ' } else { char::from_u32(0x2800 + bits).unwrap_or(' ') };
    lines.into_iter().map(|row| row.into_iter().map(draw).collect()).collect()
}

/// Find the row of dots for a value, counted from the bottom: only nobody is at the very bottom.
fn find_dot(value: u64, rows: usize, top: u64) -> usize {
    let highest = (rows * DOTS).saturating_sub(1);
    let share = u128::from(value.min(top)) * highest as u128 + u128::from(top / 2);
    let dot = usize::try_from(share / u128::from(top.max(1))).unwrap_or(highest);
    dot.clamp(usize::from(value > 0).min(highest), highest)
}

/// Find the row of a chart, counted from the top, in which a value stands.
pub fn find_row(value: u64, rows: usize, top: u64) -> usize {
    rows.saturating_sub(1 + find_dot(value, rows, top) / DOTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(extents: &[(u64, u64)], rows: usize, top: u64) -> Vec<String> {
        let extents: Vec<_> = extents.iter().map(|(low, high)| Some(Extent { low: *low, high: *high })).collect();
        draw_dots(&extents, rows, top).into_iter().map(|row| row.into_iter().collect()).collect()
    }

    #[test]
    fn a_line_goes_from_the_bottom_to_the_top() {
        assert_eq!(draw(&[(0, 0), (7, 7)], 2, 7), ["⠈", "⡀"]);
        assert_eq!(draw(&[(0, 7), (3, 3), (4, 4)], 2, 7), ["⡇⡀", "⡏ "]);
        assert_eq!(draw(&[(5, 5); 4], 1, 5), ["⠉⠉"]);
    }

    #[test]
    fn f47_one_of_sixty_seven_is_one_dot_and_nobody_is_none_above_the_ground() {
        assert_eq!(draw(&[(1, 1), (0, 0)], 8, 80).pop().unwrap(), "⢄", "the second row of dots, and the first");
        assert_eq!(draw(&[(1, 1), (67, 67)], 1, 67), ["⠌"]);
    }

    #[test]
    fn no_size_or_value_breaks_it() {
        for rows in 0..5 {
            for top in [0, 1, 7, u64::MAX] {
                for value in [0, 1, u64::MAX] {
                    assert_eq!(draw(&[(value, value)], rows, top).len(), rows);
                    assert!(find_row(value, rows, top) < rows.max(1));
                }
            }
        }
        assert!(draw_dots(&[], 3, 5).iter().all(Vec::is_empty));
    }
}
