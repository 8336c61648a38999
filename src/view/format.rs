//! Text and numbers made to fit: ages, counts, cutting to a display width.

use ratatui::{style::Style, text::Span};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::members::read_first_members;
pub use crate::duration::age;
use crate::{
    presence::{State, sanitize_name, sanitize_sentence},
    wording::group_digits,
    world::ChannelState,
};

/// No more of a text than this many bytes is looked at: no screen shows more of it, and a name may be a megabyte.
const MOST_READ: usize = 4096;

/// Cut a sentence of ours to at most `width` cells, with an ellipsis if anything is missing. Never splits a
/// grapheme. Looks at no more of a giant text than could be shown, and makes safe again what it shows.
pub fn cut(text: &str, width: usize) -> String {
    let end = text.floor_char_boundary(MOST_READ);
    cut_safe(&sanitize_sentence(&text[..end]), end == text.len(), width)
}

/// As [`cut`], for foreign text alone, such as a name: where two differ, they look different.
pub fn cut_foreign(text: &str, width: usize) -> String {
    let end = text.floor_char_boundary(MOST_READ);
    cut_safe(&sanitize_name(&text[..end]), end == text.len(), width)
}

fn cut_safe(safe: &str, whole: bool, width: usize) -> String {
    if whole && safe.width() <= width {
        return safe.to_owned();
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

/// As [`cut`], but behind a whole word, unless the first one alone is too long.
pub fn cut_words(text: &str, width: usize) -> String {
    let cut = cut(text, width);
    match cut.strip_suffix('…').and_then(|kept| kept.rsplit_once(' ')) {
        Some((kept, _)) if !text.ends_with('…') => format!("{} …", kept.trim_end()),
        _ => cut,
    }
}

/// How many bytes foreign names have in common at their beginnings, if at least two are wider than `width`.
pub fn measure_common_head<'a>(names: impl Iterator<Item = &'a str>, width: usize) -> usize {
    let mut wide = names.filter(|name| name.len() > width);
    let Some(first) = wide.next() else { return 0 };
    let mut common = None;
    for name in wide {
        let same = first.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
        common = Some(common.map_or(same, |common: usize| common.min(same)));
    }
    first.floor_char_boundary(common.unwrap_or(0))
}

/// As [`cut_foreign`], in the middle: names differ at their ends, and behind the `common` bytes that they all begin
/// with.
pub fn cut_middle(text: &str, common: usize, width: usize) -> String {
    let whole = cut_foreign(text, usize::MAX);
    if whole.width() <= width {
        return whole;
    }
    // A few letters of the beginning, to know it by.
    let head = take_cells(whole.graphemes(true), (width / 3).min(6));
    let rest = cut_foreign(&text[text.floor_char_boundary(common.min(text.len()))..], usize::MAX);
    let room = width.saturating_sub(head.width() + 1);
    if common > 0 && rest.width() <= room {
        return format!("{head}…{rest}");
    }
    if common > head.len() && room > 5 {
        // Too much is left behind the beginning: its own middle goes.
        let kept = take_cells(rest.graphemes(true), room / 2);
        let end = take_end(&rest, room.saturating_sub(kept.width() + 1));
        return format!("{head}…{kept}…{end}");
    }
    let end = take_end(&whole, room);
    cut(&format!("{head}…{end}"), width)
}

/// As many graphemes as `width` cells have room for.
fn take_cells<'a>(graphemes: impl Iterator<Item = &'a str>, width: usize) -> String {
    let (mut out, mut used) = (String::new(), 0);
    for grapheme in graphemes {
        used += grapheme.width();
        if used > width {
            break;
        }
        out.push_str(grapheme);
    }
    out
}

/// As many of the last graphemes as `width` cells have room for.
fn take_end(text: &str, width: usize) -> &str {
    let mut from = text.len();
    for (at, _) in text.grapheme_indices(true).rev() {
        if text[at..].width() > width {
            break;
        }
        from = at;
    }
    &text[from..]
}

