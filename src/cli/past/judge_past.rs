//! Claims, held against all that was, thing by thing.

use super::{course::Spans, driver::PastDriver};
use crate::{
    cli::judging::Judging,
    expression::Expression,
    presence::{Channel, Moment, Subscription},
    recording::Past,
};

/// Judge claims over a part of a recording, which ends before `until` if that is given.
pub(super) fn judge_past(
    past: &mut Past,
    claims: &[Expression],
    since: Option<Moment>,
    until: Option<Moment>,
    over_time: bool,
) -> Spans {
    let began = since.unwrap_or(past.header().started);
    let spans = Spans::new(claims.len(), began);
    let mut judging = Judging::over_the_past(claims.to_vec(), spans, over_time);
    // What was before is folded, too: claims remember what led to it.
    let mut driver = PastDriver { until, wake: None };
    loop {
        judging.doubt = find_doubt(past, claims);
        driver.wake = judging.look(past.world(), past.world().now());
        if !driver.advance(past, &mut judging) {
            break;
        }
    }
    judging.course.end(past.world().now());
    judging.course
}

/// Why nothing can be known: a channel was not watched, or lines are missing and a list that matters was not told since.
fn find_doubt(past: &Past, claims: &[Expression]) -> Option<String> {
    let world = past.world();
    let watches = |place: &Subscription, channel: &Channel| match place {
        Subscription::Channel(watched) => watched == channel,
        Subscription::Pattern(_) => place.covers(channel),
        Subscription::Group(_) => true,
    };
    let is_unwatched = |channel: &Channel| {
        world.channels.look_up(channel).is_none() && !world.session.watching.iter().any(|place| watches(place, channel))
    };
    let unwatched = claims.iter().flat_map(Expression::places).find_map(|place| match place {
        Subscription::Channel(channel) => Some(channel).filter(is_unwatched),
        Subscription::Pattern(_) | Subscription::Group(_) => None,
    });
    if let Some(channel) = unwatched {
        return Some(format!("{channel} was not watched"));
    }
    if !past.has_hole() {
        return None;
    }
    let everywhere = claims.iter().any(Expression::asks_everywhere);
    let matters = |channel: &Channel| {
        everywhere || claims.iter().flat_map(Expression::places).any(|place| watches(&place, channel))
    };
    let mut channels = world.channels.iter().map(|watched| &watched.channel);
    let missing = channels.any(|channel| matters(channel) && past.explain_hole(channel).is_some());
    missing.then(|| "lines are missing in the recording, and the list was not told since".to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::{
        cli::past::course::{HowHeld, read_verdict},
        expression::Judge,
        presence::EventKind,
        recording::{
            RecordingReader,
            testing::{Recorded, answer, at, happen, join, link, list_again, live, name},
        },
    };

    /// Somebody comes, goes, is listed or cut off, each second. A small world in which much happens: each of many
    /// claims is judged after every input of it.
    fn record_storm(chance: &mut fastrand::Rng) -> Recorded {
        let mut recorded = Recorded::begin();
        recorded.take(1, live(1));
        recorded.take(2, answer(Vec::new(), 2));
        for second in 3..14 {
            let world = recorded.worlds.last().unwrap();
            let here = world.channels.iter().next().unwrap().roster.len() as u64;
            let user = chance.u64(..9);
            let known = world.channels.iter().next().unwrap().roster.get(&name(user)).is_some();
            let input = match chance.u8(..10) {
                0 => list_again(world, second),
                1 => live(second),
                2 if chance.bool() => link(crate::presence::LinkChange::Connecting, second),
                _ if known => happen(EventKind::Left { user: name(user) }, here - 1, second),
                // Sometimes somebody else came as well, of whom nothing was told.
                _ => join(user, here + 1 + u64::from(chance.u8(..15) == 0), second),
            };
            recorded.take(second, input);
        }
        recorded.write(usize::MAX);
        recorded
    }

    fn write_claim(chance: &mut fastrand::Rng, depth: u8) -> String {
        if depth > 0 && chance.bool() {
            let word = if chance.bool() { "and" } else { "or" };
            let (one, other) = (write_claim(chance, depth - 1), write_claim(chance, depth - 1));
            let not = if chance.u8(..4) == 0 { "not " } else { "" };
            return format!("{not}({one} {word} {other})");
        }
        let (number, sign) = (chance.u8(..10), [">", "<", ">=", "<=", "=="][chance.usize(..5)]);
        match chance.u8(..4) {
            0 => format!("user-{number:02} present in lobby"),
            1 => format!("[state.n={number}] present in lobby"),
            2 => format!("users [user-1] in lobby {sign} {number}"),
            _ => format!("occupancy of lobby {sign} {number}"),
        }
    }

    #[test]
    fn spans_agree_with_a_look_after_every_input() {
        let cases = std::env::var("HERENOW_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(20);
        for seed in 0..cases {
            let mut chance = fastrand::Rng::with_seed(seed);
            let recorded = record_storm(&mut chance);
            let claims: Vec<Expression> =
                (0..500).map(|_| Expression::parse(&write_claim(&mut chance, 3)).unwrap()).collect();
            let (header, reader) = RecordingReader::open(Cursor::new(recorded.lines.clone())).unwrap();
            let spans = judge_past(&mut Past::new(header, reader), &claims, None, None, false);
            for (index, (moment, _)) in recorded.inputs.iter().enumerate() {
                let facts = recorded.worlds[index + 1].facts(*moment);
                for (claim, spans) in claims.iter().zip(&spans.each) {
                    let (expected, _) = read_verdict(Judge::new(claim.clone()).judge(&facts, *moment));
                    let told = spans.iter().rfind(|span| span.from <= *moment).map(|span| span.held);
                    assert_eq!(told, Some(expected), "seed {seed}, {claim}, after input {index}");
                }
            }
            let all = spans.each.iter().flatten();
            assert!(
                all.clone().any(|span| span.held == HowHeld::Yes) && all.clone().any(|span| span.held == HowHeld::No)
            );
            assert!(spans.each.iter().all(|spans| spans.windows(2).all(|pair| pair[0].to == pair[1].from)));
            assert_eq!(spans.since, at(0));
        }
    }
}
