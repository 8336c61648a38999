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
/// down between two rows of cells the edge would have holes: there the ground ends below both.
pub fn fill_ground(mut lines: Vec<Vec<char>>) -> Vec<Vec<char>> {
    let width = lines.first().map_or(0, Vec::len);
    let find_edge = |column: usize| lines.iter().rposition(|row| row[column] != ' ').map(|row| row + 1);
    let edge: Vec<Option<usize>> = (0..width).map(find_edge).collect();
    for (column, own) in edge.iter().enumerate() {
        let Some(own) = *own else { continue };
        let near = &edge[column.saturating_sub(NEAR)..(column + NEAR + 1).min(width)];
        let lowest = near.iter().copied().flatten().max().unwrap_or(own).min(own + 1);
        for row in lines.iter_mut().skip(lowest) {
            row[column] = GROUND;
        }
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
    fn f11_the_ground_follows_a_fall_and_leaves_free_what_is_not_known() {
        let fell = ["  ⠤⠤⠤⡇   ", "     ⡇   ", "     ⡇   ", "     ⠧⠤⠤⠤", "         "];
        assert_eq!(fill(&fell), ["  ⠤⠤⠤⡇   ", "     ⡇   ", "  ░░░⡇   ", "  ░░░⠧⠤⠤⠤", "  ░░░░░░░"]);
        assert!(fill(&[]).is_empty());
    }
}
