//! What those concerned have in common, and the others have not: the beginning of their user ids, or a field of their
//! state.

use std::{collections::HashMap, fmt};

use serde_json::Value;

use crate::presence::{State, UserId, sanitize};

/// Those who have it must be this part of those concerned who state the field, and that much more than of the others.
const LEAST_SHARE: f64 = 0.7;
const LEAST_DIFFERENCE: f64 = 0.35;

/// The least number of them.
const LEAST: usize = 4;

/// How sure that must be: the logarithm of how much more likely it is with a share of its own than with that of the
/// others.
const LEAST_EVIDENCE: f64 = 8.0;

/// The longest value that is compared, in bytes.
const LONGEST: usize = 40;

/// Fields of one state that are compared.
const MOST_FIELDS: usize = 32;

/// What those concerned have in common. Foreign text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Common {
    /// The field of the state; `None` for the beginning of the user id.
    pub field: Option<String>,
    /// Its value, or the beginning.
    pub value: String,
    /// So many of those concerned have it.
    pub with: usize,
    /// Of so many who were looked at and state the field.
    pub of: usize,
    /// So many of the others have it.
    pub others_with: usize,
    /// Of so many who were looked at and state the field.
    pub others: usize,
}

impl fmt::Display for Common {
    /// `region eu, 20 of 20`. Safe to show.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (value, with, of) = (sanitize(&self.value), self.with, self.of);
        match &self.field {
            Some(field) => write!(f, "{} {value}, {with} of {of}", sanitize(field)),
            None => write!(f, "user ids that begin with {value}, {with} of {of}"),
        }
    }
}

impl Common {
    /// What it is, without numbers: `region eu`, `ids dev-…`. Safe to show.
    pub fn name(&self) -> String {
        match &self.field {
            Some(field) => format!("{} {}", sanitize(field), sanitize(&self.value)),
            None => format!("ids {}…", sanitize(&self.value)),
        }
    }

    /// The share among the others, in percent.
    pub fn percent_of_others(&self) -> usize {
        (self.others_with * 100 + self.others / 2).checked_div(self.others).unwrap_or(0)
    }
}

/// How often each value was stated, and how often each field.
#[derive(Default)]
struct Stated {
    values: HashMap<(Option<String>, String), usize>,
    fields: HashMap<Option<String>, usize>,
}

impl Stated {
    fn add(&mut self, field: Option<String>, value: String) {
        *self.fields.entry(field.clone()).or_default() += 1;
        *self.values.entry((field, value)).or_default() += 1;
    }

    fn of<'a>(people: impl Iterator<Item = (&'a UserId, Option<&'a State>)>) -> Self {
        let mut stated = Self::default();
        for (user, state) in people {
            stated.add(None, find_prefix(user.as_str()).to_owned());
            let Some(Value::Object(fields)) = state.map(State::value) else { continue };
            for (name, value) in fields.into_iter().take(MOST_FIELDS).filter(|(name, _)| name.len() <= LONGEST) {
                let value = match value {
                    Value::String(text) if text.len() <= LONGEST => text,
                    Value::Bool(is) => is.to_string(),
                    Value::Number(number) => number.to_string(),
                    _ => continue,
                };
                stated.add(Some(name), value);
            }
        }
        stated
    }

    fn count(&self, field: Option<&String>, value: &str) -> (usize, usize) {
        let with = self.values.get(&(field.cloned(), value.to_owned())).copied().unwrap_or(0);
        (with, self.fields.get(&field.cloned()).copied().unwrap_or(0))
    }
}

/// The beginning of a user id that says what kind it is: up to the first separator or digit, or nothing.
fn find_prefix(user: &str) -> &str {
    let is_end = |c: char| c.is_ascii_digit() || "-_.:/@#~ ".contains(c);
    match user.char_indices().find(|(_, c)| is_end(*c)) {
        Some((at, c)) if at > 0 => &user[..at + if c.is_ascii_digit() { 0 } else { c.len_utf8() }],
        _ => "",
    }
}

