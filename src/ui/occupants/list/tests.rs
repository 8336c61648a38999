//! Order, choice, and the steps in which they are worked out.

use super::{super::index::SHORT, *};
use crate::presence::{Channel, EventKind, ListPart, ListedUser, PresenceEvent, Snapshot, State, Timetoken};

fn moment(millis: u64) -> Moment {
    Moment::from_micros(1_000_000_000_000 + millis * 1_000)
}

fn lobby() -> Channel {
    Channel::from_wire("lobby")
}

fn who(n: usize) -> UserId {
    UserId::from_wire(&format!("user-{n:07}"))
}

/// A crowd of this size, with levels in the reverse order of the names.
fn crowd(size: usize) -> ChannelState {
    let level = |n: usize| State::parse(&format!("{{\"level\":{}}}", (size - n) / 2)).ok();
    let listed = (0..size).map(|n| ListedUser { user: who(n), state: level(n).filter(|_| n % 10 != 3) });
    let snapshot = Snapshot {
        unread: 0,
        first_unread: None,
        part: ListPart::default(),
        channel: lobby(),
        occupancy: size as u64,
        listed: Some(listed.collect()),
        with_state: true,
        as_of: Timetoken::new(10_000_000),
        complete: true,
    };
    let mut watched = ChannelState::new(lobby(), crate::world::Reconciler::new(Duration::ZERO, moment(0)));
    watched.roster.fold(&snapshot);
    watched
}

fn event(seconds: u64, what: EventKind) -> PresenceEvent {
    let published = Timetoken::new(seconds * 10_000_000);
    PresenceEvent { channel: lobby(), subscription: None, published, timestamp: None, occupancy: None, what, raw: None }
}

/// Apply an event as the world does.
fn hear(rows: &mut OccupantList, watched: &mut ChannelState, seconds: u64, what: EventKind) {
    let event = event(seconds, what);
    watched.roster.apply(&event);
    rows.update_user(&lobby(), &watched.roster, event.what.user().unwrap());
}

fn joined(n: usize) -> EventKind {
    EventKind::Joined { user: who(n), state: None }
}

fn field(path: &str) -> SortKey {
    SortKey::Field(Path::parse(path).unwrap())
}

/// Do what is due until nothing is; returns when that was.
fn settle(rows: &mut OccupantList, watched: &ChannelState, mut now: Moment) -> Moment {
    rows.do_due(Some(watched), None, now);
    while let Some(due) = rows.next_due() {
        now = now.max(due);
        rows.do_due(Some(watched), None, now);
    }
    now
}

/// All, in the order that is shown, by their numbers.
fn shown(rows: &OccupantList, watched: &ChannelState) -> Vec<usize> {
    let number = |user: &UserId| user.as_str()[5..].parse().unwrap();
    let down: Vec<usize> = rows.iter_forward(&watched.roster, None).map(number).collect();
    let mut up: Vec<usize> = rows.iter_backward(&watched.roster, None).map(number).collect();
    up.reverse();
    assert_eq!(down, up, "both ways are the same way");
    down
}

#[test]
fn every_order_is_what_it_says_and_turns_round() {
    let mut watched = crowd(6);
    let mut rows = OccupantList::default();
    let leave = |n| EventKind::Left { user: who(n) };
    settle(&mut rows, &watched, moment(0));
    hear(&mut rows, &mut watched, 20, leave(4));
    hear(&mut rows, &mut watched, 30, joined(4));
    hear(&mut rows, &mut watched, 40, joined(2));
    hear(&mut rows, &mut watched, 50, joined(9));
    let mut check = |by: SortKey, expected: [usize; 7], reversed: [usize; 7]| {
        rows.set_order(SortOrder { by: by.clone(), reversed: false });
        settle(&mut rows, &watched, moment(0));
        assert_eq!(shown(&rows, &watched), expected, "{by:?}");
        rows.reverse_order();
        settle(&mut rows, &watched, moment(0));
        assert_eq!(shown(&rows, &watched), reversed, "{by:?} reversed");
    };
    check(SortKey::Name, [0, 1, 2, 3, 4, 5, 9], [9, 5, 4, 3, 2, 1, 0]);
    check(SortKey::TimeHere, [9, 4, 0, 1, 2, 3, 5], [5, 3, 2, 1, 0, 4, 9]);
    check(SortKey::LastEvent, [9, 2, 4, 0, 1, 3, 5], [4, 2, 9, 5, 3, 1, 0]);
    check(SortKey::Sightings, [0, 1, 3, 4, 5, 9, 2], [2, 9, 5, 4, 3, 1, 0]);
    // 3 never had a state, 4 and 9 came without.
    check(field("level"), [5, 1, 2, 0, 3, 4, 9], [0, 2, 1, 5, 9, 4, 3]);
}

