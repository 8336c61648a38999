//! The parts of a sentence about a failure. Each is written as `what: why; what to try` or `what (why); what to try`,
//! where what comes behind the first part may be missing.

use serde::Serialize;

/// A failure, as programs are told of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct FailureParts {
    /// What failed, or what the usage error is.
    pub error: String,
    /// Why, if that is told apart.
    pub because: Option<String>,
    /// What to try, or what follows from it, if that is told.
    pub hint: Option<String>,
}

impl FailureParts {
    /// Take a text apart: a sentence, below it perhaps lines that are set in, as a caret under a mistake, which are for
    /// people. Of several sentences each is an error, and nothing is told apart.
    pub fn split(text: &str) -> Self {
        let mut sentences = text.lines().filter(|line| !line.starts_with(' ') && !line.is_empty());
        match (sentences.next(), sentences.next()) {
            (Some(sentence), None) => Self::split_sentence(sentence),
            _ => Self { error: text.lines().collect::<Vec<_>>().join("; "), because: None, hint: None },
        }
    }

    fn split_sentence(sentence: &str) -> Self {
        let (head, hint) = match find_outside(sentence, "; ") {
            Some(at) => (&sentence[..at], Some(sentence[at + 2..].to_owned())),
            None => (sentence, None),
        };
        let (error, because) = match find_outside(head, ": ").filter(|at| !is_place(&head[..*at])) {
            Some(at) => (&head[..at], Some(head[at + 2..].to_owned())),
            None => split_parentheses(head).map_or((head, None), |(what, why)| (what, Some(why.to_owned()))),
        };
        Self { error: error.to_owned(), because, hint }
    }
}

/// Whether what stands before a colon only says where something is wrong: a flag, a variable, a line of a file.
fn is_place(text: &str) -> bool {
    !text.contains(' ') || text.contains(", line ")
}

/// What stands in parentheses at the end, and what before them. A status of HTTP is part of what happened.
fn split_parentheses(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_suffix(')')?;
    let at = inner.rfind(" (")?;
    let why = &inner[at + 2..];
    let is_status = why.bytes().all(|byte| byte.is_ascii_digit());
    let why = why.strip_prefix('"').and_then(|why| why.strip_suffix('"')).unwrap_or(why);
    (!is_status && !why.contains(['(', ')'])).then_some((&text[..at], why))
}

/// Where a sign is for the first time outside of quotes, parentheses and brackets. An apostrophe inside a word quotes nothing.
fn find_outside(text: &str, sign: &str) -> Option<usize> {
    let (mut quote, mut depth, mut before) = (None, 0_usize, ' ');
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) => quote = quote.filter(|_| c != open),
            (None, '`' | '"') => quote = Some(c),
            (None, '\'') if !before.is_alphanumeric() => quote = Some(c),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth = depth.saturating_sub(1),
            (None, _) if depth == 0 && text[at..].starts_with(sign) => return Some(at),
            _ => {}
        }
        before = c;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, error: &str, because: Option<&str>, hint: Option<&str>) {
        let parts = FailureParts::split(text);
        let told = (parts.error.as_str(), parts.because.as_deref(), parts.hint.as_deref());
        assert_eq!(told, (error, because, hint), "{text}");
    }

    #[test]
    fn a_sentence_is_told_in_its_parts() {
        check("it failed", "it failed", None, None);
        check("it failed; try again", "it failed", None, Some("try again"));
        check(
            "http://a:1 can't be reached: connection refused; check the network; or wait",
            "http://a:1 can't be reached",
            Some("connection refused"),
            Some("check the network; or wait"),
        );
        check("it failed (no room); free some", "it failed", Some("no room"), Some("free some"));
        check("access refused (403) for a (\"No\"); x", "access refused (403) for a", Some("No"), Some("x"));
        check("too long (414); name fewer", "too long (414)", None, Some("name fewer"));
    }

    #[test]
    fn a_place_is_no_mistake() {
        check("--origin: `x` is no host; give one", "--origin: `x` is no host", None, Some("give one"));
        check("a b.toml, line 4: no profile; there is day", "a b.toml, line 4: no profile", None, Some("there is day"));
    }

    #[test]
    fn what_is_quoted_stays_in_one() {
        check("`a; b: c` is a pattern; no", "`a; b: c` is a pattern", None, Some("no"));
        check(
            "invalid value 'a: b' for '--x': it can't be",
            "invalid value 'a: b' for '--x'",
            Some("it can't be"),
            None,
        );
        check("it can't be (a; b); stop", "it can't be", Some("a; b"), Some("stop"));
        check("`a is open; all of it stays", "`a is open; all of it stays", None, None);
        check(") a; b", ") a", None, Some("b"));
    }

    #[test]
    fn a_picture_is_for_people_and_several_sentences_are_all_told() {
        check("byte 3: no\n  a x\n    ^", "byte 3", Some("no"), None);
        check("one; two\nthree: four", "one; two; three: four", None, None);
        check("", "", None, None);
    }
}
