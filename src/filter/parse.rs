//! From the text of an expression to its conditions, by recursive descent.

use serde_json::Value;

use super::{
    ast::{Arithmetic, Comparator, Condition, FieldRoot, FieldStep, Operand},
    error::{DEEPEST, FilterError, LONGEST},
    like::LikePattern,
    scanner::{Result, Scanner},
};

/// What a parenthesis may hold.
enum ParsedPart {
    Condition(Condition),
    Operand(Operand),
}

struct FilterParser<'a> {
    scanner: Scanner<'a>,
    depth: usize,
}

/// Read a whole expression.
pub(super) fn parse_condition(text: &str) -> Result<Condition> {
    if text.len() > LONGEST {
        return Err(FilterError::TooLong(text.len()));
    }
    let mut parser = FilterParser { scanner: Scanner::new(text), depth: 0 };
    let part = parser.parse_or()?;
    if !parser.scanner.rest().is_empty() {
        return Err(parser.scanner.explain_unexpected(expected_after(&part, "`&&`, `||` or the end")));
    }
    parser.as_condition(part)
}

/// What could have followed a part, if not what was looked for.
fn expected_after(part: &ParsedPart, otherwise: &'static str) -> &'static str {
    match part {
        ParsedPart::Condition(_) => otherwise,
        ParsedPart::Operand(_) => "an operator such as `==` or `LIKE`",
    }
}

/// The value of a part that has one whatever the message is, as a member of a list must.
fn read_literal(part: &ParsedPart) -> Option<Value> {
    match part {
        ParsedPart::Operand(Operand::Number(number)) => Some((*number).into()),
        ParsedPart::Operand(Operand::Negative(operand)) => match **operand {
            Operand::Number(number) => Some((-number).into()),
            _ => None,
        },
        ParsedPart::Operand(Operand::Text(text)) => Some((**text).into()),
        ParsedPart::Operand(Operand::Truth(truth)) => Some((*truth).into()),
        ParsedPart::Operand(_) | ParsedPart::Condition(_) => None,
    }
}

impl FilterParser<'_> {
    fn parse_nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == DEEPEST {
            return Err(FilterError::TooDeep { at: self.scanner.character() });
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// The part that was just read, where a condition is needed.
    fn as_condition(&mut self, part: ParsedPart) -> Result<Condition> {
        match part {
            ParsedPart::Condition(condition) => Ok(condition),
            ParsedPart::Operand(operand @ (Operand::Field(..) | Operand::Truth(_))) => Ok(Condition::Is(operand)),
            ParsedPart::Operand(_) => Err(self.scanner.explain_unexpected(expected_after(&part, ""))),
        }
    }

    /// The part that was read from `start`, where a value is needed.
    fn as_operand(&mut self, part: ParsedPart, start: usize) -> Result<Operand> {
        match part {
            ParsedPart::Operand(operand) => Ok(operand),
            ParsedPart::Condition(_) => {
                self.scanner.at = start;
                Err(self.scanner.explain_unexpected("a value, not a condition"))
            }
        }
    }

    fn parse_or(&mut self) -> Result<ParsedPart> {
        self.parse_chain("||", Self::parse_and, Condition::Any)
    }

    fn parse_and(&mut self) -> Result<ParsedPart> {
        self.parse_chain("&&", Self::parse_comparison, Condition::All)
    }

    fn parse_chain(
        &mut self,
        sign: &str,
        link: impl Fn(&mut Self) -> Result<ParsedPart>,
        join: impl Fn(Vec<Condition>) -> Condition,
    ) -> Result<ParsedPart> {
        let first = link(self)?;
        if !self.scanner.rest().starts_with(sign) {
            return Ok(first);
        }
        let mut conditions = vec![self.as_condition(first)?];
        while self.scanner.takes(sign) {
            let next = link(self)?;
            conditions.push(self.as_condition(next)?);
        }
        Ok(ParsedPart::Condition(join(conditions)))
    }

    fn parse_comparison(&mut self) -> Result<ParsedPart> {
        let left_at = self.scanner.at;
        let left = self.parse_sum()?;
        let Some(comparison) = self.parse_comparator() else { return Ok(left) };
        let left = self.as_operand(left, left_at)?;
        let right_at = self.scanner.at;
        let right = self.parse_sum()?;
        let right = self.as_operand(right, right_at)?;
        Ok(ParsedPart::Condition(match (comparison, right) {
            (Comparator::Like, Operand::Text(pattern)) => Condition::Like(left, LikePattern::new(&pattern)),
            (comparison, right) => Condition::Compare(left, comparison, right),
        }))
    }

    fn parse_comparator(&mut self) -> Option<Comparator> {
        let signs = [
            ("==", Comparator::Equal),
            ("!=", Comparator::Unequal),
            (">=", Comparator::AtLeast),
            ("<=", Comparator::AtMost),
            (">", Comparator::Greater),
            ("<", Comparator::Less),
        ];
        if let Some((_, comparison)) = signs.into_iter().find(|(sign, _)| self.scanner.takes(sign)) {
            return Some(comparison);
        }
        let words = [("like", Comparator::Like), ("contains", Comparator::Contains)];
        let word = self.scanner.name();
        let known = words.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(word));
        if known.is_none() {
            self.scanner.at -= word.len();
        }
        known.map(|(_, comparison)| comparison)
    }

    fn parse_sum(&mut self) -> Result<ParsedPart> {
        self.parse_arithmetic(&[("+", Arithmetic::Plus), ("-", Arithmetic::Minus)], Self::parse_product)
    }

    fn parse_product(&mut self) -> Result<ParsedPart> {
        let signs = [("*", Arithmetic::Times), ("/", Arithmetic::Over), ("%", Arithmetic::Modulo)];
        self.parse_arithmetic(&signs, Self::parse_signed)
    }

    fn parse_arithmetic(
        &mut self,
        signs: &[(&str, Arithmetic)],
        operand: impl Fn(&mut Self) -> Result<ParsedPart>,
    ) -> Result<ParsedPart> {
        let first_at = self.scanner.at;
        let mut first = operand(self)?;
        let mut rest = Vec::new();
        while let Some((_, operation)) = signs.iter().find(|(sign, _)| self.scanner.takes(sign)) {
            if rest.is_empty() {
                first = ParsedPart::Operand(self.as_operand(first, first_at)?);
            }
            let next_at = self.scanner.at;
            let next = operand(self)?;
            rest.push((*operation, self.as_operand(next, next_at)?));
        }
        Ok(match first {
            ParsedPart::Operand(first) if !rest.is_empty() => {
                ParsedPart::Operand(Operand::Arithmetic(Box::new(first), rest))
            }
            first => first,
        })
    }

    fn parse_signed(&mut self) -> Result<ParsedPart> {
        if self.scanner.takes("!") {
            let part = self.parse_nested(Self::parse_signed)?;
            let condition = self.as_condition(part)?;
            return Ok(ParsedPart::Condition(Condition::Not(Box::new(condition))));
        }
        if self.scanner.takes("-") {
            let start = self.scanner.at;
            let part = self.parse_nested(Self::parse_signed)?;
            let operand = self.as_operand(part, start)?;
            return Ok(ParsedPart::Operand(Operand::Negative(Box::new(operand))));
        }
        if self.scanner.takes("(") {
            let part = self.parse_nested(Self::parse_or)?;
            if let Some(first) = read_literal(&part).filter(|_| self.scanner.rest().starts_with(',')) {
                return self.parse_list(first).map(ParsedPart::Operand);
            }
            self.scanner.needs(")", expected_after(&part, "`&&`, `||` or `)`"))?;
            return Ok(part);
        }
        self.parse_primary().map(ParsedPart::Operand)
    }

    /// The rest of a list, whose first member is read.
    fn parse_list(&mut self, first: Value) -> Result<Operand> {
        let mut members = vec![first];
        while self.scanner.takes(",") {
            let start = self.scanner.at;
            let part = self.parse_nested(Self::parse_signed)?;
            let Some(member) = read_literal(&part) else {
                self.scanner.at = start;
                return Err(self.scanner.explain_unexpected("a number, a text in quotes, `true` or `false`"));
            };
            members.push(member);
        }
        self.scanner.needs(")", "`,` or `)`")?;
        Ok(Operand::List(Value::Array(members)))
    }

    fn parse_primary(&mut self) -> Result<Operand> {
        let rest = self.scanner.rest();
        match rest.chars().next() {
            Some('"' | '\'') => self.scanner.read_quoted().map(|text| Operand::Text(text.into())),
            Some('0'..='9') => self.scanner.number().map(Operand::Number),
            _ => match self.scanner.name() {
                "" => Err(self.scanner.explain_unexpected("a field, a number, a text in quotes, `!` or `(`")),
                "true" => Ok(Operand::Truth(true)),
                "false" => Ok(Operand::Truth(false)),
                "data" => Ok(Operand::Field(FieldRoot::Data, self.parse_steps(Vec::new())?)),
                "meta" => Ok(Operand::Field(FieldRoot::Meta, self.parse_steps(Vec::new())?)),
                name => Ok(Operand::Field(FieldRoot::Meta, self.parse_steps(vec![FieldStep::Name(name.into())])?)),
            },
        }
    }

    fn parse_steps(&mut self, mut steps: Vec<FieldStep>) -> Result<Vec<FieldStep>> {
        loop {
            if self.scanner.takes(".") {
                match self.scanner.name() {
                    "" => return Err(self.scanner.explain_unexpected("the name of a field")),
                    name => steps.push(FieldStep::Name(name.into())),
                }
            } else if self.scanner.takes("[") {
                let step = match self.scanner.rest().chars().next() {
                    Some('"' | '\'') => FieldStep::Name(self.scanner.read_quoted()?.into()),
                    _ => FieldStep::Index(self.scanner.index()?),
                };
                steps.push(step);
                self.scanner.needs("]", "`]`")?;
            } else {
                return Ok(steps);
            }
        }
    }
}
