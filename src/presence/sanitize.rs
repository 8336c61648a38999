//! Foreign text, made safe for a terminal. Only what is shown changes, never the text itself.

use std::{borrow::Cow, cmp::Ordering, fmt::Write, path::Path};

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, EmojiModifier, GeneralCategory, RegionalIndicator, WhiteSpace},
};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

/// The most combining marks that are shown on one letter. Living languages use up to three; more only cover other
/// lines.
pub const MARKS_PER_LETTER: usize = 4;

/// By their lengths in bytes, all emoji of that length in the order of their bytes, one behind the other.
const EMOJI: &[(usize, &str)] = include!(concat!(env!("OUT_DIR"), "/emoji.rs"));

/// What a text is, which decides what of it can be left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// A stranger wrote all of it: what looks like one of our own signs is a forgery.
    Foreign,
    /// We wrote it around parts that were made safe before: our own signs stay.
    Sentence,
    /// As a sentence, over several lines.
    Lines,
}

/// Make foreign text safe to show: everything that a terminal might obey, reorder or hide becomes a visible sign.
///
/// - C0 controls become their control pictures (`␛`, `␀`, `␊`), DEL becomes `␡`;
/// - what vanishes, is blank or has no agreed meaning becomes `‹202E›`, by its Unicode properties: controls, format
///   characters, default ignorables, white space but the blank, private use, unassigned, and combining marks without
///   a letter;
/// - of more than [`MARKS_PER_LETTER`] combining marks in a row the rest becomes `‹+3›`, their number;
/// - emoji sequences that are in Unicode's list stay whole; their parts elsewhere become signs as well;
/// - what a stranger wrote to look like such a sign becomes one itself: `‹` is `‹2039›`.
///
/// So two texts that differ look different, unless they differ in nothing but which marks were cut, or in letters
/// that look alike. What is left has one width everywhere. Borrows when there is nothing to do.
///
/// Not to be used on what it returns: for a sentence that may hold such text there is [`sanitize_sentence`].
pub fn sanitize(text: &str) -> Cow<'_, str> {
    make_safe(text, Source::Foreign)
}

/// As [`sanitize`], for a name: blanks at either end, which would not be seen, become `␠`.
pub fn sanitize_name(name: &str) -> Cow<'_, str> {
    let inner = name.trim_matches(' ');
    if inner.len() == name.len() {
        return sanitize(name);
    }
    let before = name.len() - name.trim_start_matches(' ').len();
    let after = name.len() - before - inner.len();
    Cow::Owned(format!("{}{}{}", "␠".repeat(before), sanitize(inner), "␠".repeat(after)))
}

/// As [`sanitize`], for a sentence of ours whose foreign parts should have been made safe already: so that nothing
/// gets through if one was forgotten. The signs of [`sanitize`] stay as they are.
pub fn sanitize_sentence(text: &str) -> Cow<'_, str> {
    make_safe(text, Source::Sentence)
}

/// As [`sanitize_sentence`], for text of several lines; tabs stay, too.
pub fn sanitize_lines(text: &str) -> Cow<'_, str> {
    make_safe(text, Source::Lines)
}

/// Make the name of a file safe to show.
pub fn show_path(path: &Path) -> String {
    sanitize(&path.to_string_lossy()).into_owned()
}

/// Whether a character is shown as itself nowhere: a terminal might obey it, hide it, or show it in another place.
pub fn must_be_named(c: char) -> bool {
    if is_plain(c) {
        return false;
    }
    let hidden = matches!(
        CodePointMapData::<GeneralCategory>::new().get(c),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::Surrogate
            | GeneralCategory::PrivateUse
            | GeneralCategory::Unassigned
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    );
    hidden
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || CodePointSetData::new::<WhiteSpace>().contains(c)
        // Parts of emoji sequences: alone, no two terminals show them alike.
        || CodePointSetData::new::<RegionalIndicator>().contains(c)
        || CodePointSetData::new::<EmojiModifier>().contains(c)
        || is_blank_or_boundless(c)
}

