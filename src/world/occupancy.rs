//! Occupancy over time: three rings of samples per channel, fine for the last minutes and coarse for the last hour.
//!
//! A sample is the lowest and the highest occupancy of its step, so that a short fall or a short peak survives in a
//! coarse ring. Nothing is written while the occupancy stays the same. So a quiet channel takes a few bytes, a busy one
//! at most 3 KiB, and 10,000 busy ones 31 MB.

use std::{collections::VecDeque, time::Duration};

use serde::{Deserialize, Serialize};

use super::TimeSpan;
use crate::presence::Moment;

/// The number of samples in each ring.
const KEPT: usize = 128;

/// Seconds in the step of each ring: they reach back two minutes, ten, and an hour.
const STEPS: [u64; 3] = [1, 5, 30];

/// The ring that the last minute is told from.
const CALM: usize = 1;

/// The number of columns of [`OccupancyHistory::last_minute`].
const MINUTE: usize = 12;

/// What is told within so many seconds of the first occupancy is our own first look, and no change.
const SETTLING: u64 = 10;

/// Both values of a step in which nothing was heard.
const UNKNOWN: u32 = u32::MAX;

/// The lowest and the highest occupancy of a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// The lowest.
    pub low: u64,
    /// The highest.
    pub high: u64,
}

impl Extent {
    fn join(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }
}

/// The extent of one step, as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
struct StepExtent {
    low: u32,
    high: u32,
}

impl StepExtent {
    const GAP: Self = Self { low: UNKNOWN, high: UNKNOWN };

    const fn flat(value: u32) -> Self {
        Self { low: value, high: value }
    }

    /// The sample of a step in which it was this and then `value`.
    fn with(self, value: u32) -> Self {
        if self == Self::GAP {
            return Self::flat(value);
        }
        Self { low: self.low.min(value), high: self.high.max(value) }
    }

    fn extent(self) -> Option<Extent> {
        (self != Self::GAP).then(|| Extent { low: self.low.into(), high: self.high.into() })
    }
}

/// The newest samples of one step length.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Ring {
    samples: VecDeque<StepExtent>,
    /// The step of the newest sample, counted from 1970.
    newest: u64,
}

impl Ring {
    /// Record that the value is `now` from `step` on, and was `before` until then.
    fn record(&mut self, step: u64, before: u32, now: u32) {
        if self.samples.is_empty() {
            self.newest = step;
            self.samples.push_back(StepExtent::flat(now));
            return;
        }
        let gap = usize::try_from(step.saturating_sub(self.newest)).unwrap_or(usize::MAX).min(KEPT);
        for missed in (0..gap).rev() {
            let before = StepExtent::flat(before);
            self.push(if missed == 0 { before.with(now) } else { before });
        }
        if gap == 0 {
            self.samples.back_mut().into_iter().for_each(|sample| *sample = sample.with(now));
        }
        self.newest = self.newest.max(step);
    }

    fn push(&mut self, sample: StepExtent) {
        if self.samples.len() >= KEPT {
            self.samples.pop_front();
        }
        self.samples.push_back(sample);
    }

    /// Mark the steps between `from` and `to` as unknown. Until `from` the value was `last`.
    fn mark_unknown(&mut self, from: u64, to: u64, last: u32) {
        if self.samples.is_empty() || to <= from + 1 {
            return;
        }
        self.record(from, last, last);
        let gap = usize::try_from(to - 1 - from).unwrap_or(usize::MAX).min(KEPT);
        for _ in 0..gap {
            self.push(StepExtent::GAP);
        }
        self.newest = to - 1;
    }

    /// The extent of one step; `None` before the first, and where it is unknown.
    fn at(&self, step: u64, last: u32) -> Option<Extent> {
        let Some(back) = self.newest.checked_sub(step) else {
            return (!self.samples.is_empty()).then(|| StepExtent::flat(last).extent()).flatten();
        };
        let place = self.samples.len().checked_sub(1 + usize::try_from(back).ok()?)?;
        self.samples.get(place)?.extent()
    }
}

