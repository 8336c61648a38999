//! The world: all that is known about presence through one keyset. Pure and deterministic: a moment and an [`Input`]
//! go in, and a [`Listener`] receives what follows.
//!
//! It knows nothing of screens, so it is the same whether anybody looks or not. [`World::step`] is the only way in,
//! and [`World::next_due`] tells when to call it next.
//!
//! | what is known | where |
//! |---|---|
//! | the channels in view, and what is due for each | `channels`, `channel_state`, `agenda` |
//! | whether a list is right, and when to ask again | `reconcile` |
//! | recent departures, previous states, occupancy over time | `departures`, `previous_states`, `occupancy` |
//! | joins, leaves and timeouts of the last minute, the sum of all channels or of some | `moves`, `total`, `source_sum` |
//! | how an occupancy went in the last minute, which channel needs a look first | `trend`, `trouble` |
//! | the connection, the requests sent, what went wrong | `link`, `requests`, `symptoms` |
//! | our own presence | `own_presence` |
//! | what the client of a user asks of herenow's own service, and what is wrong with it | `service_ledger` |
//! | the channels behind patterns and groups | `discovery` |
//! | what happened, as facts | `entry`, `kind`, `note` |
//! | what claims are judged by | `facts` |
//! | other names for people, before anything is known of them | `pseudonyms` |
//!
//! `fold` takes input from outside, `orders` takes what a person wants.
//!
//! Invariants: no sequence of inputs makes it panic or grow past its bounds. Time alone does only what is due, at the
//! moment it is due. The same inputs at the same moments lead to the same world.

mod agenda;
mod channel_id;
mod channel_state;
mod channels;
mod counters;
mod departures;
mod discovery;
mod due;
mod emit;
mod entry;
mod facts;
mod fold;
mod input;
mod kind;
mod link;
mod listener;
mod mode;
mod moves;
mod note;
mod occupancy;
mod orders;
mod own_presence;
mod previous_states;
mod pseudonyms;
mod reconcile;
mod removal;
mod requests;
mod service_ledger;
mod session;
mod source_sum;
mod state;
mod step;
mod symptoms;
mod time_span;
mod total;
mod trend;
mod trouble;
mod watcher;
mod watching;
mod where_now;

pub use self::{
    channel_id::{ChannelId, MOST as MOST_CHANNELS},
    channel_state::ChannelState,
    channels::{ChannelMut, Channels},
    counters::Counters,
    departures::{Departure, DepartureReason, Departures},
    discovery::Discovery,
    entry::{Entry, EntryBody, EntryTime},
    facts::WorldFacts,
    fold::CLOCK_SKEW_LIMIT,
    input::{Input, Order},
    kind::EntryKind,
    link::{Link, LinkState},
    listener::{Listener, Observer, Touched},
    mode::Mode,
    moves::{MoveCounts, Moves},
    note::{AlertNote, NAMES_TOLD, Note, OrderResult, list_names, write_names},
    occupancy::{Extent, OccupancyHistory},
    own_presence::{OwnPlace, OwnPresence},
    previous_states::PreviousStates,
    pseudonyms::Pseudonyms,
    reconcile::{Cause, Certainty, ListCounts, ListStep, MissingEvents, Reconciler, Reliability},
    removal::Removal,
    requests::{RequestCounts, RequestRate},
    service_ledger::{HeartbeatGap, KnownRequests, RequestSentence, ServiceLedger, UserRequestFault, judge_requests},
    session::{JoinIn, Session},
    source_sum::{SourceSum, count_users},
    state::World,
    symptoms::{Recurrence, Symptoms},
    time_span::TimeSpan,
    total::OccupancyTotal,
    trend::{Trend, list_span_values},
    trouble::rank_trouble,
    watcher::{InputKeeper, InputTranslator, Watcher},
    watching::{NotAdded, NotRemoved},
    where_now::{WhereNowAnswer, WhereNowAnswers, WhereNowResult},
};
