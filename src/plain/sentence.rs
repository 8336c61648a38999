//! Phrases that sentences share.

use crate::{
    presence::{sanitize, sanitize_sentence},
    wording::{count_more, excerpt},
};

/// The longest name in a sentence, in bytes.
const LONGEST_NAME: usize = 64;

/// A name that others chose, safe to show.
pub(super) fn show_name(name: &str) -> String {
    sanitize(&excerpt(name, LONGEST_NAME)).into_owned()
}

/// A text as a sentence: a screen reader pauses at a semicolon, and reads a raised dot aloud.
pub(super) fn end_sentence(text: &str) -> String {
    let text = text.replace(" · ", "; ");
    let text = text.trim_end();
    if text.ends_with(['.', '?', '!', '…']) { text.to_owned() } else { format!("{text}.") }
}

/// `ann`, `ann and bob`, `ann, bob and cat`, `ann, bob, cat and 3 more`: names that are safe to show, of `count`.
pub(super) fn join_names(names: &[String], count: u64) -> String {
    let left = usize::try_from(count).unwrap_or(usize::MAX).saturating_sub(names.len());
    match (names, count_more(left)) {
        ([], _) => String::new(),
        (names, Some(more)) => format!("{} {more}", names.join(", ")),
        ([one], None) => one.clone(),
        ([first @ .., last], None) => format!("{} and {last}", first.join(", ")),
    }
}

/// Count with a singular.
pub(super) fn count_channels(count: usize) -> String {
    crate::wording::count_things(count, "channel", "channels")
}

/// A sentence of the ui, safe to show.
pub(super) fn show_answer(text: &str) -> String {
    end_sentence(&sanitize_sentence(text))
}

/// A line of a text, safe to show.
pub(super) fn show_line(text: &str) -> String {
    sanitize_sentence(text).into_owned()
}
