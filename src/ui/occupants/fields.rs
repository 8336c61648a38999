//! The fields of states: which there are, and which of them have a column.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{
    expression::Path,
    presence::{Channel, Moment, Since, Timetoken, UserId},
    world::ChannelState,
};

/// The number of users whose states are searched.
const LOOKED_AT: usize = 60;

/// The largest state searched, in bytes, and how many are searched in all.
const READ: usize = 8 * 1024;
const READ_IN_ALL: usize = 32 * 1024;

/// The number of fields kept.
const KEPT: usize = 48;

/// The number of fields that have a column where nobody has chosen.
const MOST_COLUMNS: usize = 6;

/// Cells of a column: a word at least, and at most what leaves room for others.
const NARROWEST: usize = 4;
const WIDEST: usize = 14;

/// Values of a field that are counted apart.
const VALUES: usize = 12;

/// The letters of an example.
const EXAMPLE: usize = 40;

/// The number of users whose times are compared.
const STAYS: usize = 500;

/// After so many seconds the states are searched again.
const FRESH: u64 = 10;

/// A field of states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateField {
    /// The way down to it.
    pub path: Path,
    /// How many of the states that were searched have it.
    pub count: usize,
    /// Whether it has more than one value.
    pub varies: bool,
    /// The letters of its longest value, at most 40.
    pub longest: usize,
    /// Its values with how many have each, the commonest first, if they are few. Foreign text.
    pub values: Vec<(String, usize)>,
    /// One of its values. Foreign text.
    pub example: String,
}

/// The fields found in some of the states of a channel.
#[derive(Debug, Clone, Default)]
pub struct FieldSurvey {
    /// Of which channel, and when.
    taken: Option<(Channel, Moment)>,
    /// The number of states searched.
    pub states: usize,
    /// The fields, the commonest first.
    pub fields: Vec<StateField>,
    /// The letters of a long user id of those that were looked at, if there are any: nine of ten are not longer.
    pub widest_name: Option<usize>,
    /// How long the users have been here who stand in the middle of those that were looked at, by the service's clock.
    pub median_since: Option<Timetoken>,
    /// The user announced most often of those that were looked at, and how often.
    pub most_announced: Option<(UserId, u32)>,
}

impl FieldSurvey {
    /// Search the states of a channel, unless that was done a moment ago.
    pub(super) fn refresh(&mut self, watched: &ChannelState, now: Moment) {
        let is_fresh = |(channel, at): &(Channel, Moment)| {
            let age = now.since(*at).as_secs();
            *channel == watched.channel && age < if self.fields.is_empty() { 1 } else { FRESH }
        };
        if !self.taken.as_ref().is_some_and(is_fresh) {
            *self = Self::take(watched, now);
        }
    }

    fn take(watched: &ChannelState, now: Moment) -> Self {
        let mut found: BTreeMap<String, FoundField> = BTreeMap::new();
        let (mut states, mut read) = (0, 0);
        for state in watched.roster.iter().filter_map(|(_, occupant)| occupant.state()).take(LOOKED_AT) {
            let bytes = state.as_json().len();
            if bytes > READ || read + bytes > READ_IN_ALL {
                continue;
            }
            read += bytes;
            states += 1;
            collect_fields("", &state.value(), &mut found);
        }
        let mut fields: Vec<StateField> =
            found.into_iter().filter_map(|(name, found)| Some(found.into_field(Path::parse(&name).ok()?))).collect();
        fields.sort_by_key(|field| std::cmp::Reverse(field.count));
        let mut since: Vec<Timetoken> = (watched.roster.iter().take(STAYS))
            .map(|(_, occupant)| match occupant.since() {
                Since::Joined(at) | Since::Before(at) => at,
            })
            .collect();
        since.sort_unstable();
        let announced = watched.roster.iter().take(STAYS).max_by_key(|(_, occupant)| occupant.sightings());
        Self {
            taken: Some((watched.channel.clone(), now)),
            states,
            fields,
            widest_name: find_long_name(watched),
            median_since: since.get(since.len() / 2).copied(),
            most_announced: announced.map(|(user, occupant)| (user.clone(), occupant.sightings())),
        }
    }

    /// The fields that say most of what the users are like: common, and with few values; the one that says most comes
    /// first.
    pub fn choose_compositions(&self) -> Vec<&StateField> {
        let is_common = |field: &&StateField| field.count * 4 >= self.states && field.values.len() > 1;
        let is_shared = |field: &&StateField| field.values[0].1 > 1 && field.values.len() < field.count;
        let mut few: Vec<&StateField> = self.fields.iter().filter(is_common).filter(is_shared).collect();
        few.sort_by_key(|field| (std::cmp::Reverse(field.count), field.values.len()));
        few
    }

