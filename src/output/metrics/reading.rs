//! What a meter says at one moment.

use std::time::Duration;

use crate::{incident::IncidentKind, presence::Ledger, world::EntryKind};

/// The kinds of events that are counted.
pub const EVENT_KINDS: [EntryKind; 6] = [
    EntryKind::Join,
    EntryKind::Leave,
    EntryKind::Timeout,
    EntryKind::StateChange,
    EntryKind::Interval,
    EntryKind::Unknown,
];

/// How many events of each of [`EVENT_KINDS`] were received.
pub type EventCounts = [u64; EVENT_KINDS.len()];

/// All numbers, as they were at one moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MetricsReading {
    /// The service answers on every poll.
    pub link_up: bool,
    /// Channels in view.
    pub in_view: usize,
    /// The channels with series of their own.
    pub channels: Vec<ChannelReading>,
    /// The sums of the others.
    pub rest: Vec<RestReading>,
    /// How often events may have been missed.
    pub gaps: u64,
    /// How often a list was wrong and no event explained it.
    pub drift_found: u64,
    /// How late the most delayed event of the last reply was.
    pub lag: Option<Duration>,
    /// The requests that were sent.
    pub requests: Ledger,
    /// Incidents, in the order of [`IncidentKind::ALL`].
    pub incidents: [u64; IncidentKind::ALL.len()],
}

/// The numbers of one channel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChannelReading {
    /// The channel's name, safe to show.
    pub channel: String,
    /// The occupancy, where it is known.
    pub occupancy: Option<u64>,
    /// How many users are on the list, where anything is known.
    pub listed: Option<u64>,
    /// The list names exactly the users present.
    pub exact: bool,
    /// The events received.
    pub events: EventCounts,
}

/// The sums of the channels of one pattern or group that have no series of their own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RestReading {
    /// The pattern, or `group:NAME`, safe to show; empty for channels that were named one by one.
    pub pattern: String,
    /// How many channels are summed.
    pub channels: u64,
    /// Of how many of them the occupancy is known.
    pub known: u64,
    /// The occupancies of those, together.
    pub occupancy: u64,
    /// The users on their lists, together.
    pub listed: u64,
    /// How many of the lists are exact.
    pub exact: u64,
    /// The events received.
    pub events: EventCounts,
}

impl MetricsReading {
    /// What is left of it when nobody watches any more: counters, and that the link is down.
    #[must_use]
    pub fn without_link(mut self) -> Self {
        (self.link_up, self.lag) = (false, None);
        for channel in &mut self.channels {
            (channel.occupancy, channel.listed, channel.exact) = (None, None, false);
        }
        for rest in &mut self.rest {
            (rest.known, rest.occupancy, rest.listed, rest.exact) = (0, 0, 0, 0);
        }
        self
    }
}
