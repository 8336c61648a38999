//! Which channels need a look first.

use super::{Certainty, ChannelState, TimeSpan, Trend, World};
use crate::presence::Moment;

/// Roughly how many, in half octaves: what differs by little is the same, so that rows keep their places.
fn round_roughly(n: u64) -> u8 {
    match n.checked_ilog2() {
        None => 0,
        Some(octave) => {
            let half = octave > 0 && n >> (octave - 1) & 1 == 1;
            u8::try_from(octave * 2).unwrap_or(u8::MAX) + 1 + u8::from(half)
        }
    }
}

/// Roughly how many, if they are more than a few and more than this part of all, in percent; otherwise nothing.
fn round_notable(n: u64, all: u64, few: u64, percent: u64) -> u8 {
    if n > few && n * 100 >= all * percent { round_roughly(n) } else { 0 }
}

/// How grave it is and how far the occupancy fell beyond the usual, exactly; how many timed out, the change and the
/// occupancy, roughly. The greatest needs a look first.
pub fn rank_trouble(world: &World, watched: &ChannelState, now: Moment) -> [u64; 5] {
    let grave = match world.certainty(watched, now) {
        Certainty::Refused => 3,
        Certainty::Drifting => 2,
        Certainty::Partial(_) | Certainty::Stale => 1,
        Certainty::Exact | Certainty::CatchingUp => 0,
    };
    // Trouble is that of now, whatever span is shown.
    let minute = TimeSpan::Minute;
    let (trend, moves) = (Trend::of(&watched.history, minute, now), watched.moves.within(minute, now));
    let here = watched.occupancy();
    let all = here.max(trend.fall);
    let fell = if trend.beyond { trend.fall } else { 0 };
    let timeouts = round_notable(moves.timed_out, all, 2, 20);
    let change = round_notable(trend.change.unwrap_or(0).unsigned_abs(), all, 5, 25);
    [grave, fell, timeouts.into(), change.into(), round_roughly(here).into()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_by_half_octaves() {
        assert_eq!([0, 1, 2, 3, 4, 5, 6, 7, 8, 12].map(round_roughly), [0, 1, 3, 4, 5, 5, 6, 6, 7, 8]);
        assert!(round_roughly(u64::MAX) > round_roughly(1 << 62));
        assert_eq!([round_notable(2, 2, 2, 20), round_notable(3, 90, 2, 20)], [0, 0]);
        assert_eq!(round_notable(20, 90, 2, 20), round_roughly(20));
    }
}
