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

/// Cells of a part of a title that say something although it is cut.
const TELLING: usize = 16;

/// Shorten a title by whole parts, which ` · ` parts, the last ones first, unless much of one fits.
pub(super) fn shorten_title(title: &str, width: usize) -> String {
    let mut said = title.trim_end();
    while said.width() + 1 > width
        && let Some((first, _)) = said.rsplit_once(" · ")
        && first.width() + 3 + TELLING >= width
    {
        said = first;
    }
    cut(&format!("{said} "), width)
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

/// Fold foreign text into lines of at most `width` cells, at most `most` of them; if more is left, the last one says so.
/// A line ends between words where that leaves no more than half of it empty.
pub fn fold(text: &str, width: usize, most: usize) -> Vec<String> {
    let text = cut(text, MOST_READ);
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let mut line = lines.pop().unwrap_or_default();
        let space = if line.is_empty() { "" } else { " " };
        let cells = word.width();
        if line.width() + space.len() + cells > width && cells * 2 <= width {
            lines.push(line);
            lines.push(word.to_owned());
        } else {
            line.push_str(space);
            line.push_str(word);
            lines.append(&mut break_lines(&line, width));
        }
    }
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
mod tests;