#[test]
fn f52_most_flaps_come_first_and_pass_with_the_minutes() {
    let mut watched = crowd(6);
    let mut rows = OccupantList::default();
    rows.set_order(SortOrder::new(SortKey::Flaps));
    let clock = |rows: &mut OccupantList, second: u64| {
        rows.set_clock(Timetoken::new(second * 10_000_000), moment(second * 1_000));
    };
    clock(&mut rows, 30);
    rows.do_due(Some(&watched), None, moment(0));
    for (n, seconds) in [(4, 20), (2, 30), (2, 40)] {
        hear(&mut rows, &mut watched, seconds, EventKind::Left { user: who(n) });
        hear(&mut rows, &mut watched, seconds + 4, joined(n));
    }
    assert_eq!(shown(&rows, &watched), [2, 4, 5, 3, 1, 0]);
    hear(&mut rows, &mut watched, 100, EventKind::TimedOut { user: who(0) });
    hear(&mut rows, &mut watched, 130, joined(0));
    assert_eq!(shown(&rows, &watched), [2, 4, 5, 3, 1, 0], "after half a minute it is no flap");
    rows.set_order(SortOrder::new(SortKey::Timeouts));
    clock(&mut rows, 130);
    rows.do_due(Some(&watched), None, moment(130_000));
    assert_eq!(shown(&rows, &watched)[0], 0);
    rows.set_order(SortOrder::new(SortKey::Flaps));
    rows.do_due(Some(&watched), None, moment(140_000));
    let turn = rows.next_due().unwrap();
    assert!(turn <= moment(180_001), "the list is looked at again in the next minute");
    clock(&mut rows, 700);
    rows.do_due(Some(&watched), None, moment(700_000));
    assert_eq!(shown(&rows, &watched), [5, 4, 3, 2, 1, 0]);
}

#[test]
fn a_large_list_is_sorted_in_steps_and_changes_meanwhile_are_not_lost() {
    let size = 30 * SHORT + 10;
    let mut watched = crowd(size);
    let mut rows = OccupantList::default();
    rows.do_due(Some(&watched), None, moment(0));
    assert_eq!((rows.next_due(), rows.percent_indexed(&watched.roster)), (None, None), "the roster needs no index");
    rows.set_order(SortOrder::new(SortKey::LastEvent));
    rows.set_filter(Filter::parse("!7").unwrap());
    assert_eq!((rows.count_listed(&watched.roster), rows.percent_indexed(&watched.roster)), (0, Some(0)));
    rows.do_due(Some(&watched), None, moment(0));
    let first = rows.count_listed(&watched.roster);
    assert!(first > 0 && first < size, "the first step is taken at once");
    assert_eq!((rows.percent_indexed(&watched.roster), rows.next_due()), (Some(4), Some(moment(1))));
    rows.do_due(Some(&watched), None, moment(0));
    assert_eq!(rows.count_listed(&watched.roster), first, "nothing is done before it is due");
    // Behind the walk, before it, and somebody new on either side.
    for (second, n) in [(20, 5), (21, size - 1), (22, size + 5)] {
        hear(&mut rows, &mut watched, second, joined(n));
    }
    hear(&mut rows, &mut watched, 23, EventKind::Left { user: who(6) });
    hear(&mut rows, &mut watched, 24, EventKind::Left { user: who(size - 4) });
    settle(&mut rows, &watched, moment(1));
    let list = shown(&rows, &watched);
    let expected = (0..=size + 5).filter(|n| watched.roster.get(&who(*n)).is_some() && !who(*n).as_str().contains('7'));
    assert_eq!(list.len(), expected.count());
    assert_eq!((rows.count_listed(&watched.roster), rows.percent_indexed(&watched.roster)), (list.len(), None));
    assert_eq!(list[..3], [size + 5, size - 1, 5]);
    assert!(!list.contains(&6) && !list.contains(&(size - 4)));
}

