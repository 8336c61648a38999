//! Claims, held against all that was, thing by thing.

use super::{
    course::Spans,
    driver::{DriverStep, PastDriver},
    open::OpenPast,
};
use crate::{
    cli::judging::Judging,
    expression::Expression,
    presence::{Moment, Subscription},
    recording::Past,
};

/// Judge claims over a part of a recording, which ends before `until` if that is given.
pub(super) fn judge_past(
    open: &mut OpenPast,
    claims: &[Expression],
    since: Option<Moment>,
    until: Option<Moment>,
    over_time: bool,
) -> Spans {
    let began = since.unwrap_or(open.past.header().started);
    let spans = Spans::new(claims.len(), began);
    let mut judging = Judging::over_the_past(claims.to_vec(), spans, over_time);
    // What was before is folded, too: claims remember what led to it.
    let mut driver = PastDriver { until, wake: None };
    let past = &mut open.past;
    loop {
        judging.doubt = find_doubt(past, claims);
        driver.wake = judging.look(past.world(), past.world().now());
        match driver.advance(past, &mut judging) {
            Some(DriverStep::Hole) => judging.note_gap("lines are missing in the recording", past.world().now()),
            Some(DriverStep::Passed) => {}
            None => break,
        }
    }
    judging.course.end(past.world().now());
    judging.course
}

/// Why nothing can be known, if lines are missing and a list that matters was not told since.
fn find_doubt(past: &Past, claims: &[Expression]) -> Option<String> {
    if !past.has_hole() {
        return None;
    }
    let everywhere = claims.iter().any(Expression::asks_everywhere);
    let matters = |channel: &crate::presence::Channel| {
        everywhere
            || claims.iter().flat_map(Expression::places).any(|place| match &place {
                Subscription::Channel(named) => named == channel,
                Subscription::Pattern(_) => place.covers(channel),
                Subscription::Group(_) => true,
            })
    };
    let mut channels = past.world().channels.iter().map(|watched| &watched.channel);
    let missing = channels.any(|channel| matters(channel) && past.explain_hole(channel).is_some());
    missing.then(|| "lines are missing in the recording, and the list was not told since".to_owned())
}
