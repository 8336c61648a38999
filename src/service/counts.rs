//! What a running service has counted.

use std::{collections::BTreeMap, sync::Arc};

use super::{WebhookCounts, host::Host};

/// What a service has counted, at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ServiceCounts {
    /// Subscribe keys in use.
    pub subscribe_keys: usize,
    /// Users present, once per channel.
    pub present: usize,
    /// Polls that wait.
    pub open_polls: usize,
    /// Open connections.
    pub connections: usize,
    /// Roughly the bytes that everything takes.
    pub memory: usize,
    /// Requests so far, by kind.
    pub requests: BTreeMap<&'static str, u64>,
    /// Requests that have ended, by kind and status; without a status, where there was no answer.
    pub answers: BTreeMap<(&'static str, Option<u16>), u64>,
    /// What has become of the events of webhooks; only where they are sent.
    pub webhooks: Option<WebhookCounts>,
}

/// Looks at what a service has counted, for as long as it runs.
pub(super) fn count_all(host: &Arc<Host>) -> ServiceCounts {
    let ((subscribe_keys, present, open_polls), memory) = host.with_core(|core, _| (core.counts(), core.memory_used()));
    ServiceCounts {
        subscribe_keys,
        present,
        open_polls,
        connections: host.count_connections(),
        memory,
        requests: host.request_counts(),
        answers: host.answer_counts(),
        webhooks: host.webhook_counts(),
    }
}
