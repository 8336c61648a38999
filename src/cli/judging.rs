//! Expressions, held against what happens right when it happens: what is true for a moment only is not missed.

use std::sync::Arc;

use crate::{
    clock::Clock,
    expression::{Expression, Judge, Verdict},
    presence::Moment,
    world::{Entry, Listener, World},
};

/// While events come, judging takes at most this part of the time.
const SHARE: u32 = 10;

/// What becomes of the answers.
pub(super) trait Course: Send {
    /// What is known of each expression at this moment. Returns when to look again if nothing happens; nothing,
    /// if it is over.
    fn take(&mut self, verdicts: Vec<Verdict>, now: Moment) -> Option<Moment>;
}

/// Expressions, and what becomes of the answers.
pub(super) struct Judging<C> {
    judges: Vec<Judge>,
    /// What becomes of the answers.
    pub course: C,
    clock: Clock,
    /// Judging took long: not again before this, as long as events come.
    rest_until: Moment,
    over: bool,
}

impl<C: Course> Judging<C> {
    pub fn new(expressions: impl IntoIterator<Item = Expression>, course: C, clock: Clock) -> Self {
        let judges = expressions.into_iter().map(Judge::new).collect();
        Self { judges, course, clock, rest_until: Moment::default(), over: false }
    }

    /// The answers that are wanted are there.
    pub const fn is_over(&self) -> bool {
        self.over
    }

    /// Answer anew; returns when to look again if nothing happens. Nothing, if it is over.
    pub fn look(&mut self, world: &World, now: Moment) -> Option<Moment> {
        if self.over {
            return None;
        }
        let began = self.clock.now();
        let known = world.facts(now);
        let verdicts = self.judges.iter_mut().map(|judge| judge.judge(&known, now)).collect();
        let ended = self.clock.now();
        self.rest_until = ended.plus(ended.since(began).saturating_mul(SHARE - 1));
        let again = self.course.take(verdicts, now);
        self.over = again.is_none();
        again
    }
}

impl<C: Course> Listener for Judging<C> {
    fn entry(&mut self, world: &World, entry: &Arc<Entry>) {
        if self.over {
            return;
        }
        let now = world.now();
        self.judges.iter_mut().for_each(|judge| world.facts(now).tell_judge(judge, entry));
        if self.rest_until <= self.clock.now() {
            self.look(world, now);
        }
    }
}

/// Waiting changes nothing any more.
pub(super) fn is_settled(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::NotHeld { for_good: true, .. } | Verdict::Unknown { for_good: true, .. })
}

/// When one of them may come to hold by time alone.
pub(super) fn look_again_at(verdicts: &[Verdict], now: Moment) -> Moment {
    let until = |verdict: &Verdict| if let Verdict::Pending { until, .. } = verdict { Some(*until) } else { None };
    // A quiet time that was broken becomes quiet again; looking every second is soon enough.
    let again = now.plus(std::time::Duration::from_secs(1));
    verdicts.iter().filter_map(until).chain([again]).filter(|until| *until > now).min().unwrap_or(again)
}
