//! The roster's rules, one by one.

use super::*;
use crate::presence::{Channel, ListPart, ListedUser, Snapshot};

fn tt(seconds: u64) -> Timetoken {
    Timetoken::new(seconds * 10_000_000)
}

fn event(seconds: u64, occupancy: u64, what: EventKind) -> PresenceEvent {
    PresenceEvent {
        channel: Channel::from_wire("lobby"),
        subscription: None,
        published: tt(seconds),
        timestamp: None,
        occupancy: Some(occupancy),
        what,
        raw: None,
    }
}

fn join(who: &str) -> EventKind {
    EventKind::Joined { user: UserId::from_wire(who), state: None }
}

fn leave(who: &str) -> EventKind {
    EventKind::Left { user: UserId::from_wire(who) }
}

fn snapshot(seconds: u64, who: &[&str]) -> Snapshot {
    Snapshot {
        unread: 0,
        first_unread: None,
        part: ListPart::default(),
        channel: Channel::from_wire("lobby"),
        occupancy: who.len() as u64,
        listed: Some(who.iter().map(|w| ListedUser { user: UserId::from_wire(w), state: None }).collect()),
        with_state: true,
        as_of: tt(seconds),
        complete: true,
    }
}

fn names(roster: &Roster) -> Vec<&str> {
    roster.iter().map(|(user, _)| user.as_str()).collect()
}

#[test]
fn joins_and_leaves_are_idempotent() {
    let mut roster = Roster::default();
    assert_eq!(roster.apply(&event(1, 1, join("ann"))).change, Change::Joined);
    assert_eq!(roster.apply(&event(1, 1, join("ann"))).change, Change::None);
    assert_eq!(roster.apply(&event(2, 1, join("ann"))).change, Change::SeenAgain { sightings: 2 });
    assert_eq!(roster.apply(&event(9, 0, leave("ann"))).change, Change::Gone { stayed: Some(Duration::from_secs(8)) });
    assert_eq!(roster.apply(&event(9, 0, leave("ann"))).change, Change::None);
    assert_eq!(roster.apply(&event(10, 0, leave("ann"))).change, Change::OddAbsent);
    assert!(roster.agrees());
}

#[test]
fn a_late_event_does_not_undo_a_newer_one() {
    let mut roster = Roster::default();
    roster.apply(&event(5, 1, join("ann")));
    assert_eq!(roster.apply(&event(4, 0, leave("ann"))).change, Change::None);
    assert_eq!(names(&roster), ["ann"]);
    assert_eq!(roster.occupancy(), Some(1));
    roster.apply(&event(6, 0, leave("ann")));
    assert_eq!(roster.apply(&event(5, 1, join("ann"))).change, Change::None);
    assert!(roster.is_empty());
}

#[test]
fn a_snapshot_yields_to_newer_events_and_corrects_older_ones() {
    let mut roster = Roster::default();
    roster.apply(&event(10, 1, join("new")));
    roster.apply(&event(1, 1, join("ghost")));
    roster.apply(&event(11, 1, leave("left")));
    // A cached answer from second 5: it lacks "new", still lists "left", and never had "ghost".
    let difference = roster.fold(&snapshot(5, &["left", "lurker"])).difference;
    assert_eq!(names(&roster), ["lurker", "new"]);
    assert_eq!(difference.missing, [UserId::from_wire("lurker")]);
    assert_eq!(difference.extra, [UserId::from_wire("ghost")]);
    // What the events told of the occupancy is newer than what the snapshot told.
    assert_eq!(roster.occupancy(), Some(1));
}

#[test]
fn absence_from_smeared_pages_counts_the_second_time() {
    let mut roster = Roster::default();
    roster.fold(&snapshot(1, &["ann", "bob"]));
    let smeared = |at| Snapshot { complete: false, ..snapshot(at, &["ann"]) };
    assert!(roster.fold(&smeared(5)).difference.is_empty());
    assert_eq!(roster.fold(&smeared(9)).difference.extra, [UserId::from_wire("bob")]);
}

/// A page of those who are on the channel, all of `count`.
fn page(before: usize, more: bool, count: u64, who: &[&str]) -> Snapshot {
    let part = ListPart { before, more, cut: None };
    Snapshot { part, occupancy: count, complete: !more, ..snapshot(5 + before as u64, who) }
}

