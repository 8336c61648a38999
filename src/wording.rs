//! WORDINGS that many sentences share. Pure.

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
}
