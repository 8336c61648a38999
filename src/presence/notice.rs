//! What a source reports.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};

use super::{Ledger, Moment, PresenceEvent, SafeText, Subscription, Timetoken};

/// One report of a source, stamped on arrival.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// A subscribe reply, which may be shared: it is kept by those who look back and by a recording.
    Batch(Arc<Batch>),
    /// The state of one poll loop changed.
    Link {
        /// Which of the poll loops (long subscriptions are split over several).
        poll: usize,
        /// To what.
        change: LinkChange,
        /// When, by our clock.
        at: Moment,
    },
}

/// What one subscribe reply held, in publish order, copies and repeats removed.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Which of the poll loops.
    pub poll: usize,
    /// The events.
    pub heard: Vec<ReplyItem>,
    /// The cursor it came with.
    pub cursor: Timetoken,
    /// How many copies of events it held, one for each further subscription that they came for.
    pub copies: usize,
    /// How many events it held that were received before, for the same subscription.
    pub repeats: usize,
    /// As many envelopes as the service ever puts into one reply: older ones may have been dropped.
    pub full: bool,
    /// How many envelopes were beyond the most that are read.
    pub over_limit: usize,
    /// When it arrived, by our clock.
    pub at: Moment,
}

/// One element of a subscribe reply.
#[derive(Debug, Clone, PartialEq)]
pub enum ReplyItem {
    /// A presence event, which the log shares.
    Event(Arc<PresenceEvent>),
    /// Something that could not be read; it costs only itself.
    Garbled {
        /// Why.
        why: SafeText,
        /// How it came, cut to a bounded length.
        raw: String,
    },
}

impl From<Batch> for Notice {
    fn from(batch: Batch) -> Self {
        Self::Batch(Arc::new(batch))
    }
}

impl From<PresenceEvent> for ReplyItem {
    fn from(event: PresenceEvent) -> Self {
        Self::Event(Arc::new(event))
    }
}

/// A poll loop's state, as it changes.
#[derive(Debug, Clone, PartialEq)]
pub enum LinkChange {
    /// Asking for a first cursor.
    Connecting,
    /// The service answers; `resumed` is the cursor we went on from after a gap in the conversation.
    Live {
        /// The saved cursor from before the link was lost, if it was.
        resumed: Option<Timetoken>,
        /// How long the handshake or the catch-up took.
        round_trip: Duration,
    },
    /// A silent poll was checked, and the service answered.
    Alive {
        /// How long it took.
        round_trip: Duration,
        /// What has been asked of the service so far.
        ledger: Ledger,
    },
    /// No answer; another try is coming.
    Lost {
        /// Why.
        trouble: Trouble,
        /// How many tries have failed in a row.
        attempt: u32,
        /// When the next try starts, by our clock.
        retry_at: Moment,
    },
    /// The service refuses some or all of what this loop asks for; it goes on with the rest.
    Refused {
        /// Why.
        trouble: Trouble,
        /// What was refused; all that this loop asks for if it could not be told.
        what: Vec<Subscription>,
        /// That is all that this loop asks for.
        everything: bool,
    },
    /// What was refused by name is allowed now, and followed from here on.
    Allowed {
        /// What.
        what: Vec<Subscription>,
    },
    /// The loop has ended: nothing is left of what it was to follow.
    Ended,
}

/// A failure, as the person is told of it: what, why and what to try. Never holds a key or a URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// A whole sentence.
    pub sentence: SafeText,
    /// Retrying the same request can help.
    pub passing: bool,
    /// The channels and groups that it is about, if the service named any.
    pub refused: Vec<String>,
    /// How long the service asks us to wait, if it does.
    pub retry_after: Option<Duration>,
}
