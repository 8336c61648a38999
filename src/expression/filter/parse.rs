//! From text to terms.

use super::ast::{AlsoValue, FieldTest, Filter, Needle, Term, Test, WantedValue};
use crate::{
    expression::{
        Mistake,
        comparison::Comparison,
        cursor::{ParseResult, TextCursor},
        mistake::quote_excerpt,
        path_step::PathStep,
    },
    presence::Decimal,
};

/// Bytes that a filter may have.
const LONGEST: usize = 1000;

/// Terms that it may have.
const MOST: usize = 50;

/// What stands before letters to look for in the whole state.
const WHOLE_STATE: &str = "state~";

/// What a path begins with.
pub(in crate::expression) const STATE: &str = "state.";

impl Filter {
    /// Read a filter of at most 1,000 bytes and 50 terms.
    ///
    /// # Errors
    /// If it is not one, or not yet: while it is typed.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let mut terms = parse_terms(text)?;
        terms.sort_by_key(|term| matches!(term.test, Test::Field(..) | Test::State(_)));
        Ok(Self { source: text.trim().to_owned(), terms })
    }
}

fn parse_terms(text: &str) -> ParseResult<Vec<Term>> {
    if text.len() > LONGEST {
        let at = text.floor_char_boundary(LONGEST);
        let sentence = format!("a filter of {} bytes is too long; at most {LONGEST} are read", text.len());
        return Err(Mistake::new(at, sentence));
    }
    let mut cursor = TextCursor { text, at: 0 };
    let mut terms = Vec::new();
    while !cursor.skip_blanks().is_empty() {
        if terms.len() == MOST {
            return Err(Mistake::new(cursor.at, format!("more than {MOST} terms are too many; leave some out")));
        }
        terms.push(cursor.parse_term()?);
        let rest = cursor.rest();
        if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
            return Err(Mistake::new(cursor.at, format!("there should be a blank before {}", quote_excerpt(rest))));
        }
    }
    Ok(terms)
}