#[test]
fn pages_are_on_the_list_as_they_come_and_the_last_proves_absence() {
    let mut roster = Roster::default();
    roster.fold(&snapshot(1, &["ghost"]));
    let first = roster.fold(&page(0, true, 3, &["ann", "bob"]));
    assert_eq!((names(&roster), roster.is_listing()), (vec!["ann", "bob", "ghost"], true));
    assert_eq!((first.difference.missing.len(), first.complete), (2, false));
    let last = roster.fold(&page(1, false, 3, &["cat"]));
    assert_eq!((names(&roster), roster.is_listing()), (vec!["ann", "bob", "cat"], false));
    assert_eq!((last.difference.extra, last.complete), (vec![UserId::from_wire("ghost")], true));
}

#[test]
fn pages_that_name_fewer_than_are_counted_or_of_which_one_left_prove_no_absence() {
    let begun = || {
        let mut roster = Roster::default();
        roster.fold(&snapshot(1, &["dan"]));
        roster.fold(&page(0, true, 3, &["ann", "bob"]));
        roster
    };
    // Somebody slipped to the page before.
    let mut roster = begun();
    assert!(!roster.fold(&page(1, false, 3, &["bob"])).complete);
    // One who was listed left, came back and is listed again: the numbers agree by chance.
    let mut roster = begun();
    roster.apply(&event(8, 2, leave("ann")));
    roster.apply(&event(9, 3, join("ann")));
    assert!(!roster.fold(&page(1, false, 3, &["ann"])).complete);
    assert_eq!(names(&roster), ["ann", "bob", "dan"]);
    // A page is missing.
    let mut roster = begun();
    assert!(!roster.awaits_page(2, tt(9)) && !roster.fold(&page(2, false, 3, &["cat"])).complete);
    assert_eq!(names(&roster), ["ann", "bob", "cat", "dan"]);
    // Those who left a moment ago are not on the list, and count as named.
    let mut roster = begun();
    roster.apply(&event(8, 2, leave("cat")));
    assert!(roster.fold(&page(1, false, 3, &["cat"])).complete);
    assert_eq!(names(&roster), ["ann", "bob"]);
}

#[test]
fn a_listing_that_ends_midway_leaves_who_was_named() {
    let mut roster = Roster::default();
    roster.fold(&snapshot(1, &["ann", "dan"]));
    roster.fold(&page(0, true, 3, &["bob"]));
    roster.abandon_listing();
    assert_eq!((names(&roster), roster.is_listing()), (vec!["ann", "bob", "dan"], false));
    // The next one begins from nothing.
    roster.fold(&page(0, true, 2, &["ann"]));
    assert!(roster.fold(&page(1, false, 2, &["dan"])).complete);
    assert_eq!(names(&roster), ["ann", "dan"]);
}

#[test]
fn a_quick_return_is_a_flap() {
    let mut roster = Roster::default();
    roster.apply(&event(1, 1, join("ann")));
    roster.apply(&event(5, 0, leave("ann")));
    assert_eq!(roster.apply(&event(6, 1, join("ann"))).change, Change::Flapped { away: Duration::from_secs(1) });
}

#[test]
fn interval_deltas_apply_and_an_in_and_out_changes_nothing() {
    let mut roster = Roster::default();
    roster.fold(&snapshot(1, &["ann", "bob", "cat"]));
    let ids = |names: &[&str]| names.iter().map(|n| UserId::from_wire(n)).collect::<Vec<_>>();
    let what = EventKind::Interval {
        joined: ids(&["dan", "eve", "cat"]),
        left: ids(&["ann", "eve", "cat"]),
        timed_out: ids(&["bob"]),
        refresh: false,
    };
    assert_eq!(roster.apply(&event(10, 2, what)).change, Change::Summed);
    assert_eq!(names(&roster), ["cat", "dan"]);
    assert!(roster.agrees());
}

