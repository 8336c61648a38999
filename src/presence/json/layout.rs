//! JSON as it came, laid out anew: only the blanks between its parts change, so no number loses a digit
//! and no field its place. What is no JSON is laid out somehow, and never refused.

/// In one line, without blanks between its parts.
pub fn json_in_a_line(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    for_each_part(raw, |part, _| out.push_str(part));
    out
}

/// In many lines, each field on its own.
pub fn json_in_lines(raw: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut depth: usize = 0;
    let mut empty = false;
    for_each_part(raw, |part, in_text| {
        let begin = |depth: usize, lines: &mut Vec<String>| lines.push("  ".repeat(depth.min(DEEPEST)));
        let structural = if in_text { "" } else { part };
        if empty && !matches!(structural, "}" | "]") {
            begin(depth, &mut lines);
        }
        if matches!(structural, "}" | "]") {
            depth = depth.saturating_sub(1);
            if !empty {
                begin(depth, &mut lines);
            }
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(part);
            if structural == ":" {
                line.push(' ');
            }
        }
        empty = matches!(structural, "{" | "[");
        if empty {
            depth += 1;
        }
        if structural == "," {
            begin(depth, &mut lines);
        }
    });
    lines
}

/// Deeper than this, nothing is indented any further.
const DEEPEST: usize = 40;

/// Each part in order: a whole text with its quotes (then `true`), a sign, or what stands between them.
fn for_each_part(raw: &str, mut each: impl FnMut(&str, bool)) {
    let mut rest = raw;
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_whitespace() {
            rest = &rest[1..];
            continue;
        }
        let (end, text) = match first {
            '"' => (end_of_text(rest), true),
            '{' | '}' | '[' | ']' | ':' | ',' => (1, false),
            _ => {
                let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '"' | '{' | '}' | '[' | ']' | ':' | ',');
                (rest.find(ends).unwrap_or(rest.len()), true)
            }
        };
        each(&rest[..end], text);
        rest = &rest[end..];
    }
}

/// Where a text that begins here ends, its quotes included.
fn end_of_text(rest: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_blanks_change() {
        let raw = "{ \"b\" : [1.50, {} ,[ ] , \"a, \\\"b\\\" {\"],\n\"a\":1234567890123456789012 }";
        assert_eq!(json_in_a_line(raw), "{\"b\":[1.50,{},[],\"a, \\\"b\\\" {\"],\"a\":1234567890123456789012}");
        let lines = [
            "{",
            "  \"b\": [",
            "    1.50,",
            "    {},",
            "    [],",
            "    \"a, \\\"b\\\" {\"",
            "  ],",
            "  \"a\": 1234567890123456789012",
            "}",
        ];
        assert_eq!(json_in_lines(raw), lines);
        assert_eq!(json_in_lines("7"), ["7"]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_laid_out_and_nothing_but_blanks_is_lost(raw in "[\\[\\]{}:,\"\\\\ \na1é]{0,40}") {
            let dense = |text: &str| text.chars().filter(|c| !c.is_ascii_whitespace()).collect::<String>();
            proptest::prop_assert_eq!(dense(&json_in_a_line(&raw)), dense(&raw));
            proptest::prop_assert_eq!(dense(&json_in_lines(&raw).concat()), dense(&raw));
        }
    }
}