/// As [`cut_middle`], filled with blanks to exactly `width` cells.
pub fn pad_middle(text: &str, common: usize, width: usize) -> String {
    fill(cut_middle(text, common, width), width)
}

/// As [`cut`], filled with blanks to exactly `width` cells.
pub fn pad(text: &str, width: usize) -> String {
    fill(cut(text, width), width)
}

/// As [`cut_foreign`], filled with blanks to exactly `width` cells.
pub fn pad_foreign(text: &str, width: usize) -> String {
    fill(cut_foreign(text, width), width)
}

fn fill(mut out: String, width: usize) -> String {
    let missing = width.saturating_sub(out.width());
    out.extend(std::iter::repeat_n(' ', missing));
    out
}

/// As [`pad`], with the blanks in front.
pub fn pad_left(text: &str, width: usize) -> String {
    let out = cut(text, width);
    let missing = width.saturating_sub(out.width());
    format!("{}{out}", " ".repeat(missing))
}

/// Fold foreign text into lines of at most `width` cells, whole words or not, at most `most` of them; if more
/// is left, the last one says so.
pub fn fold(text: &str, width: usize, most: usize) -> Vec<String> {
    let mut lines = break_lines(&cut(text, MOST_READ), width);
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            let end = last.grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
            last.replace_range(end.., "…");
        }
    }
    lines
}

/// Break text that is safe into as many lines of at most `width` cells as it takes.
pub fn break_lines(safe: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for grapheme in safe.graphemes(true) {
        let cells = grapheme.width();
        if used + cells > width && used > 0 {
            lines.push(String::new());
            used = 0;
        }
        used += cells;
        if let Some(line) = lines.last_mut() {
            line.push_str(grapheme);
        }
    }
    lines
}

/// Wrap words into lines of at most `width` cells; a word that is longer is cut.
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

/// Show how many are on a channel; a dash as long as nothing is known of it.
pub fn show_occupancy(watched: &ChannelState) -> String {
    watched.known_occupancy().map_or_else(|| "–".to_owned(), group_digits)
}

/// As its namesake in `wording`, the count with thin groups.
pub fn count_things(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", group_digits(n), if n == 1 { one } else { many })
}

/// Write a state object as `key value · key value`, without the punctuation of JSON: keys in `key`, values
/// plain, in at most `width` cells.
pub fn state_in_words<'a>(json: &str, width: usize, key: Style) -> Vec<Span<'a>> {
    rest_in_words(json, width, key, |_| false)
}

/// As [`state_in_words`], without the fields that are shown elsewhere.
pub fn rest_in_words<'a>(json: &str, width: usize, key: Style, elsewhere: impl Fn(&str) -> bool) -> Vec<Span<'a>> {
    let read = (json.len() <= State::LARGEST_READ).then(|| read_first_members(json, width)).flatten();
    let Some(fields) = read else {
        // A character takes at most four bytes, and hardly one takes no cell.
        let start = &json[..json.floor_char_boundary(width.saturating_mul(16))];
        return vec![Span::styled(cut_foreign(start, width), key)];
    };
    let mut spans: Vec<Span<'a>> = Vec::new();
    let mut room = width;
    for (name, value) in fields.iter().filter(|(name, _)| !elsewhere(name)) {
        if room == 0 {
            mark_more(&mut spans);
            break;
        }
        let separator = if spans.is_empty() { "" } else { " · " };
        for (text, style) in
            [(format!("{separator}{} ", cut_foreign(name, 40)), key), (cut_foreign(value, width), Style::new())]
        {
            if room == 0 && !text.is_empty() {
                mark_more(&mut spans);
                break;
            }
            let text = cut(&text, room);
            room -= text.width();
            spans.push(Span::styled(text, style));
        }
    }
    spans
}