/// The occupancy of one channel over time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct OccupancyHistory {
    rings: [Ring; STEPS.len()],
    /// The last known occupancy, capped just below four billion.
    last: u32,
    /// When the occupancy was first known.
    first: Option<Moment>,
    /// When it last changed.
    changed: Option<Moment>,
    /// Since when the link has been down, if it is: from then on the occupancy is unknown.
    blind: Option<Moment>,
}

impl OccupancyHistory {
    /// Record the current occupancy.
    pub fn record(&mut self, occupancy: u64, now: Moment) {
        self.regain_sight(now);
        let told = u32::try_from(occupancy).unwrap_or(UNKNOWN).min(UNKNOWN - 1);
        if self.first.is_some() && told == self.last {
            return;
        }
        if self.first.is_some() {
            self.changed = Some(now);
        }
        let before = if self.first.is_some() { self.last } else { told };
        for (ring, seconds) in self.rings.iter_mut().zip(STEPS) {
            ring.record(now.seconds() / seconds, before, told);
        }
        self.first.get_or_insert(now);
        self.last = told;
    }

    /// The link went down: from now on the occupancy is unknown.
    pub fn lose_sight(&mut self, now: Moment) {
        if self.first.is_some() && self.blind.is_none() {
            (self.blind, self.changed) = (Some(now), Some(now));
        }
    }

    /// The link is up again.
    pub fn regain_sight(&mut self, now: Moment) {
        let Some(since) = self.blind.take() else { return };
        for (ring, seconds) in self.rings.iter_mut().zip(STEPS) {
            ring.mark_unknown(since.seconds() / seconds, now.seconds() / seconds, self.last);
            ring.record(now.seconds() / seconds, self.last, self.last);
        }
        self.changed = Some(now);
    }

    /// Whether this is the last occupancy that was recorded.
    pub(super) fn ended_with(&self, occupancy: u64) -> bool {
        self.first.is_some() && u64::from(self.last) == occupancy
    }

    /// The change within the span, or since the occupancy was first settled if that is later. `None` in the first
    /// minute: then it would be our own first look; and while the link is down. It moves at most every five seconds,
    /// unless an event arrives.
    pub fn change_within(&self, span: TimeSpan, now: Moment) -> Option<i64> {
        self.current(now)?;
        let then = self.value_at_begin(span, now)?;
        Some(i64::from(self.last) - i64::try_from(then.low).ok()?)
    }

    /// What the occupancy was when the span began.
    fn value_at_begin(&self, span: TimeSpan, now: Moment) -> Option<Extent> {
        let first = self.first?;
        if self.is_young(now) {
            return None;
        }
        let ring = find_ring(span);
        let calm = STEPS[ring].max(STEPS[CALM]);
        let then = (now.seconds() / calm * calm).saturating_sub(span.seconds()).max(first.seconds() + SETTLING);
        // What the last value of that step was is in the next one, which begins with it.
        let then = self.rings[ring].at(then / STEPS[ring], self.last)?;
        Some(then)
    }

    /// The lowest and the highest occupancy within the span; `None` if nothing is known of it.
    pub fn extent_within(&self, span: TimeSpan, now: Moment) -> Option<Extent> {
        self.sample(span, 1, now).pop().flatten()
    }

    /// The span in so many columns, oldest first, each with its lowest and highest occupancy; `None` where it is not
    /// known. The newest column ends now.
    pub fn sample(&self, span: TimeSpan, columns: usize, now: Moment) -> Vec<Option<Extent>> {
        let ring = find_ring(span);
        let steps = span.seconds() / STEPS[ring];
        let oldest = (now.seconds() / STEPS[ring] + 1).saturating_sub(steps);
        let columns_in_all = columns as u64;
        let edge = |column: u64| column * steps / columns_in_all;
        let extent = |column: u64| {
            let begin = edge(column);
            let steps = begin..edge(column + 1).max(begin + 1);
            steps.filter_map(|step| self.look_up(ring, oldest + step, now)).reduce(Extent::join)
        };
        (0..columns_in_all).map(extent).collect()
    }

    fn look_up(&self, ring: usize, step: u64, now: Moment) -> Option<Extent> {
        let is_blind = self.blind.is_some_and(|since| step > since.seconds() / STEPS[ring]);
        if is_blind || step > now.seconds() / STEPS[ring] { None } else { self.rings[ring].at(step, self.last) }
    }