impl TextCursor<'_> {
    fn parse_term(&mut self) -> ParseResult<Term> {
        let negated = self.takes("!");
        if negated && self.rest().starts_with('!') {
            return Err(Mistake::new(self.at, "`!!` says nothing; write one `!` to mean the others, or none"));
        }
        let test = if self.takes("=") {
            Test::Exactly(self.parse_text_after("=", "a user id, as in `=alice`")?.0)
        } else if self.takes("~") {
            Test::Fuzzy(Needle::new(&self.parse_text_after("~", "letters to look for, as in `~alc`")?.0))
        } else if self.takes(WHOLE_STATE) {
            Test::State(Needle::new(&self.parse_text_after(WHOLE_STATE, "letters to look for, as in `state~busy`")?.0))
        } else if self.takes(STATE) {
            self.parse_field()?
        } else {
            let start = self.at;
            let (text, quoted) = self.parse_text_after("!", "what should not match, as in `!bot`")?;
            if !quoted {
                check_is_no_comparison(&text).map_err(|mistake| mistake.shift_by(start))?;
            }
            Test::Part(Needle::new(&text))
        };
        Ok(Term { negated, test })
    }

    /// A text in quotes or up to the next blank, and whether it was quoted.
    fn parse_text_after(&mut self, sign: &str, wanted: &str) -> ParseResult<(String, bool)> {
        if self.rest().starts_with('"') {
            return Ok((self.read_quoted()?, true));
        }
        let rest = self.rest();
        let word = &rest[..rest.find(char::is_whitespace).unwrap_or(rest.len())];
        if word.is_empty() {
            return Err(Mistake::new(self.at, format!("behind `{sign}` there should be {wanted}")));
        }
        if let Some(odd) = word.find(['"', '[', ']']) {
            let whole = word.replace('\\', "\\\\").replace('"', "\\\"");
            let sentence = format!(
                "`{}` must be quoted; put all of it in quotes: {}",
                &word[odd..=odd],
                quote_excerpt(&format!("\"{whole}\""))
            );
            return Err(Mistake::new(self.at + odd, sentence));
        }
        self.at += word.len();
        Ok((word.to_owned(), false))
    }

    fn parse_field(&mut self) -> ParseResult<Test> {
        let path = self.parse_path()?;
        let test = if self.rest().is_empty() || self.rest().starts_with(char::is_whitespace) {
            FieldTest::Exists
        } else if self.takes("!=") {
            FieldTest::Differs(self.parse_value("!=")?)
        } else if self.takes("==") {
            FieldTest::Equals(self.parse_value("==")?)
        } else if self.takes("=") {
            FieldTest::Equals(self.parse_value("=")?)
        } else if self.takes("~") {
            FieldTest::Part(Needle::new(&self.parse_text_after("~", "letters to look for, as in `state.mood~bus`")?.0))
        } else if self.takes(">=") {
            FieldTest::Compares(Comparison::AtLeast, self.parse_number(">=")?)
        } else if self.takes("<=") {
            FieldTest::Compares(Comparison::AtMost, self.parse_number("<=")?)
        } else if self.takes(">") {
            FieldTest::Compares(Comparison::Greater, self.parse_number(">")?)
        } else if self.takes("<") {
            FieldTest::Compares(Comparison::Less, self.parse_number("<")?)
        } else {
            let found = quote_excerpt(self.rest());
            let sentence = format!("behind a field comes `=`, `!=`, `>`, `>=`, `<`, `<=`, `~` or a blank, not {found}");
            return Err(Mistake::new(self.at, sentence));
        };
        Ok(Test::Field(path, test))
    }

    /// A way down into a state.
    pub(in crate::expression) fn parse_path(&mut self) -> ParseResult<Vec<PathStep>> {
        let mut path = vec![self.parse_step()?];
        while self.takes(".") {
            path.push(self.parse_step()?);
        }
        Ok(path)
    }

    fn parse_step(&mut self) -> ParseResult<PathStep> {
        if self.rest().starts_with('"') {
            return Ok(PathStep { name: self.read_quoted()?, index: None });
        }
        let rest = self.rest();
        let ends = |c: char| c.is_whitespace() || matches!(c, '.' | '=' | '!' | '<' | '>' | '~' | '"' | '[' | ']');
        let name = &rest[..rest.find(ends).unwrap_or(rest.len())];
        if name.is_empty() {
            return Err(Mistake::new(
                self.at,
                "behind the dot there should be the name of a field, as in `state.mood`",
            ));
        }
        self.at += name.len();
        Ok(PathStep { name: name.to_owned(), index: name.parse().ok() })
    }

    fn parse_value(&mut self, sign: &str) -> ParseResult<WantedValue> {
        let (text, quoted) =
            self.parse_text_after(sign, "a value, as in `state.mood=busy`; the empty text is `\"\"`")?;
        let also = match &*text {
            _ if quoted => AlsoValue::Nothing,
            "null" => AlsoValue::Null,
            "true" => AlsoValue::Truth(true),
            "false" => AlsoValue::Truth(false),
            number => Decimal::parse(number).map_or(AlsoValue::Nothing, AlsoValue::Number),
        };
        Ok(WantedValue { text, also })
    }

    fn parse_number(&mut self, sign: &str) -> ParseResult<Decimal> {
        let at = self.at;
        let (text, _) = self.parse_text_after(sign, "a number, as in `state.level>5`")?;
        Decimal::parse(&text).ok_or_else(|| {
            let sentence =
                format!("{} is not a number, and `{sign}` compares numbers only; use `=` or `~`", quote_excerpt(&text));
            Mistake::new(at, sentence)
        })
    }
}

/// A word that looks like a comparison is more likely one than part of a user id.
fn check_is_no_comparison(word: &str) -> ParseResult<()> {
    let Some(at) = word.find(['=', '<', '>']).filter(|at| *at > 0 && !word[*at..].trim_matches('=').is_empty()) else {
        return Ok(());
    };
    let key = word[..at].trim_end_matches('!');
    let near = |first: &str| first.eq_ignore_ascii_case("state") || strsim::damerau_levenshtein(first, "state") <= 2;
    let path = match key.split_once('.') {
        Some((first, rest)) if near(first) => rest,
        _ => key,
    };
    let meant = quote_excerpt(&format!("{STATE}{path}{}", &word[key.len()..]));
    let sentence = format!(
        "only fields of the state are compared: {} is none; write {meant}, or quotes around a part of a user id",
        quote_excerpt(key)
    );
    Err(Mistake::new(0, sentence))
}