#[test]
fn the_first_rows_are_right_before_all_are_sorted_and_where_a_gap_follows_the_list_stops() {
    let size = 30 * SHORT;
    let watched = crowd(size);
    for reversed in [false, true] {
        let order = SortOrder { by: field("level"), reversed };
        let mut whole = OccupantList::default();
        whole.set_order(order.clone());
        settle(&mut whole, &watched, moment(0));
        let expected = shown(&whole, &watched);
        let middle = who(expected[size / 2]);
        let place = whole.sorted_place(&watched.roster, &middle, watched.roster.get(&middle).unwrap());
        let mut rows = OccupantList::default();
        rows.set_order(order);
        let mut now = moment(0);
        rows.do_due(Some(&watched), Some(place.clone()), now);
        while rows.count_listed(&watched.roster) < size {
            now = rows.next_due().unwrap();
            rows.do_due(Some(&watched), None, now);
        }
        assert!(rows.percent_indexed(&watched.roster).is_some());
        let number = |user: &UserId| user.as_str()[5..].parse::<usize>().unwrap();
        let forward = |at| rows.iter_forward(&watched.roster, at).map(number).collect::<Vec<_>>();
        let backward = |at| rows.iter_backward(&watched.roster, at).map(number).collect::<Vec<_>>();
        let at = size / 2;
        for (found, expected) in [(forward(None), &expected[..]), (forward(Some(&place)), &expected[at..])] {
            assert!(found.len() >= 30 && found.len() < size / 2 && expected.starts_with(&found), "{found:?}");
        }
        let before: Vec<usize> = backward(Some(&place)).into_iter().rev().collect();
        assert!(before.len() >= 29 && expected[..at].ends_with(&before), "{before:?}");
        let end: Vec<usize> = backward(None).into_iter().rev().collect();
        assert!(end.len() >= 30 && expected.ends_with(&end), "{end:?}");
        // Behind the last row that is known there is nothing to go to, nor from a place in a gap.
        let last = *forward(None).last().unwrap();
        let edge = rows.sorted_place(&watched.roster, &who(last), watched.roster.get(&who(last)).unwrap());
        assert_eq!(rows.user_after_move(&watched.roster, Some(&edge), 5), Some(who(last)));
        let gap = who(expected[size / 4]);
        let gap = rows.sorted_place(&watched.roster, &gap, watched.roster.get(&gap).unwrap());
        assert!(forward(Some(&gap)).is_empty() && backward(Some(&gap)).is_empty());
        assert_eq!(rows.user_after_move(&watched.roster, Some(&gap), 5), None);
    }
}

#[test]
fn a_filter_that_few_match_needs_no_second_walk() {
    let watched = crowd(30 * SHORT);
    let mut rows = OccupantList::default();
    rows.set_filter(Filter::parse("11").unwrap());
    let mut steps = 0;
    let mut now = moment(0);
    while steps == 0 || rows.next_due().is_some() {
        now = rows.next_due().unwrap_or(now);
        rows.do_due(Some(&watched), None, now);
        steps += 1;
    }
    let expected: Vec<usize> = (0..30 * SHORT).filter(|n| who(*n).as_str().contains("11")).collect();
    let few = expected.len() <= 30;
    assert_eq!((shown(&rows, &watched), rows.percent_indexed(&watched.roster)), (expected, None));
    assert_eq!(few, steps <= 3, "{steps} steps");
}

