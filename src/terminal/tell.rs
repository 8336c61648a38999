//! The bytes that ring, name the window or ask the terminal for a notification. No text that they are made of
//! ends their sequence or begins another.

use unicode_segmentation::UnicodeSegmentation;

use crate::presence::sanitize_sentence;

/// Characters of a title at the most: windows and tabs show fewer.
const TITLE: usize = 120;

/// Characters of a notification at the most: desktops cut longer ones.
const BODY: usize = 240;

/// Rings.
pub const BELL: &[u8] = b"\x07";

/// Keeps the title of the window, for [`TITLE_BACK`].
pub(super) const TITLE_KEPT: &str = "\x1b[22;2t";

/// Gives the window its title back, where the terminal kept it.
pub(super) const TITLE_BACK: &str = "\x1b[23;2t";

/// A terminal's own notification, by the number of its sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OscNotification {
    /// `OSC 9`: one text.
    Nine,
    /// `OSC 777`: a title and a text.
    SevenSevenSeven,
}

/// Make foreign text safe within a sequence: no controls, nothing that separates its parts, so many characters. No
/// emoji is cut in halves.
fn clean_part(text: &str, most: usize) -> String {
    // No more of a giant text is read than could be left of it.
    let read: String = text.chars().take(most * 2).collect();
    let safe = sanitize_sentence(&read).replace(';', ",");
    let mut count = 0;
    let ends = safe.grapheme_indices(true).find(|(_, cluster)| {
        count += cluster.chars().count();
        count > most
    });
    match ends {
        Some((end, _)) => format!("{}…", &safe[..end]),
        None => safe,
    }
}

/// Make the sequence that names the window.
pub fn format_title(text: &str) -> Vec<u8> {
    format!("\x1b]2;{}\x1b\\", clean_part(text, TITLE)).into_bytes()
}

/// Make the sequence that asks for a notification.
pub fn format_notification(osc: OscNotification, name: &str, text: &str) -> Vec<u8> {
    let (name, text) = (clean_part(name, TITLE), clean_part(text, BODY));
    match osc {
        // A number in front would mean something else to some terminals.
        OscNotification::Nine => format!("\x1b]9;{name}: {text}\x1b\\"),
        OscNotification::SevenSevenSeven => format!("\x1b]777;notify;{name};{text}\x1b\\"),
    }
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> &str {
        std::str::from_utf8(bytes).unwrap()
    }

    #[test]
    fn titles_and_notifications_are_what_terminals_expect() {
        assert_eq!(text(&format_title("herenow · lobby 23")), "\x1b]2;herenow · lobby 23\x1b\\");
        assert_eq!(
            text(&format_notification(OscNotification::Nine, "herenow", "ann left")),
            "\x1b]9;herenow: ann left\x1b\\"
        );
        let long = text(&format_notification(OscNotification::SevenSevenSeven, "herenow", "ann left")).to_owned();
        assert_eq!(long, "\x1b]777;notify;herenow;ann left\x1b\\");
    }

    #[test]
    fn no_name_gets_out_of_its_sequence() {
        let evil = "a\x07b\x1b\\c\u{9c}d\n;4;1;e\u{202e}";
        for bytes in [
            format_title(evil),
            format_notification(OscNotification::Nine, evil, evil),
            format_notification(OscNotification::SevenSevenSeven, evil, evil),
        ] {
            let all = text(&bytes);
            let inner = all.strip_prefix("\x1b]").and_then(|all| all.strip_suffix("\x1b\\")).unwrap();
            assert!(!inner.chars().any(char::is_control), "{inner:?}");
            assert!(!inner.contains(['\u{202e}', '\u{9c}']), "{inner:?}");
            assert!(inner.matches(';').count() <= 3, "{inner:?}");
        }
        assert!(text(&format_title(&"x;\x1b".repeat(100_000))).chars().count() < TITLE + 10);
        assert!(
            text(&format_notification(OscNotification::Nine, "", &"\u{202e}".repeat(50_000))).chars().count()
                < BODY + 20
        );
    }

    #[test]
    fn no_emoji_is_cut_in_halves() {
        for before in 0..8 {
            let name = format!("{}{}", "x".repeat(before), "👩🏽\u{200d}💻".repeat(60));
            for said in [clean_part(&name, TITLE), clean_part(&name, BODY)] {
                assert_eq!(sanitize_sentence(&said), said);
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_gets_out_of_its_sequence(name in ".*", said in "\\PC*") {
            for bytes in [format_title(&name), format_title(&said), format_notification(OscNotification::SevenSevenSeven, &name, &said)] {
                let all = text(&bytes);
                let inner = all.strip_prefix("\x1b]").and_then(|all| all.strip_suffix("\x1b\\")).unwrap();
                proptest::prop_assert!(!inner.chars().any(char::is_control));
            }
        }
    }
}
