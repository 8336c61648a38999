//! The past is what was.

use std::io::Cursor;

use super::*;
use crate::{
    presence::EventKind,
    recording::{
        DifferingPart,
        testing::{Recorded, at, happen, join, list_again, lobby, name},
        verify_recording,
    },
    world::Certainty,
};

fn open(bytes: Vec<u8>) -> Past {
    let (header, reader) = RecordingReader::open(Cursor::new(bytes)).unwrap();
    Past::new(header, reader)
}

#[test]
fn the_world_at_every_index_is_the_one_that_was() {
    let recorded = Recorded::record(40);
    for bytes in [recorded.lines.clone(), recorded.pack(9)] {
        let mut past = open(bytes);
        let mut expected = recorded.worlds.iter();
        let masked = |world: &World| {
            let mut masked = world.clone();
            masked.session = crate::recording::mask_session(&world.session);
            masked
        };
        assert!(expected.next().is_some_and(|first| *past.world() == masked(first)));
        while let Some((line, _, step)) = past.step_next(&mut ()) {
            if step == PastStep::Input {
                let live = expected.next().unwrap();
                assert!(*past.world() == masked(live), "line {line}");
            }
        }
        assert_eq!(expected.next(), None);
        assert_eq!(past.end(), Some(&RecordingEnd::Closed));
    }
}

#[test]
fn a_list_that_agrees_costs_a_line_of_a_few_bytes() {
    let recorded = Recorded::record(40);
    let text = String::from_utf8(recorded.lines).unwrap();
    let likes: Vec<&str> = text.lines().filter(|line| line.contains("like_the_list")).collect();
    assert_eq!(likes.len(), 4, "from the list of fourteen on");
    assert!(likes.iter().all(|line| line.len() < 500), "{likes:?}");
}

#[test]
fn one_goes_to_any_moment_that_was_recorded() {
    let recorded = Recorded::record(40);
    let mut past = open(recorded.lines);
    for second in [0, 10, 12, 30, 49] {
        assert!(past.go_to(at(second), &mut ()));
        assert_eq!(past.world().now(), at(second));
        let known = past.world().channels.look_up(&lobby()).unwrap().roster.len() as u64;
        assert_eq!(known, second.saturating_sub(9), "at {second}");
    }
    assert!(!past.go_to(at(500), &mut ()), "nothing is known of the time after it");
    assert_eq!(past.world().now(), at(49));
}

#[test]
fn a_recording_is_held_against_its_checks() {
    let recorded = Recorded::record(40);
    let found = verify_recording(&mut open(recorded.lines.clone()));
    assert_eq!((found.inputs, found.checks, found.difference), (recorded.inputs.len() as u64, 5, None));
    let text = String::from_utf8(recorded.lines).unwrap();
    let other = text.replacen("\"user\":\"user-37\"", "\"user\":\"user-99\"", 1);
    let found = verify_recording(&mut open(other.into_bytes()));
    let difference = found.difference.unwrap();
    assert_eq!(found.checks, 4);
    assert!(matches!(difference.what, DifferingPart::Channel(channel, Some(then), Some(now))
        if channel == lobby() && then.users == now.users && then.hash != now.hash));
}

#[test]
fn after_a_hole_a_list_is_known_when_it_was_told_as_a_whole() {
    let mut recorded = Recorded::record(10);
    recorded.take(30, happen(EventKind::Left { user: name(3) }, 9, 30));
    let hole = recorded.inputs.len() - 1;
    recorded.take(40, join(50, 10, 40));
    // Here everybody is listed who is known, which is one more than is recorded.
    let again = list_again(recorded.worlds.last().unwrap(), 50);
    recorded.take(50, again);
    recorded.write(hole);
    let mut past = open(recorded.lines.clone());
    assert!(past.go_to(at(29), &mut ()) && past.explain_hole(&lobby()).is_none());
    assert!(past.go_to(at(45), &mut ()));
    assert_eq!((past.explain_hole(&lobby()), past.count_lost()), (Some(at(30)), 1));
    let is_exact = |past: &Past| {
        let world = past.world();
        world.certainty(world.channels.look_up(&lobby()).unwrap(), world.now()) == Certainty::Exact
    };
    // The world knows it from the moment of the first that is missing, until a here now has told the list.
    for (second, wanted) in [(29, true), (30, false), (45, false), (49, false), (50, true)] {
        let mut past = open(recorded.lines.clone());
        assert!(past.go_to(at(second), &mut ()));
        assert_eq!((is_exact(&past), past.explain_hole(&lobby()).is_none()), (wanted, wanted), "at {second}");
    }
    let found = verify_recording(&mut past);
    assert_eq!((found.difference, found.passed_over), (None, 1));
}

#[test]
fn whatever_is_changed_in_a_file_it_is_read_as_far_as_it_goes() {
    let recorded = Recorded::record(30);
    let cases = std::env::var("HERENOW_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300_u64);
    let mut ends = std::collections::BTreeSet::new();
    for seed in 0..cases {
        let mut chance = fastrand::Rng::with_seed(seed);
        let mut bytes = if seed % 4 == 0 { recorded.pack(9) } else { recorded.lines.clone() };
        for _ in 0..chance.usize(1..4) {
            let place = chance.usize(..bytes.len());
            match chance.u8(..4) {
                0 => bytes[place] = chance.u8(..),
                1 => bytes[place] = b"0123456789\"{}[],:\n"[chance.usize(..18)],
                2 => bytes.insert(place, b"0123456789\"{}[],:\n"[chance.usize(..18)]),
                _ => drop(bytes.drain(place..(place + chance.usize(1..40)).min(bytes.len()))),
            }
        }
        let Ok((header, reader)) = RecordingReader::open(Cursor::new(bytes)) else { continue };
        let mut past = Past::new(header, reader);
        let mut before = past.world().now();
        while let Some((_, at, _)) = past.step_next(&mut ()) {
            assert!(at >= before, "seed {seed}");
            before = at;
        }
        ends.insert(match past.end().expect("it ends somehow") {
            RecordingEnd::Closed => 'c',
            RecordingEnd::Abrupt(_) => 'a',
            RecordingEnd::Broken(..) => 'b',
        });
    }
    assert!(ends.contains(&'c') && ends.contains(&'b'), "{ends:?}");
}