#[test]
fn what_changes_too_much_at_once_is_compared_with_the_roster_at_a_pace() {
    let mut watched = crowd(20 * SHORT);
    let mut rows = OccupantList::default();
    rows.set_order(SortOrder::new(field("level")));
    let now = settle(&mut rows, &watched, moment(0));
    let before = shown(&rows, &watched);
    let other = State::parse("{\"level\":-1}").unwrap();
    watched.roster.apply(&event(20, EventKind::StateChanged { user: who(999), state: other }));
    watched.roster.apply(&event(20, EventKind::Left { user: who(7) }));
    rows.update_users(&lobby(), &watched.roster, [].iter(), true);
    rows.do_due(Some(&watched), None, now);
    assert_eq!(rows.percent_indexed(&watched.roster), None);
    assert!(shown(&rows, &watched).len() >= before.len() - 1);
    let again = settle(&mut rows, &watched, now);
    let after = shown(&rows, &watched);
    assert_eq!((after[0], after.len(), after.contains(&7)), (999, before.len() - 1, false));
    // Once more, at once: not before a second has passed.
    rows.update_users(&lobby(), &watched.roster, [].iter(), true);
    rows.do_due(Some(&watched), None, again);
    let next = rows.next_due().unwrap();
    assert!(next > again.plus(Duration::from_millis(900)) && next <= again.plus(Duration::from_secs(1)));
    // By time it makes no difference.
    rows.set_order(SortOrder::new(SortKey::TimeHere));
    let now = settle(&mut rows, &watched, next);
    rows.update_users(&lobby(), &watched.roster, [].iter(), true);
    rows.do_due(Some(&watched), None, now);
    assert_eq!(rows.next_due(), None);
}

#[test]
fn large_states_make_smaller_steps() {
    let mut watched = crowd(80);
    let giant = State::parse(&format!("{{\"level\":\"{}\"}}", "x".repeat(30_000))).unwrap();
    for n in 0..80 {
        watched.roster.apply(&event(20, EventKind::StateChanged { user: who(n), state: giant.clone() }));
    }
    let mut rows = OccupantList::default();
    rows.set_order(SortOrder::new(field("level")));
    rows.do_due(Some(&watched), None, moment(0));
    assert_eq!(rows.count_listed(&watched.roster), 35);
    settle(&mut rows, &watched, moment(0));
    assert_eq!(rows.count_listed(&watched.roster), 80);
}

proptest::proptest! {
    /// Whatever changes and whenever, in the end all are listed in order.
    #[test]
    fn the_list_is_the_roster_sorted_and_filtered(
        size in 0_usize..3 * SHORT,
        by in 0_usize..4,
        filter in 0_usize..4,
        steps in proptest::collection::vec((0_u8..8, 0_usize..3 * SHORT), 0..150),
    ) {
        let mut watched = crowd(size);
        let mut rows = OccupantList::default();
        let key = [SortKey::Name, SortKey::LastEvent, SortKey::Sightings, field("level")][by].clone();
        rows.set_order(SortOrder::new(key));
        let filter = Filter::parse(["", "1", "state.level>20", "!state.level 2"][filter]).unwrap();
        rows.set_filter(filter.clone());
        let mut now = moment(0);
        for (second, (what, n)) in steps.into_iter().enumerate() {
            let state = || State::parse(&format!("{{\"level\":{}}}", n % 40)).unwrap();
            match what {
                0 | 1 => hear(&mut rows, &mut watched, 20 + second as u64, joined(n)),
                2 => hear(&mut rows, &mut watched, 20 + second as u64, EventKind::Left { user: who(n) }),
                3 => {
                    let what = EventKind::StateChanged { user: who(n), state: state() };
                    hear(&mut rows, &mut watched, 20 + second as u64, what);
                }
                _ => {
                    now = rows.next_due().map_or(now, |due| due.max(now));
                    rows.do_due(Some(&watched), None, now);
                }
            }
        }
        settle(&mut rows, &watched, now);
        let roster = &watched.roster;
        let matching = roster.iter().filter(|(user, was)| filter.matches(user.as_str(), was.state()));
        let mut expected: Vec<SortedPlace> = matching.map(|(user, was)| rows.sorted_place(&watched.roster, user, was)).collect();
        expected.sort();
        if rows.order().reversed {
            expected.reverse();
        }
        let listed: Vec<UserId> = rows.iter_forward(roster, None).cloned().collect();
        proptest::prop_assert_eq!(rows.count_listed(roster), listed.len());
        proptest::prop_assert_eq!(expected.into_iter().map(|(_, user)| user).collect::<Vec<_>>(), listed);
        proptest::prop_assert_eq!(rows.percent_indexed(roster), None);
    }
}

