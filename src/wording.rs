//! Wordings that many sentences share. Pure.

use std::fmt::Display;

/// `1 channel`, `2 channels`.
pub fn count_things(count: usize, one: &str, several: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {several}") }
}

/// `and 3 more`; nothing for none.
pub fn count_more(more: usize) -> Option<String> {
    (more > 0).then(|| format!("and {more} more"))
}

/// The first `most` of `count` things with `between` between them, and how many more there are:
/// `lobby, support and 3 more`.
pub fn list_first<T: Display>(things: impl IntoIterator<Item = T>, count: usize, most: usize, between: &str) -> String {
    let first: Vec<String> = things.into_iter().take(most).map(|thing| thing.to_string()).collect();
    let listed = first.join(between);
    match count_more(count.saturating_sub(first.len())) {
        Some(more) => format!("{listed} {more}"),
        None => listed,
    }
}

/// At most `limit` bytes of `text`, cut at a character, with an ellipsis if cut.
pub fn excerpt(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    let end = (0..=limit).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    format!("{}…", &text[..end])
}

/// Write a count, in thin groups from 10,000 on, so that it is read at a glance: `4507`, `10 535`, `1 234 567`.
pub fn group_digits(n: u64) -> String {
    let digits = n.to_string();
    if n < 10_000 {
        return digits;
    }
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// Write a number in at most four cells: `9999`, `12k`, `1.2M`, `999M` for that and more.
pub fn show_roughly(n: u64) -> String {
    match n {
        0..10_000 => n.to_string(),
        10_000..1_000_000 => format!("{}k", n / 1_000),
        1_000_000..10_000_000 => format!("{}.{}M", n / 1_000_000, n % 1_000_000 / 100_000),
        _ => format!("{}M", (n / 1_000_000).min(999)),
    }
}

/// Show a change with its sign, as rough as that: `+3`, `-12k`.
pub fn show_change(change: i64) -> String {
    format!("{}{}", if change < 0 { '-' } else { '+' }, show_roughly(change.unsigned_abs()))
}

/// What a failure was, without where, what the service said of it, and what to try: `access refused (403)`.
pub fn shorten_reason(sentence: &str) -> &str {
    let end = [";", " (\"", " for "].iter().filter_map(|mark| sentence.find(mark)).min().unwrap_or(sentence.len());
    let reason = &sentence[..end];
    reason.rsplit_once(": ").map_or(reason, |(_, cause)| cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_ends_with_a_whole_character() {
        assert_eq!((excerpt("né", 3), excerpt("née", 2), excerpt("née", 3)), ("né".into(), "n…".into(), "né…".into()));
    }

    #[test]
    fn what_is_not_listed_is_counted() {
        assert_eq!(list_first(["a", "b"], 2, 2, ", "), "a, b");
        assert_eq!(list_first(["a", "b", "c", "d"], 4, 2, ", "), "a, b and 2 more");
        assert_eq!(count_more(0), None);
        assert_eq!(
            (count_things(1, "person", "people"), count_things(2, "person", "people")),
            ("1 person".to_owned(), "2 people".to_owned())
        );
    }

    #[test]
    fn numbers_keep_their_width() {
        let changes = [0, 3, -9_999, 12_345, -1_250_000, i64::MIN].map(show_change);
        assert_eq!(changes, ["+0", "+3", "-9999", "+12k", "-1.2M", "-999M"]);
        assert!(changes.iter().all(|text| text.len() <= 5));
        assert_eq!([0, 999, 9_999, 10_535, 1_234_567].map(group_digits), ["0", "999", "9999", "10 535", "1 234 567"]);
    }
}
