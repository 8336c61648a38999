//! What is wrong with a text in the small language, and where.

use unicode_width::UnicodeWidthStr;

use crate::presence::sanitize;

/// Letters of foreign text that a sentence shows.
const EXCERPT: usize = 40;

/// Letters on either side of the place that [`Mistake::caret`] points at.
const AROUND: usize = 60;

/// Why a text can't be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct Mistake {
    /// Where, in bytes from the start of the text; between two characters, at most its length.
    pub at: usize,
    /// What is wrong and what could stand there instead; safe to show.
    pub sentence: String,
}

impl Mistake {
    pub(super) fn new(at: usize, sentence: impl Into<String>) -> Self {
        Self { at, sentence: sentence.into() }
    }

    /// As part of a longer text that has `before` bytes in front.
    pub(super) fn shift_by(self, before: usize) -> Self {
        Self { at: self.at + before, ..self }
    }

    /// Two lines that point at the place: the text (or as much of it as fits on a line), safe to show,
    /// and a caret.
    pub fn caret(&self, text: &str) -> String {
        let at = text.floor_char_boundary(self.at);
        let (before, after) = text.split_at(at);
        let skipped = before.char_indices().rev().nth(AROUND).map_or(0, |(index, letter)| index + letter.len_utf8());
        let before = sanitize(&before[skipped..]);
        let end = after.char_indices().nth(AROUND).map_or(after.len(), |(index, _)| index);
        let (head, tail) = (if skipped > 0 { "…" } else { "" }, if end < after.len() { "…" } else { "" });
        let indent = " ".repeat(head.width() + before.width());
        format!("{head}{before}{}{tail}\n{indent}^", sanitize(&after[..end]))
    }
}

/// A piece of the text for a sentence: in backticks, cut, safe to show.
pub(super) fn quote_excerpt(text: &str) -> String {
    let cut: String = text.chars().take(EXCERPT).collect();
    let rest = if cut.len() < text.len() { "…" } else { "" };
    format!("`{}{rest}`", sanitize(&cut))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caret_points_at_the_place_whatever_stands_before_it() {
        assert_eq!(Mistake::new(4, "").caret("Zoë "), "Zoë \n   ^");
        assert_eq!(Mistake::new(2, "").caret("a\u{1b}b"), "a␛b\n  ^");
        assert_eq!(Mistake::new(99, "").caret("李雷"), "李雷\n    ^");
        let long = "x".repeat(500);
        let told = Mistake::new(250, "").caret(&long);
        assert_eq!(told.lines().map(|line| line.chars().count()).collect::<Vec<_>>(), [122, 62]);
    }
}
