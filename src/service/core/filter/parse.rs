//! From the text of an expression to its conditions, by recursive descent.

use super::{
    ast::{Arithmetic, Comparison, Condition, Operand, Source, Step},
    cursor::{Cursor, Result},
    error::{BadFilter, DEEPEST, LONGEST},
    like::Pattern,
};

/// What a parenthesis may hold.
enum Part {
    Condition(Condition),
    Operand(Operand),
}

struct Parser<'a> {
    cursor: Cursor<'a>,
    depth: usize,
}

/// Read a whole expression.
pub(super) fn condition(text: &str) -> Result<Condition> {
    if text.len() > LONGEST {
        return Err(BadFilter::TooLong(text.len()));
    }
    let mut parser = Parser { cursor: Cursor::new(text), depth: 0 };
    let part = parser.any()?;
    if !parser.cursor.rest().is_empty() {
        return Err(parser.cursor.unexpected(after(&part, "`&&`, `||` or the end")));
    }
    parser.as_condition(part)
}

/// What could have followed a part, if not what was looked for.
fn after(part: &Part, otherwise: &'static str) -> &'static str {
    match part {
        Part::Condition(_) => otherwise,
        Part::Operand(_) => "an operator such as `==` or `LIKE`",
    }
}

impl Parser<'_> {
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == DEEPEST {
            return Err(BadFilter::TooDeep { at: self.cursor.character() });
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// The part that was just read, where a condition is needed.
    fn as_condition(&mut self, part: Part) -> Result<Condition> {
        match part {
            Part::Condition(condition) => Ok(condition),
            Part::Operand(operand @ (Operand::Field(..) | Operand::Truth(_))) => Ok(Condition::Is(operand)),
            Part::Operand(_) => Err(self.cursor.unexpected(after(&part, ""))),
        }
    }

    /// The part that was read from `start`, where a value is needed.
    fn as_operand(&mut self, part: Part, start: usize) -> Result<Operand> {
        match part {
            Part::Operand(operand) => Ok(operand),
            Part::Condition(_) => {
                self.cursor.at = start;
                Err(self.cursor.unexpected("a value, not a condition"))
            }
        }
    }

    fn any(&mut self) -> Result<Part> {
        self.chain("||", Self::all, Condition::Any)
    }

    fn all(&mut self) -> Result<Part> {
        self.chain("&&", Self::comparison, Condition::All)
    }

    fn chain(
        &mut self,
        sign: &str,
        link: impl Fn(&mut Self) -> Result<Part>,
        join: impl Fn(Vec<Condition>) -> Condition,
    ) -> Result<Part> {
        let first = link(self)?;
        if !self.cursor.rest().starts_with(sign) {
            return Ok(first);
        }
        let mut conditions = vec![self.as_condition(first)?];
        while self.cursor.takes(sign) {
            let next = link(self)?;
            conditions.push(self.as_condition(next)?);
        }
        Ok(Part::Condition(join(conditions)))
    }

    fn comparison(&mut self) -> Result<Part> {
        let left_at = self.cursor.at;
        let left = self.sum()?;
        let Some(comparison) = self.comparator() else { return Ok(left) };
        let left = self.as_operand(left, left_at)?;
        let right_at = self.cursor.at;
        let right = self.sum()?;
        let right = self.as_operand(right, right_at)?;
        Ok(Part::Condition(match (comparison, right) {
            (Comparison::Like, Operand::Text(pattern)) => Condition::Like(left, Pattern::new(&pattern)),
            (comparison, right) => Condition::Compare(left, comparison, right),
        }))
    }

    fn comparator(&mut self) -> Option<Comparison> {
        let signs = [
            ("==", Comparison::Equal),
            ("!=", Comparison::Unequal),
            (">=", Comparison::AtLeast),
            ("<=", Comparison::AtMost),
            (">", Comparison::Greater),
            ("<", Comparison::Less),
        ];
        if let Some((_, comparison)) = signs.into_iter().find(|(sign, _)| self.cursor.takes(sign)) {
            return Some(comparison);
        }
        let words = [("like", Comparison::Like), ("contains", Comparison::Contains)];
        let word = self.cursor.name();
        let known = words.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(word));
        if known.is_none() {
            self.cursor.at -= word.len();
        }
        known.map(|(_, comparison)| comparison)
    }

    fn sum(&mut self) -> Result<Part> {
        self.arithmetic(&[("+", Arithmetic::Plus), ("-", Arithmetic::Minus)], Self::product)
    }

    fn product(&mut self) -> Result<Part> {
        let signs = [("*", Arithmetic::Times), ("/", Arithmetic::Over), ("%", Arithmetic::Modulo)];
        self.arithmetic(&signs, Self::signed)
    }

    fn arithmetic(
        &mut self,
        signs: &[(&str, Arithmetic)],
        operand: impl Fn(&mut Self) -> Result<Part>,
    ) -> Result<Part> {
        let first_at = self.cursor.at;
        let mut first = operand(self)?;
        let mut rest = Vec::new();
        while let Some((_, operation)) = signs.iter().find(|(sign, _)| self.cursor.takes(sign)) {
            if rest.is_empty() {
                first = Part::Operand(self.as_operand(first, first_at)?);
            }
            let next_at = self.cursor.at;
            let next = operand(self)?;
            rest.push((*operation, self.as_operand(next, next_at)?));
        }
        Ok(match first {
            Part::Operand(first) if !rest.is_empty() => Part::Operand(Operand::Arithmetic(Box::new(first), rest)),
            first => first,
        })
    }

    fn signed(&mut self) -> Result<Part> {
        if self.cursor.takes("!") {
            let part = self.nested(Self::signed)?;
            let condition = self.as_condition(part)?;
            return Ok(Part::Condition(Condition::Not(Box::new(condition))));
        }
        if self.cursor.takes("-") {
            let start = self.cursor.at;
            let part = self.nested(Self::signed)?;
            let operand = self.as_operand(part, start)?;
            return Ok(Part::Operand(Operand::Negative(Box::new(operand))));
        }
        if self.cursor.takes("(") {
            let part = self.nested(Self::any)?;
            self.cursor.needs(")", after(&part, "`&&`, `||` or `)`"))?;
            return Ok(part);
        }
        self.primary().map(Part::Operand)
    }

    fn primary(&mut self) -> Result<Operand> {
        let rest = self.cursor.rest();
        match rest.chars().next() {
            Some('"' | '\'') => self.cursor.quoted().map(|text| Operand::Text(text.into())),
            Some('0'..='9') => self.cursor.number().map(Operand::Number),
            _ => match self.cursor.name() {
                "" => Err(self.cursor.unexpected("a field, a number, a text in quotes, `!` or `(`")),
                "true" => Ok(Operand::Truth(true)),
                "false" => Ok(Operand::Truth(false)),
                "data" => Ok(Operand::Field(Source::Data, self.steps(Vec::new())?)),
                "meta" => Ok(Operand::Field(Source::Meta, self.steps(Vec::new())?)),
                name => Ok(Operand::Field(Source::Meta, self.steps(vec![Step::Name(name.into())])?)),
            },
        }
    }

    fn steps(&mut self, mut steps: Vec<Step>) -> Result<Vec<Step>> {
        loop {
            if self.cursor.takes(".") {
                match self.cursor.name() {
                    "" => return Err(self.cursor.unexpected("the name of a field")),
                    name => steps.push(Step::Name(name.into())),
                }
            } else if self.cursor.takes("[") {
                let step = match self.cursor.rest().chars().next() {
                    Some('"' | '\'') => Step::Name(self.cursor.quoted()?.into()),
                    _ => Step::Index(self.cursor.index()?),
                };
                steps.push(step);
                self.cursor.needs("]", "`]`")?;
            } else {
                return Ok(steps);
            }
        }
    }
}
