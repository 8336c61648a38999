//! Redaction of secrets in foreign text: services and gateways repeat our requests, libraries tell whole URLs.
//! Pure.
//!
//! Who knows which keys and tokens to look for has [`Secrets`]; who does not has [`redact_words`].

use std::{collections::HashSet, ops::Range};

/// A key or token shorter than this is looked for as a whole word only: it may be a part of one.
const SHORTEST: usize = 8;

/// So many characters of a key or token in a row are hidden wherever they stand: gateways cut what they repeat.
const LEAST_RUN: usize = 12;

/// More bytes of a text than this are not looked at, and not told: what is shown of it is far less.
const MOST_READ: usize = 64 << 10;

/// Whether a character goes on a secret.
type Belongs = fn(char) -> bool;

/// What begins a secret wherever it stands, in lower case.
const MARKS: [(&str, Belongs); 6] = [
    ("auth=", is_in_query),
    ("auth%3d", is_in_query),
    ("token=", is_in_query),
    ("signature=", is_in_query),
    ("pub-c-", is_in_key),
    ("sec-c-", is_in_key),
];

/// How every token of Access Manager begins: a CBOR map of some entries, whose first is the version.
const TOKEN_HEADS: [&str; 2] = ["qEF2", "p0F2"];

/// What begins a subscribe key.
const SUBSCRIBE_KEY: &str = "sub-c-";

fn is_in_query(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '&' | '"' | '\'' | '`' | '<' | '>')
}

fn is_in_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

/// What ends a word.
fn ends_word(c: char) -> bool {
    c.is_whitespace() || "\"'`()<>{}[],;".contains(c)
}

/// What must not be told: each key and token with what may be shown of it.
#[derive(Clone, Default)]
pub struct Secrets {
    /// In small letters.
    known: Vec<(String, String)>,
    /// Every [`LEAST_RUN`] bytes that stand in a row in one of them.
    runs: HashSet<[u8; LEAST_RUN]>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secrets({})", self.known.len())
    }
}

impl Secrets {
    /// To hide these, each behind what may be shown of it. What may be shown as it is, is no secret.
    pub fn new<'s>(secrets: impl IntoIterator<Item = (&'s str, &'s str)>) -> Self {
        let secrets = secrets.into_iter().filter(|(secret, shown)| !secret.is_empty() && secret != shown);
        let known: Vec<_> = secrets.map(|(secret, shown)| (secret.to_ascii_lowercase(), shown.to_owned())).collect();
        let windows = known.iter().flat_map(|(secret, _)| secret.as_bytes().windows(LEAST_RUN));
        let runs = windows.filter_map(|run| run.try_into().ok()).collect();
        Self { known, runs }
    }

    /// `text` without them, in whatever spelling: as they are, in small letters, percent-encoded (more than once,
    /// too), or with the escapes of JSON; whole or at least [`LEAST_RUN`] characters of them; and without whatever else looks like a
    /// key or a token. To be asked before a text is cut: half a secret might not be found.
    pub fn hide(&self, text: &str) -> String {
        let end = text.floor_char_boundary(MOST_READ);
        let text = if end < text.len() { format!("{}…", &text[..end]) } else { text.to_owned() };
        let text = self.hide_at_edge(text);
        // A secret that holds a percent sign itself is found as it is only.
        let decoded = self.hide_in(&text, measure_unit);
        let plain = self.hide_in(&decoded, |_, at| at + 1);
        let cut = MARKS.iter().fold(plain, |text, (mark, belongs)| cut_after(&text, mark, *belongs));
        cut_unknown(&cut)
    }

    /// Hide what was left of them where a text was cut, if it is more than their kind.
    fn hide_at_edge(&self, text: String) -> String {
        let heads =
            self.known.iter().flat_map(|(secret, _)| (SHORTEST..LEAST_RUN).rev().map(move |end| secret.get(..end)));
        heads.flatten().fold(text, |text, head| {
            let lower = text.to_ascii_lowercase();
            let cut = lower.match_indices(head).find(|(at, _)| {
                // The middle of a key that is masked is no edge.
                let after = lower[at + head.len()..].strip_prefix('…');
                after.is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_alphanumeric()))
            });
            cut.map_or_else(|| text.clone(), |(at, _)| format!("{}{}", &text[..at], &text[at + head.len()..]))
        })
    }

    /// Hide them where a text, read unit by unit, spells them. `unit`: where the unit ends that begins at a place.
    fn hide_in(&self, text: &str, unit: fn(&[u8], usize) -> usize) -> String {
        if self.known.is_empty() {
            return text.to_owned();
        }
        let (mut ends, mut read, mut at) = (Vec::new(), Vec::new(), 0);
        while at < text.len() {
            let end = unit(text.as_bytes(), at);
            // Some that pass a request on write all of it in small letters.
            read.push(decode_unit(&text.as_bytes()[at..end]).to_ascii_lowercase());
            ends.push(end);
            at = end;
        }
        let start_of = |nth: usize| nth.checked_sub(1).map_or(0, |before| ends[before]);
        let (mut out, mut told, mut nth) = (String::with_capacity(text.len()), 0, 0);
        while nth < read.len() {
            let Some((length, shown)) = self.find_at(&read, nth) else {
                nth += 1;
                continue;
            };
            let found = widen_to_letters(text, start_of(nth)..ends[nth + length - 1]);
            out.push_str(&text[told.min(found.start)..found.start]);
            out.push_str(shown);
            told = found.end;
            nth += length;
        }
        out + &text[told..]
    }

    /// How many units of a secret stand at a place, and what may be shown of them.
    fn find_at(&self, read: &[u8], nth: usize) -> Option<(usize, &str)> {
        let rest = &read[nth..];
        let is_alone = |length: usize| {
            let ends = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
            ends(nth.checked_sub(1).and_then(|before| read.get(before))) && ends(rest.get(length))
        };
        let whole = self.known.iter().filter(|(secret, _)| {
            rest.starts_with(secret.as_bytes()) && (secret.len() >= SHORTEST || is_alone(secret.len()))
        });
        if let Some((secret, shown)) = whole.max_by_key(|(secret, _)| secret.len()) {
            return Some((secret.len(), shown));
        }
        let is_run = |from: usize| rest.get(from..from + LEAST_RUN).is_some_and(|run| self.runs.contains(run));
        let more = (0..rest.len()).take_while(|from| is_run(*from)).count();
        (more > 0).then_some((more + LEAST_RUN - 1, "…"))
    }
}

