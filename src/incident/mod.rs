//! Incidents: what is unusual on the channels, in a sentence with numbers. Pure: it listens to a
//! [`World`](crate::world::World) and is handed the time.
//!
//! | what it does | where |
//! |---|---|
//! | counts what comes in, at a bounded cost per event | `movement`, `memory`, `counts`, `users`, `samples`, `lateness`, `listen`, `interval`, `found_gone`, `tally` |
//! | decides whether that is unusual, and what it is | `usual`, `window`, `found`, `departures`, `at_once`, `beside`, `classify`, `limits`, `evaluate`, `returns`, `flapping`, `rolling`, `waves`, `lasting` |
//! | keeps what was found, and measures it | `incident`, `kind`, `tracking`, `channel_changes`, `watch`, `measure` |
//! | finds what those concerned have in common | `common` |
//! | says it, or how calm it is | `verdict`, `overview`, `sudden`, `sentence`, `calm`, `report` |
//!
//! Invariants: memory is bounded whatever is heard. Each number can be counted again from the log. What cannot be
//! told is called unclear, and what happens while the link is down, at a first look or by a repair of ours is no
//! incident.

mod at_once;
mod beside;
mod calm;
mod channel_changes;
mod classify;
mod common;
mod counts;
mod departures;
mod elsewhere;
mod evaluate;
mod flapping;
mod found;
mod found_gone;
#[expect(clippy::module_inception, reason = "the record after which the room is named")]
mod incident;
mod interval;
mod kind;
mod lasting;
mod lateness;
mod limits;
mod listen;
mod measure;
mod memory;
mod movement;
mod overview;
mod report;
mod returns;
mod rolling;
mod samples;
mod sentence;
mod sudden;
mod tally;
mod tracking;
mod unheard;
mod users;
mod usual;
mod verdict;
mod watch;
mod waves;
mod window;

pub use self::{
    common::Common,
    incident::{ChannelChange, Incident},
    kind::IncidentKind,
    report::write_report,
    sudden::SuddenChange,
    verdict::{Calm, OverallVerdict},
    watch::{HoldingRule, IncidentWatch},
};
