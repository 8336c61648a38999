//! Queries of the past: verbs that answer from a recording as they would have answered then. They send nothing;
//! but for `serve` and `demo`, on whose service the people of a recording live again.
//!
//! What was not known then is not claimed now: exit code 3.

mod check;
mod corrections;
mod course;
mod diff;
mod driver;
mod events;
mod here_now;
mod index_file;
mod interval_times;
mod judge_past;
mod open;
mod people;
mod progress;
mod pseudonyms;
mod relive;
mod replay;
mod screen;
mod service_hints;
mod state;
mod stretches;
mod when;

pub(super) use self::{
    check::run_past_check,
    diff::run_diff,
    events::run_past_events,
    here_now::run_past_here_now,
    pseudonyms::run_pseudonyms,
    relive::{RecordedCrowd, load_people},
    replay::run_verification,
    screen::run_replay,
    state::run_past_state,
    when::run_when,
};
pub use self::{diff::DiffArgs, replay::ReplayArgs, screen::read_recording, when::WhenArgs};
