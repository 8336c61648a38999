//! A number in digits that are five rows high.
//!
//! ```text
//! ▟████▙   ▟██   ██████
//! ██  ██    ██       ██
//! ▜█████    ██     ▟█▛
//!     ██    ██    ▟█▛
//! █████▛  ██████  ██
//! ```

/// Rows of a digit.
pub const DIGIT_ROWS: usize = 5;

/// Blank columns between two of them.
const GAP: usize = 2;

/// The characters that have a large form, with their rows.
const DIGITS: [(char, [&str; DIGIT_ROWS]); 15] = [
    ('0', ["▟████▙", "██  ██", "██  ██", "██  ██", "▜████▛"]),
    ('1', [" ▟██  ", "  ██  ", "  ██  ", "  ██  ", "██████"]),
    ('2', ["█████▙", "    ██", "▟████▛", "██    ", "██████"]),
    ('3', ["█████▙", "    ██", " █████", "    ██", "█████▛"]),
    ('4', ["██  ██", "██  ██", "▜█████", "    ██", "    ██"]),
    ('5', ["██████", "██    ", "█████▙", "    ██", "█████▛"]),
    ('6', ["▟█████", "██    ", "█████▙", "██  ██", "▜████▛"]),
    ('7', ["██████", "    ██", "  ▟█▛ ", " ▟█▛  ", " ██   "]),
    ('8', ["▟████▙", "██  ██", "██████", "██  ██", "▜████▛"]),
    ('9', ["▟████▙", "██  ██", "▜█████", "    ██", "█████▛"]),
    ('k', ["██    ", "██ ▟█▛", "█████ ", "██ ▜█▙", "██  ██"]),
    ('M', ["██▙▟██", "██████", "██▜▛██", "██  ██", "██  ██"]),
    ('.', ["  ", "  ", "  ", "  ", "██"]),
    ('–', ["      ", "      ", "██████", "      ", "      "]),
    (' ', ["", "", "", "", ""]),
];

/// Draw a number as [`DIGIT_ROWS`] lines, or as twice as many where it is drawn twice as large. What has no large form is
/// left out.
pub fn draw_digits(number: &str, twice: bool) -> Vec<String> {
    let find = |digit| DIGITS.iter().find(|(known, _)| *known == digit).map(|(_, rows)| rows);
    let digits: Vec<_> = number.chars().filter_map(find).collect();
    let rows = (0..DIGIT_ROWS).map(|row| {
        let parts: Vec<&str> = digits.iter().map(|digit| digit[row]).collect();
        parts.join(&" ".repeat(GAP))
    });
    if twice { rows.flat_map(|row| enlarge_row(&row)).collect() } else { rows.collect() }
}

/// Two rows with two columns for each of the one.
fn enlarge_row(row: &str) -> [String; 2] {
    let enlarge = |upper: bool| {
        let cells = row.chars().map(|cell| match (cell, upper) {
            ('▟', true) => " ▟",
            ('▟', false) => "▟█",
            ('▙', true) => "▙ ",
            ('▙', false) => "█▙",
            ('▜', true) => "▜█",
            ('▜', false) => " ▜",
            ('▛', true) => "█▛",
            ('▛', false) => "▛ ",
            (' ', _) => "  ",
            _ => "██",
        });
        cells.collect()
    };
    [enlarge(true), enlarge(false)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr;

    #[test]
    fn f12_every_digit_has_five_rows_of_one_width_and_no_two_look_alike() {
        for (digit, rows) in DIGITS {
            assert!(rows.iter().all(|row| row.width() == rows[0].width()), "{digit}");
            let alike = DIGITS.iter().filter(|(_, other)| *other == rows).count();
            assert_eq!(alike, 1, "{digit}");
        }
    }

    #[test]
    fn f12_a_number_is_large_or_twice_as_large() {
        let rows = draw_digits("107", false);
        assert_eq!((rows.len(), rows[0].width()), (5, 22));
        let rows = draw_digits("107", true);
        assert!(rows.len() == 10 && rows.iter().all(|row| row.width() == 44));
        assert_eq!(draw_digits("x", false).concat(), "");
        let in_numbers = (0..3_000_000).step_by(997).map(crate::wording::show_roughly);
        for number in in_numbers.chain(["10 535".to_owned(), "–".to_owned()]) {
            let drawn = number.chars().all(|digit| DIGITS.iter().any(|(known, _)| *known == digit));
            assert!(drawn, "{number}");
        }
    }
}