/// Put an ellipsis in the place of the last letter, since more would follow.
fn mark_more(spans: &mut [Span<'_>]) {
    let Some(last) = spans.last_mut().filter(|last| !last.content.ends_with('…')) else { return };
    let width = last.width();
    let shorter = cut(&format!("{}…", last.content), width);
    last.content = shorter.into();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::duration::AGE;
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
    fn sentences_are_cut_behind_a_word() {
        let cuts = [99, 15, 14, 13, 6, 3, 0].map(|width| cut_words("can't be reached", width));
        assert_eq!(cuts, ["can't be reached", "can't be …", "can't be …", "can't be …", "can't…", "ca…", ""]);
    }

    #[test]
    fn a_giant_id_is_cut_without_being_read_to_its_end() {
        let giant = "x".repeat(1 << 20);
        assert_eq!(cut(&giant, 4), "xxx…");
        let marks = "\u{1b}".repeat(1 << 20);
        assert_eq!(cut(&marks, 3), "␛␛…");
    }

    #[test]
    fn a_long_id_folds_without_losing_a_letter() {
        assert_eq!(fold("abcdefgh", 3, 9), ["abc", "def", "gh"]);
        assert_eq!(fold("abcdefgh", 3, 2), ["abc", "de…"]);
        assert_eq!(fold("李雷a", 3, 9), ["李", "雷a"]);
        assert_eq!(fold("", 3, 9), [""]);
        assert_eq!(fold(&"x".repeat(100_000), 30, 4).len(), 4);
    }

    #[test]
    fn f29_names_are_cut_where_they_are_the_same() {
        assert_eq!(cut_middle("production.game.match.eu1", 0, 17), "produ…e.match.eu1");
        assert_eq!(cut_middle("lobby", 0, 17), "lobby");
        let head = "production.".repeat(8);
        let names: Vec<String> = (0..12).map(|n| format!("{head}{n}.eu{}", n % 3)).collect();
        let common = measure_common_head(names.iter().map(String::as_str), 14);
        let cut: std::collections::BTreeSet<String> = names.iter().map(|name| cut_middle(name, common, 14)).collect();
        assert_eq!(cut.len(), 12, "{cut:?}");
        assert!(cut.contains("prod…11.eu2"), "{cut:?}");
        // What differs in the middle differs, too.
        let names: Vec<String> = (0..12).map(|n| format!("{head}{n}{}", ".tail".repeat(9))).collect();
        let common = measure_common_head(names.iter().map(String::as_str), 20);
        let cut: std::collections::BTreeSet<String> = names.iter().map(|name| cut_middle(name, common, 20)).collect();
        assert_eq!(cut.len(), 12, "{cut:?}");
    }

    #[test]
    fn words_wrap_at_cells() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("unbreakable x", 5), ["unbr…", "x"]);
    }

    #[test]
    fn a_state_that_does_not_fit_says_so_wherever_it_is_cut() {
        let words = |width| -> String {
            let spans = state_in_words(r#"{"a":"xy","bb":12,"c":true}"#, width, Style::new());
            spans.iter().map(|span| &*span.content).collect()
        };
        assert_eq!(words(20), "a xy · bb 12 · c tr…");
        for width in 1..21 {
            assert!(words(width).ends_with('…') && words(width).width() <= width, "{width}: {}", words(width));
        }
        assert_eq!(words(21), "a xy · bb 12 · c true");
    }

    #[test]
    fn ages_keep_their_width() {
        let ages = [0, 59, 60, 3599, 3600, 86_399, 86_400].map(|s| age(Duration::from_secs(s)));
        assert!(ages.iter().all(|age| age.len() <= AGE));
        assert_eq!(ages, ["0 s", "59 s", "1 min", "59 min", "1 h", "23 h", "1 d"]);
    }

    proptest::proptest! {
        #[test]
        fn padded_text_has_exactly_its_width(text in "\\PC*", controls in ".*", width in 0_usize..40) {
            for text in [&text, &controls] {
                proptest::prop_assert_eq!(pad(text, width).width(), width);
                proptest::prop_assert_eq!(pad_foreign(text, width).width(), width);
                proptest::prop_assert_eq!(pad_middle(text, width / 3, width).width(), width);
            }
        }
    }
}
