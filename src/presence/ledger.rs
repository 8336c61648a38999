//! How many requests were sent.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

/// The kinds of requests, as a [`Ledger`] names them.
pub const REQUEST_KINDS: [&str; 16] = [
    "subscribe",
    "heartbeat",
    "leave",
    "here now",
    "where now",
    "set state",
    "get state",
    "list group",
    "add to group",
    "remove from group",
    "delete group",
    "list groups",
    "signal",
    "publish",
    "time",
    "ledger",
];

/// Numbers of requests by kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// For each kind of request, how many were sent and how many of them failed.
    #[serde(deserialize_with = "read_kinds")]
    pub by_kind: BTreeMap<&'static str, (u64, u64)>,
    /// How many of them were polls that followed a full reply at once, beside the budget.
    pub followed: u64,
}

impl Ledger {
    /// Note a request that was sent.
    pub fn note(&mut self, kind: &'static str, failed: bool) {
        let (sent, bad) = self.by_kind.entry(kind).or_default();
        *sent += 1;
        *bad += u64::from(failed);
    }

    /// Note that the answer to the last request of a kind was none after all.
    pub fn note_failure(&mut self, kind: &'static str) {
        if let Some((sent, bad)) = self.by_kind.get_mut(kind) {
            *bad = (*bad + 1).min(*sent);
        }
    }

    /// All requests sent.
    pub fn count_sent(&self) -> u64 {
        self.by_kind.values().map(|(sent, _)| sent).sum()
    }
}

/// A kind that there is not is left out.
fn read_kinds<'de, D: Deserializer<'de>>(read: D) -> Result<BTreeMap<&'static str, (u64, u64)>, D::Error> {
    let told: Vec<(String, (u64, u64))> = Vec::deserialize(read)?;
    let find = |name: &str| REQUEST_KINDS.into_iter().find(|kind| *kind == name);
    Ok(told.into_iter().filter_map(|(name, counts)| Some((find(&name)?, counts))).collect())
}
