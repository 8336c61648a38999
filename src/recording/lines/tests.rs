//! Whatever is written comes back as it was.

use std::{collections::BTreeMap, io::Read, time::Duration};

use proptest::{collection::vec, option, prelude::*};
use serde_json::json;

use super::*;
use crate::{
    presence::{
        Batch, Channel, ChannelGroup, Command, CommandAnswer, Direction, EventKind, Ledger, LinkChange, ListPart,
        ListedUser, Moment, Notice, Outcome, PresenceEvent, REQUEST_KINDS, ReplyItem, RequestEnd, SceneLine,
        SceneStatus, Silence, Snapshot, State, Subscription, Timetoken, Trouble, UserId, UserRequest, UserRequests,
    },
    recording::{ChannelDigest, KeptInput, LikeList, RecordingHeader},
    world::{Input, Order, Removal, Session, World},
};

fn any_text() -> BoxedStrategy<String> {
    prop_oneof![
        "[a-z]{0,6}",
        "\\PC{0,6}",
        any::<String>(),
        Just("a-pnpres".to_owned()),
        Just("\u{0}\"\\\n\u{202e}\u{2028}".to_owned()),
    ]
    .boxed()
}

fn any_channel() -> BoxedStrategy<Channel> {
    any_text().prop_map(|name| Channel::from_wire(&name)).boxed()
}

fn any_user() -> BoxedStrategy<UserId> {
    any_text().prop_map(|name| UserId::from_wire(&name)).boxed()
}

fn any_state() -> BoxedStrategy<State> {
    let texts = [
        "{}",
        "null",
        "{\"n\":1.10,\"n\":[9007199254740993, -0,1E+2]}",
        "{ \"a\" :\n\"\\u00e9\" }",
        "\"text\"",
        "{\"a\":\"\u{7f}\u{9b}é\"}",
    ];
    prop_oneof![
        proptest::sample::select(texts.to_vec()).prop_map(State::from_scanned),
        any_text().prop_map(|text| State::from_scanned(&json!({ "text": text }).to_string())),
    ]
    .boxed()
}

fn any_moment() -> BoxedStrategy<Moment> {
    any::<u64>().prop_map(Moment::from_micros).boxed()
}

fn any_token() -> BoxedStrategy<Timetoken> {
    any::<u64>().prop_map(Timetoken::new).boxed()
}

fn any_span() -> BoxedStrategy<Duration> {
    prop_oneof![any::<u32>().prop_map(|n| Duration::from_micros(n.into())), any::<Duration>(), Just(Duration::MAX)]
        .boxed()
}

fn any_place() -> BoxedStrategy<Subscription> {
    prop_oneof![
        any_channel().prop_map(Subscription::Channel),
        any_channel().prop_map(Subscription::Pattern),
        any_text().prop_map(|name| Subscription::Group(ChannelGroup::from_wire(&name))),
    ]
    .boxed()
}

fn any_places() -> BoxedStrategy<Vec<Subscription>> {
    vec(any_place(), 0..3).boxed()
}

fn any_trouble() -> BoxedStrategy<Trouble> {
    (any_text(), any::<bool>(), vec(any_text(), 0..3), option::of(any_span()))
        .prop_map(|(sentence, passing, refused, retry_after)| Trouble {
            sentence: sentence.into(),
            passing,
            refused,
            retry_after,
        })
        .boxed()
}

fn any_ledger() -> BoxedStrategy<Ledger> {
    let kind = proptest::sample::select(REQUEST_KINDS.to_vec());
    (vec((kind, any::<(u64, u64)>()), 0..4), any::<u64>())
        .prop_map(|(by_kind, followed)| Ledger { by_kind: by_kind.into_iter().collect::<BTreeMap<_, _>>(), followed })
        .boxed()
}

