//! Whatever a stranger calls himself: what is shown is harmless, takes cells, can be read back unless marks were cut,
//! and stays as it is when it is made safe once more; JSON means the same however it is laid out or escaped.

#![no_main]

use herenow::presence::{
    Channel, SafeText, State, UserId, json_in_a_line, json_in_lines, sanitize, sanitize_lines, sanitize_sentence,
    to_json_line, write_escaped, write_string,
};
use herenow_fuzz::{assert_harmless, assert_harmless_lines};
use libfuzzer_sys::fuzz_target;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The text of which this was shown, if none of its marks were cut.
fn read_back(shown: &str) -> Option<String> {
    let (mut out, mut rest) = (String::new(), shown);
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '‹' => {
                let (code, after) = rest.split_once('›').expect("a sign has an end");
                if code.starts_with('+') {
                    return None;
                }
                out.push(u32::from_str_radix(code, 16).ok().and_then(char::from_u32).expect("a character"));
                rest = after;
            }
            '\u{2400}'..='\u{241f}' => out.push(char::from(u8::try_from(c as u32 - 0x2400).expect("a control"))),
            '␡' => out.push('\u{7f}'),
            c => out.push(c),
        }
    }
    Some(out)
}

fn check_shown(text: &str) {
    let shown = sanitize(text);
    assert_harmless(&shown);
    assert_eq!(shown.is_empty(), text.is_empty());
    assert!(shown.width() <= shown.chars().filter_map(UnicodeWidthChar::width).sum::<usize>() * 2, "{shown:?}");
    if let Some(back) = read_back(&shown) {
        assert_eq!(back, text, "{shown:?}");
    }
    assert_eq!(sanitize_sentence(&shown), shown);
    assert_eq!(sanitize_lines(&shown), shown);
    assert_eq!(
        (UserId::from_wire(text).to_string(), Channel::from_wire(text).to_string()),
        (shown.to_string(), shown.to_string())
    );
    let (sentence, lines) = (SafeText::from_sentence(text), SafeText::from_lines(text));
    assert_harmless(&sentence);
    assert_harmless_lines(&lines);
    assert_eq!(SafeText::from_sentence(&sentence), sentence);
    assert_eq!(SafeText::from_lines(&lines), lines);
    if let Ok(id) = UserId::parse(text) {
        assert_eq!(id.as_str(), text);
    }
}

fn check_json(text: &str) {
    let mut quoted = String::new();
    write_string(&mut quoted, text);
    assert_harmless_in_json(&quoted);
    assert_eq!(serde_json::from_str::<String>(&quoted).as_deref().ok(), Some(text));
    assert_harmless_in_json(&to_json_line(&text).expect("a text is JSON"));
    let lines = json_in_lines(text);
    let dense = |text: &str| text.chars().filter(|c| !c.is_ascii_whitespace()).collect::<String>();
    assert_eq!(dense(&lines.concat()), dense(text));
    let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else { return };
    let mut escaped = String::new();
    write_escaped(&mut escaped, text);
    assert_harmless_in_json(&escaped);
    for laid_out in [escaped, json_in_a_line(text), lines.join("\n")] {
        assert_eq!(serde_json::from_str::<serde_json::Value>(&laid_out).ok().as_ref(), Some(&value), "{laid_out}");
    }
    if let Ok(state) = State::parse(text) {
        assert!(state.means_the_same(&State::parse(state.as_json()).expect("a state")));
        assert_eq!(state.value(), value);
    }
}

/// Marks stand in JSON as they came, wherever they stand: they mean nothing to a terminal.
#[track_caller]
fn assert_harmless_in_json(line: &str) {
    assert!(!line.chars().any(|c| herenow::presence::must_be_named(c) && c != ' '), "{line:?}");
}

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    check_shown(&text);
    check_json(&text);
    // Two that stand beside each other don't become something else.
    let (one, two) = text.split_at(text.floor_char_boundary(text.len() / 2));
    for both in [format!("{}{}", sanitize(one), sanitize(two)), format!("{} · {}", sanitize(one), sanitize(two))] {
        assert_harmless(&both);
        assert_eq!(sanitize_sentence(&both), both);
    }
});
