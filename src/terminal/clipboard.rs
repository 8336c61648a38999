//! Copying through the terminal: it reaches the machine that the person sits at, over SSH as well. Pure.

use base64::{Engine, engine::general_purpose::STANDARD};

/// Make the escape sequence (OSC 52) that puts a text where the person pastes from. There is no answer to it:
/// a terminal that does not know or allow it stays silent. What is in the text can't end the sequence.
pub fn format_copy(text: &str) -> Vec<u8> {
    format!("\x1b]52;c;{}\x07", STANDARD.encode(text)).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::MOST_COPIED;

    #[test]
    fn a_text_travels_in_one_sequence_that_it_cannot_end() {
        assert_eq!(format_copy("ann"), b"\x1b]52;c;YW5u\x07");
        let evil = format_copy("\x1b\\\x07\u{9c}\x1b]0;pwn");
        let inside = &evil[1..evil.len() - 1];
        assert!(inside.iter().all(u8::is_ascii_graphic), "{evil:?}");
        assert_eq!(format_copy(&"x".repeat(MOST_COPIED)).len(), 100_000, "what terminals take");
    }
}
