//! What is booked is what a look through all channels would find.

use proptest::prelude::*;

use super::*;
use crate::{
    presence::{EventKind, ListPart, ListedUser, PresenceEvent, Snapshot, State, Timetoken, Trouble, UserId},
    world::{Cause, ListCounts, Mode},
};

/// Something that is done to a channel, or to all.
#[derive(Debug, Clone)]
enum Op {
    Discover,
    Want(Cause),
    Ask,
    Answer { listed: usize, count: u64, complete: bool },
    Fail { passing: bool },
    Refuse(bool),
    Sum(bool),
    Forget,
    Report,
}

fn any_op() -> impl Strategy<Value = Op> {
    let causes = vec![Cause::Gap, Cause::ByHand, Cause::FullReply, Cause::BareInterval, Cause::OwnJoin];
    prop_oneof![
        3 => Just(Op::Discover),
        2 => prop::sample::select(causes).prop_map(Op::Want),
        4 => Just(Op::Ask),
        4 => (0..6_usize, 0..6_u64, any::<bool>())
            .prop_map(|(listed, count, complete)| Op::Answer { listed, count, complete }),
        1 => any::<bool>().prop_map(|passing| Op::Fail { passing }),
        1 => any::<bool>().prop_map(Op::Refuse),
        1 => any::<bool>().prop_map(Op::Sum),
        1 => Just(Op::Forget),
        2 => Just(Op::Report),
    ]
}

fn name(number: usize) -> Channel {
    Channel::from_wire(&format!("channel-{number}"))
}

fn snapshot(channel: Channel, listed: usize, count: u64, complete: bool, now: Moment) -> Snapshot {
    let listed = (0..listed).map(|n| ListedUser { user: UserId::from_wire(&n.to_string()), state: None }).collect();
    Snapshot {
        unread: 0,
        first_unread: None,
        part: ListPart::default(),
        channel,
        occupancy: count,
        listed: Some(listed),
        with_state: true,
        as_of: Timetoken::at(now),
        complete,
    }
}

fn carry_out(channels: &mut Channels, op: &Op, number: usize, now: Moment) {
    match op {
        Op::Discover => drop(channels.find_or_add(&name(number), now)),
        Op::Ask => drop(channels.take_due_ask(now)),
        Op::Forget => channels.remove_all(&HashSet::from([name(number)])),
        Op::Report => {
            while let Some(id) = channels.next_report(now) {
                channels.get_mut(id).reconciler.take_ripe_difference(now);
            }
        }
        _ => {
            let Some(mut state) = channels.find_mut(&name(number)) else { return };
            match op {
                Op::Want(cause) => state.reconciler.request_ask(*cause, now),
                Op::Answer { listed, count, complete } => {
                    let snapshot = snapshot(name(number), *listed, *count, *complete, now);
                    let difference = state.roster.fold(&snapshot).difference;
                    state.record_occupancy(now);
                    let (counts, mode) = (ListCounts::of(&state.roster), state.mode);
                    state.reconciler.take_answer(counts, &difference, mode, now);
                }
                Op::Fail { passing } => {
                    let (sentence, refused) = ("no".to_owned(), Vec::new());
                    let trouble = Trouble { sentence: sentence.into(), passing: *passing, refused, retry_after: None };
                    state.reconciler.take_failure(&trouble, now);
                }
                Op::Refuse(refused) => {
                    let (sentence, names) = ("no".to_owned(), Vec::new());
                    let trouble =
                        Trouble { sentence: sentence.into(), passing: false, refused: names, retry_after: None };
                    state.refused = refused.then_some(trouble);
                }
                Op::Sum(deltas) => state.mode = Mode::Interval { deltas: *deltas },
                Op::Discover | Op::Ask | Op::Forget | Op::Report => {}
            }
        }
    }
}

/// When something is due, by a look through all channels.
fn look_through(channels: &Channels, is_live: bool) -> Option<Moment> {
    let waiting = channels.iter().any(|state| state.reconciler.is_asked());
    let report = channels.iter().filter_map(|state| state.compute_booking(channels.len()).report).min();
    let ask = channels
        .iter()
        .filter_map(|state| state.compute_booking(channels.len()).ask)
        .min()
        .filter(|_| is_live && !waiting);
    report.into_iter().chain(ask).min()
}

proptest! {
    #[test]
    fn what_is_due_is_known_without_looking_through_all_channels(
        ops in prop::collection::vec((any_op(), 0..8_usize, 0..30_000_u64), 0..200),
    ) {
        let mut now = Moment::from_micros(1_795_262_400_000_000);
        let mut channels = Channels::new(&[], Duration::from_millis(321), now);
        for (op, number, millis) in ops {
            now = now.plus(Duration::from_millis(millis / 10));
            carry_out(&mut channels, &op, number, now);
            for is_live in [true, false] {
                prop_assert_eq!(channels.next_due(is_live), look_through(&channels, is_live), "after {:?}", op);
            }
            prop_assert_eq!(channels.count_names(), channels.iter().map(|state| state.roster.len()).sum::<usize>());
            let due = channels.next_due(true).is_some_and(|due| due <= now);
            let reports = channels.next_report(now).is_some();
            prop_assert_eq!(channels.clone().take_due_ask(now).is_some() || reports, due, "what is due can be done");
        }
    }
}

#[test]
fn the_checks_of_many_quiet_channels_take_no_more_requests_than_those_of_a_thousand() {
    let first_check = |count: usize| {
        let now = Moment::from_micros(1_795_262_400_000_000);
        let mut channels = Channels::new(&[], Duration::ZERO, now);
        for number in 0..count {
            let _ = channels.find_or_add(&name(number), now);
        }
        for number in 0..count {
            carry_out(&mut channels, &Op::Answer { listed: 2, count: 2, complete: true }, number, now);
            channels.find_mut(&name(number)).unwrap().reconciler.mark_asked(Cause::First, 0);
            carry_out(&mut channels, &Op::Answer { listed: 2, count: 2, complete: true }, number, now);
        }
        channels.next_due(true).unwrap().since(now).as_secs()
    };
    assert_eq!([1, 1_000, 1_001, 3_500].map(first_check), [60, 60, 120, 240]);
}

#[test]
fn all_lists_together_take_no_more_bytes_than_they_may() {
    let now = Moment::from_micros(1_000_000);
    let lobby = Channel::from_wire("lobby");
    let mut channels = Channels::new(&[Subscription::Channel(lobby.clone())], Duration::ZERO, now);
    channels.limits = ByteLimits { states: 8_000, names: 12_000 };
    let state = State::parse(&format!("{{\"text\":\"{}\"}}", "x".repeat(500))).unwrap();
    for n in 0..100_u64 {
        let mut watched = channels.find_mut(&lobby).unwrap();
        watched.roster.apply(&PresenceEvent {
            channel: lobby.clone(),
            subscription: None,
            published: Timetoken::new(n + 1),
            timestamp: None,
            occupancy: Some(n + 1),
            what: EventKind::Joined { user: UserId::from_wire(&format!("u{n}")), state: Some(state.clone()) },
            raw: None,
        });
    }
    let watched = channels.look_up(&lobby).unwrap();
    let with_state = watched.roster.iter().filter(|(_, occupant)| occupant.state().is_some()).count();
    assert!(channels.bytes() < 12_500 && channels.bytes() == watched.roster.bytes(), "{}", channels.bytes());
    assert!((5..20).contains(&with_state) && watched.roster.lacks_states(), "{with_state}");
    assert!(watched.roster.len() > with_state && watched.roster.lacks_room(), "{}", watched.roster.len());
    assert!(watched.is_beyond_lists());
}