fn any_event() -> BoxedStrategy<PresenceEvent> {
    let users = || vec(any_user(), 0..3);
    let what = prop_oneof![
        (any_user(), option::of(any_state())).prop_map(|(user, state)| EventKind::Joined { user, state }),
        any_user().prop_map(|user| EventKind::Left { user }),
        any_user().prop_map(|user| EventKind::TimedOut { user }),
        (any_user(), any_state()).prop_map(|(user, state)| EventKind::StateChanged { user, state }),
        (users(), users(), users(), any::<bool>()).prop_map(|(joined, left, timed_out, refresh)| {
            EventKind::Interval { joined, left, timed_out, refresh }
        }),
        (any_text(), any_text()).prop_map(|(action, raw)| EventKind::Unknown { action, raw }),
    ];
    let raw = prop_oneof![
        any_text().prop_map(|text| (json!(text).to_string(), text)),
        any_state().prop_map(|state| (state.as_json().to_owned(), "{not json}".to_owned())),
    ];
    (
        any_channel(),
        option::of(any_place()),
        any_token(),
        option::of(any::<u64>()),
        option::of(any::<u64>()),
        what,
        option::of(raw),
    )
        .prop_map(|(channel, subscription, published, timestamp, occupancy, what, raw)| PresenceEvent {
            channel,
            subscription,
            published,
            timestamp,
            occupancy,
            raw: raw.map(|(json, cut)| if let EventKind::Unknown { .. } = what { cut } else { json }.into()),
            what,
        })
        .boxed()
}

fn any_batch() -> BoxedStrategy<Batch> {
    let item = prop_oneof![
        4 => any_event().prop_map(ReplyItem::from),
        1 => (any_text(), any_text()).prop_map(|(why, raw)| ReplyItem::Garbled { why: why.into(), raw }),
    ];
    (any::<usize>(), vec(item, 0..5), any_token(), any::<(usize, usize, bool, usize)>(), any_moment())
        .prop_map(|(poll, heard, cursor, (copies, repeats, full, over_limit), at)| Batch {
            poll,
            heard,
            cursor,
            copies,
            repeats,
            full,
            over_limit,
            at,
        })
        .boxed()
}

fn any_change() -> BoxedStrategy<LinkChange> {
    prop_oneof![
        Just(LinkChange::Connecting),
        (option::of(any_token()), any_span())
            .prop_map(|(resumed, round_trip)| LinkChange::Live { resumed, round_trip }),
        (any_span(), any_ledger()).prop_map(|(round_trip, ledger)| LinkChange::Alive { round_trip, ledger }),
        (any_trouble(), any::<u32>(), any_moment()).prop_map(|(trouble, attempt, retry_at)| LinkChange::Lost {
            trouble,
            attempt,
            retry_at
        }),
        (any_trouble(), any_places(), any::<bool>()).prop_map(|(trouble, what, everything)| LinkChange::Refused {
            trouble,
            what,
            everything
        }),
        any_places().prop_map(|what| LinkChange::Allowed { what }),
        Just(LinkChange::Ended),
    ]
    .boxed()
}

fn any_direction() -> BoxedStrategy<Direction> {
    prop_oneof![
        Just(Direction::Next),
        any::<u16>().prop_map(Direction::Scene),
        Just(Direction::Faster),
        Just(Direction::Slower),
        Just(Direction::Outage),
    ]
    .boxed()
}

fn any_command() -> BoxedStrategy<Command> {
    prop_oneof![
        (any_places(), any_span(), any::<bool>()).prop_map(|(places, timeout, by_hand)| Command::SendHeartbeat {
            places,
            timeout,
            by_hand
        }),
        any_places().prop_map(|places| Command::Leave { places }),
        any_places().prop_map(|places| Command::AskHereNow { places }),
        Just(Command::FindChannels),
        any_user().prop_map(|user| Command::AskWhereNow { user }),
        any_user().prop_map(|user| Command::AskRequests { user }),
        (any_places(), any_state()).prop_map(|(places, state)| Command::SetState { places, state }),
        any_places().prop_map(Command::Watch),
        any_direction().prop_map(Command::Direct),
    ]
    .boxed()
}