/// What is blank though no property says so, and what takes up to twelve cells.
fn is_blank_or_boundless(c: char) -> bool {
    matches!(c, '\u{2800}' | '\u{fffc}' | '\u{fdfd}' | '\u{13441}' | '\u{13442}' | '\u{16fe4}' | '\u{1d159}')
}

/// Letters of which whole scripts consist, shown as themselves: a short way around the tables.
fn is_plain(c: char) -> bool {
    matches!(c,
        ' '..='~'
        | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}'          // Latin
        | '\u{391}'..='\u{3a1}' | '\u{3a3}'..='\u{482}'       // Greek, Cyrillic
        | '\u{3041}'..='\u{3096}' | '\u{30a0}'..='\u{30ff}'   // kana
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// Whether a stranger might write it to look like one of our own signs.
fn looks_like_a_sign(c: char) -> bool {
    matches!(c, '‹' | '\u{2400}'..='\u{2426}')
}

fn make_safe(text: &str, source: Source) -> Cow<'_, str> {
    let stays = |c: char| is_plain(c) || source == Source::Lines && matches!(c, '\n' | '\t');
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) || text.chars().all(stays) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for cluster in text.graphemes(true) {
        if is_listed_emoji(cluster) {
            out.push_str(cluster);
        } else {
            write_cluster(&mut out, cluster, source);
        }
    }
    if out == text { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

/// Whether it is a sequence of Unicode's list. What is one character needs none.
fn is_listed_emoji(cluster: &str) -> bool {
    // All of them begin with a character that is more than two bytes, or are keycaps.
    cluster.len() > 4 && (cluster.contains('\u{20e3}') || !cluster.starts_with(is_plain)) && is_emoji(cluster)
}

/// Whether it is one emoji of Unicode's list, exactly as it stands there.
fn is_emoji(text: &str) -> bool {
    let Ok(at) = EMOJI.binary_search_by_key(&text.len(), |(length, _)| *length) else { return false };
    let (length, all) = EMOJI[at];
    let all = all.as_bytes();
    let (mut low, mut high) = (0, all.len() / length);
    while low < high {
        let middle = low.midpoint(high);
        match all[middle * length..][..length].cmp(text.as_bytes()) {
            Ordering::Less => low = middle + 1,
            Ordering::Equal => return true,
            Ordering::Greater => high = middle,
        }
    }
    false
}

fn write_cluster(out: &mut String, cluster: &str, source: Source) {
    let (mut marks, mut on_letter) = (0, false);
    for (at, c) in cluster.char_indices() {
        if at > 0 && c.width() == Some(0) && !must_be_named(c) {
            marks += 1;
            match marks <= MARKS_PER_LETTER {
                true if on_letter => out.push(c),
                // A mark with no letter before it would land on whatever the screen shows to its left.
                true => write_name(out, c),
                false => {}
            }
            continue;
        }
        write_cut(out, std::mem::take(&mut marks));
        on_letter = write_char(out, c, source);
    }
    write_cut(out, marks);
}

/// Say how many marks were cut.
fn write_cut(out: &mut String, marks: usize) {
    if marks > MARKS_PER_LETTER {
        // Writing to a string can't fail.
        let _ = write!(out, "‹+{}›", marks - MARKS_PER_LETTER);
    }
}

fn write_name(out: &mut String, c: char) {
    let _ = write!(out, "‹{:X}›", c as u32);
}

/// Write a character that is no mark on a letter. Returns whether it is shown as itself.
fn write_char(out: &mut String, c: char, source: Source) -> bool {
    match c {
        '\n' | '\t' if source == Source::Lines => out.push(c),
        '\u{0}'..='\u{1f}' => out.push(char::from_u32(0x2400 + c as u32).unwrap_or('␦')),
        '\u{7f}' => out.push('␡'),
        c if must_be_named(c)
            || matches!(c.width(), None | Some(0))
            || source == Source::Foreign && looks_like_a_sign(c) =>
        {
            write_name(out, c);
        }
        c => {
            out.push(c);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests;
