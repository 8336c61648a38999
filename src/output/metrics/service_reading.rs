//! What a service of ours has counted.

use std::collections::BTreeMap;

/// What a service of ours has counted, at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceReading {
    /// Subscribe keys in use.
    pub subscribe_keys: u64,
    /// Users present, once per channel.
    pub present: u64,
    /// Polls that wait.
    pub open_polls: u64,
    /// Open connections.
    pub connections: u64,
    /// Roughly the bytes that everything takes.
    pub memory: u64,
    /// Requests so far, by kind.
    pub requests: BTreeMap<&'static str, u64>,
    /// Requests that have ended, by kind and status; without a status, where there was no answer.
    pub answers: BTreeMap<(&'static str, Option<u16>), u64>,
    /// What has become of webhooks; only where they are sent.
    pub webhooks: Option<WebhookReading>,
}

/// What has become of the webhooks of a service of ours, at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WebhookReading {
    /// Events that wait to be sent or sent again.
    pub waiting: u64,
    /// Events that do not wait any more, by what became of them.
    pub ended: [(&'static str, u64); 4],
    /// POSTs, by whether they were taken.
    pub posts: [(&'static str, u64); 2],
}
