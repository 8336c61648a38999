//! What is told of moments: the marks along a chart, and what went on in the time that can be looked back at.

mod activity;
mod time_marks;

pub(super) use self::{activity::Activity, time_marks::TimeMarks};
pub use self::{
    activity::{ActivityMark, ActivityPart, ActivityRow},
    time_marks::{TimeMark, TimeMarkKind},
};
