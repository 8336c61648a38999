//! What is below a line of dots, filled faintly, with an edge that is calmer than the line.
//!
//! ```text
//! ⣀⣀⡠⠤⠤⣀⣀⣀⣀⠤⠤⠤⠤⠤⠤
//! ░░░░░░░░░░░░░░░
//! ```

/// A cell of the ground.
pub const GROUND: char = '░';

/// The edge looks at so many cells on either side.
const NEAR: usize = 8;

/// Fill what is below the dots of each column. A cell that holds dots can't be filled, so below a line that goes up and
/// down between two rows of cells the edge would have holes: there the ground ends below both, and so it does on short
/// ways between two such places.
pub fn fill_ground(mut lines: Vec<Vec<char>>) -> Vec<Vec<char>> {
    let width = lines.first().map_or(0, Vec::len);
    let find_edge = |column: usize| lines.iter().rposition(|row| row[column] != ' ').map(|row| row + 1);
    let edge: Vec<Option<usize>> = (0..width).map(find_edge).collect();
    let level = |column: usize| {
        let near = &edge[column.saturating_sub(NEAR)..(column + NEAR + 1).min(width)];
        edge[column].map(|own| own + usize::from(near.iter().max() > Some(&Some(own))))
    };
    let levels: Vec<Option<usize>> = (0..width).map(level).collect();
    let mut first = 0_usize;
    for way in levels.chunk_by(|one, next| one == next) {
        let last = first + way.len();
        let beside = [first.checked_sub(1), Some(last)].map(|at| at.and_then(|at| *levels.get(at)?));
        let is_spot = way.len() < NEAR && beside.iter().all(|beside| way[0] < *beside);
        for (column, level) in levels.iter().enumerate().take(last).skip(first) {
            let Some(level) = *level else { continue };
            for row in lines.iter_mut().skip(level + usize::from(is_spot)) {
                row[column] = GROUND;
            }
        }
        first = last;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(rows: &[&str]) -> Vec<String> {
        let lines = rows.iter().map(|row| row.chars().collect()).collect();
        fill_ground(lines).into_iter().map(|row| row.into_iter().collect()).collect()
    }

    #[test]
    fn f11_a_line_between_two_rows_leaves_no_holes_in_the_ground() {
        assert_eq!(fill(&["⠤⠤ ⠤⠤", "  ⠉  ", "     "]), ["⠤⠤ ⠤⠤", "  ⠉  ", "░░░░░"]);
    }

    #[test]
    fn f11_the_ground_has_no_spots_between_two_falls() {
        let (low, high) = ("⣀".repeat(2), "⠤".repeat(20));
        let upper = format!("  {high}  ");
        let lower = format!("{low}{}{low}", " ".repeat(20));
        let filled = fill(&[&upper, &lower, &" ".repeat(24)]);
        assert_eq!(filled[1], lower, "four cells, eight from either side, are no ground of their own");
        assert_eq!(filled[2], "░".repeat(24));
    }

    #[test]
    fn f11_the_ground_follows_a_fall_and_leaves_free_what_is_not_known() {
        let fell = ["  ⠤⠤⠤⡇   ", "     ⡇   ", "     ⡇   ", "     ⠧⠤⠤⠤", "         "];
        assert_eq!(fill(&fell), ["  ⠤⠤⠤⡇   ", "     ⡇   ", "  ░░░⡇   ", "  ░░░⠧⠤⠤⠤", "  ░░░░░░░"]);
        assert!(fill(&[]).is_empty());
    }
}
