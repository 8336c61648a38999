//! What is below a line of dots, filled faintly. A cell that holds dots can't hold a fill, too: where they are high in it,
//! whoever draws it paints the cell like those below, if the terminal can.
//!
//! ```text
//! ⣀⣀⡠⠤⠤⣀⣀⣀⣀⠤⠤⠤⠤⠤⠤
//! ░░░░░░░░░░░░░░░
//! ```

/// A cell of the ground.
pub const GROUND: char = '░';

/// The dots of the lower half of a cell.
const LOWER: u32 = 0xe4;

/// Whether these are dots below which the cell is free, for the most part.
pub fn are_high_dots(cell: char) -> bool {
    matches!(cell, '\u{2801}'..='\u{28ff}') && u32::from(cell) & LOWER == 0
}

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

    #[test]
    fn f11_only_dots_that_are_high_in_their_cell_stand_on_the_ground() {
        assert!("⠁⠈⠉⠒⠚⠓⠑".chars().all(are_high_dots));
        assert!("⠤⣀⡇⢸⠥⠦⢄⠖ █#".chars().all(|cell| !are_high_dots(cell)));
    }
}
