//! From the text of an expression to its syntax tree, by recursive descent.

use std::time::Duration;

use super::{
    Mistake,
    ast::{Claim, Expression, Node, Place, QuietKind, Who},
    comparison::Comparison,
    cursor::ParseResult,
    lexer::{Lexer, Token, find_nearest},
    mistake::quote_excerpt,
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

/// An incident is told a few seconds after it happened, so this long without one is meant where nothing is said.
const INCIDENT: Duration = Duration::from_secs(10);

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

fn parse_expression(text: &str) -> ParseResult<(Node, Vec<Claim>)> {
    if text.len() > LONGEST {
        let at = text.floor_char_boundary(LONGEST);
        let sentence = format!("an expression of {} bytes is too long; at most {LONGEST} are read", text.len());
        return Err(Mistake::new(at, sentence));
    }
    let mut parser = Parser { lexer: Lexer::new(text), claims: Vec::new() };
    parser.lexer.step()?;
    if parser.lexer.token == Token::End {
        let sentence = "there is no claim; write one such as `occupancy of lobby >= 10` or `alice present in lobby`";
        return Err(Mistake::new(0, sentence));
    }
    let root = parser.parse_or(0)?;
    match parser.lexer.token {
        Token::End => Ok((root, parser.claims)),
        Token::Close => Err(Mistake::new(parser.lexer.at, "this `)` closes nothing; leave it out")),
        _ => Err(parser.lexer.explain_unexpected("`and`, `or` or the end", &["and", "or"])),
    }
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    claims: Vec<Claim>,
}

impl Parser<'_> {
    fn parse_or(&mut self, depth: usize) -> ParseResult<Node> {
        let mut nodes = vec![self.parse_and(depth)?];
        while self.lexer.takes("or")? {
            nodes.push(self.parse_and(depth)?);
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::Any(nodes) })
    }

    fn parse_and(&mut self, depth: usize) -> ParseResult<Node> {
        let mut nodes = vec![self.parse_not(depth)?];
        while self.lexer.takes("and")? {
            nodes.push(self.parse_not(depth)?);
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::All(nodes) })
    }

    fn parse_not(&mut self, depth: usize) -> ParseResult<Node> {
        let nested = self.lexer.is("not") || self.lexer.token == Token::Open;
        if nested && depth == DEEPEST {
            let sentence = format!("more than {DEEPEST} parentheses and `not` stand inside each other");
            return Err(Mistake::new(self.lexer.at, sentence));
        }
        if self.lexer.takes("not")? {
            return Ok(Node::Not(Box::new(self.parse_not(depth + 1)?)));
        }
        if self.lexer.token == Token::Open {
            let open = self.lexer.at;
            self.lexer.step()?;
            let inner = self.parse_or(depth + 1)?;
            if self.lexer.token == Token::End {
                return Err(Mistake::new(open, "this `(` is not closed; end it with `)`"));
            }
            if self.lexer.token != Token::Close {
                return Err(self.lexer.explain_unexpected("`and`, `or` or `)`", &["and", "or"]));
            }
            self.lexer.step()?;
            return Ok(inner);
        }
        let (claim, negated) = self.parse_claim()?;
        self.claims.push(claim);
        let node = Node::Claim(self.claims.len() - 1);
        Ok(if negated { Node::Not(Box::new(node)) } else { node })
    }

    /// A claim, and whether it was turned around.
    fn parse_claim(&mut self) -> ParseResult<(Claim, bool)> {
        if self.lexer.takes("occupancy")? {
            self.lexer.needs("of", "`of` and a channel, as in `occupancy of lobby >= 10`")?;
            let place = self.parse_place()?;
            let (comparison, count) = self.parse_comparison()?;
            return Ok((Claim::Occupancy { place, comparison, count }, false));
        }
        if self.lexer.takes("users")? {
            let filter = self.lexer.takes_filter()?.unwrap_or_default();
            self.lexer.needs("in", "a filter in brackets or `in`, as in `users [bot] in lobby >= 3`")?;
            let place = self.parse_place()?;
            let (comparison, count) = self.parse_comparison()?;
            return Ok((Claim::Users { filter, place, comparison, count }, false));
        }
        if self.lexer.takes("no")? {
            return Ok((self.parse_quiet()?, false));
        }
        let subject = self.lexer.token.clone();
        let who = self.parse_who("a claim, such as `alice present in lobby`")?;
        self.lexer.takes("is")?;
        let negated = self.lexer.takes("not")?;
        if self.lexer.takes("present")? {
            let place = if self.lexer.takes("in")? { self.parse_place()? } else { Place::Watched };
            return Ok((Claim::Present { who, place }, negated));
        }
        if !negated && self.lexer.takes("absent")? {
            let somewhere = self.lexer.takes("from")? || self.lexer.takes("in")?;
            let place = if somewhere { self.parse_place()? } else { Place::Watched };
            return Ok((Claim::Present { who, place }, true));
        }
        if !negated && self.lexer.takes("never")? {
            return Ok((self.parse_never(who)?, false));
        }
        if negated {
            return Err(self.lexer.explain_unexpected("`present`", &["present"]));
        }
        // Perhaps it was not meant as a user id.
        if let Token::Word(word) = subject
            && let Some(near) = find_nearest(word, &["occupancy", "users", "no"])
        {
            let begins = matches!(self.lexer.token, Token::Filter(_)) || self.lexer.is("of") || self.lexer.is("in");
            if begins || QuietKind::ALL.iter().any(|(name, _)| self.lexer.is(name)) {
                let sentence =
                    self.lexer.explain_unexpected("`present`, `absent` or `never` behind a user id", &[]).sentence;
                return Err(Mistake::new(self.lexer.at, format!("{sentence}; did you mean `{near}` before it?")));
            }
        }
        Err(self.lexer.explain_unexpected(
            "`present`, `not present`, `absent` or `never`",
            &["present", "not", "absent", "never"],
        ))
    }

    fn parse_never(&mut self, who: Who) -> ParseResult<Claim> {
        self.lexer.needs("in", "`in`, as in `alice never in two of match.*`")?;
        let counts = matches!(self.lexer.token, Token::Word(_)) && {
            let mut ahead = self.lexer.clone();
            ahead.step().is_ok() && ahead.is("of")
        };
        if !counts {
            return Ok(Claim::Never { who, count: 1, place: self.parse_place()? });
        }
        let at = self.lexer.at;
        let count = self.parse_count()?;
        if count == 0 {
            return Err(Mistake::new(at, "on none of the channels is where everybody always is; count from one"));
        }
        self.lexer.needs("of", "`of`")?;
        Ok(Claim::Never { who, count, place: self.parse_place()? })
    }

    fn parse_quiet(&mut self) -> ParseResult<Claim> {
        const NAMES: &str = "`join`, `leave`, `timeout`, `state`, `event`, `drift`, `gap` or `incident`";
        let Token::Word(word) = self.lexer.token else { return Err(self.lexer.explain_unexpected(NAMES, &[])) };
        let is = |name: &str| word.eq_ignore_ascii_case(name) || word.eq_ignore_ascii_case(&format!("{name}s"));
        let Some((_, kind)) = QuietKind::ALL.into_iter().find(|(name, _)| is(name)) else {
            return Err(self.lexer.explain_unexpected(NAMES, &QuietKind::ALL.map(|(name, _)| name)));
        };
        self.lexer.step()?;
        let (mut who, mut place, mut span) = (None, None, None);
        loop {
            let at = self.lexer.at;
            if who.is_none() && self.lexer.takes("of")? {
                if matches!(kind, QuietKind::Drift | QuietKind::Gap | QuietKind::Incident) {
                    let article = if kind == QuietKind::Incident { "an" } else { "a" };
                    return Err(Mistake::new(at, format!("{article} {} is of nobody; leave `of` out", kind.name())));
                }
                who = Some(self.parse_who("a user id or a filter")?);
            } else if place.is_none() && self.lexer.takes("in")? {
                if kind == QuietKind::Gap {
                    return Err(Mistake::new(at, "a gap is in all that is watched; leave `in` out"));
                }
                place = Some(self.parse_place()?);
            } else if span.is_none() && self.lexer.takes("for")? {
                span = Some(self.parse_span()?);
            } else {
                break;
            }
        }
        let span = span.or((kind == QuietKind::Incident).then_some(INCIDENT));
        let Some(span) = span else {
            return Err(self
                .lexer
                .explain_unexpected("`for` and a length of time, as in `no timeout for 5m`", &["for", "in", "of"]));
        };
        Ok(Claim::Quiet { kind, who, place: place.unwrap_or(Place::Watched), span })
    }

    fn parse_who(&mut self, expected: &str) -> ParseResult<Who> {
        if let Some(filter) = self.lexer.takes_filter()? {
            return Ok(Who::Anybody(filter));
        }
        Ok(Who::One(UserId::from_wire(&self.parse_name("user id", expected)?)))
    }

    /// A name, in quotes or not.
    fn parse_name(&mut self, what: &str, expected: &str) -> ParseResult<String> {
        let name = match &self.lexer.token {
            Token::Quoted(name) if name.is_empty() => {
                return Err(Mistake::new(self.lexer.at, format!("the {what} is empty")));
            }
            Token::Quoted(name) => name.clone(),
            Token::Word(word) if KEYWORDS.iter().any(|keyword| word.eq_ignore_ascii_case(keyword)) => {
                let sentence =
                    format!("expected {expected}, found {}; a {what} of that name goes in quotes", quote_excerpt(word));
                return Err(Mistake::new(self.lexer.at, sentence));
            }
            Token::Word(word) => (*word).to_owned(),
            _ => return Err(self.lexer.explain_unexpected(expected, &[])),
        };
        self.lexer.step()?;
        Ok(name)
    }

    fn parse_place(&mut self) -> ParseResult<Place> {
        let at = self.lexer.at;
        let everywhere = self.lexer.token == Token::Word("*");
        let name = self.parse_name("channel", "a channel, a pattern such as `match.*`, or `*`")?;
        if everywhere {
            return Ok(Place::Watched);
        }
        Subscription::parse(&name).map(Place::At).map_err(|error| Mistake::new(at, error.to_string()))
    }

    fn parse_comparison(&mut self) -> ParseResult<(Comparison, u64)> {
        let Token::Sign(comparison) = self.lexer.token else {
            return Err(self.lexer.explain_unexpected("`>=`, `>`, `<`, `<=`, `==` or `!=`, and a number", &[]));
        };
        self.lexer.step()?;
        Ok((comparison, self.parse_count()?))
    }

    fn parse_count(&mut self) -> ParseResult<u64> {
        let Token::Word(word) = self.lexer.token else {
            return Err(self.lexer.explain_unexpected("a whole number", &[]));
        };
        let in_words = NUMBERS.iter().position(|number| word.eq_ignore_ascii_case(number));
        let count = in_words.and_then(|count| u64::try_from(count).ok()).or_else(|| word.parse().ok());
        let count = count.ok_or_else(|| self.lexer.explain_unexpected("a whole number", &NUMBERS[1..]))?;
        self.lexer.step()?;
        Ok(count)
    }

    fn parse_span(&mut self) -> ParseResult<Duration> {
        let Token::Word(word) = self.lexer.token else {
            return Err(self.lexer.explain_unexpected("a length of time, as in `5m`", &[]));
        };
        let Span(span) =
            word.parse().map_err(|error: crate::duration::BadSpan| Mistake::new(self.lexer.at, error.to_string()))?;
        if span.is_zero() || span > LONGEST_SPAN {
            return Err(Mistake::new(self.lexer.at, "the length of time should be more than none and at most 7 days"));
        }
        self.lexer.step()?;
        Ok(span)
    }
}
