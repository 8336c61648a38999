//! Names as a person types them, and what is wrong with one.

use super::rules::LONGEST_NAME;

/// Why a name that a person typed can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The name is empty, or nothing but blanks.
    #[error("the {what} is empty; {}", suggest_name(what))]
    Empty {
        /// "channel", "channel group", "user id", "subscribe key" or "publish key".
        what: &'static str,
    },
    /// The name has more than [`LONGEST_NAME`] characters.
    #[error("the {what} has {length} characters; PubNub allows {LONGEST_NAME}")]
    TooLong {
        /// What was named, as in `Empty`.
        what: &'static str,
        /// Its characters.
        length: usize,
    },
    /// The name holds a character that PubNub forbids, or that would change the path of a request.
    #[error("the {what} `{name}` holds {bad}, which PubNub does not allow there{hint}")]
    Forbidden {
        /// What was named, as in `Empty`.
        what: &'static str,
        /// The name, made safe to show.
        name: String,
        /// The character, described.
        bad: String,
        /// What to try, or nothing.
        hint: &'static str,
    },
    /// The name is `.` or `..`, which URL libraries remove from a path.
    #[error("the {what} `{name}` can't be sent in a URL; choose another name")]
    Dots {
        /// What was named, as in `Empty`.
        what: &'static str,
        /// The name.
        name: String,
    },
}

/// What to try where a name is empty.
fn suggest_name(what: &str) -> &'static str {
    match what {
        "channel" => "give it a name such as `lobby`",
        "channel group" => "give it a name such as `vips`",
        "user id" => "give one such as `ann`",
        _ => "copy it from PubNub's Admin Portal",
    }
}

pub(super) fn describe_character(c: char) -> String {
    match c {
        ' ' => "a space".to_owned(),
        c if c.is_control() => format!("the control character U+{:04X}", c as u32),
        c => format!("`{c}`"),
    }
}

/// The rule shared by every name that travels in a path: not empty, not too long, no dots alone,
/// none of the `forbidden` characters and no control characters.
pub(super) fn check_name(what: &'static str, name: &str, forbidden: &[char]) -> Result<(), NameError> {
    if name.trim().is_empty() {
        return Err(NameError::Empty { what });
    }
    let length = name.chars().count();
    if length > LONGEST_NAME {
        return Err(NameError::TooLong { what, length });
    }
    if name == "." || name == ".." {
        return Err(NameError::Dots { what, name: name.to_owned() });
    }
    if let Some(bad) = name.chars().find(|c| c.is_control() || forbidden.contains(c)) {
        let hint = match bad {
            '*' => "; a pattern ends in `.*`, as in `match.*`",
            ',' | ' ' => "; give several channels as separate arguments",
            _ => "",
        };
        return Err(NameError::Forbidden {
            what,
            name: super::sanitize(name).into_owned(),
            bad: describe_character(bad),
            hint,
        });
    }
    Ok(())
}
