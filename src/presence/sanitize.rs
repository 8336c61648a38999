//! Foreign text, made safe for a terminal. Only what is shown changes, never the text itself.

use std::{borrow::Cow, fmt::Write, path::Path};

use unicode_width::UnicodeWidthChar;

/// The most combining marks that are shown on one letter. Living languages use up to three; more only cover other
/// lines.
pub const MARKS_PER_LETTER: usize = 4;

/// Make foreign text safe to show: everything that a terminal might obey, reorder or hide becomes a visible mark.
///
/// - C0 controls become their control pictures (`␛`, `␀`, `␊`), DEL becomes `␡`;
/// - C1 controls, bidi controls, zero-width characters, line separators, joiners, tags, regional
///   indicators, skin tones, private use and unassigned-width characters become `‹202E›`;
/// - variation selectors vanish (they change widths differently on every terminal);
/// - more than [`MARKS_PER_LETTER`] combining marks in a row are cut.
///
/// What is left has one width everywhere. Borrows when there is nothing to do.
pub fn sanitize(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut marks = 0;
    for c in text.chars() {
        let is_mark = c.width() == Some(0) && !must_be_named(c) && !is_selector(c) && !c.is_control();
        if is_mark {
            marks += 1;
            // A mark with no letter before it would land on whatever the screen shows to its left.
            if marks <= MARKS_PER_LETTER && !out.is_empty() {
                out.push(c);
            }
            continue;
        }
        marks = 0;
        match c {
            '\u{0}'..='\u{1f}' => out.push(char::from_u32(0x2400 + c as u32).unwrap_or('␦')),
            '\u{7f}' => out.push('␡'),
            c if is_selector(c) => {}
            c if must_be_named(c) => {
                // Writing to a string can't fail.
                let _ = write!(out, "‹{:X}›", c as u32);
            }
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Make the name of a file safe to show.
pub fn show_path(path: &Path) -> String {
    sanitize(&path.to_string_lossy()).into_owned()
}

fn is_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Characters that can't be shown as themselves without risk.
fn must_be_named(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{9f}'                                  // C1 controls
        | '\u{ad}' | '\u{34f}' | '\u{61c}'                   // soft hyphen, grapheme joiner, Arabic letter mark
        | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}'  // Hangul fillers: blank but wide
        | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'                            // zero widths, joiners, LRM, RLM
        | '\u{2028}'..='\u{202e}'                            // separators, bidi embeddings and overrides
        | '\u{2060}'..='\u{206f}'                            // word joiner, invisible operators, isolates
        | '\u{fdfd}'                                         // one character, up to twelve cells
        | '\u{feff}' | '\u{fff0}'..='\u{fffc}' | '\u{fffe}' | '\u{ffff}'
        | '\u{1f1e6}'..='\u{1f1ff}'                          // regional indicators: flags have no agreed width
        | '\u{1f3fb}'..='\u{1f3ff}'                          // skin tones
        | '\u{e000}'..='\u{f8ff}'                            // private use
        | '\u{e0000}'..='\u{e0fff}'                          // tags
        | '\u{f0000}'..='\u{10ffff}')
        || c.width().is_none() && !c.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_width::UnicodeWidthStr;

    #[track_caller]
    fn check(raw: &str, expected: &str) {
        assert_eq!(sanitize(raw), expected, "{raw:?}");
    }

    #[test]
    fn nothing_that_a_terminal_obeys_gets_through() {
        check("alice", "alice");
        check("Zoë Größe 李雷", "Zoë Größe 李雷");
        check("\u{1b}]0;pwn\u{7}", "␛]0;pwn␇");
        check("a\u{9b}31mb\u{9d}", "a‹9B›31mb‹9D›");
        check("a\nb\rc\td\u{0}", "a␊b␍c␉d␀");
        check("x\u{7f}", "x␡");
        check("evil\u{202e}txt", "evil‹202E›txt");
        check("\u{2066}i\u{2069}\u{61c}", "‹2066›i‹2069›‹61C›");
        check("a\u{200b}b\u{feff}", "a‹200B›b‹FEFF›");
        check("l\u{2028}s", "l‹2028›s");
        check("👨\u{200d}👩", "👨‹200D›👩");
        check("❤\u{fe0f}", "❤");
    }

    #[test]
    fn a_flood_of_marks_is_cut_to_a_stated_number() {
        let zalgo = format!("a{}b", "\u{301}".repeat(500));
        assert_eq!(sanitize(&zalgo).chars().count(), 2 + MARKS_PER_LETTER);
        assert_eq!(sanitize("\u{301}x"), "x");
    }

    proptest::proptest! {
        #[test]
        fn any_text_becomes_harmless(text in ".*") {
            let safe = sanitize(&text);
            proptest::prop_assert!(!safe.chars().any(char::is_control));
            let hidden = ['\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}', '\u{2028}'];
            proptest::prop_assert!(!safe.contains(hidden));
            proptest::prop_assert!(safe.width() <= text.chars().count() * 9);
        }
    }
}
