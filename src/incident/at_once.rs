//! What intervals tell may have happened at one moment: of a channel an interval tells only that it happened within some
//! seconds, but where the same seconds are within the intervals of all channels, it was in these.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::{
    found::{Beside, Found},
    kind::IncidentKind,
    movement::{Comeback, Movement, MovementKind},
    usual::{UsualRates, is_unusual},
    window::{Watched, Window},
};
use crate::presence::Moment;

/// What happens within so many seconds happens at once.
const WITHIN: u64 = 5;

/// Who is restarted is back within so many seconds, and the interval after that tells it.
const AWAY: u64 = 10;

/// Those who are back may flap: that shows within this many seconds.
const UNDECIDED: u64 = 3;

/// So many must have left at once and be back, and this part of all.
const LEAST: u32 = 5;
const LEAST_SHARE: f64 = 0.08;

/// Who comes within so many seconds comes together, if it is this part of all.
const TOGETHER_WITHIN: u64 = 10;
const TOGETHER_SHARE: f64 = 0.7;

/// Of those who are back so many must have left at once, where many come and go.
const TOGETHER: f64 = 0.6;

/// After so many seconds it is known how many are back all the time.
const SEEN: u64 = 120;

/// How many it may have been at the most at one moment, and the first and the last second of which that is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Most {
    count: u32,
    from: u64,
    to: u64,
}

/// The seconds within which something happened.
fn span_of(movement: &Movement) -> (u64, u64) {
    let last = movement.at.seconds();
    (last.saturating_sub(u64::from(movement.spread)), last)
}

/// The most of these spans that something touches which begins in one second and takes so many.
fn find_most(spans: &[(u64, u64)], within: u64) -> Option<Most> {
    let first = spans.iter().map(|(from, _)| *from).min()?.saturating_sub(within - 1);
    let last = spans.iter().map(|(_, to)| *to).max()?;
    let count = |second: u64| {
        let touched = spans.iter().filter(|(from, to)| second <= *to && *from < second + within);
        u32::try_from(touched.count()).unwrap_or(u32::MAX)
    };
    let counts: Vec<u32> = (first..=last).map(count).collect();
    let most = counts.iter().copied().max()?;
    let from = first + counts.iter().position(|count| *count == most)? as u64;
    let to =
        from + counts[usize::try_from(from - first).ok()?..].iter().take_while(|count| **count == most).count() as u64;
    // Nothing tells of the seconds before the latest of the intervals begins.
    Some(Most { count: most, from: (from + within - 1).min(to - 1), to: to - 1 })
}

impl Watched<'_> {
    /// Whether most of those who came within a span may have come together. A flow that goes on for long is no rush.
    pub fn came_together(&self, window: &Window) -> bool {
        let recent = self.movements.recent(Moment::from_micros(window.from * 1_000_000)).map(|(_, movement)| movement);
        let spans: Vec<(u64, u64)> =
            recent.filter(|movement| movement.kind == MovementKind::Joined).map(span_of).collect();
        let most = find_most(&spans, TOGETHER_WITHIN).map_or(0, |most| most.count);
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let all = spans.len() as f64;
        f64::from(most) >= all * TOGETHER_SHARE
    }

    /// Find that many left at once and are back, where intervals tell of it: they name some as gone and the next ones name
    /// them as come, and others they name as come who had been there.
    pub fn find_reconnect_in_intervals(&self) -> Option<Found> {
        let from = self.now.saturating_sub(2 * self.interval + AWAY).max(self.since);
        let rates = UsualRates::of(self.counts, (self.since, from.saturating_sub(1)), (self.occupancy, self.named));
        if self.interval == 0 || rates.seconds < 2 * self.interval {
            return None;
        }
        let mut left: HashMap<(u64, u32), (u64, u64), FixedState> = HashMap::default();
        let (mut spans, mut summed_up, mut cycled, mut strangers) = (Vec::new(), 0, 0, 0);
        let mut recent: Vec<&Movement> =
            self.movements.recent(Moment::from_micros(from * 1_000_000)).map(|(_, movement)| movement).collect();
        recent.reverse();
        let decided = self.now.saturating_sub(UNDECIDED);
        for movement in recent.into_iter().filter(|movement| movement.at.seconds() <= decided) {
            let is_back = movement.kind == MovementKind::Joined && movement.comeback == Comeback::First;
            summed_up += usize::from(movement.spread > 0 && (is_back || movement.went_unheard()));
            let gone = left.get(&(movement.user, movement.channel));
            match (movement.kind, movement.comeback) {
                _ if movement.went_unheard() => spans.push(span_of(movement)),
                (MovementKind::Left, _) => drop(left.insert((movement.user, movement.channel), span_of(movement))),
                (MovementKind::Joined, Comeback::First) => spans.extend(gone),
                (MovementKind::Joined | MovementKind::Again, Comeback::Once) => cycled += 1,
                (MovementKind::Joined, _) => strangers += 1,
                _ => {}
            }
        }
        let most = find_most(&spans, WITHIN)?;
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let (seconds, back) = (self.interval + WITHIN, spans.len() as f64);
        // At first nobody knows who was here before, and so who is back.
        let left = if rates.seconds < SEEN { rates.at_most(rates.left, seconds) } else { 0.0 };
        let usual = rates.at_most(rates.back, seconds).max(left);
        let are_together = f64::from(most.count) >= back * TOGETHER;
        let others = cycled * 3 >= spans.len() || strangers * 7 > spans.len() * 3;
        let are_told = summed_up * 2 >= spans.len();
        let found =
            is_unusual(most.count, usual, LEAST, LEAST_SHARE, self.occupancy) && are_together && are_told && !others;
        found.then_some(Found {
            kind: IncidentKind::Reconnect,
            from: most.from,
            to: self.now,
            gathers: false,
            beside: Beside::No,
            usual_leaves: rates.left,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_several_intervals_have_in_common_is_when_it_was() {
        assert_eq!(find_most(&[], 5), None);
        assert_eq!(find_most(&[(10, 19)], 5), Some(Most { count: 1, from: 10, to: 19 }));
        assert_eq!(find_most(&[(10, 19), (14, 23), (17, 26)], 5), Some(Most { count: 3, from: 17, to: 19 }));
        assert_eq!(find_most(&[(10, 19), (40, 49)], 5), Some(Most { count: 1, from: 10, to: 19 }));
        assert_eq!(find_most(&[(10, 19), (20, 29)], 5), Some(Most { count: 2, from: 19, to: 19 }), "a second later");
    }
}
