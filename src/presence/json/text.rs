//! JSON of which a terminal obeys nothing: what must not be shown as itself is escaped. It means the same.

use std::fmt::Write as _;

use crate::presence::must_be_named;

/// Write JSON in one line: blanks between values are gone, and what a terminal might obey is escaped.
pub fn write_escaped(out: &mut String, json: &str) {
    if json.bytes().all(|b| (0x21..0x7f).contains(&b)) {
        out.push_str(json);
        return;
    }
    let (mut inside, mut escaped) = (false, false);
    for c in json.chars() {
        if !inside {
            inside = c == '"';
            if !c.is_ascii_whitespace() {
                out.push(c);
            }
            continue;
        }
        inside = escaped || c != '"';
        escaped = !escaped && c == '\\';
        write_letter(out, c);
    }
}

/// As JSON in one line of which a terminal obeys nothing: for whatever is written for other programs.
///
/// # Errors
/// If it can't be JSON, as a map with keys that are no texts.
pub fn to_json_line(value: &impl serde::Serialize) -> serde_json::Result<String> {
    let json = serde_json::to_string(value)?;
    // Large answers are mostly plain: then one copy of them is enough.
    if json.bytes().all(|b| (0x21..0x7f).contains(&b)) {
        return Ok(json);
    }
    let mut line = String::with_capacity(json.len());
    write_escaped(&mut line, &json);
    Ok(line)
}

/// Write a text as a JSON string.
pub fn write_string(out: &mut String, text: &str) {
    out.push('"');
    if text.bytes().all(|b| (0x20..0x7f).contains(&b) && b != b'"' && b != b'\\') {
        out.push_str(text);
    } else {
        for c in text.chars() {
            if matches!(c, '"' | '\\') {
                out.push('\\');
            }
            write_letter(out, c);
        }
    }
    out.push('"');
}

/// Write a letter within a string.
fn write_letter(out: &mut String, c: char) {
    if !must_be_named(c) {
        out.push(c);
        return;
    }
    for unit in c.encode_utf16(&mut [0; 2]) {
        // Writing to a string can't fail.
        let _ = write!(out, "\\u{unit:04x}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> serde_json::Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn json_is_one_line_that_no_terminal_obeys_and_means_the_same() {
        let raw = "{ \"a\\\"\" :\n\t[1, \"x y\u{9b}\u{7f}\u{202e}\u{e0001}é\u{301}\"] }";
        let mut line = String::new();
        write_escaped(&mut line, raw);
        assert_eq!(line, "{\"a\\\"\":[1,\"x y\\u009b\\u007f\\u202e\\udb40\\udc01é\u{301}\"]}");
        assert_eq!(read(&line), read(raw));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_a_string_that_means_it_and_is_harmless(text in ".*") {
            let mut line = String::new();
            write_string(&mut line, &text);
            proptest::prop_assert_eq!(read(&line), serde_json::Value::from(text));
            proptest::prop_assert!(!line.chars().any(char::is_control));
        }
    }
}
