//! THE WORLD: all that is known of presence through one keyset. Pure and deterministic: an [`Input`] and the
//! moment go in, what that leads to is told to a [`Listener`].
//!
//! Nothing of what a person looks at is in here, so that it is the same whether anybody looks or not. One
//! door leads in: [`World::step`]. It knows by itself when the next thing is [due](World::next_due).
//!
//! | what is known | where |
//! |---|---|
//! | which channels are in view, and what is due for each | `channels`, `channel_state`, `agenda` |
//! | whether a list is right, and when to ask again | `reconcile` |
//! | who has just left, which states were replaced, how the occupancy went | `departures`, `previous_states`, `occupancy` |
//! | how the conversation goes, and what went wrong in it | `link`, `requests`, `symptoms` |
//! | where we are ourselves | `own_presence` |
//! | which channels are behind patterns and groups | `discovery` |
//! | what happened, as facts | `entry`, `kind`, `note` |
//! | what claims are held against | `facts` |
//!
//! What comes from outside is taken in by `fold`, what a person wants by `orders`.
//!
//! Invariants: no sequence of inputs makes it panic or grow past its bounds. Time alone changes nothing but
//! what is due, at the moment at which that is due. The same inputs at the same moments lead to the same
//! world.

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
mod note;
mod occupancy;
mod orders;
mod own_presence;
mod previous_states;
mod reconcile;
mod removal;
mod requests;
mod session;
mod state;
mod step;
mod symptoms;
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
    listener::{Listener, Touched},
    mode::Mode,
    note::{AlertNote, NAMES_TOLD, Note, OrderResult, list_names, write_names},
    occupancy::OccupancyHistory,
    own_presence::{OwnPlace, OwnPresence},
    previous_states::PreviousStates,
    reconcile::{Cause, Certainty, Reconciler, Reliability},
    removal::Removal,
    requests::{RequestCounts, RequestRate},
    session::Session,
    state::World,
    symptoms::{Recurrence, Symptoms},
    watcher::Watcher,
    watching::{NotAdded, NotRemoved},
    where_now::{WhereNowAnswer, WhereNowAnswers, WhereNowResult},
};
