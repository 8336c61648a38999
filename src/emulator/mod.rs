//! The service without sockets: it decides, and is pure. [`Core`] takes a request and the time, and answers at
//! once or tells the caller to wait.
//!
//! One [`KeyState`](key_state::KeyState) holds everything of one subscribe key: the [`Registry`] of who is present and
//! until when, the `pending` joins and leaves that happen by themselves, the [`Announcer`] that announces changes
//! one by one or in intervals, the `streams` that subscribers catch up from, the `listeners`, and the `groups`.
//! Over all keys there are [`Access`], [`ActiveFaults`] and the `cache` of here-now answers.

mod access;
mod access_changes;
mod access_rule;
mod admission;
mod announce;
mod backlog;
mod cache;
mod carried_states;
mod check_names;
mod decision;
mod dispatch;
mod envelope;
mod fault;
mod faults;
mod group_requests;
mod groups;
mod here_now;
mod key_state;
mod listeners;
mod machine;
mod memory;
mod message_reader;
mod pending;
mod pieces;
mod poll;
mod ranked_map;
mod registry;
mod requests;
mod settings;
mod slices;
mod streams;
mod subscribe;
#[cfg(test)]
mod tests;
mod user_channels;
mod webhook_outbox;
mod work_left;

pub use access::{Access, AccessFull, Grant};
pub use access_rule::{AccessRule, AccessRuleError};
use announce::Announcer;
pub use decision::Decision;
pub use fault::{Fault, FaultError, FaultRule};
pub use faults::{ActiveFaults, MOST_FAULTS};
pub use machine::Core;
pub use memory::{MemoryAccount, Share};
pub use pieces::{AnswerPieces, BegunAnswer};
pub use poll::PollId;
use registry::{PresenceChange, Registry};
pub use settings::{Bounds, Guesses, Settings};
