//! What was heard so far, in numbers.

/// What was heard so far, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Presence events.
    pub events: u64,
    /// Copies of events already told.
    pub duplicates: u64,
    /// Envelopes that could not be read.
    pub garbled: u64,
    /// Events on channels beyond those that are taken into view.
    pub out_of_view: u64,
    /// Commands that found the worker's queue full.
    pub refused_busy: u64,
    /// How late the most delayed event of the last reply was: from its publishing to here, less the shortest
    /// such way known. `None` before the first event.
    pub lag: Option<std::time::Duration>,
}