fn any_snapshot() -> BoxedStrategy<Snapshot> {
    let listed = vec((any_user(), option::of(any_state())), 0..4)
        .prop_map(|all| all.into_iter().map(|(user, state)| ListedUser { user, state }).collect());
    (
        any_channel(),
        any::<(u64, bool, bool, usize)>(),
        option::of(listed),
        any_token(),
        any::<(usize, bool, Option<usize>)>(),
        option::of(any_text()),
    )
        .prop_map(|(channel, (occupancy, with_state, complete, unread), listed, as_of, part, first_unread)| Snapshot {
            channel,
            occupancy,
            listed,
            with_state,
            as_of,
            complete,
            part: ListPart { before: part.0, more: part.1, cut: part.2 },
            unread,
            first_unread,
        })
        .boxed()
}

fn any_user_requests() -> BoxedStrategy<UserRequests> {
    let kind = proptest::sample::select(REQUEST_KINDS.into_iter().chain(["unread"]).collect::<Vec<_>>());
    let end =
        prop_oneof![Just(RequestEnd::Open), Just(RequestEnd::Unanswered), any::<u16>().prop_map(RequestEnd::Status),];
    let names = vec(any_text().prop_map(Into::into), 0..3);
    let request = (any_moment(), kind, names, option::of(any::<u64>()), end, any_span(), option::of(any_text()))
        .prop_map(|(at, kind, names, timeout, end, took, why)| UserRequest {
            at,
            kind,
            names,
            timeout,
            end,
            took,
            why: why.map(Into::into),
        });
    (any_moment(), any_span(), vec(request, 0..4))
        .prop_map(|(at, presence_timeout, requests)| UserRequests { at, presence_timeout, requests })
        .boxed()
}

fn any_outcome() -> BoxedStrategy<Outcome> {
    let result = prop_oneof![
        Just(Ok(CommandAnswer::Done)),
        vec(any_snapshot(), 0..3).prop_map(|all| Ok(CommandAnswer::HereNow(all))),
        vec(any_snapshot(), 0..3).prop_map(|all| Ok(CommandAnswer::Page(all))),
        vec(any_channel(), 0..3).prop_map(|all| Ok(CommandAnswer::WhereNow(all))),
        option::of(any_user_requests()).prop_map(|told| Ok(CommandAnswer::Requests(told))),
        any_trouble().prop_map(Err),
    ];
    (any_command(), any_moment(), any_span(), any_ledger(), result)
        .prop_map(|(command, at, took, ledger, result)| Outcome { command, at, took, ledger, result })
        .boxed()
}

fn any_scene() -> BoxedStrategy<SceneStatus> {
    let line = (any_text(), any_text()).prop_map(|(title, about)| SceneLine { title, about: about.into() });
    let silence = (any_text(), any::<usize>(), any_moment()).prop_map(|(region, people, timeout_at)| Silence {
        region: region.into(),
        people,
        timeout_at,
    });
    (
        (any_text(), any_text(), option::of(any_text()), vec(line, 0..3), any::<usize>()),
        (option::of(any_text()), option::of(any_text()), any_moment(), option::of(silence)),
        prop_oneof![any::<f64>(), Just(f64::INFINITY), Just(-0.0)],
        option::of((any_text(), any_moment())),
    )
        .prop_filter("no number equals itself but one", |scene| !scene.2.is_nan())
        .prop_map(|((profile, about, scenario, scenes, scene), (label, phase, since, silence), speed, next)| {
            SceneStatus {
                profile: profile.into(),
                about: about.into(),
                scenario,
                scenes: scenes.into(),
                scene,
                label,
                phase,
                since,
                silence,
                speed,
                next,
            }
        })
        .boxed()
}

