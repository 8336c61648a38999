//! The verbs of the command line, one file each.
//!
//! Exit codes: 0 done, 1 failed, 2 usage error; of `wait` and `check`: 0 held, 1 not held, 2 usage
//! error, 3 that could not be known. Every failure is one sentence on stderr that says
//! what, why and what to try, with `--json` in one line of JSON. What a verb answers goes to stdout and through `print`, what it has to
//! remark to stderr; a reader who closes stdout early has read enough, and that is no failure.

mod alerts;
mod appearance;
mod args;
mod check;
mod claims;
mod completions;
mod config;
mod crowd;
mod demo;
mod disguise;
mod events;
mod failure;
mod first_run;
mod flags;
mod group;
mod heartbeat;
mod here_now;
mod join_in;
mod json_line;
mod judging;
mod keyset;
mod leave;
mod local_service;
mod log;
mod man;
mod manual;
mod metrics;
mod open_dashboard;
mod past;
mod plain;
mod print;
mod record;
mod report;
mod run;
mod serve;
mod service_section;
mod session;
mod state;
mod switch;
mod wait;
mod watch;
mod webhook_listening;
mod where_now;
mod whole_file;
mod writer;

pub use args::{Args, Verb};
pub use failure::Failure;
pub use past::read_recording;
pub use run::main;