    /// The occupancy now, if it is known.
    pub fn current(&self, now: Moment) -> Option<u64> {
        let is_known = self.blind.is_none() && self.first.is_some_and(|first| first <= now);
        is_known.then_some(self.last.into())
    }

    /// The occupancy, if it is known to have been the same within the whole span.
    pub fn same_within(&self, span: TimeSpan, now: Moment) -> Option<u64> {
        let since = self.changed.or(self.first).filter(|_| self.blind.is_none())?;
        Self::span_moves_at(span, since, now).is_none().then_some(self.last.into())
    }

    /// The change of the last so many seconds, up to a minute, or since the occupancy was first settled if that is
    /// later. `None` before that, and while the link is down.
    pub fn change_over(&self, seconds: u64, now: Moment) -> Option<i64> {
        self.current(now)?;
        let settled = self.first?.seconds() + SETTLING;
        let then = now.seconds().saturating_sub(seconds).max(settled);
        let then = self.look_up(0, then / STEPS[0], now)?;
        Some(i64::from(self.last) - i64::try_from(then.low).ok()?)
    }

    /// The last minute in twelve columns, oldest first; `None` where the occupancy is unknown.
    pub fn last_minute(&self, now: Moment) -> Vec<Option<u64>> {
        let newest = now.seconds() / STEPS[CALM];
        let sample = |back: u64| match newest.checked_sub(back)? {
            step if step == newest && self.blind.is_none() => self.first.map(|_| u64::from(self.last)),
            step => self.look_up(CALM, step, now).map(|extent| extent.high),
        };
        (0..MINUTE as u64).rev().map(sample).collect()
    }

    /// Seconds between two samples of a chart of this span.
    pub fn step_seconds(span: TimeSpan) -> u64 {
        STEPS[find_ring(span)]
    }

    /// Whether the occupancy has been known for less than a minute.
    pub fn is_young(&self, now: Moment) -> bool {
        self.first.is_some_and(|first| now.since(first) < Duration::from_secs(60))
    }

    /// Whether a fall is one of the occupancy, and not of what is found by a first look.
    pub fn is_settled(&self, now: Moment) -> bool {
        self.first.is_some_and(|first| first.seconds() + SETTLING <= now.seconds())
    }

    /// How many of so many columns of the span, from the oldest on, hold something of the first look.
    pub fn count_unsettled(&self, span: TimeSpan, columns: usize, now: Moment) -> usize {
        let step = Self::step_seconds(span);
        let begin = ((now.seconds() / step + 1) * step).saturating_sub(span.seconds());
        let column = (span.seconds() / columns.max(1) as u64).max(1);
        let unsettled = self.first.map_or(0, |first| (first.seconds() + SETTLING).saturating_sub(begin));
        usize::try_from(unsettled.div_ceil(column)).unwrap_or(columns).min(columns)
    }

    /// When the occupancy last changed or became known or unknown.
    pub const fn last_changed(&self) -> Option<Moment> {
        self.changed
    }

    /// When a chart of this span moves by time alone: its clock times move even where its line is flat.
    pub fn chart_moves_at(span: TimeSpan, now: Moment) -> Moment {
        let step = Self::step_seconds(span);
        Moment::from_micros((now.seconds() / step + 1) * step * 1_000_000)
    }

    /// When what is told of a span moves by time alone, for an occupancy that last changed at that moment: nothing, once
    /// that is out of sight.
    pub fn span_moves_at(span: TimeSpan, changed: Moment, now: Moment) -> Option<Moment> {
        let step = Self::step_seconds(span).max(STEPS[CALM]);
        let in_sight = now.since(changed).as_secs() <= span.seconds() + step;
        in_sight.then(|| Moment::from_micros((now.seconds() / step + 1) * step * 1_000_000))
    }
}

/// The finest ring that holds a span.
fn find_ring(span: TimeSpan) -> usize {
    STEPS.iter().position(|step| span.seconds() <= step * KEPT as u64).unwrap_or(STEPS.len() - 1)
}

#[cfg(test)]
mod tests;
