//! The small language means one thing everywhere: the filter of the dashboard, the claims of `check`,
//! and a reading of both that was written on its own.

use std::cell::Cell;

use herenow::{
    expression::{Expression, Facts, Filter, Judge, Place, Seen, Verdict},
    presence::{Channel, EventKind, Moment, PresenceEvent, Roster, State, Timetoken, UserId},
};
use proptest::{
    prelude::*,
    test_runner::{Config, RngSeed, TestRunner},
};
use serde_json::Value;

/// A term by its meaning, rather than by its text.
#[derive(Debug, Clone)]
struct Term {
    negated: bool,
    what: What,
    quoted: bool,
}

#[derive(Debug, Clone)]
enum What {
    Has(String),
    Is(String),
    Fuzzy(String),
    Field(Vec<String>, Option<(&'static str, String)>),
}

fn in_quotes(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

impl Term {
    /// As somebody might write it.
    fn text(&self) -> String {
        let plain = |text: &str| {
            !text.is_empty()
                && !text.contains(|c: char| c.is_whitespace() || "\"[]\\".contains(c))
                && !text.starts_with(['!', '=', '~'])
        };
        let word = |text: &str| if self.quoted || !plain(text) { in_quotes(text) } else { text.to_owned() };
        let what = match &self.what {
            What::Has(part) if part.contains(['=', '<', '>', '.']) => in_quotes(part),
            What::Has(part) => word(part),
            What::Is(id) => format!("={}", word(id)),
            What::Fuzzy(letters) => format!("~{}", word(letters)),
            What::Field(path, test) => {
                let steps: Vec<String> = path
                    .iter()
                    .map(|step| {
                        let odd = step.is_empty() || !step.chars().all(char::is_alphanumeric);
                        if odd { in_quotes(step) } else { step.clone() }
                    })
                    .collect();
                let test = test.as_ref().map(|(sign, value)| match *sign {
                    ">" | ">=" | "<" | "<=" => format!("{sign}{value}"),
                    _ => format!("{sign}{}", word(value)),
                });
                format!("state.{}{}", steps.join("."), test.unwrap_or_default())
            }
        };
        format!("{}{what}", if self.negated { "!" } else { "" })
    }

    /// Whom it means, worked out the slow way.
    fn means(&self, user: &str, state: Option<&Value>) -> bool {
        let (lower, quoted) = (user.to_lowercase(), self.quoted);
        let means = match &self.what {
            What::Has(part) => lower.contains(&part.to_lowercase()),
            What::Is(id) => id == user,
            What::Fuzzy(letters) => {
                let mut rest = lower.as_str();
                letters.to_lowercase().chars().all(|letter| {
                    let found = rest.split_once(letter);
                    rest = found.map_or("", |(_, behind)| behind);
                    found.is_some()
                })
            }
            What::Field(path, test) => {
                let mut field = state.cloned();
                for step in path {
                    field = match field {
                        Some(Value::Object(mut fields)) => fields.remove(step),
                        Some(Value::Array(members)) => {
                            let member = step.parse::<usize>().ok().and_then(|index| members.get(index).cloned());
                            member.filter(|_| step.chars().all(char::is_alphanumeric))
                        }
                        _ => None,
                    };
                }
                field.is_some_and(|field| match test {
                    None => true,
                    Some(("=", value)) => equal(&field, value, quoted),
                    Some(("!=", value)) => !equal(&field, value, quoted),
                    Some(("~", part)) => {
                        matches!(field, Value::String(text) if text.to_lowercase().contains(&part.to_lowercase()))
                    }
                    Some((sign, value)) => {
                        let value: f64 = value.parse().unwrap();
                        field.as_f64().is_some_and(|field| match *sign {
                            ">" => field > value,
                            ">=" => field >= value,
                            "<" => field < value,
                            _ => field <= value,
                        })
                    }
                })
            }
        };
        means ^ self.negated
    }
}

fn equal(field: &Value, value: &str, quoted: bool) -> bool {
    let bare = (!quoted).then(|| serde_json::from_str::<Value>(value).ok()).flatten();
    match (field, bare) {
        (Value::String(text), _) => text == value,
        (Value::Number(number), Some(Value::Number(wanted))) => number.as_f64() == wanted.as_f64(),
        (Value::Null | Value::Bool(_), Some(wanted)) => *field == wanted,
        _ => false,
    }
}

/// Read once: as a plain text, a pattern is read again for each value.
fn like(pattern: &str) -> impl Strategy<Value = String> + use<> {
    proptest::string::string_regex(pattern).unwrap()
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => like("[abAB]{1,4}"),
        2 => like("(bot|Alice|carl|x)[-=. ]?[0-9]{0,2}"),
        1 => like("[äÖ李!~=\\[\\]\"\\\\]{1,3}a?"),
    ]
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("busy".to_owned()),
        Just("Away now".to_owned()),
        Just(String::new()),
        like("[0-3]"),
        Just("2.5".to_owned()),
        Just("-1".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        Just("null".to_owned())
    ]
}

fn path() -> impl Strategy<Value = Vec<String>> {
    let step = prop_oneof![4 => like("[ab]"), 1 => like("[01]"), 1 => Just("a b".to_owned())];
    proptest::collection::vec(step, 1..3)
}

fn term() -> impl Strategy<Value = Term> {
    let number = prop_oneof![like("[0-3]"), Just("2.5".to_owned()), Just("-1".to_owned())];
    let test = prop_oneof![
        1 => Just(None),
        3 => (prop_oneof![Just("="), Just("!="), Just("~")], value()).prop_map(Some),
        2 => (prop_oneof![Just(">"), Just(">="), Just("<"), Just("<=")], number).prop_map(Some),
    ];
    let what = prop_oneof![
        3 => like("[abAB]{1,2}").prop_map(What::Has),
        1 => name().prop_map(What::Has),
        1 => name().prop_map(What::Is),
        1 => like("[abAB1]{1,3}").prop_map(What::Fuzzy),
        4 => (path(), test).prop_map(|(path, test)| What::Field(path, test)),
    ];
    (any::<bool>(), what, prop::bool::weighted(0.3)).prop_map(|(negated, what, quoted)| Term { negated, what, quoted })
}

fn leaf() -> impl Strategy<Value = Value> {
    (value(), any::<bool>()).prop_map(|(text, is_text)| {
        let read = serde_json::from_str(&text).ok().filter(|_| !is_text);
        read.unwrap_or(Value::String(text))
    })
}

fn state() -> impl Strategy<Value = Value> {
    let key = || prop_oneof![4 => like("[ab]"), 1 => like("[01]"), 1 => Just("a b".to_owned())];
    let fields = |inner: BoxedStrategy<Value>| {
        proptest::collection::btree_map(key(), inner, 0..4)
            .prop_map(|fields| Value::Object(fields.into_iter().collect()))
    };
    let list = proptest::collection::vec(leaf(), 0..3).prop_map(Value::Array);
    let inner = prop_oneof![4 => leaf().boxed(), 1 => fields(leaf().boxed()).boxed(), 1 => list.boxed()];
    fields(inner.boxed())
}

/// One channel, of which everything is known.
struct Known {
    channel: Channel,
    roster: Roster,
}

impl Known {
    fn of(users: &[(String, Option<Value>)]) -> Self {
        let channel = Channel::from_wire("X");
        let mut roster = Roster::default();
        for ((user, state), at) in users.iter().zip(1..) {
            let state = state.as_ref().and_then(|state| State::parse(&state.to_string()).ok());
            let what = EventKind::Joined { user: UserId::from_wire(user), state };
            let (published, occupancy) = (Timetoken::new(at), Some(at));
            roster.apply(&PresenceEvent {
                raw: None,
                channel: channel.clone(),
                subscription: None,
                published,
                timestamp: None,
                occupancy,
                what,
            });
        }
        Self { channel, roster }
    }

    fn seen(&self) -> Seen<'_> {
        let (channel, roster) = (&self.channel, &self.roster);
        Seen {
            channel,
            roster,
            told: true,
            names: true,
            everybody: true,
            states: true,
            count: true,
            changes: true,
            unsettled_until: None,
            told_until: None,
            doubt: "",
        }
    }

    fn holds(&self, claim: &str) -> bool {
        let expression = Expression::parse(claim).unwrap_or_else(|m| panic!("{}\n{m}", m.caret(claim)));
        match Judge::new(expression).judge(self, Moment::default()) {
            Verdict::Held { .. } => true,
            Verdict::NotHeld { .. } => false,
            other => panic!("{claim}: all is known, and yet {other:?}"),
        }
    }
}

impl Facts for Known {
    fn cut_off(&self) -> Option<String> {
        None
    }

