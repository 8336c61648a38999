//! No secret comes back: what a service or a gateway repeats of our own request is shown without keys and
//! tokens. Pure.

use super::Keyset;
use crate::wire::{Auth, encode};

/// A key or token shorter than this is looked for behind its mark only: it may be a word of the sentence.
const SHORTEST: usize = 8;

/// Whether a character goes on a secret.
type Belongs = fn(char) -> bool;

/// What begins a secret wherever it stands, in lower case.
const MARKS: [(&str, Belongs); 4] =
    [("auth=", in_query), ("auth%3d", in_query), ("pub-c-", in_key), ("sec-c-", in_key)];

fn in_query(c: char) -> bool {
    !c.is_whitespace() && !matches!(c, '&' | '"' | '\'' | '`' | '<' | '>')
}

fn in_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

/// `text` without the keyset's token, plain or percent-encoded, and without whatever looks like a token or a
/// publish or secret key; the subscribe key is masked, as wherever it is shown.
pub(super) fn hide(text: &str, keyset: &Keyset) -> String {
    let mut text = text.to_owned();
    if let Some(token) = keyset.auth.as_ref().map(Auth::expose) {
        text = replace(text, token, "…");
    }
    text = replace(text, keyset.subscribe_key.as_str(), &keyset.subscribe_key.to_string());
    MARKS.iter().fold(text, |text, (mark, belongs)| cut_after(&text, mark, *belongs))
}

fn replace(text: String, secret: &str, shown: &str) -> String {
    if secret.len() < SHORTEST {
        return text;
    }
    let encoded = encode(secret);
    let text = text.replace(secret, shown);
    // Hex digits are written either way.
    let lower = text.to_ascii_lowercase();
    let (mut out, mut rest) = (String::with_capacity(text.len()), 0);
    for (at, found) in lower.match_indices(&encoded.to_ascii_lowercase()) {
        out.push_str(&text[rest..at]);
        out.push_str(shown);
        rest = at + found.len();
    }
    out + &text[rest..]
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
mod tests {
    use super::*;
    use crate::{
        client::Origin,
        presence::{SubscribeKey, UserId},
    };

    fn keyset(key: &str, token: Option<&str>) -> Keyset {
        Keyset {
            origin: Origin::default(),
            subscribe_key: SubscribeKey::heard(key),
            user: UserId::heard("ann"),
            auth: token.map(Auth::new),
        }
    }

    #[test]
    fn keys_and_tokens_are_not_repeated() {
        let key = "sub-c-01234567-89ab-cdef-0123-456789abcdef";
        let ours = keyset(key, Some("tok/SECRET+99=="));
        let url = format!("Cannot GET /v2/x/{key}/y?auth=tok%2fSECRET%2B99%3D%3D&uuid=ann");
        assert_eq!(hide(&url, &ours), "Cannot GET /v2/x/sub-c-01…cdef/y?auth=…&uuid=ann");
        for (said, shown) in [
            ("no token tok/SECRET+99== here", "no token … here"),
            ("no token tok%2FSECRET%2B99%3D%3D here", "no token … here"),
            ("AUTH=other \"auth=another\" auth= auth%3Dthird", "AUTH=… \"auth=…\" auth= auth%3D…"),
            ("pub-c-12-ab/sec-c-ZmY, fine", "pub-c-…/sec-c-…, fine"),
            ("İ auth=é", "İ auth=…"),
            ("nothing of ours", "nothing of ours"),
        ] {
            assert_eq!(hide(said, &ours), shown);
        }
        assert_eq!(hide("demo of a", &keyset("demo", Some("a"))), "demo of a");
    }
}