/// A run of bytes may begin or end within a letter.
fn widen_to_letters(text: &str, bytes: Range<usize>) -> Range<usize> {
    text.floor_char_boundary(bytes.start)..text.ceil_char_boundary(bytes.end)
}

/// Where the unit ends that begins at a place: a byte, or a byte that is written as `%2F`, `%252F`, `\/` or `\u002f`.
fn measure_unit(text: &[u8], at: usize) -> usize {
    let rest = &text[at..];
    let is_hex = |digits: Option<&[u8]>| digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
    let length = match rest {
        [b'%', ..] => {
            let again = rest[1..].chunks(2).take_while(|two| two == b"25").count() * 2;
            // `%25` alone is a percent sign.
            [again, again.saturating_sub(2)]
                .into_iter()
                .map(|skipped| skipped + 1)
                .find_map(|from| is_hex(rest.get(from..from + 2)).then_some(from + 2))
        }
        [b'\\', b'/', ..] => Some(2),
        [b'\\', b'u', b'0', b'0', ..] if is_hex(rest.get(4..6)) => Some(6),
        _ => None,
    };
    at + length.unwrap_or(1)
}

fn decode_unit(unit: &[u8]) -> u8 {
    match unit {
        [b'\\', b'/'] => b'/',
        [.., high, low] => {
            let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
            value(*high).zip(value(*low)).map_or(b'%', |(high, low)| high << 4 | low)
        }
        [byte] => *byte,
        [] => 0,
    }
}

/// Cut keys and tokens that nobody knows, such as the token before the one that is used now.
fn cut_unknown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, kept)) = find_unknown(rest) {
        let end = rest[at..].find(|c| !(is_in_key(c) || "_+/=%".contains(c))).map_or(rest.len(), |length| at + length);
        let is_long = end - at >= LEAST_RUN;
        out.push_str(&rest[..if is_long { at + kept } else { end }]);
        out.push_str(if is_long { "…" } else { "" });
        rest = &rest[end..];
    }
    out + rest
}

/// Where the first of them begins, and how much of it may be shown.
fn find_unknown(text: &str) -> Option<(usize, usize)> {
    let heads = TOKEN_HEADS.iter().chain([&SUBSCRIBE_KEY]);
    heads.filter_map(|head| Some((text.find(head)?, head.len()))).min()
}

/// `text`, where every word ends as soon as something in it looks like a key, a token or the query of a URL:
/// for texts of which nobody knows what secrets they could hold.
pub fn redact_words(text: &str) -> String {
    text.split_inclusive(ends_word).map(cut_word).collect()
}

/// A name that should be one of ours, such as a setting's, and may be a token that somebody pasted into its place: ours
/// are words of small letters, of any other that is long only the beginning is told.
pub fn redact_name(name: &str) -> String {
    let is_ours = |c: char| c.is_ascii_lowercase() || matches!(c, '-' | '_' | '.' | ' ');
    match name.char_indices().nth(4) {
        Some((end, _)) if name.len() >= LEAST_RUN && !name.chars().all(is_ours) => format!("{}…", &name[..end]),
        _ => redact_words(name),
    }
}

/// What ends the word stays.
fn cut_word(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let at = |mark: &str| lower.find(mark).map(|at| at + mark.len());
    let query = word.find('?').filter(|at| word[*at..].contains('=')).map(|at| at + 1);
    let marks = MARKS.iter().map(|(mark, _)| *mark).chain([SUBSCRIBE_KEY]).filter_map(at);
    let token = TOKEN_HEADS.iter().filter_map(|head| Some(word.find(head)? + head.len()));
    let Some(cut) = query.into_iter().chain(marks).chain(token).min() else { return word.to_owned() };
    let end = word.chars().next_back().filter(|c| ends_word(*c));
    format!("{}…{}", &word[..cut], end.map_or(String::new(), String::from))
}

/// An ellipsis for what follows `mark` and belongs to it.
fn cut_after(text: &str, mark: &str, belongs: Belongs) -> String {
    let lower = text.to_ascii_lowercase();
    let (mut out, mut rest) = (String::with_capacity(text.len()), 0);
    while let Some(found) = lower[rest..].find(mark) {
        let from = rest + found + mark.len();
        let to = text[from..].find(|c| !belongs(c)).map_or(text.len(), |length| from + length);
        out.push_str(&text[rest..from]);
        if to > from {
            out.push('…');
        }
        rest = to;
    }
    out + &text[rest..]
}

#[cfg(test)]
mod tests;
