//! From the text of an expression to its syntax tree, by recursive descent.

use std::time::Duration;

use super::{
    Filter, Mistake,
    ast::{Claim, Expression, Kind, Node, Place, Who},
    comparison::Comparison,
    cursor::{Cursor, Read},
    mistake::quote,
};
use crate::{
    duration::Span,
    presence::{Subscription, UserId},
};

/// Bytes that an expression may have.
const LONGEST: usize = 1000;

/// So many parentheses and `not` may stand inside each other.
const DEEPEST: usize = 32;

/// A span may be this long.
const LONGEST_SPAN: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// What can't be a name without quotes.
const KEYWORDS: [&str; 14] =
    ["occupancy", "of", "users", "in", "no", "for", "present", "absent", "from", "never", "not", "and", "or", "is"];

/// Numbers in words; the place is the number.
const NUMBERS: [&str; 11] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

#[derive(Debug, Clone, PartialEq)]
enum Token<'a> {
    Word(&'a str),
    Quoted(String),
    Filter(Filter),
    Sign(Comparison),
    Open,
    Close,
    End,
}

impl Expression {
    /// Read an expression of at most 1,000 bytes, with at most 32 parentheses and `not` inside each
    /// other.
    ///
    /// # Errors
    /// If it is not one.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let (root, claims) = parse_expression(text)?;
        Ok(Self { source: text.trim().to_owned(), root, claims })
    }
}

fn parse_expression(text: &str) -> Read<(Node, Vec<Claim>)> {
    if text.len() > LONGEST {
        let at = text.floor_char_boundary(LONGEST);
        let sentence = format!("an expression of {} bytes is too long; at most {LONGEST} are read", text.len());
        return Err(Mistake::new(at, sentence));
    }
    let mut reader = Reader { cursor: Cursor { text, at: 0 }, token: Token::End, at: 0, claims: Vec::new() };
    reader.step()?;
    if reader.token == Token::End {
        let sentence = "there is no claim; write one such as `occupancy of lobby >= 10` or `alice present in lobby`";
        return Err(Mistake::new(0, sentence));
    }
    let root = reader.any(0)?;
    match reader.token {
        Token::End => Ok((root, reader.claims)),
        Token::Close => Err(Mistake::new(reader.at, "this `)` closes nothing; leave it out")),
        _ => Err(reader.unexpected("`and`, `or` or the end", &["and", "or"])),
    }
}

struct Reader<'a> {
    /// Behind the token.
    cursor: Cursor<'a>,
    token: Token<'a>,
    /// Where the token begins.
    at: usize,
    claims: Vec<Claim>,
}

impl<'a> Reader<'a> {
    /// Go on to the next token.
    fn step(&mut self) -> Read<()> {
        let rest = self.cursor.skip_blanks();
        self.at = self.cursor.at;
        self.token = match rest.chars().next() {
            None => Token::End,
            Some('(' | ')') => {
                self.cursor.at += 1;
                if rest.starts_with('(') { Token::Open } else { Token::Close }
            }
            Some('"') => Token::Quoted(self.cursor.quoted()?),
            Some('[') => self.filter()?,
            Some(']') => return Err(Mistake::new(self.at, "this `]` closes nothing; leave it out, or quote the name")),
            Some(_) => match self.sign() {
                Some(sign) => Token::Sign(sign),
                None => Token::Word(self.word(rest)),
            },
        };
        Ok(())
    }

