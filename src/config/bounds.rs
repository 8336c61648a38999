//! Values as text, wherever they come from: a flag, the environment or the file. `what` is what the
//! value is called there.

use std::time::Duration;

use super::suggest_nearest;
use crate::{
    client::Origin,
    duration::Span,
    presence::{NameError, sanitize},
    wording::excerpt,
};

/// Frames per second: the dashboard draws one in 33 ms at the most.
pub(super) const MOST_FRAMES: u32 = 30;

/// One of these, by its name.
pub(super) fn parse_one_of<T: Copy>(what: &str, text: &str, known: &[(&str, T)]) -> Result<T, String> {
    let found = known.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
    found.ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        let text = excerpt(text, 60);
        format!("{what} can't be `{}`; {}", sanitize(&text), suggest_nearest(&text, &names))
    })
}

/// A whole number from `least` to `most`.
pub(super) fn parse_number(what: &str, text: &str, (least, most): (u32, u32)) -> Result<u32, String> {
    let number = text.trim().parse().ok().filter(|n| (least..=most).contains(n));
    number.ok_or_else(|| format!("{what} is `{}`; it can be {least} to {most}", sanitize(&excerpt(text, 20))))
}

/// A length of time in whole seconds, from `least` to `most` of them.
pub(super) fn parse_seconds(what: &str, text: &str, least: u64, most: u64) -> Result<Duration, String> {
    let Span(span) = text.parse().map_err(|why| format!("{what}: {why}"))?;
    let fits = span.subsec_nanos() == 0 && (least..=most).contains(&span.as_secs());
    fits.then_some(span)
        .ok_or_else(|| format!("{what} is {}; it can be {least}s to {most}s, in whole seconds", Span(span)))
}

/// Yes or no.
pub(super) fn parse_yes(what: &str, text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" | "on" => Ok(true),
        "false" | "no" | "0" | "off" => Ok(false),
        _ => Err(format!("{what} is `{}`; it has to be true or false", sanitize(&excerpt(text, 20)))),
    }
}

/// A text of at most so many characters.
pub(super) fn parse_label(what: &str, text: &str, most: usize) -> Result<String, String> {
    let length = text.chars().count();
    let why = || format!("{what} has {length} characters; it can have 1 to {most}");
    (length <= most).then(|| text.to_owned()).ok_or_else(why)
}

/// Why a key is not one, without the key.
pub(super) fn explain_bad_key(why: NameError) -> String {
    match why {
        NameError::Forbidden { what, bad, .. } => format!("the {what} holds {bad}, which no key does; copy it again"),
        other => other.to_string(),
    }
}

/// An origin; what holds a password is not repeated.
pub(super) fn parse_origin(text: &str) -> Result<Origin, String> {
    if text.contains('@') {
        return Err("the origin holds an `@`; give a host such as `ps.pndsn.com`, without user or password".to_owned());
    }
    Origin::parse(text).map_err(|e| e.to_string())
}