    /// The fields that have a column where nobody has chosen, with the cells of each: those that at least a tenth have
    /// and that vary, the commonest first; if none varies, those that most have.
    pub fn choose_columns(&self) -> Vec<(Path, usize)> {
        let is_common = |field: &&StateField| field.count * 10 >= self.states;
        let varied: Vec<&StateField> = self.fields.iter().filter(is_common).filter(|field| field.varies).collect();
        let mut chosen = if varied.is_empty() { self.fields.iter().filter(is_common).collect() } else { varied };
        chosen.truncate(MOST_COLUMNS);
        chosen.into_iter().map(|field| (field.path.clone(), field.column_width())).collect()
    }
}

impl StateField {
    fn column_width(&self) -> usize {
        self.longest.max(self.path.as_str().chars().count()).clamp(NARROWEST, WIDEST)
    }
}

/// Find how long a long user id is here.
fn find_long_name(watched: &ChannelState) -> Option<usize> {
    let names = watched.roster.iter().take(STAYS);
    let mut lengths: Vec<usize> = names.map(|(user, _)| user.as_str().chars().count()).collect();
    lengths.sort_unstable();
    lengths.get((lengths.len() * 9 / 10).min(lengths.len().saturating_sub(1))).copied()
}

#[derive(Default)]
struct FoundField {
    /// How many have each value, for the first values found.
    values: BTreeMap<String, usize>,
    /// Whether there are more.
    is_manifold: bool,
    count: usize,
    varies: bool,
    longest: usize,
    example: Option<String>,
}

impl FoundField {
    fn add(&mut self, value: &Value) {
        let text = match value {
            Value::String(text) => text.chars().take(EXAMPLE).collect(),
            other => other.to_string().chars().take(EXAMPLE).collect::<String>(),
        };
        self.count += 1;
        self.longest = self.longest.max(text.chars().count());
        if self.values.len() < VALUES || self.values.contains_key(&text) {
            *self.values.entry(text.clone()).or_default() += 1;
        } else {
            self.is_manifold = true;
        }
        match &self.example {
            None => self.example = Some(text),
            Some(first) => self.varies |= *first != text,
        }
    }

    fn into_field(self, path: Path) -> StateField {
        let Self { values, is_manifold, count, varies, longest, example } = self;
        let mut values: Vec<(String, usize)> = if is_manifold { Vec::new() } else { values.into_iter().collect() };
        values.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        StateField { path, count, varies, longest, values, example: example.unwrap_or_default() }
    }
}

/// Collect the fields with scalar values.
fn collect_fields(before: &str, value: &Value, found: &mut BTreeMap<String, FoundField>) {
    let Value::Object(fields) = value else { return };
    let plain = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    for (name, value) in fields.iter().filter(|(name, _)| plain(name)).take(KEPT) {
        let name = format!("{before}{name}");
        if value.is_object() && before.split('.').count() < 4 {
            collect_fields(&format!("{name}."), value, found);
        } else if !value.is_array() && (found.len() < KEPT || found.contains_key(&name)) {
            found.entry(name).or_default().add(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survey(states: &[&str]) -> FieldSurvey {
        let mut found = BTreeMap::new();
        for state in states {
            collect_fields("", &serde_json::from_str(state).unwrap(), &mut found);
        }
        let mut fields: Vec<_> =
            found.into_iter().map(|(name, it)| it.into_field(Path::parse(&name).unwrap())).collect();
        fields.sort_by_key(|field| std::cmp::Reverse(field.count));
        FieldSurvey { states: states.len(), fields, ..FieldSurvey::default() }
    }

    #[test]
    fn f19_the_fields_that_most_have_and_that_vary_have_columns() {
        let states = [
            r#"{"status":"in a meeting","battery":50,"app":"game","device":{"os":"ios"},"tags":[1]}"#,
            r#"{"status":"away","battery":7,"app":"game","device":{"os":"android"}}"#,
            r#"{"status":"busy","app":"game","note":"once only","device":{"os":"ios"}}"#,
            r#"{"status":"busy","app":"game"}"#,
        ];
        let chosen = survey(&states).choose_columns();
        let chosen: Vec<_> = chosen.iter().map(|(path, width)| (path.as_str(), *width)).collect();
        assert_eq!(chosen, [("status", 12), ("device.os", 9), ("battery", 7)]);
        let composition = survey(&states).choose_compositions()[0].clone();
        assert_eq!(composition.path.as_str(), "status");
        assert_eq!(composition.values[0], ("busy".to_owned(), 2));
        let same = survey(&[r#"{"a":1}"#, r#"{"a":1}"#]).choose_columns();
        assert_eq!(same.len(), 1, "better one that does not vary than none");
        assert!(survey(&["[]", "3", "{}"]).choose_columns().is_empty());
    }
}