/// Find what stands out most among those concerned, against the others.
pub(super) fn find_common<'a>(
    concerned: impl Iterator<Item = (&'a UserId, Option<&'a State>)>,
    others: impl Iterator<Item = (&'a UserId, Option<&'a State>)>,
) -> Option<Common> {
    let concerned = Stated::of(concerned);
    let everybody = concerned.fields.get(&None).copied().unwrap_or(0);
    let shared = concerned.values.iter().filter_map(|((field, value), with)| {
        let of = concerned.fields.get(field).copied().unwrap_or(0);
        // A field that hardly anybody states tells of hardly anybody.
        let is_rare = of * 10 < everybody;
        let is_shared = *with >= LEAST && !is_rare && !value.is_empty() && compute_share(*with, of) >= LEAST_SHARE;
        is_shared.then_some((field, value, *with, of))
    });
    let shared: Vec<_> = shared.collect();
    if shared.is_empty() {
        return None;
    }
    // To read all states takes most of the time.
    let in_state = shared.iter().any(|(field, ..)| field.is_some());
    let others = Stated::of(others.map(|(user, state)| (user, state.filter(|_| in_state))));
    let candidates = shared.into_iter().filter_map(|(field, value, with, of)| {
        let (others_with, others) = others.count(field.as_ref(), value);
        if others < LEAST {
            return None;
        }
        let evidence = weigh_evidence(with, of, others_with, others)?;
        let common = Common { field: field.clone(), value: value.clone(), with, of, others_with, others };
        Some((evidence, common))
    });
    let order = |(a, one): &(f64, Common), (b, other): &(f64, Common)| {
        a.total_cmp(b).then_with(|| (&other.field, &other.value).cmp(&(&one.field, &one.value)))
    };
    candidates.max_by(order).map(|(_, common)| common)
}

#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn compute_share(with: usize, of: usize) -> f64 {
    with as f64 / of as f64
}

/// How much it stands out; nothing if it does not.
#[expect(clippy::cast_precision_loss, reason = "small counts")]
fn weigh_evidence(with: usize, of: usize, others_with: usize, others: usize) -> Option<f64> {
    let share = compute_share(with, of);
    let usual = (others_with as f64 + 0.5) / (others as f64 + 1.0);
    if share < LEAST_SHARE || share - usual < LEAST_DIFFERENCE {
        return None;
    }
    let part = |count: f64, share: f64, usual: f64| if count > 0.0 { count * (share / usual).ln() } else { 0.0 };
    let evidence = part(with as f64, share, usual) + part((of - with) as f64, 1.0 - share, (1.0 - usual).max(1e-9));
    (evidence >= LEAST_EVIDENCE).then_some(evidence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(concerned: &[(&str, &str)], others: &[(&str, &str)]) -> Option<String> {
        let people = |list: &[(&str, &str)]| -> Vec<(UserId, Option<State>)> {
            list.iter().map(|(user, state)| (UserId::from_wire(user), State::parse(state).ok())).collect()
        };
        let (concerned, others) = (people(concerned), people(others));
        let found = find_common(
            concerned.iter().map(|(user, state)| (user, state.as_ref())),
            others.iter().map(|(user, state)| (user, state.as_ref())),
        );
        found.map(|common| common.to_string())
    }

    #[test]
    fn a_prefix_ends_at_the_first_separator_or_digit() {
        for (user, prefix) in [("dev-phone", "dev-"), ("greta69", "greta"), ("user-7621b9", "user-"), ("ann", "")] {
            assert_eq!(find_prefix(user), prefix);
        }
        assert_eq!(find_prefix("-x"), "");
        assert_eq!(find_prefix("日本-1"), "日本-");
    }

    #[test]
    fn only_what_stands_out_is_told() {
        let eu = [("a1", r#"{"region":"eu"}"#), ("b1", r#"{"region":"eu"}"#), ("c1", r#"{"region":"eu"}"#)];
        let eu: Vec<_> = eu.iter().cycle().take(12).copied().collect();
        let us = [("d1", r#"{"region":"us"}"#), ("e1", r#"{"region":"ap"}"#), ("f1", r#"{"region":"us"}"#)];
        let us: Vec<_> = us.iter().cycle().take(30).copied().collect();
        assert_eq!(find(&eu, &us).as_deref(), Some("region eu, 12 of 12"));
        assert_eq!(find(&eu, &eu), None, "the others are the same");
        assert_eq!(find(&eu[..3], &us), None, "too few");
        assert_eq!(find(&eu, &[]), None, "nobody to compare with");
        let kiosks: Vec<(String, &str)> = (0..9).map(|n| (format!("kiosk-{n}"), "{}")).collect();
        let kiosks: Vec<(&str, &str)> = kiosks.iter().map(|(name, state)| (name.as_str(), *state)).collect();
        assert_eq!(find(&kiosks, &us).as_deref(), Some("user ids that begin with kiosk-, 9 of 9"));
    }
}