#[test]
fn who_joins_while_present_may_have_lost_the_state() {
    let mut roster = Roster::default();
    let state = State::parse("{\"mood\":\"busy\"}").unwrap();
    roster.apply(&event(1, 1, join("ann")));
    roster.apply(&event(2, 1, EventKind::StateChanged { user: UserId::from_wire("ann"), state: state.clone() }));
    let listed = |at: u64| Snapshot { with_state: true, ..snapshot(at, &["ann"]) };
    let ann = UserId::from_wire("ann");
    let mut before = roster.clone();
    assert_eq!(before.fold(&listed(20)).difference.restated, std::slice::from_ref(&ann), "nothing explains it");
    assert_eq!(roster.apply(&event(10, 1, join("ann"))).change, Change::SeenAgain { sightings: 2 });
    assert_eq!(roster.get(&ann).unwrap().state(), Some(&state), "it may be another session");
    assert!(roster.fold(&listed(20)).difference.restated.is_empty());
    assert!(roster.get(&ann).unwrap().state().is_none());
}

#[test]
fn who_left_within_an_interval_has_lost_the_state_of_before() {
    let mut roster = Roster::default();
    let state = State::parse("{\"mood\":\"busy\"}").unwrap();
    let ids = |names: &[&str]| names.iter().map(|n| UserId::from_wire(n)).collect::<Vec<_>>();
    for (at, who) in [(1, "ann"), (1, "bob"), (1, "cat"), (1, "dan")] {
        roster.apply(&event(at, 4, join(who)));
        let user = UserId::from_wire(who);
        roster.apply(&event(at + 1, 4, EventKind::StateChanged { user, state: state.clone() }));
    }
    roster.apply(&event(35, 4, EventKind::StateChanged { user: UserId::from_wire("bob"), state: state.clone() }));
    let what = |joined: &[&str], left: &[&str]| EventKind::Interval {
        joined: ids(joined),
        left: ids(left),
        timed_out: Vec::new(),
        refresh: false,
    };
    roster.apply(&event(40, 4, what(&["ann", "bob", "cat"], &["cat"])));
    let knows = |who: &str| roster.get(&UserId::from_wire(who)).unwrap().knows_state();
    assert_eq!(["ann", "bob", "cat", "dan"].map(knows), [false, true, false, true]);
}

#[test]
fn a_state_told_since_the_last_interval_belongs_to_whom_this_one_names() {
    let mut roster = Roster::default();
    let state = State::parse("{\"mood\":\"busy\"}").unwrap();
    let change = |who: &str| EventKind::StateChanged { user: UserId::from_wire(who), state: state.clone() };
    let interval = |joined: &[&str]| {
        let joined = joined.iter().map(|name| UserId::from_wire(name)).collect();
        EventKind::Interval { joined, left: Vec::new(), timed_out: Vec::new(), refresh: false }
    };
    roster.apply(&event(1, 1, join("ann")));
    // Nothing tells of the join above the announce max, but the state is told at once.
    roster.apply(&event(22, 3, change("bob")));
    roster.apply(&event(30, 3, interval(&["bob", "cat"])));
    let mood = |roster: &Roster, who: &str| roster.get(&UserId::from_wire(who)).unwrap().state.clone();
    assert_eq!((mood(&roster, "bob"), mood(&roster, "cat")), (Some(state.clone()), None));
    assert!(!roster.knows_all_states(), "of cat nobody knows");
    roster.apply(&event(31, 3, change("cat")));
    assert!(roster.knows_all_states());
    // Intervals may be short: what was told before the last one has gone with who left since.
    roster.apply(&event(34, 3, interval(&["cat"])));
    assert_eq!(mood(&roster, "cat"), Some(state));
    roster.apply(&event(36, 3, interval(&["cat"])));
    assert!(mood(&roster, "cat").is_none() && !roster.knows_all_states());
    roster.apply(&event(37, 2, leave("cat")));
    assert!(roster.knows_all_states());
    // A list with states tells of all.
    roster.apply(&event(40, 3, interval(&["dan"])));
    let listed = roster.fold(&Snapshot { with_state: true, ..snapshot(48, &["ann", "bob", "dan"]) });
    assert!(roster.knows_all_states() && listed.difference.missing.is_empty());
}

