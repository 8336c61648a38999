//! Recorded answers of the real service (`assets/wire`), and the promise that whatever one side
//! writes the other side reads.

use std::{fs, path::Path, sync::Arc};

use herenow::{
    presence::{
        Channel, ChannelGroup, EventKind, ListedUser, PresenceEvent, State, SubscribeKey, Subscription, Timetoken,
        UserId,
    },
    wire::{
        Auth, Caller, ChannelOccupants, Cursor, GroupChannels, HereNow, HereNowShape, Message, Names, Operation, Page,
        RawReply, Refusal, ReplyForm, Request, UserState, WhereNow, close_envelope, encode_reply, encode_time,
        open_envelope, parse_ack, parse_event, parse_event_telling, parse_time,
    },
};
use proptest::prelude::*;
use serde_json::Value;

struct Recorded {
    status: u16,
    path: String,
    query: Vec<(String, String)>,
    body: String,
}

fn recorded(name: &str) -> Recorded {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/wire").join(format!("{name}.json"));
    let json: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    let query = json["request"]["query"].as_object().unwrap();
    Recorded {
        status: u16::try_from(json["status"].as_u64().unwrap()).unwrap(),
        path: json["request"]["path"].as_str().unwrap().to_owned(),
        query: query.iter().map(|(k, v)| (k.clone(), v.as_str().unwrap().to_owned())).collect(),
        body: json["body"].to_string(),
    }
}

fn events(name: &str) -> Vec<PresenceEvent> {
    let body = recorded(name).body;
    let reply = RawReply::parse(&body).unwrap();
    reply.raw.iter().filter_map(|raw| parse_event(&RawReply::envelope(raw.get()).unwrap()?).unwrap()).collect()
}

fn who(event: &PresenceEvent) -> &str {
    event.what.user().map_or("", UserId::as_str)
}

#[test]
fn recorded_presence_events_are_read() {
    let [join] = &events("subscribe_presence_join")[..] else { panic!("one event") };
    assert!(matches!(&join.what, EventKind::Joined { state: None, .. }));
    assert_eq!(who(join), "test-subscribe-asyncio-listener");
    assert_eq!(join.channel, Channel::from_wire("test-subscribe-asyncio-join-leave-ch"));
    assert_eq!(join.subscription, None);
    assert_eq!(join.published, Timetoken::new(14_818_963_587_725_382));
    assert_eq!((join.timestamp, join.occupancy), (Some(1_481_896_358), Some(1)));

    let [leave] = &events("subscribe_presence_leave")[..] else { panic!("one event") };
    assert!(matches!(&leave.what, EventKind::Left { .. }));
    assert_eq!(who(leave), "test-subscribe-asyncio-messenger");

    let first = events("subscribe_presence_timeout");
    let again = events("subscribe_presence_timeout_redelivered");
    assert!(matches!(&first[0].what, EventKind::TimedOut { .. }));
    assert_eq!(first, again, "a redelivery is the same event");

    let [modern] = &events("subscribe_live_join_modern")[..] else { panic!("one event") };
    assert_eq!(who(modern), "qnxyjsjw");

    let [alone] = &events("subscribe_presence_only_channel_no_b")[..] else { panic!("one event") };
    assert_eq!((who(alone), alone.channel.as_str()), ("ruby-test-uuid-client-two", "demo"));
}

#[test]
fn recorded_events_tell_which_subscription_brought_them() {
    let [event] = &events("subscribe_group_presence_join")[..] else { panic!("one event") };
    assert!(matches!(&event.subscription, Some(Subscription::Group(_))), "{event:?}");
    let wild = events("subscribe_wildcard_mixed_duplicates");
    let twice: Vec<_> = wild.iter().filter(|e| e.channel.as_str() == "demo.*").collect();
    assert_eq!(twice.len(), 4, "two events of the wildcard's own presence, each delivered twice");
    assert_eq!((twice[0], twice[2]), (twice[1], twice[3]));
}

