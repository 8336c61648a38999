//! Text that may be shown, as a type: the printers take nothing else.

use std::{fmt, ops::Deref};

use serde::{Deserialize, Deserializer, Serialize};

use super::{sanitize_lines, sanitize_sentence};

/// Text that holds nothing a terminal might obey, reorder or hide. There is no other way to one than through the
/// functions here, so that what prints it need not ask where it came from.
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct SafeText(String);

impl SafeText {
    /// One sentence; an end of line in it becomes a sign.
    pub fn from_sentence(text: impl fmt::Display) -> Self {
        let text = text.to_string();
        Self(sanitize_sentence(&text).into_owned())
    }

    /// Text of several lines.
    pub fn from_lines(text: impl fmt::Display) -> Self {
        let text = text.to_string();
        Self(sanitize_lines(&text).into_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What was written is made safe again: nobody knows who wrote it.
impl<'de> Deserialize<'de> for SafeText {
    fn deserialize<D: Deserializer<'de>>(read: D) -> Result<Self, D::Error> {
        String::deserialize(read).map(Self::from_lines)
    }
}

impl From<&str> for SafeText {
    fn from(sentence: &str) -> Self {
        Self::from_sentence(sentence)
    }
}

impl From<String> for SafeText {
    fn from(sentence: String) -> Self {
        Self::from_sentence(sentence)
    }
}

impl From<SafeText> for String {
    fn from(text: SafeText) -> Self {
        text.0
    }
}

impl Deref for SafeText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_one_line_and_lines_are_several() {
        let raw = "one\n\u{1b}[2J\u{202e}two";
        assert_eq!(SafeText::from(raw).as_str(), "one␊␛[2J‹202E›two");
        assert_eq!(SafeText::from_lines(raw).to_string(), "one\n␛[2J‹202E›two");
        assert_eq!(SafeText::from_sentence(SafeText::from(raw)), SafeText::from(raw));
    }
}