#[test]
fn who_is_vouched_for_is_there_once_however_the_join_is_told() {
    let mut roster = Roster::default();
    let me = UserId::from_wire("me");
    roster.confirm_present(&me, tt(10));
    assert_eq!(names(&roster), ["me"]);
    // The event was published a little later than we know the service's clock to be.
    assert_eq!(roster.apply(&event(11, 1, join("me"))).change, Change::Joined);
    assert_eq!(roster.get(&me).unwrap().sightings(), 1);
    roster.apply(&event(12, 0, leave("me")));
    // A late answer to an earlier heartbeat brings nobody back.
    roster.confirm_present(&me, tt(11));
    assert!(roster.is_empty());
}

#[test]
fn a_state_change_needs_somebody_to_carry_it() {
    let mut roster = Roster::default();
    let state = State::parse("{\"mood\":\"busy\"}").unwrap();
    let change = |who: &str| EventKind::StateChanged { user: UserId::from_wire(who), state: state.clone() };
    roster.apply(&event(1, 1, join("ann")));
    assert_eq!(roster.apply(&event(2, 1, change("ann"))).change, Change::StateChanged);
    assert_eq!(roster.get(&UserId::from_wire("ann")).unwrap().state.as_ref(), Some(&state));
    assert_eq!(roster.apply(&event(3, 1, change("bob"))).change, Change::OddAbsent);
    assert!(roster.get(&UserId::from_wire("bob")).is_none());
    // A snapshot older than the change does not take it back.
    roster.fold(&snapshot(1, &["ann"]));
    assert!(roster.get(&UserId::from_wire("ann")).unwrap().state.is_some());
}

#[test]
fn a_state_that_was_announced_before_its_user_was_listed_is_not_lost() {
    let state = |text: &str| State::parse(text).unwrap();
    let listed = |at: u64, text: &str| Snapshot {
        listed: Some(vec![ListedUser { user: UserId::from_wire("ann"), state: Some(state(text)) }]),
        with_state: true,
        ..snapshot(at, &["ann"])
    };
    let told = |at: u64, text: &str| {
        event(at, 1, EventKind::StateChanged { user: UserId::from_wire("ann"), state: state(text) })
    };
    let mut roster = Roster::default();
    assert_eq!(roster.apply(&told(5, r#"{"n":2}"#)).change, Change::OddAbsent);
    // The answer is from before the change.
    roster.fold(&listed(3, r#"{"n":1}"#));
    let held = |roster: &Roster| roster.get(&UserId::from_wire("ann")).unwrap().state.clone().unwrap();
    assert_eq!(held(&roster).as_json(), r#"{"n":2}"#);
    assert!(roster.fold(&listed(9, r#"{ "n": 2 }"#)).difference.is_empty());
    let found = roster.fold(&listed(12, r#"{"n":3}"#));
    assert_eq!((found.difference.restated.len(), found.replaced), (1, vec![Some(state(r#"{"n":2}"#))]));
}

/// The bytes that this process has in memory.
#[cfg(target_os = "linux")]
fn resident_bytes() -> usize {
    let told = std::fs::read_to_string("/proc/self/statm").unwrap();
    told.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

/// Run it alone, optimised: other tests take memory, too.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "it measures memory"]
fn bytes_of_an_occupant() {
    let mut kept = Vec::new();
    for (order, step) in [("in order", 1), ("without order", 382_883)] {
        let before = resident_bytes();
        let mut roster = Roster::default();
        for page in 0..1000_usize {
            let listed = (0..1000).map(|n| {
                let number = (page * 1000 + n) * step % 1_000_000;
                let state = State::parse(&format!(r#"{{"n":"{number:0112}"}}"#)).unwrap();
                ListedUser { user: UserId::from_wire(&format!("user-{number:06}")), state: Some(state) }
            });
            let part = ListPart { before: page, more: page < 999, cut: None };
            let listed = Some(listed.collect());
            roster.fold(&Snapshot { listed, part, complete: page == 999, occupancy: 1_000_000, ..snapshot(9, &[]) });
        }
        let (len, counted) = (roster.len(), roster.bytes());
        let taken = resident_bytes() - before;
        println!("{order}: {} bytes of memory an occupant, {} counted, {len} occupants", taken / len, counted / len);
        kept.push(roster);
    }
}
