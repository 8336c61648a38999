//! OUR OWN PRESENCE SERVICE, on loopback: what the demo runs on, what tests run against, and what
//! clients of anybody can be tried on.
//!
//! `core` decides and is pure: [`Core`] takes a request and the time, and gives an answer or says to wait.
//!
//! Around it, `running` starts and ends it, `host` keeps the clock and the polls that wait, `http` has the connections, `handler` goes from
//! request to response with `request_body` and `response`, `admin` is for whoever runs the service, and
//! [`Ledger`] writes requests down.
//!
//! Invariant: the service is the authority. It shares words and bytes with the observing side and
//! nothing else, so that each checks the other.

mod admin;
mod core;
mod handler;
mod host;
mod http;
mod ledger;
mod request_body;
mod response;
mod running;

pub use self::core::{
    Access, ActiveFaults, Announcer, Backlog, BadFault, Bounds, Core, Decision, Fault, FaultRule, FilterError, Grant,
    Guesses, MessageFilter, PollId, PresenceChange, Registry, Settings, list_fault_words,
};
pub use ledger::Ledger;
pub use running::{RunningService, ServiceOptions, StartError};