fn any_order() -> BoxedStrategy<Order> {
    prop_oneof![
        any_place().prop_map(Order::Join),
        any_place().prop_map(Order::Leave),
        Just(Order::LeaveAll),
        any::<bool>().prop_map(Order::KeepAlive),
        any_span().prop_map(Order::PresenceTimeout),
        any_channel().prop_map(Order::Resync),
        any_places().prop_map(Order::Watch),
        any_place().prop_map(|place| Order::Unwatch(Removal::Whole(place))),
        any_channel().prop_map(|channel| Order::Unwatch(Removal::Hide(channel))),
        any_user().prop_map(Order::WhereNow),
        any_user().prop_map(Order::AskRequests),
        (any_places(), any_state()).prop_map(|(places, state)| Order::SetState { places, state }),
        ".{0,20}".prop_map(Order::Mark),
        any_direction().prop_map(Order::Direct),
    ]
    .boxed()
}

fn any_input() -> BoxedStrategy<Input> {
    prop_oneof![
        any_batch().prop_map(|batch| Input::Notice(Notice::from(batch))),
        (any::<usize>(), any_change(), any_moment()).prop_map(|(poll, change, at)| Input::Notice(Notice::Link {
            poll,
            change,
            at
        })),
        any_outcome().prop_map(Input::Outcome),
        any_command().prop_map(Input::Busy),
        any_scene().prop_map(Input::Scene),
        any_order().prop_map(Input::Order),
        Just(Input::Tick),
        Just(Input::End),
    ]
    .boxed()
}

fn any_line() -> BoxedStrategy<RecordLine> {
    let changed = (any_channel(), any::<(u64, u64, u64)>(), any_text()).prop_map(|(channel, numbers, certainty)| {
        let (occupancy, users, hash) = numbers;
        (channel, ChannelDigest { occupancy, users, certainty, hash })
    });
    prop_oneof![
        9 => any_input().prop_map(|input| RecordLine::Input(Box::new(KeptInput { input, likes: Vec::new() }))),
        1 => (any::<u64>(), any::<u64>(), vec(changed, 0..3))
            .prop_map(|(hash, counters, changed)| RecordLine::Check(RecordedCheck { hash, counters, changed })),
        1 => (any::<u64>(), any_moment()).prop_map(|(inputs, since)| RecordLine::Lost { inputs, since }),
        1 => Just(RecordLine::Closed),
    ]
    .boxed()
}

#[track_caller]
fn write_one(number: u64, at: Moment, line: &RecordLine) -> String {
    let mut out = Vec::new();
    write_line(&mut out, number, at, line);
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.find('\n'), Some(text.len() - 1), "one line: {text}");
    text.trim_end_matches('\n').to_owned()
}

proptest! {
    #[test]
    fn every_line_comes_back_exactly(number in any::<u64>(), at in any_moment(), line in any_line()) {
        let text = write_one(number, at, &line);
        prop_assert_eq!(read_line(&text), Ok((number, at, line)), "{}", text);
    }
}

/// The sample was written by version 0.2.0. Headers name the version that wrote them.
#[test]
fn lines_are_written_as_they_always_were() {
    let sample = include_bytes!("../../../assets/recordings/format-1.0.jsonl.gz");
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(&sample[..]).read_to_string(&mut text).unwrap();
    let (mut replies, mut others) = (0, 0);
    for known in text.lines().skip(1) {
        let (number, at, line) = read_line(known).unwrap();
        assert_eq!(write_one(number, at, &line), known);
        *if known.contains(",\"reply\":") { &mut replies } else { &mut others } += 1;
    }
    assert!(replies > 10 && others > 10, "{replies} {others}");
}

