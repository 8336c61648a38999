//! INCIDENTS: what of all that happens on the channels is unusual, in a sentence with numbers. Pure: it listens to a
//! [`World`](crate::world::World) and is handed the time.
//!
//! | what it does | where |
//! |---|---|
//! | counts what comes in, at a bounded cost per event | `movement`, `counts`, `users`, `samples`, `lateness`, `listen` |
//! | decides whether that is unusual, and what it is | `usual`, `window`, `departures`, `classify`, `limits`, `evaluate`, `returns`, `lasting` |
//! | keeps what was found, and measures it | `incident`, `kind`, `tracking`, `watch`, `measure` |
//! | finds what those concerned have in common | `common` |
//! | says it, or how calm it is | `verdict`, `overview`, `sentence`, `report` |
//!
//! Invariants: memory is bounded whatever is heard. Each number can be counted again from the log. What cannot be
//! told is called unclear, and what happens while the link is down, at a first look or by a repair of ours is no
//! incident.

mod classify;
mod common;
mod counts;
mod departures;
mod evaluate;
#[expect(clippy::module_inception, reason = "the record after which the room is named")]
mod incident;
mod kind;
mod lasting;
mod lateness;
mod limits;
mod listen;
mod measure;
mod movement;
mod overview;
mod report;
mod returns;
mod samples;
mod sentence;
mod tracking;
mod users;
mod usual;
mod verdict;
mod watch;
mod window;

pub use self::{
    common::Common,
    incident::{ChannelChange, Incident},
    kind::IncidentKind,
    report::write_report,
    verdict::{Calm, OverallVerdict},
    watch::{HoldingRule, IncidentWatch},
};