    fn explain_hidden(&self, _: &Place) -> Option<String> {
        None
    }

    fn channel(&self, channel: &Channel) -> Option<Seen<'_>> {
        (self.channel == *channel).then(|| self.seen())
    }

    fn channels(&self) -> impl Iterator<Item = Seen<'_>> {
        std::iter::once(self.seen())
    }
}

#[test]
fn the_filter_of_the_dashboard_and_check_agree_with_each_other_and_with_a_plain_reading() {
    let config = Config { cases: 10_000, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..Config::default() };
    let people = proptest::collection::btree_map(name(), proptest::option::weighted(0.8, state()), 0..5);
    let (kept_some, kept_not_all) = (Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(config);
    let pairs = (proptest::collection::vec(term(), 0..3), people);
    let result = runner.run(&pairs, |(terms, people)| {
        let people: Vec<(String, Option<Value>)> = people.into_iter().collect();
        let text = terms.iter().map(Term::text).collect::<Vec<_>>().join(" ");
        let filter = Filter::parse(&text).unwrap_or_else(|m| panic!("{}\n{m}", m.caret(&text)));
        prop_assert_eq!(&Filter::parse(filter.as_str()).unwrap(), &filter);
        let known = Known::of(&people);
        let mut kept = 0;
        for (user, state) in &people {
            let listed = known.roster.get(&UserId::from_wire(user)).unwrap();
            let keeps = filter.matches(user, listed.state());
            let means = terms.iter().all(|term| term.means(user, state.as_ref()));
            prop_assert_eq!(keeps, means, "{} {:?} {:?}", &text, user, state);
            let claim = format!("[{text} ={}] present in X", in_quotes(user));
            prop_assert_eq!(known.holds(&claim), keeps, "{}", claim);
            kept += u64::from(keeps);
        }
        let count = |sign: &str| known.holds(&format!("users [{text}] in X {sign} {kept}"));
        prop_assert!(count("=="));
        prop_assert!(!count("!="));
        let somebody = known.holds(&format!("[{text}] present in X"));
        prop_assert_eq!(somebody, kept > 0);
        kept_some.set(kept_some.get() + u32::from(kept > 0));
        kept_not_all.set(kept_not_all.get() + u32::from(kept < people.len() as u64));
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
    // Pairs of which all say the same would prove little.
    assert!(kept_some.get() > 2_000 && kept_not_all.get() > 2_000, "{kept_some:?} {kept_not_all:?}");
}
