//! What is below a line of dots, filled faintly. Whoever draws it paints the cells of the line like those below it, where
//! the terminal can: a cell that holds dots can't hold a fill, too.
//!
//! ```text
//! ⣀⣀⡠⠤⠤⣀⣀⣀⣀⠤⠤⠤⠤⠤⠤
//! ░░░░░░░░░░░░░░░
//! ```

/// A cell of the ground.
pub const GROUND: char = '░';

/// Fill what is below the dots of each column.
pub fn fill_ground(mut lines: Vec<Vec<char>>) -> Vec<Vec<char>> {
    let width = lines.first().map_or(0, Vec::len);
    for column in 0..width {
        let Some(lowest) = lines.iter().rposition(|row| row[column] != ' ') else { continue };
        for row in &mut lines[lowest + 1..] {
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
    fn f11_the_ground_reaches_the_line_and_leaves_free_what_is_not_known() {
        assert_eq!(fill(&["⠤⠤ ⠤⠤", "  ⠉  ", "     "]), ["⠤⠤ ⠤⠤", "░░⠉░░", "░░░░░"]);
        let fell = ["  ⠤⠤⠤⡇   ", "     ⡇   ", "     ⡇   ", "     ⠧⠤⠤⠤", "         "];
        assert_eq!(fill(&fell), ["  ⠤⠤⠤⡇   ", "  ░░░⡇   ", "  ░░░⡇   ", "  ░░░⠧⠤⠤⠤", "  ░░░░░░░"]);
        assert!(fill(&[]).is_empty());
    }
}
