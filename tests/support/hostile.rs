//! Names that try to break the code that shows or sends them: one list for all tests. The crowd's own hostile people are
//! part of it.

#![allow(dead_code, reason = "each test crate uses its own part")]

use herenow::crowd::people;

/// Sets the title of a terminal that obeys it.
pub const TITLE_THIEF: &str = "thief \u{1b}]0;pwn\u{7} after";

/// A control sequence and a command to the system, as single characters.
pub const C1_THIEF: &str = "thief \u{9b}31m\u{9d}0;pwn\u{9c} after";

/// Puts text into the clipboard of a terminal that obeys it.
pub const CLIPBOARD_THIEF: &str = "thief \u{1b}]52;c;cHduZWQ=\u{7} after";

/// Turns round what stands behind it, in the ways there are.
pub const MIRRORS: [&str; 3] = [
    "thief \u{202e}cod.exe\u{202c} after",
    "thief \u{2066}\u{2067}\u{2068}inside\u{2069} after",
    "thief \u{61c}\u{200f}\u{200e} after",
];

/// Several lines, and an end in the middle.
pub const LINES: &str = "thief \n\r\t\u{2028}\u{2029}\u{85}\u{b}\u{c}\u{0} after";

/// A letter with 500 marks.
pub fn zalgo() -> String {
    format!("thief z{} after", "\u{301}".repeat(500))
}

/// An id of 1 MiB.
pub fn giant() -> String {
    format!("thief-{}", "x".repeat(1 << 20))
}

/// What can be a user id or a channel on the wire and can be sent in a URL.
pub fn sendable() -> Vec<String> {
    let crowd = people(1, 1);
    let hostile = crowd.people[crowd.ordinary..].iter().map(|person| person.user.as_str().to_owned());
    let more =
        [TITLE_THIEF, C1_THIEF, CLIPBOARD_THIEF, LINES, "%2F", "%2e%2e", ",", "a,b", "...", " ", "   ", "?", "#"];
    let more = more.iter().chain(&MIRRORS).map(|name| (*name).to_owned());
    let long = ["x".repeat(1_000), "漢".repeat(300), zalgo()];
    hostile.chain(more).chain(long).collect()
}

/// What no client can send.
pub const UNSENDABLE: [&str; 3] = ["", ".", ".."];

/// Whether a terminal might obey it.
pub fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
