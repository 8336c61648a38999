//! Text and numbers made to fit: ages, counts, cutting to a display width.

use ratatui::{style::Style, text::Span};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

pub use crate::duration::age;
use crate::presence::shown;

/// No more of a text than this many bytes is looked at, however little of it can be seen.
const MOST_READ: usize = 4096;

/// Foreign text, made safe and cut to at most `width` cells, with an ellipsis if anything is
/// missing. Never splits a grapheme. Looks at no more of a giant text than could be shown.
pub fn cut(text: &str, width: usize) -> String {
    let end = (0..=MOST_READ.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
    let safe = shown(&text[..end]);
    let whole = end == text.len();
    if whole && safe.width() <= width {
        return safe.into_owned();
    }
    if width == 0 {
        return String::new();
    }
    let mut out = String::new();
    let mut used = 0;
    for grapheme in safe.graphemes(true) {
        let cells = grapheme.width();
        if used + cells > width - 1 {
            break;
        }
        used += cells;
        out.push_str(grapheme);
    }
    out.push('…');
    out
}

/// As [`cut`], filled with blanks to exactly `width` cells.
pub fn pad(text: &str, width: usize) -> String {
    let mut out = cut(text, width);
    let missing = width.saturating_sub(out.width());
    out.extend(std::iter::repeat_n(' ', missing));
    out
}

/// Words in lines of at most `width` cells; a word that is longer is cut.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in cut(text, MOST_READ).split(' ') {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(cut(word, width)),
        }
    }
    lines
}

/// A count with thin groups: `1 234 567`.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// `1 name`, `2 names`.
pub fn plural(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { many })
}

/// A state object as `key value · key value`, without the punctuation of JSON: keys in `key`, values
/// plain, in at most `width` cells.
pub fn state_in_words<'a>(json: &str, width: usize, key: Style) -> Vec<Span<'a>> {
    let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(json) else {
        return vec![Span::styled(cut(json, width), key)];
    };
    let mut spans: Vec<Span<'a>> = Vec::new();
    let mut room = width;
    for (name, value) in &fields {
        let value = match value {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let separator = if spans.is_empty() { "" } else { " · " };
        for (text, style) in [(format!("{separator}{} ", cut(name, 40)), key), (value, Style::new())] {
            let text = cut(&text, room);
            room -= text.width();
            spans.push(Span::styled(text, style));
        }
        if room == 0 {
            break;
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn text_is_cut_to_cells_not_bytes() {
        assert_eq!(cut("alice", 5), "alice");
        assert_eq!(cut("alice", 4), "ali…");
        assert_eq!(cut("李雷和韩梅梅", 5), "李雷…");
        assert_eq!(pad("李雷和韩梅梅", 6), "李雷… ");
        assert_eq!(cut("abc", 0), "");
        assert_eq!(cut("abc", 1), "…");
    }

    #[test]
    fn a_giant_id_is_cut_without_being_read_to_its_end() {
        let giant = "x".repeat(1 << 20);
        assert_eq!(cut(&giant, 4), "xxx…");
        let marks = "\u{1b}".repeat(1 << 20);
        assert_eq!(cut(&marks, 3), "␛␛…");
    }

    #[test]
    fn words_wrap_at_cells() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("unbreakable x", 5), ["unbr…", "x"]);
    }

    #[test]
    fn ages_and_counts_keep_their_width() {
        let ages = [0, 59, 60, 3599, 3600, 86_399, 86_400].map(|s| age(Duration::from_secs(s)));
        assert_eq!(ages, ["0s", "59s", "1m", "59m", "1h", "23h", "1d"]);
        assert_eq!([count(0), count(999), count(1000), count(1_234_567)], ["0", "999", "1 000", "1 234 567"]);
    }

    proptest::proptest! {
        #[test]
        fn padded_text_has_exactly_its_width(text in "\\PC*", controls in ".*", width in 0_usize..40) {
            for text in [&text, &controls] {
                proptest::prop_assert_eq!(pad(text, width).width(), width);
            }
        }
    }
}
