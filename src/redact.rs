//! SECRETS CUT OUT of what others say: services and gateways repeat our requests, libraries tell whole URLs.
//! Pure.

/// A key or token shorter than this is looked for behind its mark only: it may be a word of the sentence.
const SHORTEST: usize = 8;

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

/// `text` without these secrets, plain or percent-encoded, each replaced by what may be shown of it; and
/// without whatever looks like a token or a publish or secret key.
pub fn redact_secrets(text: &str, secrets: &[(&str, &str)]) -> String {
    let known = secrets.iter().fold(text.to_owned(), |text, (secret, shown)| replace_secret(text, secret, shown));
    MARKS.iter().fold(known, |text, (mark, belongs)| cut_after(&text, mark, *belongs))
}

/// `text`, where every word ends as soon as something in it looks like a key, a token or the query of a URL:
/// for texts of which nobody knows what secrets they could hold.
pub fn redact_words(text: &str) -> String {
    text.split_inclusive(ends_word).map(cut_word).collect()
}

/// What ends the word stays.
fn cut_word(word: &str) -> String {
    let lower = word.to_ascii_lowercase();
    let at = |mark: &str| lower.find(mark).map(|at| at + mark.len());
    let query = word.find('?').filter(|at| word[*at..].contains('=')).map(|at| at + 1);
    let marks = MARKS.iter().map(|(mark, _)| *mark).chain(["sub-c-"]).filter_map(at);
    let token = TOKEN_HEADS.iter().find(|head| word.starts_with(**head)).map(|head| head.len());
    let Some(cut) = query.into_iter().chain(marks).chain(token).min() else { return word.to_owned() };
    let end = word.chars().next_back().filter(|c| ends_word(*c));
    format!("{}…{}", &word[..cut], end.map_or(String::new(), String::from))
}

fn replace_secret(text: String, secret: &str, shown: &str) -> String {
    if secret.len() < SHORTEST {
        return text;
    }
    let (mut out, mut rest) = (String::with_capacity(text.len()), text.as_str());
    while let Some(first) = rest.chars().next() {
        let length = measure_secret(rest, secret).unwrap_or(0);
        match length {
            0 => out.push(first),
            _ => out.push_str(shown),
        }
        rest = &rest[length.max(first.len_utf8())..];
    }
    out
}

/// How long a secret is with which `text` begins, plain or percent-encoded. Everybody encodes other characters
/// than we do, and writes hex digits in either case.
fn measure_secret(text: &str, secret: &str) -> Option<usize> {
    if text.starts_with(secret) {
        return Some(secret.len());
    }
    let mut rest = text.as_bytes();
    for byte in secret.bytes() {
        let plain = rest.strip_prefix(&[byte]);
        let encoded =
            || rest.strip_prefix(b"%")?.split_at_checked(2).filter(|(digits, _)| decode_hex(digits) == Some(byte));
        rest = encoded().map(|(_, after)| after).or(plain)?;
    }
    Some(text.len() - rest.len())
}

fn decode_hex(digits: &[u8]) -> Option<u8> {
    digits.iter().try_fold(0, |value, digit| Some(value << 4 | u8::try_from(char::from(*digit).to_digit(16)?).ok()?))
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

    #[test]
    fn keys_and_tokens_are_not_repeated() {
        let key = "sub-c-01234567-89ab-cdef-0123-456789abcdef";
        let ours = [("tok/SECRET+99==", "…"), (key, "sub-c-01…cdef")];
        let url = format!("Cannot GET /v2/x/{key}/y?auth=tok%2fSECRET%2B99%3D%3D&uuid=ann");
        assert_eq!(redact_secrets(&url, &ours), "Cannot GET /v2/x/sub-c-01…cdef/y?auth=…&uuid=ann");
        for (said, shown) in [
            ("no token tok/SECRET+99== here", "no token … here"),
            ("no token tok%2FSECRET%2B99%3D%3D here", "no token … here"),
            ("no token tok/SECRET%2b99=%3D here", "no token … here"),
            ("AUTH=other \"auth=another\" auth= auth%3Dthird", "AUTH=… \"auth=…\" auth= auth%3D…"),
            ("pub-c-12-ab/sec-c-ZmY, fine", "pub-c-…/sec-c-…, fine"),
            ("İ auth=é", "İ auth=…"),
            ("nothing of ours", "nothing of ours"),
        ] {
            assert_eq!(redact_secrets(said, &ours), shown);
        }
        assert_eq!(redact_secrets("demo of a", &[("demo", "demo"), ("a", "…")]), "demo of a");
    }

    #[test]
    fn a_word_ends_where_it_begins_to_look_like_a_secret() {
        for (text, said) in [
            ("http://ps.pndsn.com/v2/x?auth=MARKER&uuid=a) failed", "http://ps.pndsn.com/v2/x?…) failed"),
            ("key sub-c-MARKER, pub-c-MARKER", "key sub-c-…, pub-c-…"),
            ("/v2/presence/sub-key/sub-c-MARKER/channel/x", "/v2/presence/sub-key/sub-c-…"),
            ("auth=MARKER \"token=MARKER\"", "auth=… \"token=…\""),
            ("the token qEF2MARKER is bad", "the token qEF2… is bad"),
            ("who is there? nobody", "who is there? nobody"),
        ] {
            assert_eq!(redact_words(text), said);
        }
    }
}
