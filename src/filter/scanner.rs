//! The words of an expression: names, numbers, quoted text and signs, and where reading stands.

use super::error::FilterError;
use crate::wording::excerpt;

/// Bytes of the expression that an error shows.
const EXCERPT: usize = 24;

pub(super) type Result<T> = std::result::Result<T, FilterError>;

pub(super) struct Scanner<'a> {
    text: &'a str,
    /// Where it stands, in bytes; always between characters.
    pub at: usize,
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// What is still to be read, blanks skipped.
    pub fn rest(&mut self) -> &'a str {
        let rest = self.text[self.at..].trim_start();
        self.at = self.text.len() - rest.len();
        rest
    }

    /// Step over `sign` if it comes next.
    pub fn takes(&mut self, sign: &str) -> bool {
        let comes = self.rest().starts_with(sign);
        if comes {
            self.at += sign.len();
        }
        comes
    }

    pub fn needs(&mut self, sign: &str, expected: &'static str) -> Result<()> {
        if self.takes(sign) { Ok(()) } else { Err(self.explain_unexpected(expected)) }
    }

    pub fn explain_unexpected(&mut self, expected: &'static str) -> FilterError {
        let found = match self.rest() {
            "" => "the end".to_owned(),
            rest => format!("`{}`", excerpt(rest, EXCERPT)),
        };
        FilterError::Unexpected { at: self.character(), expected, found }
    }

    /// Where it stands, in characters from 1.
    pub fn character(&self) -> usize {
        self.text[..self.at].chars().count() + 1
    }

    /// The name that comes next; empty if none does.
    pub fn name(&mut self) -> &'a str {
        let rest = self.rest();
        let name = &rest[..rest.find(|c| !is_name(c)).unwrap_or(rest.len())];
        self.at += name.len();
        name
    }

    pub fn index(&mut self) -> Result<usize> {
        let rest = self.rest();
        let digits = count_digits(rest);
        let Ok(index) = rest[..digits].parse() else {
            return Err(self.explain_unexpected("a name in quotes, or an index"));
        };
        self.at += digits;
        Ok(index)
    }

    pub fn number(&mut self) -> Result<f64> {
        let rest = self.rest();
        let mut end = count_digits(rest);
        if let Some(fraction) = rest[end..].strip_prefix('.').map(count_digits).filter(|digits| *digits > 0) {
            end += 1 + fraction;
        }
        if let Some(exponent) = rest[end..].strip_prefix(['e', 'E']) {
            let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            let sign = exponent.len() - unsigned.len();
            end += Some(count_digits(unsigned)).filter(|digits| *digits > 0).map_or(0, |digits| 1 + sign + digits);
        }
        match rest[..end].parse() {
            Ok(number) if f64::is_finite(number) => {
                self.at += end;
                Ok(number)
            }
            _ => Err(self.explain_unexpected("a number that a 64-bit float holds")),
        }
    }

    /// A text in quotes of either kind; the caller has seen the first one.
    pub fn read_quoted(&mut self) -> Result<String> {
        let rest = self.rest();
        let mut letters = rest.char_indices().peekable();
        let quote = letters.next().map(|(_, quote)| quote);
        let mut text = String::new();
        while let Some((at, letter)) = letters.next() {
            if Some(letter) == quote {
                self.at += at + letter.len_utf8();
                return Ok(text);
            }
            let escaped = letters.next_if(|(_, next)| letter == '\\' && matches!(next, '"' | '\'' | '\\'));
            text.push(escaped.map_or(letter, |(_, escaped)| escaped));
        }
        Err(self.explain_unexpected("a text that ends with the quote it begins with"))
    }
}

/// How many bytes of digits `text` begins with.
fn count_digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}