#[test]
fn one_goes_on_from_where_one_stood_in_the_order_that_is_shown() {
    let watched = crowd(6);
    let mut rows = OccupantList::default();
    rows.set_order(SortOrder::new(field("level")));
    settle(&mut rows, &watched, moment(0));
    assert_eq!(shown(&rows, &watched), [5, 4, 1, 2, 0, 3]);
    let roster = &watched.roster;
    let place = |n: usize| rows.sorted_place(roster, &who(n), roster.get(&who(n)).unwrap());
    let go = |from: Option<usize>, by: isize| {
        let at = from.map(place);
        rows.user_after_move(roster, at.as_ref(), by).unwrap().as_str()[5..].parse::<usize>().unwrap()
    };
    assert_eq!([go(None, 1), go(Some(4), 1), go(Some(4), 3), go(Some(0), 99)], [5, 1, 0, 3]);
    assert_eq!([go(None, -1), go(Some(2), -1), go(Some(2), -99)], [5, 1, 5]);
    assert_eq!([go(Some(2), isize::MAX), go(Some(2), -isize::MAX)], [3, 5]);
    // Somebody who is gone stood between 4 and 1.
    let stood = (place(4).0, UserId::from_wire("user-z"));
    let next = |by| rows.user_after_move(roster, Some(&stood), by).unwrap();
    assert_eq!((next(1), next(2), next(-1)), (who(1), who(2), who(4)));
}

#[test]
fn another_channel_and_a_filter_taken_back_begin_anew() {
    let watched = crowd(20);
    let mut rows = OccupantList::default();
    rows.remember_filter();
    rows.set_filter(Filter::parse("1").unwrap());
    settle(&mut rows, &watched, moment(0));
    assert_eq!(rows.count_listed(&watched.roster), 11);
    rows.restore_filter();
    settle(&mut rows, &watched, moment(0));
    assert_eq!((rows.count_listed(&watched.roster), rows.filter().is_empty()), (20, true));
    rows.restore_filter();
    rows.set_filter(Filter::parse("=nobody").unwrap());
    settle(&mut rows, &watched, moment(0));
    rows.do_due(None, None, moment(0));
    assert_eq!(rows.count_listed(&watched.roster), 0);
    settle(&mut rows, &watched, moment(0));
    assert!(shown(&rows, &watched).is_empty());
}

#[test]
fn without_a_channel_nothing_is_worked_out_and_what_was_goes_by_and_by() {
    let watched = crowd(100);
    let mut rows = OccupantList::default();
    rows.set_order(SortOrder::new(SortKey::TimeHere));
    let mut now = moment(1);
    while rows.next_due().is_some_and(|at| at <= now) || rows.percent_indexed(&watched.roster).is_some() {
        now = rows.next_due().map_or(now, |at| at.max(now));
        rows.do_due(Some(&watched), None, now);
    }
    assert_eq!(rows.count_listed(&watched.roster), 100);
    // The last channel is gone, and somebody goes on choosing.
    rows.do_due(None, None, now);
    for _ in 0..3 {
        rows.reverse_order();
        rows.set_order(SortOrder::new(SortKey::Sightings));
        rows.set_filter(Filter::parse("x").unwrap());
        for _ in 0..1_000 {
            let Some(due) = rows.next_due() else { break };
            now = due.max(now.plus(Duration::from_millis(1)));
            rows.do_due(None, None, now);
        }
        assert_eq!(rows.next_due(), None);
        assert!(rows.discarded.is_empty());
        rows.set_filter(Filter::default());
    }
}