    fn sign(&mut self) -> Option<Comparison> {
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

    fn word(&mut self, rest: &'a str) -> &'a str {
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
    fn filter(&mut self) -> Read<Token<'a>> {
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
                    if let Err(mistake) = self.cursor.quoted() {
                        return Err(Filter::parse(&self.cursor.text[start..])
                            .err()
                            .map_or(mistake, |m| m.behind(start)));
                    }
                }
                _ => self.cursor.at += 1,
            }
        };
        let filter = Filter::parse(&self.cursor.text[start..end]).map_err(|mistake| mistake.behind(start))?;
        self.cursor.at = end + 1;
        Ok(Token::Filter(filter))
    }

    fn is(&self, keyword: &str) -> bool {
        matches!(self.token, Token::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    /// Step over the keyword if it comes next.
    fn takes(&mut self, keyword: &str) -> Read<bool> {
        let comes = self.is(keyword);
        if comes {
            self.step()?;
        }
        Ok(comes)
    }

    fn needs(&mut self, keyword: &str, expected: &str) -> Read<()> {
        if self.takes(keyword)? { Ok(()) } else { Err(self.unexpected(expected, &[keyword])) }
    }

    /// The token is not what should stand there; perhaps it is nearly one of these.
    fn unexpected(&self, expected: &str, near: &[&str]) -> Mistake {
        let found = match self.token {
            Token::End => "the end".to_owned(),
            _ => quote(&self.cursor.text[self.at..self.cursor.at]),
        };
        let meant = match self.token {
            Token::Word(word) => nearest(word, near).map(|near| format!("; did you mean `{near}`?")),
            _ => None,
        };
        Mistake::new(self.at, format!("expected {expected}, found {found}{}", meant.unwrap_or_default()))
    }

    fn any(&mut self, depth: usize) -> Read<Node> {
        let mut nodes = vec![self.all(depth)?];
        while self.takes("or")? {
            nodes.push(self.all(depth)?);
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::Any(nodes) })
    }

    fn all(&mut self, depth: usize) -> Read<Node> {
        let mut nodes = vec![self.one(depth)?];
        while self.takes("and")? {
            nodes.push(self.one(depth)?);
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::All(nodes) })
    }

    fn one(&mut self, depth: usize) -> Read<Node> {
        let nested = self.is("not") || self.token == Token::Open;
        if nested && depth == DEEPEST {
            let sentence = format!("more than {DEEPEST} parentheses and `not` stand inside each other");
            return Err(Mistake::new(self.at, sentence));
        }
        if self.takes("not")? {
            return Ok(Node::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.token == Token::Open {
            let open = self.at;
            self.step()?;
            let inner = self.any(depth + 1)?;
            if self.token == Token::End {
                return Err(Mistake::new(open, "this `(` is not closed; end it with `)`"));
            }
            if self.token != Token::Close {
                return Err(self.unexpected("`and`, `or` or `)`", &["and", "or"]));
            }
            self.step()?;
            return Ok(inner);
        }
        let (claim, negated) = self.claim()?;
        self.claims.push(claim);
        let node = Node::Claim(self.claims.len() - 1);
        Ok(if negated { Node::Not(Box::new(node)) } else { node })
    }

    /// A claim, and whether it was turned around.
    fn claim(&mut self) -> Read<(Claim, bool)> {
        if self.takes("occupancy")? {
            self.needs("of", "`of` and a channel, as in `occupancy of lobby >= 10`")?;
            let place = self.place()?;
            let (comparison, count) = self.comparison()?;
            return Ok((Claim::Occupancy { place, comparison, count }, false));
        }
        if self.takes("users")? {
            let filter = self.takes_filter()?.unwrap_or_default();
            self.needs("in", "a filter in brackets or `in`, as in `users [bot] in lobby >= 3`")?;
            let place = self.place()?;
            let (comparison, count) = self.comparison()?;
            return Ok((Claim::Users { filter, place, comparison, count }, false));
        }
        if self.takes("no")? {
            return Ok((self.quiet()?, false));
        }
        let subject = self.token.clone();
        let who = self.who("a claim, such as `alice present in lobby`")?;
        self.takes("is")?;
        let negated = self.takes("not")?;
        if self.takes("present")? {
            let place = if self.takes("in")? { self.place()? } else { Place::Watched };
            return Ok((Claim::Present { who, place }, negated));
        }
        if !negated && self.takes("absent")? {
            let somewhere = self.takes("from")? || self.takes("in")?;
            let place = if somewhere { self.place()? } else { Place::Watched };
            return Ok((Claim::Present { who, place }, true));
        }
        if !negated && self.takes("never")? {
            return Ok((self.never(who)?, false));
        }
        if negated {
            return Err(self.unexpected("`present`", &["present"]));
        }
        // Perhaps it was not meant as a user id.
        if let Token::Word(word) = subject
            && let Some(near) = nearest(word, &["occupancy", "users", "no"])
        {
            let begins = matches!(self.token, Token::Filter(_)) || self.is("of") || self.is("in");
            if begins || Kind::ALL.iter().any(|(name, _)| self.is(name)) {
                let sentence = self.unexpected("`present`, `absent` or `never` behind a user id", &[]).sentence;
                return Err(Mistake::new(self.at, format!("{sentence}; did you mean `{near}` before it?")));
            }
        }
        Err(self.unexpected("`present`, `not present`, `absent` or `never`", &["present", "not", "absent", "never"]))
    }

    fn never(&mut self, who: Who) -> Read<Claim> {
        self.needs("in", "`in`, as in `alice never in two of match.*`")?;
        let ahead = self.cursor;
        let counts = matches!(self.token, Token::Word(_)) && {
            let mut ahead = Reader { cursor: ahead, token: Token::End, at: 0, claims: Vec::new() };
            ahead.step().is_ok() && ahead.is("of")
        };
        if !counts {
            return Ok(Claim::Never { who, count: 1, place: self.place()? });
        }
        let at = self.at;
        let count = self.count()?;
        if count == 0 {
            return Err(Mistake::new(at, "on none of the channels is where everybody always is; count from one"));
        }
        self.needs("of", "`of`")?;
        Ok(Claim::Never { who, count, place: self.place()? })
    }

    fn quiet(&mut self) -> Read<Claim> {
        const NAMES: &str = "`join`, `leave`, `timeout`, `state`, `event`, `drift` or `gap`";
        let Token::Word(word) = self.token else { return Err(self.unexpected(NAMES, &[])) };
        let is = |name: &str| word.eq_ignore_ascii_case(name) || word.eq_ignore_ascii_case(&format!("{name}s"));
        let Some((_, kind)) = Kind::ALL.into_iter().find(|(name, _)| is(name)) else {
            return Err(self.unexpected(NAMES, &Kind::ALL.map(|(name, _)| name)));
        };
        self.step()?;
        let (mut who, mut place, mut span) = (None, None, None);
        loop {
            let at = self.at;
            if who.is_none() && self.takes("of")? {
                if matches!(kind, Kind::Drift | Kind::Gap) {
                    return Err(Mistake::new(at, format!("a {} is of nobody; leave `of` out", kind.name())));
                }
                who = Some(self.who("a user id or a filter")?);
            } else if place.is_none() && self.takes("in")? {
                if kind == Kind::Gap {
                    return Err(Mistake::new(at, "a gap is in all that is watched; leave `in` out"));
                }
                place = Some(self.place()?);
            } else if span.is_none() && self.takes("for")? {
                span = Some(self.span()?);
            } else {
                break;
            }
        }
        let Some(span) = span else {
            return Err(self.unexpected("`for` and a length of time, as in `no timeout for 5m`", &["for", "in", "of"]));
        };
        Ok(Claim::Quiet { kind, who, place: place.unwrap_or(Place::Watched), span })
    }

    fn takes_filter(&mut self) -> Read<Option<Filter>> {
        let Token::Filter(filter) = &self.token else { return Ok(None) };
        let filter = filter.clone();
        self.step()?;
        Ok(Some(filter))
    }

    fn who(&mut self, expected: &str) -> Read<Who> {
        if let Some(filter) = self.takes_filter()? {
            return Ok(Who::Anybody(filter));
        }
        Ok(Who::One(UserId::heard(&self.name("user id", expected)?)))
    }

    /// A name, in quotes or not.
    fn name(&mut self, what: &str, expected: &str) -> Read<String> {
        let name = match &self.token {
            Token::Quoted(name) if name.is_empty() => {
                return Err(Mistake::new(self.at, format!("the {what} is empty")));
            }
            Token::Quoted(name) => name.clone(),
            Token::Word(word) if KEYWORDS.iter().any(|keyword| word.eq_ignore_ascii_case(keyword)) => {
                let sentence =
                    format!("expected {expected}, found {}; a {what} of that name goes in quotes", quote(word));
                return Err(Mistake::new(self.at, sentence));
            }
            Token::Word(word) => (*word).to_owned(),
            _ => return Err(self.unexpected(expected, &[])),
        };
        self.step()?;
        Ok(name)
    }

    fn place(&mut self) -> Read<Place> {
        let at = self.at;
        let everywhere = self.token == Token::Word("*");
        let name = self.name("channel", "a channel, a pattern such as `match.*`, or `*`")?;
        if everywhere {
            return Ok(Place::Watched);
        }
        Subscription::parse(&name).map(Place::At).map_err(|error| Mistake::new(at, error.to_string()))
    }

    fn comparison(&mut self) -> Read<(Comparison, u64)> {
        let Token::Sign(comparison) = self.token else {
            return Err(self.unexpected("`>=`, `>`, `<`, `<=`, `==` or `!=`, and a number", &[]));
        };
        self.step()?;
        Ok((comparison, self.count()?))
    }

    fn count(&mut self) -> Read<u64> {
        let Token::Word(word) = self.token else { return Err(self.unexpected("a whole number", &[])) };
        let in_words = NUMBERS.iter().position(|number| word.eq_ignore_ascii_case(number));
        let count = in_words.and_then(|count| u64::try_from(count).ok()).or_else(|| word.parse().ok());
        let count = count.ok_or_else(|| self.unexpected("a whole number", &NUMBERS[1..]))?;
        self.step()?;
        Ok(count)
    }

    fn span(&mut self) -> Read<Duration> {
        let Token::Word(word) = self.token else { return Err(self.unexpected("a length of time, as in `5m`", &[])) };
        let Span(span) =
            word.parse().map_err(|error: crate::duration::BadSpan| Mistake::new(self.at, error.to_string()))?;
        if span.is_zero() || span > LONGEST_SPAN {
            return Err(Mistake::new(self.at, "the length of time should be more than none and at most 7 days"));
        }
        self.step()?;
        Ok(span)
    }
}

/// The one that was probably meant.
fn nearest<'n>(word: &str, near: &[&'n str]) -> Option<&'n str> {
    let word: String = word.chars().take(40).flat_map(char::to_lowercase).collect();
    let distance = |name: &str| strsim::damerau_levenshtein(&word, name);
    near.iter().copied().min_by_key(|name| distance(name)).filter(|name| distance(name) <= 1 + name.len() / 4)
}
