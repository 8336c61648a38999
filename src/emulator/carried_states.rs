//! The states that a heartbeat or subscribe carries, and which channels they are for. Pure.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::groups::Groups;
use crate::{
    presence::{Channel, State},
    wire::Names,
};

/// States by the names of channels and groups, as they came.
#[derive(Debug, Default)]
pub(super) struct CarriedStates(BTreeMap<String, State>);

impl CarriedStates {
    /// Read a JSON object of objects, by name. `null` is no state, for all or for one of them. `None` if it is
    /// anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let by_name: Option<BTreeMap<String, Option<&RawValue>>> = serde_json::from_str(text).ok()?;
        let named = by_name.unwrap_or_default().into_iter().filter_map(|(name, state)| Some((name, state?)));
        named.map(|(name, state)| Some((name, State::parse(state.get()).ok()?))).collect::<Option<_>>().map(Self)
    }

    /// The state of each channel. That of a group which the request names goes to all of its channels; where one of
    /// them has a state of its own, that one counts.
    pub fn by_channel(self, names: &Names, groups: &Groups) -> BTreeMap<Channel, State> {
        let mut states = BTreeMap::new();
        let mut of_channels = Vec::new();
        for (name, state) in self.0 {
            let is_named = |list: &[std::sync::Arc<str>]| list.iter().any(|named| **named == *name);
            let is_group = is_named(&names.groups);
            if is_group {
                states.extend(groups.members(&name).map(|channel| (channel.clone(), state.clone())));
            }
            if !is_group || is_named(&names.channels) {
                of_channels.push((Channel::from_wire(&name), state));
            }
        }
        states.extend(of_channels);
        states
    }
}

/// The bytes of states, each counted once however many channels it is for.
pub(super) fn weigh_states(states: &BTreeMap<Channel, State>) -> usize {
    let texts: BTreeMap<_, _> =
        states.values().map(|state| (state.as_json().as_ptr(), state.as_json().len())).collect();
    texts.into_values().sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::Bounds;

    fn states(text: &str) -> Vec<(String, String)> {
        let mut groups = Groups::default();
        groups.add(&"g".into(), &["a".into(), "b".into()], &Bounds::default()).unwrap();
        groups.add(&"other".into(), &["c".into()], &Bounds::default()).unwrap();
        let names = Names { channels: vec!["x".into(), "both".into()], groups: vec!["g".into(), "both".into()] };
        groups.add(&"both".into(), &["d".into()], &Bounds::default()).unwrap();
        let by_channel = CarriedStates::parse(text).unwrap().by_channel(&names, &groups);
        by_channel.into_iter().map(|(c, state)| (c.as_str().to_owned(), state.as_json().to_owned())).collect()
    }

    #[test]
    fn the_state_of_a_group_is_that_of_its_channels() {
        let pairs =
            |all: &[(&str, &str)]| all.iter().map(|(c, s)| ((*c).to_owned(), (*s).to_owned())).collect::<Vec<_>>();
        assert_eq!(states(r#"{"x":{"n":1}}"#), pairs(&[("x", r#"{"n":1}"#)]));
        assert_eq!(states(r#"{"g":{"n":1}}"#), pairs(&[("a", r#"{"n":1}"#), ("b", r#"{"n":1}"#)]));
        assert_eq!(states(r#"{"a":{"n":2},"g":{"n":1}}"#), pairs(&[("a", r#"{"n":2}"#), ("b", r#"{"n":1}"#)]));
        assert_eq!(states(r#"{"both":{"n":1}}"#), pairs(&[("both", r#"{"n":1}"#), ("d", r#"{"n":1}"#)]));
        // A group that the request does not name is a channel of that name.
        assert_eq!(states(r#"{"other":{"n":1}}"#), pairs(&[("other", r#"{"n":1}"#)]));
    }

    #[test]
    fn null_is_no_state_and_anything_else_is_malformed() {
        for none in ["null", " null ", "{}", r#"{"x":null}"#, r#"{"x":null,"g":null}"#] {
            assert_eq!(states(none), [], "{none}");
        }
        assert_eq!(states(r#"{"x":null,"y":{}}"#).len(), 1);
        for bad in
            ["", "[]", "7", r#""x""#, r#"{"x":7}"#, r#"{"x":"null"}"#, r#"{"x":[]}"#, "{", r#"{"x":{"a":1,"a":2}}"#]
        {
            assert!(CarriedStates::parse(bad).is_none(), "{bad}");
        }
    }
}
