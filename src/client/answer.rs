//! The text of an answer, and the only door out of it for its words.

use std::{fmt, sync::Arc, time::Duration};

use crate::{
    presence::sanitize,
    redact::Secrets,
    wire::{Malformed, Refusal},
    wording::excerpt,
};

/// What some write in front of JSON, which knows none.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Bytes of the reason why an answer could not be read that an error keeps.
const WHY_KEPT: usize = 300;

/// The body of an answer. It may repeat our keys and our token: whatever is told of it as text goes through
/// [`quote`](Self::quote), which hides them, and nothing else lets text out.
///
/// The body itself is not rewritten. Every event that comes carries the subscribe key in its envelope (`k`), so that
/// hiding it there would cost a copy of every reply for the sake of the few that can't be read. And what people put
/// into their states is data, which stays as they sent it, even if it is a key.
pub struct AnswerText {
    text: String,
    patched: bool,
    retry_after: Option<Duration>,
    secrets: Arc<Secrets>,
}

/// Never its words.
impl fmt::Debug for AnswerText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AnswerText({} bytes)", self.text.len())
    }
}

impl From<Vec<u8>> for AnswerText {
    /// An answer that nobody asked for, so that there is nothing to hide in it.
    fn from(bytes: Vec<u8>) -> Self {
        Self::decode(bytes, None, Arc::default())
    }
}

impl AnswerText {
    /// Take bytes for text, without a mark at their beginning; those that are not UTF-8 become U+FFFD. `retry_after`:
    /// how long it came with the wish to wait.
    pub(super) fn decode(bytes: Vec<u8>, retry_after: Option<Duration>, secrets: Arc<Secrets>) -> Self {
        let (mut text, patched) = match String::from_utf8(bytes) {
            Ok(text) => (text, false),
            Err(e) => (String::from_utf8_lossy(e.as_bytes()).into_owned(), true),
        };
        if text.starts_with(BYTE_ORDER_MARK) {
            text.drain(..BYTE_ORDER_MARK.len_utf8());
        }
        Self { text, patched, retry_after, secrets }
    }

    /// Whether some of its bytes were not UTF-8: they are U+FFFD in the text.
    pub const fn is_patched(&self) -> bool {
        self.patched
    }

    /// How long it asks us to wait (`Retry-After`).
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Read it.
    ///
    /// # Errors
    /// What `parse` says, without secrets.
    pub fn read<'a, T>(&'a self, parse: impl FnOnce(&'a str) -> Result<T, Malformed>) -> Result<T, Malformed> {
        parse(&self.text).map_err(|Malformed { what, why }| Malformed::new(what, self.quote(&why, WHY_KEPT)))
    }

    /// The refusal that it holds, if it is one although HTTP called it a success.
    pub(super) fn find_refusal(&self) -> Option<Refusal> {
        let found = Refusal::find_in(&self.text, |said| self.secrets.hide(said))?;
        Some(self.hide_names(found, |_| false))
    }

    /// The refusal that came with a bad status. Names that `was_asked` for are no secrets, whatever they look like,
    /// and have to be found again.
    pub(super) fn read_refusal(&self, status: u16, was_asked: impl Fn(&str) -> bool) -> Refusal {
        let refusal = Refusal::parse_hiding(status, &self.text, |said| self.secrets.hide(said));
        self.hide_names(refusal, was_asked)
    }

    fn hide_names(&self, mut refusal: Refusal, was_asked: impl Fn(&str) -> bool) -> Refusal {
        for name in refusal.channels.iter_mut().chain(&mut refusal.groups).filter(|name| !was_asked(name)) {
            *name = self.secrets.hide(name);
        }
        refusal
    }

    /// Its first letters to show, at most so many.
    pub(super) fn quote_beginning(&self, letters: usize) -> String {
        let seen = self.secrets.hide(&self.text);
        let seen = seen.trim();
        // Cut first: half of an emoji is not harmless any more.
        let end = seen.char_indices().nth(letters).map_or(seen.len(), |(end, _)| end);
        let more = if end < seen.len() { "…" } else { "" };
        format!("{}{more}", sanitize(&seen[..end]))
    }

    /// Words of it to show, in at most `limit` bytes: secrets are hidden before they are cut.
    pub fn quote(&self, words: &str, limit: usize) -> String {
        excerpt(&self.secrets.hide(words), limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_an_answer_leave_it_without_secrets() {
        let secrets = Secrets::new([("tok/SECRET+99==", "…"), ("sub-c-0123456789abcdef", "sub-c-01…cdef")]);
        let body = r#"{"k":"sub-c-0123456789abcdef","status":"tok/SECRET+99=="}"#;
        let answer = AnswerText::decode(body.into(), None, Arc::new(secrets));
        assert_eq!(answer.quote(body, 500), r#"{"k":"sub-c-01…cdef","status":"…"}"#);
        let failed = answer.read(|text| Err::<(), _>(Malformed::new("leave", text)));
        assert!(!failed.unwrap_err().to_string().contains("SECRET"));
        assert_eq!(format!("{answer:?}"), "AnswerText(57 bytes)");
        for before in 0..8 {
            let page = format!("{}{}", "x".repeat(before), "👩🏽\u{200d}💻".repeat(60));
            let shown = AnswerText::from(page.into_bytes()).quote_beginning(80);
            assert_eq!(crate::presence::sanitize_sentence(&shown), shown);
        }
    }
}
