//! THE PAST, asked: verbs that answer from a recording as they would have answered then. They send nothing.
//!
//! What was not known then is not claimed now: exit code 3.

mod check;
mod course;
mod diff;
mod driver;
mod events;
mod here_now;
mod judge_past;
mod open;
mod replay;
mod screen;
mod state;
mod when;

pub(super) use self::{
    check::run_past_check,
    diff::run_diff,
    events::run_past_events,
    here_now::run_past_here_now,
    replay::run_verification,
    screen::run_replay,
    state::run_past_state,
    when::run_when,
};
pub use self::{diff::DiffArgs, replay::ReplayArgs, when::WhenArgs};
