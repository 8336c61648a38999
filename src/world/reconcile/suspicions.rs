//! Differences between a list and a here now that may still be explained by an event.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::Cause;
use crate::{
    presence::{Difference, EventKind, Moment, rules::SUMMED_UP_WITHIN},
    world::Mode,
};

/// A difference between list and here now that may still be explained: by an event that the answer overtook, or by an
/// interval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Suspicion {
    cause: Cause,
    difference: Difference,
    until: Moment,
    /// An interval that did not name the users has come since. It may have been published before the answer, the
    /// next one can't.
    passed_over: bool,
    /// The channel may be above the announce max, so that its next interval names them.
    is_summed_up: bool,
}

/// Those of a list. There are at most as many as here nows in two intervals.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Suspicions(VecDeque<Suspicion>);

impl Suspicions {
    /// Remember a difference until it is explained or reported. Nothing announces that a channel enters interval
    /// mode, so the names may still arrive with its first interval. `is_summed_up`: the channel may be in it.
    pub fn add(&mut self, cause: Cause, difference: Difference, is_summed_up: bool, now: Moment) {
        let until = now.plus(SUMMED_UP_WITHIN);
        self.0.push_back(Suspicion { cause, difference, until, passed_over: false, is_summed_up });
    }

    /// Forget what an event explains.
    pub fn take_event(&mut self, what: &EventKind, now: Moment) {
        match what {
            EventKind::Joined { user, .. } | EventKind::Left { user } | EventKind::TimedOut { user } => {
                self.0.iter_mut().for_each(|suspicion| suspicion.difference.forget_user(user));
            }
            EventKind::StateChanged { user, .. } => {
                for suspicion in &mut self.0 {
                    suspicion.difference.restated.retain(|restated| restated != user);
                }
            }
            EventKind::Interval { joined, left, timed_out, refresh } => {
                let named = || joined.iter().chain(left).chain(timed_out);
                if *refresh || named().next().is_none() {
                    // Who came and went is not told at all, so it can't have been lost.
                    self.0.clear();
                }
                for suspicion in &mut self.0 {
                    named().for_each(|user| suspicion.difference.forget_user(user));
                    suspicion.until =
                        if suspicion.passed_over { now } else { suspicion.until.max(now.plus(SUMMED_UP_WITHIN)) };
                    suspicion.passed_over = true;
                }
            }
            EventKind::Unknown { .. } => {}
        }
        self.0.retain(|suspicion| !suspicion.difference.is_empty());
    }

    /// The next difference that no event has explained in time, with its likely cause.
    pub fn take_ripe(&mut self, now: Moment) -> Option<(Cause, Difference)> {
        let ripe = self.0.iter().position(|suspicion| suspicion.until <= now)?;
        self.0.remove(ripe).map(|Suspicion { cause, difference, .. }| (cause, difference))
    }

    /// When each of them is due for its report.
    pub fn ripe_ats(&self) -> impl Iterator<Item = Moment> {
        self.0.iter().map(|suspicion| suspicion.until)
    }

    /// No more events will come: all are due for their report at once, but for what an interval would have told. Whether
    /// it would is not known.
    pub fn end(&mut self) {
        self.0.retain(|suspicion| !suspicion.is_summed_up);
        self.0.iter_mut().for_each(|suspicion| suspicion.until = Moment::default());
    }
}

/// What of a difference an event should have told, or should tell soon.
pub(super) fn find_unexpected(cause: Cause, difference: &Difference, mode: Mode) -> Option<Difference> {
    let mut unexpected = difference.clone();
    match cause {
        Cause::Disagreement | Cause::Audit | Cause::OwnJoin | Cause::ByHand => {}
        // Before the first answer, nobody else was known.
        Cause::First => (unexpected.missing, unexpected.restated) = (Vec::new(), Vec::new()),
        Cause::Gap
        | Cause::FullReply
        | Cause::Missing
        | Cause::Unreadable
        | Cause::RefreshAsked
        | Cause::BareInterval
        | Cause::SecondSession => {
            return None;
        }
    }
    match mode {
        Mode::Announce => {}
        // Whoever an interval names comes without a state.
        Mode::Interval { deltas: true } => unexpected.restated = Vec::new(),
        Mode::Interval { deltas: false } => return None,
    }
    Some(unexpected).filter(|unexpected| !unexpected.is_empty())
}
