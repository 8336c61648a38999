//! OUR OWN PRESENCE SERVICE, on loopback: what the demo runs on, what tests run against, and what
//! clients of anybody can be tried on.
//!
//! The pure half decides. [`Registry`]: who is here and until when. `pending`: joins and leaves that
//! will happen by themselves. [`Announcer`]: what is told of it, one by one or in intervals.
//! `streams` of [`Backlog`]s: what a subscriber has yet to hear, through a [`Filter`]. `groups`. A
//! `space` holds all of this for one subscribe key, and [`Core`] (`answer`, `asks`, `polls`) joins the spaces
//! into "request and time in, answer or wait out", minding [`Access`] and [`Faults`].
//!
//! The porch does the rest: `http` has the sockets, `handle` goes from request to answer, `respond`
//! writes it, `admin` is for whoever runs the service, [`Ledger`] writes requests down.
//!
//! Invariant: the service is the authority. It shares words and bytes with the observing side and
//! nothing else, so that each checks the other.

mod access;
mod admin;
mod announce;
mod answer;
mod asks;
mod backlog;
mod cache;
mod fault;
mod faults;
mod filter;
mod groups;
mod handle;
mod http;
mod ledger;
mod pending;
mod polls;
mod registry;
mod respond;
mod settings;
mod space;
mod streams;

pub use access::{Access, Grant};
pub use announce::Announcer;
pub use answer::{Answer, Core};
pub use backlog::Backlog;
pub use fault::{BadFault, Fault, FaultRule, fault_words};
pub use faults::Faults;
pub use filter::{BadFilter, Filter};
pub use http::{Error, Plan, Running, start};
pub use ledger::Ledger;
pub use polls::PollId;
pub use registry::{Fact, Registry};
pub use settings::{Bounds, Guesses, Settings};