#[test]
fn recorded_intervals_are_read_with_and_without_deltas() {
    let plain = events("subscribe_interval_plain");
    assert!(plain[0].what.is_bare_interval());
    assert_eq!(plain[0].occupancy, Some(3));
    let delta = events("subscribe_interval_join_delta");
    let EventKind::Interval { joined, left, timed_out, refresh } = &delta[0].what else { panic!("{delta:?}") };
    assert_eq!(joined, &[UserId::from_wire("Client-d39lr")]);
    assert!(left.is_empty() && timed_out.is_empty() && !refresh);
}

#[test]
fn recorded_messages_are_not_presence() {
    for name in ["subscribe_group_message", "subscribe_live_message_meta", "subscribe_message_custom_type"] {
        assert_eq!(events(name), [], "{name}");
    }
}

#[test]
fn a_recorded_handshake_is_a_cursor_and_nothing_else() {
    let body = recorded("subscribe_handshake").body;
    let reply = RawReply::parse(&body).unwrap();
    assert_eq!(reply.cursor, Cursor { timetoken: Timetoken::new(17_309_129_601_106_056), region: Some(42) });
    assert!(reply.raw.is_empty());
}

/// Channel, occupancy and listed users, in the order of names; `None` for counts only.
fn here_now(name: &str) -> Vec<(String, u64, Option<Vec<String>>)> {
    let recorded = recorded(name);
    let asked = recorded.path.rsplit('/').next().filter(|last| !last.contains(',')).map(str::to_owned);
    let answer = HereNow::parse(&recorded.body, asked.as_deref()).unwrap();
    let names = |c: ChannelOccupants| c.listed.map(|l| l.iter().map(|o| o.user.as_str().to_owned()).collect());
    answer.channels.into_iter().map(|(n, c)| (n.as_str().to_owned(), c.occupancy, names(c))).collect()
}

#[test]
fn recorded_here_now_answers_are_read_in_both_shapes() {
    let row = |name: &str, n, users: Option<&[&str]>| {
        (name.to_owned(), n, users.map(|u| u.iter().map(|&u| u.to_owned()).collect::<Vec<_>>()))
    };
    let user = "test-here-now-asyncio-uuid1";
    assert_eq!(here_now("here_now_single"), [row("test-here-now-asyncio-ch", 1, Some(&[user]))]);
    assert_eq!(here_now("here_now_single_state_flag_no_state"), [row("test-here-now-asyncio-ch", 1, Some(&[user]))]);
    assert_eq!(here_now("here_now_single_empty"), [row("demo", 0, Some(&[]))]);
    assert_eq!(here_now("here_now_single_occupancy_only"), [row("hello_my_channel", 3, None)]);
    assert_eq!(here_now("here_now_channel_plus_group"), [row("demo", 1, Some(&["ruby-test-uuid-client-one"]))]);
    assert_eq!(here_now("here_now_multi_occupancy_only"), [row("hmfgh", 5, None), row("rthmf", 3, None)]);
    for name in ["here_now_multi", "here_now_multi_state_flag"] {
        let (one, two) = ("test-here-now-asyncio-ch1", "test-here-now-asyncio-ch2");
        assert_eq!(here_now(name), [row(one, 1, Some(&[user])), row(two, 1, Some(&[user]))], "{name}");
    }
    let (one, two) = ("test-here-now-channel1", "test-here-now-channel2");
    let user = "test-here-now-uuid";
    assert_eq!(here_now("here_now_global"), [row(one, 1, Some(&[user])), row(two, 1, Some(&[user]))]);
}

