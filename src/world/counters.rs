//! Counters of what was received so far.

use serde::{Deserialize, Serialize};

/// Counters of what was received so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Presence events received.
    pub events: u64,
    /// Copies of events for further subscriptions: one each is how the service delivers.
    pub copies: u64,
    /// Events that were received before, for the same subscription.
    pub repeats: u64,
    /// Envelopes that could not be read.
    pub garbled: u64,
    /// Events on channels that did not fit into view.
    pub out_of_view: u64,
    /// Commands that found the worker's queue full.
    pub refused_busy: u64,
    /// How late the most delayed event of the last reply was: from its publishing to here, less the shortest
    /// such way known. `None` before the first event.
    pub lag: Option<std::time::Duration>,
}