#[test]
fn what_should_be_json_and_is_not_is_read_as_a_string() {
    let line = r#"{"n":2,"at":1,"reply":{"cursor":"1","events":[{"state_change":{"channel":"c","published":"1","user":"ann","state":"{not json}","raw":"no"}}]}}"#;
    let (number, at, read) = read_line(line).unwrap();
    let again = write_one(number, at, &read);
    assert!(again.contains(r#""state":"\"{not json}\"","raw":"\"no\"""#), "{again}");
    assert_eq!(read_line(&again).unwrap().2, read);
}

fn make_header() -> RecordingHeader {
    let watching = vec![
        Subscription::Channel(Channel::from_wire("lobby")),
        Subscription::Pattern(Channel::from_wire("match.*")),
        Subscription::Group(ChannelGroup::from_wire("eu")),
    ];
    let session = Session {
        name: Some("shop".into()),
        region: Some("eu".to_owned()),
        production: true,
        announce_max: Some(3),
        subscribe_key: crate::presence::SubscribeKey::from_wire("sub-c-01234567-89ab-cdef-0123-456789abcdef"),
        join_in: Some(crate::world::JoinIn { line: "--subscribe-key sub-c-01234567".to_owned(), clients: Vec::new() }),
        ..Session::for_a_test(watching)
    };
    let mut world = World::new(session, Duration::from_secs(20), Moment::from_micros(1_795_262_400_000_000));
    world.scene = Some(SceneStatus::default());
    RecordingHeader::describe(&world, Some(7))
}

#[test]
fn the_header_comes_back_and_holds_neither_key_nor_url() {
    let header = make_header();
    let text = write_one(1, header.started, &RecordLine::Header(Box::new(header.clone())));
    assert!(text.starts_with(r#"{"n":1,"at":1795262400000000,"recording":{"format":"1.0","#), "{text}");
    assert!(text.contains("sub-c-01…cdef"), "{text}");
    assert!(!text.contains("01234567") && !text.contains("pndsn") && !text.contains("://"), "{text}");
    let read = read_line(&text).unwrap();
    assert_eq!(read.2, RecordLine::Header(Box::new(header.clone())));
    assert_eq!(header.open_world().scene, header.scene);
}

#[test]
fn a_later_minor_version_is_read_and_a_later_major_version_is_not() {
    let header = make_header();
    let text = write_one(1, header.started, &RecordLine::Header(Box::new(header)));
    let minor =
        text.replace(r#""format":"1.0","#, r#""format":"1.9","news":{"a":[1]},"#).replace(r#""n":1"#, r#""n":1,"x":2"#);
    assert!(matches!(read_line(&minor), Ok((1, _, RecordLine::Header(_)))));
    assert_eq!(
        read_line(&text.replace(r#""format":"1.0""#, r#""format":"2.0""#)),
        Err(BadLine::Future("2.0".to_owned()))
    );
    let future = r#"{"recording":{"format":"2.0"},"n":"one"}"#;
    assert_eq!(read_line(future), Err(BadLine::Future("2.0".to_owned())));
    assert_eq!(read_line(r#"{"n":2,"at":3,"later":{"a":1}}"#).unwrap().2, RecordLine::Unknown);
    assert_eq!(read_line(r#"{"a":1}"#), Err(BadLine::Foreign));
    assert_eq!(read_line("[1]"), Err(BadLine::Foreign));
    assert!(matches!(read_line("{\"n\":1"), Err(BadLine::Unreadable(_))));
    assert!(matches!(read_line("\u{1f}\u{8b}"), Err(BadLine::Unreadable(_))));
}

#[test]
fn what_stands_for_a_list_is_kept_with_its_place_and_hash() {
    let snapshot = |name: &str| Snapshot {
        channel: Channel::from_wire(name),
        occupancy: 9,
        listed: Some(Vec::new()),
        with_state: true,
        as_of: Timetoken::new(7),
        complete: true,
        part: ListPart::default(),
        unread: 0,
        first_unread: None,
    };
    let result = Ok(CommandAnswer::HereNow(vec![snapshot("a"), snapshot("b")]));
    let outcome = Outcome {
        command: Command::AskHereNow { places: Vec::new() },
        at: Moment::default(),
        took: Duration::ZERO,
        ledger: Ledger::default(),
        result,
    };
    let likes = vec![LikeList { snapshot: 1, first: UserId::from_wire("ann"), users: 9, hash: u64::MAX }];
    let line = RecordLine::Input(Box::new(KeptInput { input: Input::Outcome(outcome), likes }));
    let text = write_one(3, Moment::default(), &line);
    assert!(text.contains(r#""like_the_list":{"first":"ann","users":9,"hash":"ffffffffffffffff"}"#), "{text}");
    assert_eq!(read_line(&text).unwrap().2, line);
}
