//! Where reading stands in a text, and what both halves of the language read alike.

use super::{Mistake, mistake::quote_excerpt};

pub(super) type ParseResult<T> = Result<T, Mistake>;

#[derive(Clone, Copy)]
pub(super) struct TextCursor<'a> {
    pub text: &'a str,
    /// In bytes; always between characters.
    pub at: usize,
}

impl<'a> TextCursor<'a> {
    pub fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// What is still to be read behind the blanks that come next.
    pub fn skip_blanks(&mut self) -> &'a str {
        let rest = self.rest().trim_start();
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

    /// A text in quotes; the first quote comes next.
    pub fn read_quoted(&mut self) -> ParseResult<String> {
        let start = self.at;
        let mut letters = self.rest().char_indices().skip(1);
        let mut text = String::new();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.at += at + 1;
                    return Ok(text);
                }
                '\\' => match letters.next() {
                    Some((_, escaped @ ('"' | '\\'))) => text.push(escaped),
                    Some((at, other)) => {
                        let other = quote_excerpt(&other.to_string());
                        let sentence = format!(
                            "`\\` goes before a quote or a `\\` only, not before {other}; write `\\\\` for one"
                        );
                        return Err(Mistake::new(start + at, sentence));
                    }
                    None => break,
                },
                letter => text.push(letter),
            }
        }
        Err(Mistake::new(start, format!("the quote before {} is not closed; end it with `\"`", quote_excerpt(&text))))
    }
}
