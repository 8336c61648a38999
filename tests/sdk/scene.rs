//! Where a step of the exam plays: a service, two SDKs (often the same one twice), and names that no
//! other step uses.

use std::{collections::BTreeMap, fmt::Debug};

use serde_json::{Value, json};

use super::{
    adapter::{Client, Process, Sdk},
    service::Service,
};

/// Longer than any step takes.
pub const CALM: u32 = 60;

pub type Verdict = Result<(), String>;

pub struct Scene<'a> {
    pub number: usize,
    pub service: &'a Service,
    /// Where Alice is, who watches.
    pub first: &'a Process,
    /// Where Bob is, who comes and goes.
    pub second: &'a Process,
    /// Bob's, to start another one by.
    pub sdk: &'a Sdk,
}

impl<'a> Scene<'a> {
    /// A channel, group or user of this step alone.
    pub fn name(&self, name: &str) -> String {
        format!("s{}-{name}", self.number)
    }

    pub fn alice(&self) -> Result<Client<'a>, String> {
        self.alice_with(CALM)
    }

    pub fn alice_with(&self, timeout: u32) -> Result<Client<'a>, String> {
        let name = self.name("alice");
        self.first.connect(&name, &name, timeout)
    }

    pub fn bob(&self) -> Result<Client<'a>, String> {
        self.bob_with(CALM)
    }

    pub fn bob_with(&self, timeout: u32) -> Result<Client<'a>, String> {
        let name = self.name("bob");
        self.second.connect(&name, &name, timeout)
    }
}

/// What an SDK answers to here now.
#[derive(Debug, PartialEq, Eq)]
pub struct Here {
    pub occupancy: u64,
    /// By channel: its occupancy, and who is there in which state.
    pub channels: BTreeMap<String, (u64, BTreeMap<String, Value>)>,
}

/// How to ask here now.
#[derive(Clone, Copy)]
pub struct Ask {
    pub with_users: bool,
    pub with_state: bool,
    pub limit: Option<u64>,
    pub offset: Option<u64>,
}

pub const NAMES: Ask = Ask { with_users: true, with_state: false, limit: None, offset: None };

impl Client<'_> {
    pub fn here_now(&self, channels: &[&str], groups: &[&str], ask: Ask) -> Result<Here, String> {
        let Ask { with_users, with_state, limit, offset } = ask;
        let words = json!({ "channels": channels, "groups": groups, "with_users": with_users,
            "with_state": with_state, "limit": limit, "offset": offset });
        let answer = self.tell("here now", words)?;
        let number = |value: &Value| value.as_u64().ok_or_else(|| format!("no occupancy in {answer}"));
        let mut told = BTreeMap::new();
        for (name, channel) in answer["channels"].as_object().into_iter().flatten() {
            let users = channel["users"].as_object().into_iter().flatten();
            let users = users.map(|(user, state)| (user.clone(), state.clone())).collect();
            told.insert(name.clone(), (number(&channel["occupancy"])?, users));
        }
        Ok(Here { occupancy: number(&answer["occupancy"])?, channels: told })
    }
}

/// Who is there, without a word about state.
pub fn people<const N: usize>(users: [&str; N]) -> BTreeMap<String, Value> {
    users.into_iter().map(|user| (user.to_owned(), Value::Null)).collect()
}

/// Fails unless both are the same.
#[expect(clippy::needless_pass_by_value, reason = "both sides are written where they are compared")]
pub fn same<T: PartialEq<U> + Debug, U: Debug>(what: &str, got: T, expected: U) -> Verdict {
    if got == expected { Ok(()) } else { Err(format!("{what}: got {got:?}, expected {expected:?}")) }
}

/// A list of names, sorted: no order is promised.
pub fn sorted(names: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = names.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    names.sort_unstable();
    names
}