#[test]
fn recorded_states_groups_places_and_times_are_read() {
    let get = |name: &str, asked| UserState::parse(&recorded(name).body, asked).unwrap().channels;
    let alex = State::parse(r#"{"count":5,"name":"Alex"}"#).unwrap();
    let single = get("get_state_single", Some("test-state-asyncio-ch"));
    assert_eq!(single[&Channel::from_wire("test-state-asyncio-ch")].value(), alex.value());
    assert!(get("get_state_none_set", Some("demo"))[&Channel::from_wire("demo")].is_empty());
    assert_eq!(get("get_state_two_channels", None).len(), 2);
    parse_ack("set state", &recorded("set_state_two_channels").body).unwrap();

    let group = GroupChannels::parse(&recorded("group_list").body).unwrap();
    assert_eq!(group.channels, [Channel::from_wire("channel-groups-tornado-ch")]);
    assert_eq!(WhereNow::parse(&recorded("where_now_nowhere").body).unwrap().channels, []);
    assert_eq!(WhereNow::parse(&recorded("where_now_two").body).unwrap().channels.len(), 2);
    assert_eq!(parse_time(&recorded("time").body), Ok(Timetoken::new(14_818_963_707_386_265)));
    for name in [
        "heartbeat_ok",
        "heartbeat_channel_and_group_ok",
        "leave_ok",
        "leave_group_only_ok",
        "group_add",
        "group_delete",
    ] {
        parse_ack(name, &recorded(name).body).unwrap();
    }
}

#[test]
fn recorded_refusals_name_what_was_refused() {
    for name in ["subscribe_403_access_manager", "leave_403_access_manager"] {
        let recorded = recorded(name);
        let refusal = Refusal::parse(recorded.status, &recorded.body);
        assert_eq!((refusal.status, refusal.message.as_str()), (403, "Forbidden"));
        assert!(!refusal.channels.is_empty(), "{refusal:?}");
    }
    let recorded = recorded("publish_400_invalid_key");
    assert!(Refusal::parse(recorded.status, &recorded.body).message.starts_with("Invalid"), "{}", recorded.body);
}

#[test]
fn all_three_forms_of_error_are_read_and_html_is_no_harm() {
    let message = |body: &str| Refusal::parse(400, body).message;
    assert_eq!(message(r#"{"error":true,"message":"a"}"#), "a");
    assert_eq!(message(r#"{"error":1,"message":"b"}"#), "b");
    assert_eq!(message(r#"{"error":{"message":"c","details":[{"message":"d"}]}}"#), "c");
    assert_eq!(message(r#"{"error":{"details":[{"message":"d"}]}}"#), "d");
    assert_eq!(message(r#"[0,"Invalid Key","15"]"#), "Invalid Key");
    assert_eq!(message("<html>"), "");
}

#[test]
fn every_recorded_request_is_understood() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/wire");
    let mut read = 0;
    for file in fs::read_dir(folder).unwrap() {
        let name = file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned();
        let recorded = recorded(&name);
        if recorded.path.starts_with("/publish") {
            continue;
        }
        let query: Vec<String> = recorded.query.iter().map(|(k, v)| format!("{k}={}", v.replace('"', "%22"))).collect();
        let request = Request::parse(&recorded.path, &query.join("&")).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        if name.starts_with("subscribe_presence") || name.starts_with("subscribe_interval") {
            assert!(matches!(&request.operation, Operation::Subscribe { cursor: Some(_), .. }), "{name}: {request:?}");
        }
        read += 1;
    }
    assert!(read > 30, "{read} recordings");
}

#[test]
fn payload_spellings_that_docs_and_other_senders_use_are_read() {
    let event = |d: &str| {
        let body = format!(r#"{{"t":{{"t":"17","r":1}},"m":[{{"p":{{"t":"16","r":1}},"c":"x-pnpres","d":{d}}}]}}"#);
        let reply = RawReply::parse(&body).unwrap();
        parse_event(&RawReply::envelope(reply.raw[0].get())?.unwrap()).map(|e| e.expect("a presence event"))
    };
    let strings = event(r#"{"action":"join","uuid":"u","timestamp":"12","occupancy":"3"}"#).unwrap();
    assert_eq!((strings.timestamp, strings.occupancy), (Some(12), Some(3)));
    let docs = event(
        r#"{"action":"interval","occupancy":1,"joined":["a"],"left":["b"],"timedout":["c"],"here_now_refresh":"true"}"#,
    );
    let ids = |id: &str| vec![UserId::from_wire(id)];
    let what = EventKind::Interval { joined: ids("a"), left: ids("b"), timed_out: ids("c"), refresh: true };
    assert_eq!(docs.unwrap().what, what);
    assert!(event(r#"{"occupancy":7}"#).unwrap().what.is_bare_interval());
    assert!(matches!(event(r#"{"action":"levitate","uuid":"u"}"#).unwrap().what, EventKind::Unknown { .. }));
    assert!(event(r#""text""#).is_err());
    for bad in [
        r#"{"action":"join"}"#,
        r#"{"action":"join","uuid":""}"#,
        r#"{"action":"join","uuid":null,"occupancy":1}"#,
        r#"{"action":"join","uuid":["u"],"occupancy":1}"#,
        r#"{"action":"join","uuid":"\ud800","occupancy":1}"#,
        r#"["join","u"]"#,
    ] {
        assert!(event(bad).is_err(), "{bad}");
    }
}

#[test]
fn exam_14_number_limits() {
    let read = |fields: &str| {
        let envelope = format!(r#"{{"p":{{"t":"16","r":1}},"c":"x-pnpres","d":{{{fields},"uuid":"u"}}}}"#);
        let envelope = RawReply::envelope(&envelope).unwrap().unwrap();
        parse_event_telling(&envelope).unwrap().expect("a presence event")
    };
    for (occupancy, number) in
        [("\"12\"", Some(12)), ("4.0", Some(4)), ("null", None), ("9007199254740992", Some(1 << 53))]
    {
        let (event, flaws) = read(&format!(r#""action":"join","occupancy":{occupancy}"#));
        assert_eq!((event.occupancy, flaws), (number, Vec::new()), "{occupancy}");
    }
    // A bad number costs only itself, and is told; the user came all the same.
    for occupancy in ["-1", "9007199254740993", "1e400", "\"many\"", "1.5", "true"] {
        let (event, flaws) = read(&format!(r#""action":"join","occupancy":{occupancy},"timestamp":"17""#));
        assert!(matches!(&event.what, EventKind::Joined { .. }), "{event:?}");
        assert_eq!((event.occupancy, event.timestamp, flaws.len()), (None, Some(17), 1), "{occupancy}");
        assert!(
            flaws[0].starts_with("its occupancy is `") && flaws[0].contains(&occupancy.replace('"', "")),
            "{flaws:?}"
        );
    }
    assert_eq!(read(r#""action":"leave""#).0.occupancy, None);
}

#[test]
fn a_bad_field_beside_costs_only_itself() {
    let read = |d: &str| {
        let envelope = format!(r#"{{"e":0,"p":{{"t":17906055383303318,"r":"41"}},"c":"x-pnpres","d":{d}}}"#);
        let envelope = RawReply::envelope(&envelope).unwrap().unwrap();
        assert_eq!(envelope.published, Timetoken::new(17_906_055_383_303_318));
        let (event, flaws) = parse_event_telling(&envelope).unwrap().expect("a presence event");
        (event.what, flaws)
    };
    let interval = |joined: &[&str], refresh| {
        let joined = joined.iter().map(|id| UserId::from_wire(id)).collect();
        EventKind::Interval { joined, left: Vec::new(), timed_out: Vec::new(), refresh }
    };
    for timestamp in ["\"1490958585\"", "1490958585.0", "\"1490958585.0\""] {
        let (what, flaws) = read(&format!(
            r#"{{"action":"interval","timestamp":{timestamp},"occupancy":"4","here_now_refresh":true,"join":[]}}"#
        ));
        assert_eq!((what, flaws), (interval(&[], true), Vec::new()), "{timestamp}");
    }
    let (what, flaws) = read(r#"{"action":"interval","timestamp":"soon","here_now_refresh":"true","join":{}}"#);
    assert_eq!((what, flaws.len()), (interval(&[], true), 1), "{flaws:?}");
    assert!(flaws[0].contains("its timestamp is `\"soon\"`"), "{flaws:?}");
    let (what, flaws) = read(r#"{"action":"interval","occupancy":3,"join":["ann",7,null,["x"]],"leave":"bob"}"#);
    assert_eq!(what, interval(&["ann", "7"], false));
    assert_eq!(flaws.len(), 3, "{flaws:?}");
    assert!(flaws[2].contains("its list of leaves is `\"bob\"` and not a list"), "{flaws:?}");
    let (what, flaws) = read(r#"{"action":"state-change","uuid":7,"data":[],"timestamp":null}"#);
    let state = State::parse("{}").unwrap();
    assert_eq!((what, flaws), (EventKind::StateChanged { user: UserId::from_wire("7"), state }, Vec::new()));
}

#[test]
fn timetokens_without_quotes_are_read_exactly() {
    for t in ["17906055383303319", "\"17906055383303319\"", "17906055383303319.0"] {
        for r in ["41", "\"41\"", "41.0", "null", "\"x\"", "1e400"] {
            let body = format!(r#"{{"t":{{"t":{t},"r":{r}}},"m":[]}}"#);
            let cursor = RawReply::parse(&body).unwrap().cursor;
            let region = r.contains("41").then_some(41);
            assert_eq!(cursor, Cursor { timetoken: Timetoken::new(17_906_055_383_303_319), region }, "{body}");
        }
    }
    assert_eq!(RawReply::parse(r#"{"t":{"t":"5"},"m":[]}"#).unwrap().cursor.region, None);
}

#[test]
fn what_is_no_reply_says_what_it_is() {
    for (body, said) in [
        ("", "it is empty"),
        ("<html><body>502</body></html>", "it is HTML"),
        ("<?xml version=\"1.0\"?><a/>", "it is XML"),
        (r#"cb({"t":{"t":"17","r":1},"m":[]})"#, "JSONP"),
        ("null", "it is null"),
        ("[]", "it is an array"),
        (r#"[{"t":"17","r":1},[]]"#, "it is an array"),
        ("{}", "it has no cursor"),
        (r#"{"t":{"t":"17","r":1}}"#, "it has no list of messages"),
        (r#"{"t":{"t":"17","r":1},"m":null}"#, "it has no list of messages"),
        (r#"{"t":{"t":"17","r":1},"m":7}"#, "its list of messages is `7`"),
        (r#"{"t":{"t":"now","r":1},"m":[]}"#, "its cursor is `"),
        (r#"{"t":{"t":"0","r":1},"m":[]}"#, "its cursor is 0"),
        (r#"{"status":403,"message":"Forbidden"}"#, "it says status 403 behind HTTP 200"),
        (r#"{"t":{"t":"17","r":1},"m":[],"status":"429"}"#, "it says status 429 behind HTTP 200"),
        (r#"{"t":{"t":"17","r":1},"m":[],"error":true}"#, "it says that it is an error"),
    ] {
        let why = RawReply::parse(body).unwrap_err().why;
        assert!(why.contains(said), "{body}: {why}");
    }
}

#[test]
fn kinds_that_are_not_known_are_passed_over_whatever_they_lack() {
    for envelope in [
        r#"{"e":5,"p":{"t":"16","r":1},"c":"product-sneaker-42","d":{"event":"update","data":{}}}"#,
        r#"{"e":5,"c":"x-pnpres"}"#,
        r#"{"e":"5","p":{"t":"16","r":1},"c":"x-pnpres","d":{"action":"join","uuid":"u"}}"#,
        r#"{"e":5.0,"p":{"t":"16","r":1},"c":"x-pnpres","d":{"action":"join","uuid":"u"}}"#,
        r#"{"e":99,"p":{"t":"16","r":1},"c":"x-pnpres","d":7}"#,
        r#"{"e":"datasync","c":7}"#,
        r#"{"e":-3,"p":{"t":"16","r":1},"c":"x-pnpres","d":7}"#,
        r#"{"p":{"t":"16","r":1},"c":"__admin__product-sneaker-42","d":{"action":"join","uuid":"u"}}"#,
        r#"{"p":"16","c":"lobby"}"#,
    ] {
        let read = RawReply::envelope(envelope).unwrap().map(|envelope| parse_event(&envelope).unwrap());
        assert!(matches!(read, None | Some(None)), "{envelope}: {read:?}");
    }
}

#[test]
fn twins_of_projection_channels_and_the_longest_user_ids_are_shown_as_they_are() {
    let longest = "ü".repeat(92);
    for b in ["__admin__product-42-pnpres", "product-42-pnpres"] {
        let envelope = format!(
            r#"{{"p":{{"t":"16","r":1}},"c":"__admin__product-42-pnpres","b":"{b}","d":{{"action":"join","uuid":"{longest}","occupancy":1}}}}"#
        );
        let event = parse_event(&RawReply::envelope(&envelope).unwrap().unwrap()).unwrap().unwrap();
        assert_eq!(event.channel.as_str(), "__admin__product-42");
        assert_eq!(event.what.user().unwrap().as_str(), longest);
        assert_eq!(event.subscription, None, "no group of that name brought it");
    }
}

#[test]
fn one_bad_envelope_costs_only_itself() {
    let body = r#"{"t":{"t":"17","r":1},"m":[7,{"c":"x-pnpres"},{"p":{"t":"x","r":1},"c":"a","d":1},{"p":{"t":"16","r":1},"c":"x-pnpres","d":{"action":"leave","uuid":"u","occupancy":0}}]}"#;
    let reply = RawReply::parse(body).unwrap();
    let read: Vec<bool> = reply.raw.iter().map(|raw| RawReply::envelope(raw.get()).is_ok()).collect();
    assert_eq!(read, [false, false, true, true]);
}

// Round trips.

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9 %+&?#=/:;@!'()*~._-]{1,12}",
        "\\PC{1,8}",
        Just("lobby-pnpres".to_owned()),
        Just("foo.*".to_owned())
    ]
    .prop_filter("can't be sent", |n| !n.contains(',') && n != "." && n != "..")
}

/// Names, each once: that is how a list of them is read.
fn list(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Arc<str>>> {
    prop::collection::btree_set(name().prop_map(Arc::<str>::from), count).prop_map(|set| set.into_iter().collect())
}

fn names() -> impl Strategy<Value = Names> {
    let list = || list(0..4);
    (list(), list())
        .prop_map(|(channels, groups)| Names { channels, groups })
        .prop_filter("names something", |n| !n.is_empty())
}

fn state() -> impl Strategy<Value = String> {
    "\\PC{1,12}".prop_map(|text| serde_json::json!({"mood": text, "n": 1}).to_string())
}

fn ask() -> impl Strategy<Value = Operation> {
    let cursor = prop::option::of((1_u64.., prop::option::of(any::<i32>())))
        .prop_map(|c| c.map(|(t, region)| Cursor { timetoken: Timetoken::new(t), region }));
    let user = || name().prop_map(|n| UserId::from_wire(&n));
    let timeout = || prop::option::of(0_u64..1000);
    let group = || name().prop_map(Arc::<str>::from);
    let channels = || list(0..3);
    prop_oneof![
        (names(), cursor, timeout(), prop::option::of(state()), prop::option::of("\\PC{1,20}"), any::<bool>())
            .prop_map(|(names, mut cursor, timeout, state, filter, is_old)| {
                let form = if is_old { ReplyForm::V1 } else { ReplyForm::V2 };
                if let Some(cursor) = cursor.as_mut().filter(|_| is_old) {
                    // The path of version 1 has no place for it.
                    cursor.region = None;
                }
                Operation::Subscribe { names, cursor, timeout, state, filter, form }
            }),
        (names(), timeout(), prop::option::of(state())).prop_map(|(names, timeout, state)| Operation::Heartbeat {
            names,
            timeout,
            state
        }),
        names().prop_map(|names| Operation::Leave { names }),
        (names(), any::<bool>(), any::<bool>(), prop::option::of(any::<i64>()), prop::option::of(any::<i64>()))
            .prop_map(|(names, user_ids, state, limit, offset)| Operation::HereNow {
                names,
                user_ids,
                state,
                page: Page { limit, offset }
            }),
        user().prop_map(|user| Operation::WhereNow { user }),
        (names(), user(), state()).prop_map(|(names, user, state)| Operation::SetState { names, user, state }),
        (names(), user()).prop_map(|(names, user)| Operation::GetState { names, user }),
        group().prop_map(|group| Operation::ListGroup { group }),
        (group(), channels()).prop_map(|(group, channels)| Operation::AddToGroup { group, channels }),
        (group(), channels()).prop_map(|(group, channels)| Operation::RemoveFromGroup { group, channels }),
        group().prop_map(|group| Operation::DeleteGroup { group }),
        Just(Operation::ListGroups),
        (name(), any::<bool>(), state(), prop::option::of(state()), prop::option::of(any::<i64>())).prop_map(
            |(channel, signal, payload, meta, sequence)| Operation::Publish {
                publish_key: "pub".into(),
                message: Message {
                    channel: channel.into(),
                    payload,
                    signal,
                    meta,
                    sequence,
                    custom_type: Some("chat-msg".into()),
                    origin: None,
                    for_nobody: signal,
                },
            },
        ),
    ]
}

fn occupants() -> impl Strategy<Value = ChannelOccupants> {
    // Each user once.
    let listed = prop::collection::btree_map(name(), prop::option::of(state()), 0..5).prop_map(|listed| {
        let one = |(id, state): (String, Option<String>)| ListedUser {
            user: UserId::from_wire(&id),
            state: state.map(|s| State::parse(&s).unwrap()),
        };
        listed.into_iter().map(one).collect()
    });
    (0_u64..1 << 50, prop::option::of(listed)).prop_map(|(occupancy, listed)| ChannelOccupants {
        occupancy,
        listed,
        unread: 0,
        first_unread: None,
    })
}

fn happening() -> impl Strategy<Value = EventKind> {
    let user = || name().prop_map(|n| UserId::from_wire(&n));
    let users = || prop::collection::vec(name().prop_map(|n| UserId::from_wire(&n)), 0..4);
    let state = || state().prop_map(|s| State::parse(&s).unwrap());
    prop_oneof![
        (user(), prop::option::of(state())).prop_map(|(user, state)| EventKind::Joined { user, state }),
        user().prop_map(|user| EventKind::Left { user }),
        user().prop_map(|user| EventKind::TimedOut { user }),
        (user(), state()).prop_map(|(user, state)| EventKind::StateChanged { user, state }),
        (users(), users(), users(), any::<bool>()).prop_map(|(joined, left, timed_out, refresh)| EventKind::Interval {
            joined,
            left,
            timed_out,
            refresh
        }),
    ]
}

proptest! {
    #[test]
    fn every_request_survives_the_wire(key in "[a-z0-9-]{1,20}", user in prop::option::of(name()), auth in prop::option::of("[ -~]{1,20}"), ask in ask()) {
        let request = Request {
            subscribe_key: SubscribeKey::from_wire(&key),
            caller: Caller { user: user.map(|u| UserId::from_wire(&u)), auth: auth.map(|a| Auth::new(&a)) },
            operation: ask,
        };
        let url = request.encode().unwrap();
        prop_assert!(url.bytes().all(|b| b.is_ascii_graphic()));
        let (path, query) = url.split_once('?').unwrap();
        prop_assert_eq!(Request::parse(path, query).unwrap(), request);
    }

    #[test]
    fn every_here_now_survives_the_wire(channels in prop::collection::btree_map(name().prop_map(|n| Channel::from_wire(&n)), occupants(), 0..4)) {
        let answer = HereNow { channels, unread: 0 };
        prop_assert_eq!(HereNow::parse(&answer.encode(HereNowShape::ByChannel, true), None).unwrap(), answer.clone());
        if answer.channels.len() == 1 {
            let asked = answer.channels.keys().next().unwrap().as_str().to_owned();
            prop_assert_eq!(HereNow::parse(&answer.encode(HereNowShape::Flat, true), Some(&asked)).unwrap(), answer);
        }
    }

    #[test]
    fn every_event_survives_the_wire(channel in name(), seconds in 1_u64..1 << 40, occupancy in 0_u64..1 << 50, what in happening(), group in prop::option::of(name())) {
        let channel = Channel::from_wire(&channel);
        let group = group.map(|g| ChannelGroup::from_wire(&g)).filter(|g| g.as_str() != channel.as_str() && !g.as_str().ends_with(".*"));
        let b = group.as_ref().map(|g| format!("{}-pnpres", g.as_str()));
        let event = PresenceEvent {
            channel, subscription: group.map(Subscription::Group), published: Timetoken::new(seconds * 10_000_000),
            timestamp: Some(seconds), occupancy: Some(occupancy), what, raw: None,
        };
        let envelope = close_envelope(&open_envelope(&event, &SubscribeKey::from_wire("k"), 1, true), b.as_deref());
        let cursor = Cursor { timetoken: event.published, region: Some(1) };
        let body = encode_reply(cursor, [envelope.as_str()]);
        let reply = RawReply::parse(&body).unwrap();
        prop_assert_eq!(reply.cursor, cursor);
        let mut read = parse_event(&RawReply::envelope(reply.raw[0].get()).unwrap().unwrap()).unwrap().unwrap();
        let raw = read.raw.take().unwrap();
        prop_assert!(serde_json::from_str::<serde_json::Value>(&raw).is_ok() && envelope.contains(&*raw));
        prop_assert_eq!(read, event);
    }

    #[test]
    fn every_small_answer_survives_the_wire(list in prop::collection::vec(name(), 0..4), ticks in any::<u64>(), state in state(), status in 400_u16..600, message in "\\PC{0,20}") {
        let channels: Vec<Channel> = list.iter().map(|n| Channel::from_wire(n)).collect();
        let place = WhereNow { channels: channels.clone(), unread: 0 };
        prop_assert_eq!(WhereNow::parse(&place.encode()).unwrap(), place);
        let group = GroupChannels { channels: channels.clone(), unread: 0 };
        prop_assert_eq!(GroupChannels::parse(&group.encode("g")).unwrap(), group);
        prop_assert_eq!(parse_time(&encode_time(Timetoken::new(ticks))).unwrap(), Timetoken::new(ticks));
        let state = State::parse(&state).unwrap();
        let states = UserState { channels: channels.iter().map(|c| (c.clone(), state.clone())).collect() };
        prop_assert_eq!(UserState::parse(&states.encode(&UserId::from_wire("u"), None), None).unwrap(), states);
        let refusal = Refusal { status, message, service: "Presence".into(), channels: list.clone(), groups: vec![] };
        let named = list.iter().map(|n| n.trim_start_matches(':').to_owned()).collect();
        prop_assert_eq!(Refusal::parse(status, &refusal.encode()), Refusal { channels: named, ..refusal });
    }

    #[test]
    fn no_bytes_make_a_parser_panic(body in "\\PC{0,200}", json in r#"[\[\]{}",:0-9a-z\\]{0,80}"#) {
        for text in [&body, &json] {
            if let Ok(reply) = RawReply::parse(text) {
                for raw in reply.raw {
                    let _ = RawReply::envelope(raw.get()).map(|e| e.map(|e| parse_event(&e)));
                }
            }
            let _ = (HereNow::parse(text, Some("x")), WhereNow::parse(text), UserState::parse(text, None));
            let _ = (GroupChannels::parse(text), parse_time(text), parse_ack("x", text), Refusal::parse(500, text));
            let _ = (Request::parse(text, text), Request::parse(&format!("/v2/subscribe/k/{text}/0"), text));
        }
    }
}
