use std::{hash::RandomState, io::Cursor};

use super::*;
use crate::{
    presence::Channel,
    recording::{
        RecordingReader, Verification,
        testing::{Recorded, lobby, name},
        verify_recording,
    },
    world::Pseudonyms,
};

fn open(bytes: &[u8]) -> Past {
    let (header, reader) = RecordingReader::open(Cursor::new(bytes.to_vec())).unwrap();
    Past::new(header, reader)
}

fn rewrite(bytes: &[u8], is_packed: bool) -> (Vec<u8>, Pseudonyms) {
    let (mut past, mut out, mut names) = (open(bytes), Vec::new(), Pseudonyms::new(RandomState::new()));
    let user = names.hide_ourselves(&past.header().session.user);
    rewrite_recording(&mut past, user, &mut names, is_packed, &mut out).unwrap();
    (out, names)
}

/// Who is on the list at the end, by number.
fn list(past: &Past, channel: &Channel) -> Vec<UserId> {
    let mut users: Vec<UserId> =
        past.world().channels.look_up(channel).unwrap().roster.iter().map(|(user, _)| user.clone()).collect();
    users.sort();
    users
}

#[test]
fn with_other_names_it_leads_to_the_same_lists_under_these() {
    let recorded = Recorded::record(120);
    for is_packed in [false, true] {
        let (other, names) = rewrite(&recorded.lines, is_packed);
        let (mut one, mut again) = (open(&recorded.lines), open(&other));
        let (first, second) = (verify_recording(&mut one), verify_recording(&mut again));
        assert!(first.checks > 5 && first.difference.is_none());
        assert_eq!(first, second);
        assert_eq!(again.end(), Some(&RecordingEnd::Closed));
        assert_eq!(again.world().now(), one.world().now());
        let mut expected: Vec<UserId> = (0..120).map(|n| names.hide_user(&name(n))).collect();
        expected.sort();
        assert_eq!(list(&again, &lobby()), expected);
        if !is_packed {
            let text = String::from_utf8(other).unwrap();
            assert!(!text.contains("user-"), "an id is in it");
            assert!(text.contains("like_the_list"), "lists are kept as they were");
        }
    }
}

#[test]
fn what_was_missing_is_missing() {
    let mut recorded = Recorded::record(60);
    recorded.write(20);
    let (other, _) = rewrite(&recorded.lines, false);
    let (mut one, mut again) = (open(&recorded.lines), open(&other));
    let (first, second) = (verify_recording(&mut one), verify_recording(&mut again));
    assert_eq!(first, second);
    assert!(matches!(first, Verification { passed_over: 1.., .. }));
    assert_eq!((again.count_lost(), again.explain_hole(&lobby())), (1, one.explain_hole(&lobby())));
}

#[test]
fn one_that_just_ends_does_so_again() {
    let recorded = Recorded::record(60);
    let cut = &recorded.lines[..recorded.lines.len() / 2];
    let (other, _) = rewrite(cut, true);
    let (mut one, mut again) = (open(cut), open(&other));
    while one.step_next(&mut ()).is_some() {}
    while again.step_next(&mut ()).is_some() {}
    assert_eq!(one.end(), again.end());
    assert!(matches!(again.end(), Some(RecordingEnd::Abrupt(_))));
}
