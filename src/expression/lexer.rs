//! The tokens of an expression, and the errors at them.

use super::{
    Filter, Mistake,
    comparison::Comparison,
    cursor::{ParseResult, TextCursor},
    mistake::quote_excerpt,
};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    Word(&'a str),
    Quoted(String),
    Filter(Filter),
    Sign(Comparison),
    Open,
    Close,
    End,
}

/// Holds one token at a time.
#[derive(Clone)]
pub(super) struct Lexer<'a> {
    /// Behind the token.
    cursor: TextCursor<'a>,
    pub token: Token<'a>,
    /// Where the token begins, in bytes.
    pub at: usize,
}

impl<'a> Lexer<'a> {
    /// Before the first token.
    pub fn new(text: &'a str) -> Self {
        Self { cursor: TextCursor { text, at: 0 }, token: Token::End, at: 0 }
    }

    /// Go on to the next token.
    pub fn step(&mut self) -> ParseResult<()> {
        let rest = self.cursor.skip_blanks();
        self.at = self.cursor.at;
        self.token = match rest.chars().next() {
            None => Token::End,
            Some('(' | ')') => {
                self.cursor.at += 1;
                if rest.starts_with('(') { Token::Open } else { Token::Close }
            }
            Some('"') => Token::Quoted(self.cursor.read_quoted()?),
            Some('[') => self.read_filter()?,
            Some(']') => return Err(Mistake::new(self.at, "this `]` closes nothing; leave it out, or quote the name")),
            Some(_) => match self.read_sign() {
                Some(sign) => Token::Sign(sign),
                None => Token::Word(self.read_word(rest)),
            },
        };
        Ok(())
    }

    fn read_sign(&mut self) -> Option<Comparison> {
        let signs = [
            (">=", Comparison::AtLeast),
            ("<=", Comparison::AtMost),
            ("==", Comparison::Equal),
            ("!=", Comparison::Unequal),
            (">", Comparison::Greater),
            ("<", Comparison::Less),
            ("=", Comparison::Equal),
        ];
        signs.into_iter().find(|(sign, _)| self.cursor.takes(sign)).map(|(_, comparison)| comparison)
    }

    fn read_word(&mut self, rest: &'a str) -> &'a str {
        let ends = |(at, c): &(usize, char)| {
            c.is_whitespace()
                || matches!(c, '(' | ')' | '[' | ']' | '"' | '<' | '>' | '=')
                || rest[*at..].starts_with("!=")
        };
        let end = rest.char_indices().find(ends).map_or(rest.len(), |(at, _)| at);
        self.cursor.at += end;
        &rest[..end]
    }

    /// What stands between the brackets; the first bracket comes next.
    fn read_filter(&mut self) -> ParseResult<Token<'a>> {
        let start = self.cursor.at + 1;
        self.cursor.at = start;
        let open = || Mistake::new(start - 1, "this `[` is not closed; end the filter with `]`");
        let end = loop {
            let rest = self.cursor.rest();
            let next = rest.find(['"', '[', ']']).ok_or_else(open)?;
            self.cursor.at += next;
            match rest.as_bytes()[next] {
                b']' => break self.cursor.at,
                // An open quote is the filter's mistake, unless that has an earlier one.
                b'"' => {
                    if let Err(mistake) = self.cursor.read_quoted() {
                        return Err(Filter::parse(&self.cursor.text[start..])
                            .err()
                            .map_or(mistake, |m| m.shift_by(start)));
                    }
                }
                _ => self.cursor.at += 1,
            }
        };
        let filter = Filter::parse(&self.cursor.text[start..end]).map_err(|mistake| mistake.shift_by(start))?;
        self.cursor.at = end + 1;
        Ok(Token::Filter(filter))
    }

    pub fn is(&self, keyword: &str) -> bool {
        matches!(self.token, Token::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    /// Step over the keyword if it comes next.
    pub fn takes(&mut self, keyword: &str) -> ParseResult<bool> {
        let comes = self.is(keyword);
        if comes {
            self.step()?;
        }
        Ok(comes)
    }

    pub fn needs(&mut self, keyword: &str, expected: &str) -> ParseResult<()> {
        if self.takes(keyword)? { Ok(()) } else { Err(self.explain_unexpected(expected, &[keyword])) }
    }

    /// The token is not what should stand there; perhaps it is nearly one of these.
    pub fn explain_unexpected(&self, expected: &str, near: &[&str]) -> Mistake {
        let found = match self.token {
            Token::End => "the end".to_owned(),
            _ => quote_excerpt(&self.cursor.text[self.at..self.cursor.at]),
        };
        let meant = match self.token {
            Token::Word(word) => find_nearest(word, near).map(|near| format!("; did you mean `{near}`?")),
            _ => None,
        };
        Mistake::new(self.at, format!("expected {expected}, found {found}{}", meant.unwrap_or_default()))
    }

    /// Step over a filter if it comes next.
    pub fn takes_filter(&mut self) -> ParseResult<Option<Filter>> {
        let Token::Filter(filter) = &self.token else { return Ok(None) };
        let filter = filter.clone();
        self.step()?;
        Ok(Some(filter))
    }
}

/// The name that was probably meant: at most one edit away, and one more for every four of its letters.
pub(super) fn find_nearest<'n>(word: &str, near: &[&'n str]) -> Option<&'n str> {
    let word: String = word.chars().take(40).flat_map(char::to_lowercase).collect();
    let distance = |name: &str| strsim::damerau_levenshtein(&word, name);
    near.iter().copied().min_by_key(|name| distance(name)).filter(|name| distance(name) <= 1 + name.len() / 4)
}
