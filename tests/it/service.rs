//! The service without its porch: requests and time in, answers out. Nothing here waits.

use std::time::Duration;

use herenow::{
    presence::{Channel, SubscribeKey},
    service::{Bounds, Decision, Guesses, Settings},
    wire::Request,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::service_core::World;

#[test]
fn a_message_comes_to_those_who_listen_for_its_channel_its_pattern_or_its_group() {
    let mut world = World::new(Settings::default());
    world.ok("/v1/channel-registration/sub-key/k/channel-group/all?add=news.eu,other");
    let since = world.now_token();
    let polls = ["news.eu", "news.*", "a,news.eu", ",/0?channel-group=all&x=", "elsewhere"].map(|names| {
        let (path, rest) = names.split_once("/0?").map_or((names, String::new()), |(p, r)| (p, format!("&{r}")));
        world.wait(&format!("/v2/subscribe/k/{path}/0?tt={since}{rest}"))
    });
    let sent = world.ok("/publish/p/k/0/news.eu/0/%7B%22n%22%3A1%7D?uuid=ann&meta=%7B%22lang%22%3A%22en%22%7D&seqn=7");
    assert_eq!((&sent[0], &sent[1]), (&json!(1), &json!("Sent")));
    let woken = world.core.take_woken();
    assert_eq!(polls.map(|p| woken.contains(&p)), [true, true, true, true, false]);
    let body = world.core.resume(polls[1], false, world.now).unwrap();
    let body: Value = serde_json::from_str(&body).unwrap();
    let message = &body["m"][0];
    assert_eq!(
        [&message["c"], &message["b"], &message["i"], &message["d"], &message["u"], &message["s"], &message["p"]["t"]],
        [
            &json!("news.eu"),
            &json!("news.*"),
            &json!("ann"),
            &json!({"n": 1}),
            &json!({"lang": "en"}),
            &json!(7),
            &sent[2]
        ]
    );
    assert_eq!(body["t"]["t"], sent[2]);
}

#[test]
fn what_can_t_be_published_is_refused_as_pubnub_does() {
    let mut world = World::new(Settings::default());
    let large = "x".repeat(33 * 1024);
    for (url, why) in [
        ("/publish/p/k/0/lobby-pnpres/0/1".to_owned(), "Invalid Channel"),
        ("/publish/p/k/0/news.*/0/1".to_owned(), "Invalid Channel"),
        ("/publish/p/k/0/lobby/0/%7Bnot".to_owned(), "Invalid JSON"),
        (format!("/publish/p/k/0/lobby/0/%22{large}%22"), "Message Too Large"),
        (format!("/signal/p/k/0/lobby/0/%22{}%22", &large[..64]), "Signal size too large"),
    ] {
        let (status, body) = world.get(&url);
        assert_eq!((status, &body[0], &body[1]), (400, &json!(0), &json!(why)));
    }
    let since = world.now_token();
    world.ok("/signal/p/k/0/lobby/0/1");
    let Decision::Answer(200, body) = world.ask(&format!("/v2/subscribe/k/lobby/0?tt={since}")) else { panic!() };
    assert!(body.contains("\"e\":1"));
}

#[test]
fn a_filter_chooses_events_by_their_metadata_and_a_bad_one_is_refused() {
    let mut world = World::new(Settings::default());
    let since = world.now_token();
    world.beat("lobby", "ann");
    world.beat("lobby", "bob");
    let only = |filter: &str| format!("lobby-pnpres/0?filter-expr={filter}&tt={since}");
    let heard = |world: &mut World, filter: &str| match world.ask(&format!("/v2/subscribe/k/{}", only(filter))) {
        Decision::Answer(status, body) => (status, body.matches("\"action\"").count(), body),
        Decision::Wait(poll, _) => {
            world.core.abandon(poll, world.now);
            (0, 0, String::new())
        }
    };
    let (status, count, body) = heard(&mut world, "pn_uuid%3D%3D%22bob%22");
    assert!(status == 200 && count == 1 && body.contains("bob"));
    assert_eq!(heard(&mut world, "pn_occupancy%20%3E%207").0, 0, "it waits for what the filter admits");
    let (status, _, body) = heard(&mut world, "pn_uuid%20===");
    assert!(status == 400 && body.contains("\"filter-expr, at character 11: "), "{body}");
}

#[test]
fn users_hear_their_own_join_even_where_a_heartbeat_overtakes_the_handshake() {
    let mut world = World::new(Settings::default());
    world.beat("lobby", "bob");
    world.pass(2.0);
    world.beat("lobby", "ann");
    let handshake = world.ok("/v2/subscribe/k/lobby,lobby-pnpres/0?uuid=ann");
    assert_eq!(handshake["m"], json!([]));
    let since = handshake["t"]["t"].as_str().unwrap().to_owned();
    assert_eq!(world.told("lobby,lobby-pnpres", &since), ["join ann 2"]);
    world.pass(2.0);
    let later = world.ok("/v2/subscribe/k/lobby,lobby-pnpres/0?uuid=ann")["t"]["t"].as_str().unwrap().to_owned();
    assert_eq!(world.told("lobby,lobby-pnpres", &later), [""; 0], "but not one of long ago");
}

#[test]
fn who_hangs_up_leaves_after_the_grace_unless_they_come_back() {
    let mut world = World::new(Settings { leave_on_disconnect: true, ..Settings::default() });
    let since = world.now_token();
    world.beat("lobby", "ann");
    world.beat("lobby", "bob");
    for (user, back) in [("ann", true), ("bob", false)] {
        let tt = world.now_token();
        let url = format!("/v2/subscribe/k/lobby/0?tt={tt}&uuid={user}");
        let poll = world.wait(&url);
        world.core.abandon(poll, world.now);
        world.pass(0.4);
        if back {
            world.wait(&url);
        }
        world.pass(0.2);
    }
    assert_eq!(world.told("lobby-pnpres", &since), ["join ann 1", "join bob 2", "leave bob 1"]);
    // By default a hang-up means nothing.
    let mut world = World::new(Settings::default());
    world.beat("lobby", "ann");
    let tt = world.now_token();
    let poll = world.wait(&format!("/v2/subscribe/k/lobby/0?tt={tt}&uuid=ann"));
    world.core.abandon(poll, world.now);
    world.pass(5.0);
    assert_eq!(world.told("lobby-pnpres", &tt), [""; 0]);
}

#[test]
fn who_listens_for_a_group_comes_and_goes_with_its_channels() {
    let mut world = World::new(Settings::default());
    let registry = "/v1/channel-registration/sub-key/k/channel-group/all";
    world.ok(&format!("{registry}?add=one"));
    let since = world.now_token();
    world.wait(&format!("/v2/subscribe/k/,/0?channel-group=all&uuid=ann&tt={since}"));
    world.ok(&format!("{registry}?add=two,three"));
    world.pass(1.0);
    assert_eq!(world.told("two-pnpres", &since), ["join ann 1"]);
    world.ok(&format!("{registry}?remove=two"));
    assert_eq!(world.told("two-pnpres", &since), ["join ann 1", "leave ann 0"]);
    world.ok(&format!("{registry}/remove"));
    assert_eq!(world.told("three-pnpres", &since), ["join ann 1", "leave ann 0"]);
    assert_eq!(world.ok("/v1/channel-registration/sub-key/k/channel-group")["payload"]["groups"], json!([]));
}

#[test]
fn every_setting_of_a_keyset_does_what_it_says() {
    let mut world = World::new(Settings {
        active_notice_channel: Some(Channel::from_wire("notices")),
        global_here_now: false,
        presence_on: Some(vec![Channel::from_wire("match.*"), Channel::from_wire("lobby")]),
        stream_filtering: false,
        keys: Some([SubscribeKey::from_wire("k")].into()),
        ..Settings::default()
    });
    let since = world.now_token();
    for channel in ["match.1", "lobby", "elsewhere"] {
        world.beat(channel, "ann");
    }
    world.leave("lobby", "ann");
    assert_eq!(world.told("elsewhere-pnpres", &since), [""; 0], "no rule, no presence");
    let notices = world.heard("notices", &since);
    let said: Vec<_> =
        notices.iter().map(|d| (d["channel"].as_str().unwrap(), d["status"].as_str().unwrap())).collect();
    assert_eq!(said, [("match.1", "active"), ("lobby", "active"), ("lobby", "inactive")]);
    let Decision::Answer(_, body) = world.ask(&format!("/v2/subscribe/k/lobby-pnpres/0?tt={since}")) else { panic!() };
    assert!(!body.contains("\"u\":"), "no metadata without stream filtering");
    assert_eq!(world.get("/v2/presence/sub-key/k").0, 402);
    let (status, body) = world.get("/v2/presence/sub-key/other/channel/lobby");
    assert_eq!((status, &body["message"]), (400, &json!("Invalid Subscribe Key")));
}

#[test]
fn every_guess_can_be_made_the_other_way() {
    let joined = |guesses, again: &str| {
        let mut world = World::guessing(guesses);
        let since = world.now_token();
        world.beat("lobby", "ann");
        world.ok(&format!("/v2/subscribe/k/lobby/0?uuid=ann{again}"));
        world.pass(1.0);
        world.told("lobby-pnpres", &since).len()
    };
    assert_eq!(joined(Guesses::default(), ""), 1);
    assert_eq!(joined(Guesses { duplicate_joins_are_announced: true, ..Guesses::default() }, ""), 2);

    let bad_state =
        |guesses| World::guessing(guesses).get("/v2/presence/sub-key/k/channel/lobby/heartbeat?uuid=a&state=7").0;
    assert_eq!(bad_state(Guesses::default()), 400);
    assert_eq!(bad_state(Guesses { bad_state_is_ignored: true, ..Guesses::default() }), 200);

    let listed = |guesses| {
        World::guessing(guesses).ok("/v2/presence/sub-key/k/channel/a,b")["payload"]["total_channels"].clone()
    };
    assert_eq!(listed(Guesses::default()), 0);
    assert_eq!(listed(Guesses { empty_channels_are_listed: true, ..Guesses::default() }), 2);

    let group_state = |guesses| {
        let mut world = World::guessing(guesses);
        world.ok("/v1/channel-registration/sub-key/k/channel-group/g?add=lobby");
        world.ok("/v2/presence/sub-key/k/channel/lobby/uuid/ann/data?state=%7B%22n%22%3A1%7D");
        world.ok("/v2/presence/sub-key/k/channel/,/uuid/ann?channel-group=g")["payload"].clone()
    };
    assert_eq!(group_state(Guesses::default()), json!({"channels": {"lobby": {"n": 1}}}));
    assert_eq!(group_state(Guesses { group_state_is_flat: true, ..Guesses::default() }), json!({"n": 1}));

    let state_after = |guesses| {
        let mut world = World::guessing(guesses);
        world.beat("lobby", "ann");
        world.ok("/v2/presence/sub-key/k/channel/lobby/uuid/ann/data?state=%7B%22n%22%3A1%7D");
        world.leave("lobby", "ann");
        world.beat("lobby", "ann");
        world.ok("/v2/presence/sub-key/k/channel/lobby/uuid/ann")["payload"].clone()
    };
    assert_eq!(state_after(Guesses::default()), json!({}));
    assert_eq!(state_after(Guesses { state_outlives_leave: true, ..Guesses::default() }), json!({"n": 1}));

    let gone_after_ten_seconds = |guesses| {
        let mut world = World::guessing(guesses);
        world.beat("lobby", "ann");
        world.ok("/v2/subscribe/k/lobby/0?uuid=ann&heartbeat=5");
        world.pass(10.0);
        world.ok("/v2/presence/sub-key/k/channel/lobby")["occupancy"] == 0
    };
    assert!(gone_after_ten_seconds(Guesses::default()));
    assert!(!gone_after_ten_seconds(Guesses { heartbeat_timeout_wins: true, ..Guesses::default() }));

    let told_at_max = |guesses| {
        let mut world = World::new(Settings { announce_max: 2, guesses, ..Settings::default() });
        let since = world.now_token();
        world.beat("lobby", "ann");
        world.beat("lobby", "bob");
        world.told("lobby-pnpres", &since).len()
    };
    assert_eq!(told_at_max(Guesses::default()), 2);
    assert_eq!(told_at_max(Guesses { interval_mode_at_max: true, ..Guesses::default() }), 1);

    let interval = |guesses| {
        let mut world = World::new(Settings { announce_max: 0, guesses, ..Settings::default() });
        world.ok("/v2/presence/sub-key/k/channel/lobby/heartbeat?uuid=ann&heartbeat=3");
        world.beat("lobby", "bob");
        let since = world.now_token();
        world.pass(11.0);
        world.heard("lobby-pnpres", &since)[0].clone()
    };
    assert_eq!(interval(Guesses::default()).get("timeout"), None);
    assert_eq!(interval(Guesses { timeouts_without_deltas: true, ..Guesses::default() })["timeout"], json!(["ann"]));

    let mut world = World::guessing(Guesses { here_now_cache: Duration::from_secs(3), ..Guesses::default() });
    let occupancy = |world: &mut World| world.ok("/v2/presence/sub-key/k/channel/lobby")["occupancy"].clone();
    assert_eq!(occupancy(&mut world), 0);
    world.beat("lobby", "ann");
    world.pass(2.9);
    assert_eq!(occupancy(&mut world), 0, "as old as the cache");
    world.pass(0.1);
    assert_eq!(occupancy(&mut world), 1);
}

#[test]
fn beyond_its_bounds_the_service_says_no_and_goes_on() {
    let bounds = Bounds { keys: 2, present: 3, polls: 1, group_channels: 2, ..Bounds::default() };
    let mut world = World::new(Settings { bounds, ..Settings::default() });
    for user in ["ann", "bob", "cat"] {
        world.beat("lobby", user);
    }
    let heartbeat = |user| format!("/v2/presence/sub-key/k/channel/lobby/heartbeat?uuid={user}");
    assert_eq!(world.get(&heartbeat("dan")).0, 503);
    assert_eq!(world.get(&heartbeat("ann")).0, 200, "who is present stays");
    let tt = world.now_token();
    let poll = world.wait(&format!("/v2/subscribe/k/elsewhere/0?tt={tt}"));
    assert_eq!(world.get(&format!("/v2/subscribe/k/elsewhere/0?tt={tt}")).0, 503);
    world.core.abandon(poll, world.now);
    assert_eq!(world.get("/v1/channel-registration/sub-key/k/channel-group/g?add=a,b,c").0, 400);
    // A key that nobody uses makes room for another.
    world.ok("/v2/presence/sub-key/k2/channel/lobby");
    world.ok("/v2/presence/sub-key/k3/channel/lobby");
    world.ok("/v1/channel-registration/sub-key/k3/channel-group/g?add=a");
    assert_eq!(world.get("/v2/presence/sub-key/k4/channel/lobby").0, 503);
}

#[test]
fn keys_that_nobody_uses_make_room_for_others() {
    let bounds = Bounds { keys: 3, ..Bounds::default() };
    let mut world = World::new(Settings { bounds, ..Settings::default() });
    world.ok("/v2/presence/sub-key/kept/channel/lobby/heartbeat?uuid=ann&heartbeat=86400");
    for n in 0..50 {
        // Something was said on each, somebody's state is kept, and nobody is there.
        world.ok(&format!("/publish/p/k{n}/0/lobby/0/1"));
        world.ok(&format!("/v2/presence/sub-key/k{n}/channel/lobby/uuid/ann/data?state=%7B%22n%22%3A1%7D"));
    }
    assert_eq!(world.ok("/v2/presence/sub-key/kept/channel/lobby")["occupancy"], 1);
}

#[test]
fn a_leave_by_somebody_who_was_never_there_leaves_nothing_behind() {
    let mut world = World::new(Settings::default());
    world.leave("lobby", "ghost");
    assert_eq!(world.core.next_deadline(), None);
    world.beat("lobby", "ann");
    world.leave("lobby", "ann");
    assert!(world.core.next_deadline().is_some(), "the debounce");
}

#[test]
fn a_hang_up_that_is_noticed_after_the_next_poll_is_no_leave() {
    let mut world = World::new(Settings { leave_on_disconnect: true, ..Settings::default() });
    world.beat("x", "ann");
    world.beat("z", "ann");
    let tt = world.now_token();
    let old = world.wait(&format!("/v2/subscribe/k/x,z/0?tt={tt}&uuid=ann"));
    world.wait(&format!("/v2/subscribe/k/x,y/0?tt={tt}&uuid=ann"));
    world.core.abandon(old, world.now);
    world.pass(5.0);
    let places = world.ok("/v2/presence/sub-key/k/uuid/ann")["payload"]["channels"].clone();
    assert_eq!(places, json!(["x", "y"]), "but what the next poll does not name is left");
}

#[test]
fn joins_that_a_group_brings_stay_within_the_bound() {
    let bounds = Bounds { present: 5, ..Bounds::default() };
    let mut world = World::new(Settings { bounds, ..Settings::default() });
    let tt = world.now_token();
    world.ok("/v1/channel-registration/sub-key/k/channel-group/g?add=c0");
    for user in ["ann", "bob", "cat"] {
        world.wait(&format!("/v2/subscribe/k/,/0?channel-group=g&uuid={user}&tt={tt}"));
    }
    world.ok("/v1/channel-registration/sub-key/k/channel-group/g?add=c1,c2,c3,c4,c5");
    world.pass(2.0);
    let total = world.ok("/v2/presence/sub-key/k")["payload"]["total_occupancy"].as_u64().unwrap();
    assert_eq!(total, 5);
}

#[test]
fn small_answers_are_as_small_as_pubnub_s() {
    let mut world = World::new(Settings { announce_max: 0, ..Settings::default() });
    let counts = world.ok("/v2/presence/sub-key/k/channel/lobby-pnpres?disable_uuids=1");
    assert_eq!((counts.get("uuids"), &counts["occupancy"]), (None, &json!(0)));
    world.ok("/v2/presence/sub-key/k/channel/lobby/uuid/ann/data?state=%7B%7D");
    world.beat("lobby", "ann");
    assert_eq!(world.ok("/v2/presence/sub-key/k/channel/lobby?state=1")["uuids"], json!([{"uuid": "ann"}]));
    world.ok("/v1/channel-registration/sub-key/k/channel-group/g?add=q-pnpres,r");
    let listed = world.ok("/v1/channel-registration/sub-key/k/channel-group/g")["payload"]["channels"].clone();
    assert_eq!(listed, json!(["r"]));
    let since = world.now_token();
    world.ok("/publish/p/k/0/twice/0/1");
    assert_eq!(world.heard("twice,twice", &since).len(), 1);
    // Interval mode that begins at nobody would never end.
    let guesses = Guesses { interval_mode_at_max: true, ..Guesses::default() };
    let mut world = World::new(Settings { announce_max: 0, guesses, ..Settings::default() });
    world.beat("lobby", "ann");
    world.leave("lobby", "ann");
    world.pass(60.0);
    assert_eq!(world.core.next_deadline(), None);
}

#[test]
fn here_now_minds_its_limits() {
    let mut world = World::new(Settings::default());
    for n in 0..5 {
        world.beat("lobby", &format!("u{n}"));
    }
    let url = "/v2/presence/sub-key/k/channel/lobby?";
    assert!(
        world.get(&format!("{url}limit=1001")).1["message"]
            .as_str()
            .unwrap()
            .contains("Cannot return more than 1000 uuids at a time")
    );
    assert!(
        world.get(&format!("{url}limit=-1")).1["message"]
            .as_str()
            .unwrap()
            .contains("Limit must be greater than or equal to 0")
    );
    assert_eq!(world.ok(&format!("{url}limit=0")).get("uuids"), None);
    assert_eq!(world.ok(&format!("{url}limit=2&offset=3"))["uuids"], json!(["u3", "u4"]));
    assert_eq!(world.ok(&format!("{url}limit=2&offset=3"))["occupancy"], 5);
    assert_eq!(world.ok(&format!("{url}offset=9223372036854775807"))["uuids"], json!([]));
}

/// Names that clash with each other and with the syntax around them.
fn odd_name() -> impl Strategy<Value = String> {
    let known =
        ["lobby", "lobby-pnpres", "a.*", "a.b", "a.*-pnpres", ",", "%2C", "", ".", "%00", "\u{202e}x", "*", "-pnpres"];
    prop_oneof![4 => proptest::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,12}"]
}

fn odd_query() -> impl Strategy<Value = String> {
    let keys = [
        "uuid",
        "tt",
        "tr",
        "t",
        "heartbeat",
        "state",
        "channel-group",
        "add",
        "remove",
        "limit",
        "offset",
        "filter-expr",
        "meta",
        "auth",
    ];
    let values = prop_oneof![
        odd_name(),
        proptest::sample::select(
            &[
                "0",
                "1",
                "-1",
                "18446744073709551615",
                "99999999999999999999",
                "%7B%7D",
                "%7B%22lobby%22:%7B%22n%22:1%7D%7D",
                "data.n%20==%201"
            ][..]
        )
        .prop_map(str::to_owned)
    ];
    let pair = (proptest::sample::select(keys.to_vec()), values).prop_map(|(key, value)| format!("{key}={value}"));
    proptest::collection::vec(pair, 0..5).prop_map(|pairs| pairs.join("&"))
}

fn odd_path() -> impl Strategy<Value = String> {
    let forms = [
        "/v2/subscribe/k/A/0",
        "/v2/presence/sub-key/k/channel/A/heartbeat",
        "/v2/presence/sub_key/k/channel/A/leave",
        "/v2/presence/sub-key/k/channel/A",
        "/v2/presence/sub-key/k",
        "/v2/presence/sub-key/k/uuid/A",
        "/v2/presence/sub-key/k/channel/A/uuid/B/data",
        "/v2/presence/sub-key/k/channel/A/uuid/B",
        "/v1/channel-registration/sub-key/k/channel-group/A",
        "/v1/channel-registration/sub-key/k/channel-group/A/remove",
        "/subscribe/k/A/0/0",
        "/subscribe/k/A/0/17",
        "/publish/p/k/0/A/0/B",
        "/signal/p/k/0/A/0/1",
        "/time/0",
    ];
    (proptest::sample::select(forms.to_vec()), odd_name(), odd_name())
        .prop_map(|(form, a, b)| form.replace('A', &a).replace('B', &b))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Whatever is asked, in whatever order, with time passing in between: it answers or waits, its
    /// answers are JSON, and what it says of a channel agrees with itself.
    #[test]
    fn no_requests_in_any_order_make_it_panic_or_contradict_itself(
        asks in proptest::collection::vec((odd_path(), odd_query(), 0_u32..400), 1..60),
        leave_on_disconnect in any::<bool>(), announce_max in 0_usize..3, deltas in any::<bool>()
    ) {
        let mut world = World::new(Settings { leave_on_disconnect, announce_max, deltas, ..Settings::default() });
        let mut polls = Vec::new();
        for (path, query, pause) in asks {
            if let Ok(request) = Request::parse(&path, &query) {
                match world.core.answer(request, world.now) {
                    Decision::Answer(_, body) => prop_assert!(serde_json::from_str::<Value>(&body).is_ok(), "{}", body),
                    Decision::Wait(poll, until) => polls.push((poll, until)),
                }
            }
            world.pass(f64::from(pause) / 10.0);
            let woken = world.core.take_woken();
            for (poll, until) in std::mem::take(&mut polls) {
                let over = until <= world.now;
                if woken.contains(&poll) || over {
                    let body = world.core.resume(poll, over, world.now);
                    prop_assert!(body.is_some() || !over);
                    if body.is_none() { polls.push((poll, until)); }
                } else if pause % 7 == 0 {
                    world.core.abandon(poll, world.now);
                } else {
                    polls.push((poll, until));
                }
            }
        }
        let all = world.ok("/v2/presence/sub-key/k");
        let channels = all["payload"]["channels"].as_object().unwrap();
        for (name, channel) in channels {
            prop_assert_eq!(channel["occupancy"].as_u64().unwrap(), channel["uuids"].as_array().unwrap().len() as u64, "{}", name);
            for user in channel["uuids"].as_array().unwrap() {
                let id = user.as_str().unwrap();
                let ask = herenow::wire::Operation::WhereNow { user: herenow::presence::UserId::from_wire(id) };
                let request = Request { subscribe_key: SubscribeKey::from_wire("k"), caller: herenow::wire::Caller::default(), operation: ask };
                let Decision::Answer(200, body) = world.core.answer(request, world.now) else { panic!("where now waits") };
                let places: Value = serde_json::from_str(&body).unwrap();
                prop_assert!(places["payload"]["channels"].as_array().unwrap().contains(&json!(name)));
            }
        }
        prop_assert_eq!(all["payload"]["total_channels"].as_u64().unwrap(), channels.len() as u64);
    }
}

#[test]
fn attack_02b_who_is_there_already_is_renewed_whatever_else_is_refused() {
    let bounds = Bounds { present: 5, channels: 6, ..Bounds::default() };
    let mut world = World::new(Settings { bounds, ..Settings::default() });
    let registry = "/v1/channel-registration/sub-key/k/channel-group";
    let heartbeat = |names: &str| format!("/v2/presence/sub-key/k/channel/{names}uuid=ann&heartbeat=10");
    world.ok(&heartbeat("a,b/heartbeat?"));
    world.ok(&format!("{registry}/large?add=c1,c2,c3,c4,c5,c6"));
    for bob in ["b1", "b2", "b3"] {
        world.ok(&format!("/v2/presence/sub-key/k/channel/elsewhere/heartbeat?uuid={bob}&heartbeat=3600"));
    }
    let tt = world.now_token();
    for _ in 0..5 {
        world.pass(6.0);
        // One new channel where the service is full, and groups that are too large for one request.
        let (status, body) = world.get(&heartbeat("a,b,new/heartbeat?"));
        assert_eq!((status, &body["message"]), (503, &json!("5 users are present, as many as fit")));
        let (status, body) = world.get(&heartbeat("a,b/heartbeat?channel-group=large&"));
        let why = "The request is for 8 channels, its groups unfolded; at most 6 fit into one";
        assert_eq!((status, &body["message"]), (400, &json!(why)));
        assert_eq!(world.ok("/v2/presence/sub-key/k/uuid/ann")["payload"]["channels"], json!(["a", "b"]));
    }
    for _ in 0..5 {
        world.pass(6.0);
        let subscribe = |names: &str| format!("/v2/subscribe/k/{names}uuid=ann&heartbeat=10");
        assert_eq!(world.get(&subscribe("a,b,new/0?")).0, 503, "a handshake renews too");
        assert_eq!(world.get(&subscribe(&format!("a,b/0?tt={tt}&channel-group=large&"))).0, 400, "and a poll");
        assert_eq!(world.ok("/v2/presence/sub-key/k/uuid/ann")["payload"]["channels"], json!(["a", "b"]));
    }
    // What is asked only once is refused as well, and a leave happens where it can.
    for (url, status) in [
        ("/v2/presence/sub-key/k/channel/,?channel-group=large,x&x=1".to_owned(), 200),
        ("/v2/presence/sub-key/k/channel/a?channel-group=large".to_owned(), 400),
        ("/v2/presence/sub-key/k/channel/a/uuid/ann?channel-group=large".to_owned(), 400),
        ("/v2/presence/sub-key/k/channel/a/uuid/ann/data?channel-group=large&state={}".to_owned(), 400),
        ("/v2/presence/sub-key/k/channel/a/leave?channel-group=large&uuid=ann".to_owned(), 400),
    ] {
        assert_eq!(world.get(&url).0, status, "{url}");
    }
    assert_eq!(world.ok("/v2/presence/sub-key/k/uuid/ann")["payload"]["channels"], json!(["b"]));
}

#[test]
fn attack_11_beyond_its_memory_the_service_refuses_what_is_new_and_keeps_what_it_has() {
    let bounds = Bounds { memory: 1 << 20, ..Bounds::default() };
    let mut world = World::new(Settings { bounds, announce_max: 1000, ..Settings::default() });
    world.beat("lobby", "ann");
    let large = "x".repeat(30_000);
    // Events on ever new channels of ever new keys push the oldest out, whatever key they are of.
    for n in 0..200 {
        world.ok(&format!("/publish/p/k{}/0/c{n}/0/%22{large}%22", n % 7));
        assert!(world.core.memory_used() <= 1 << 20);
    }
    let kept = |world: &mut World, n: usize| match world.ask(&format!("/v2/subscribe/k{}/c{n}/0?tt=1", n % 7)) {
        Decision::Answer(200, _) => true,
        Decision::Wait(poll, _) => {
            world.core.abandon(poll, world.now);
            false
        }
        Decision::Answer(..) => panic!("refused"),
    };
    let first = (0..200).find(|n| kept(&mut world, *n)).unwrap();
    assert!(first > 160 && (first..200).all(|n| kept(&mut world, n)), "from {first} on");
    // Users with states fill the rest; whatever is only kept makes room for them.
    let state = format!("%7B%22lobby%22%3A%7B%22a%22%3A%22{large}%22%7D%7D");
    let heartbeat = |n: usize| format!("/v2/presence/sub-key/k/channel/lobby/heartbeat?uuid=u{n}&state={state}");
    let full = (0..200).find(|n| world.get(&heartbeat(*n)).0 == 503).unwrap();
    assert!((20..40).contains(&full), "{full}");
    assert_eq!(world.ok("/v2/presence/sub-key/k/channel/lobby")["occupancy"], full + 1);
    let (status, body) = world.get(&heartbeat(full));
    assert_eq!((status, &body["message"]), (503, &json!("The memory of the service, 1 MiB, is full")));
    let many = (0..90).map(|n| format!("c{n}")).collect::<Vec<_>>().join(",");
    // States of absent users on many keys, groups, and polls are refused as well.
    let tt = world.now_token();
    for refused in [
        format!("/v2/presence/sub-key/k5/channel/lobby/uuid/eve/data?state=%7B%22a%22%3A%22{large}%22%7D"),
        format!("/v1/channel-registration/sub-key/k5/channel-group/g?add={many}"),
        format!("/v2/subscribe/k5/{many}/0?tt={tt}"),
    ] {
        assert_eq!(world.get(&refused).0, 503, "{}", &refused[..80]);
    }
    // Who is there stays, and is told of.
    world.beat("lobby", "ann");
    world.leave("lobby", "u0");
    assert_eq!(world.told("lobby-pnpres", &tt), [format!("leave u0 {full}")]);
    assert!(world.core.memory_used() <= 1 << 20);
}

#[test]
fn attack_02_a_name_of_dots_wakes_polls_without_work_on_each_of_them() {
    let mut world = World::new(Settings { lenient: true, ..Settings::default() });
    let tt = world.now_token();
    let dots = ".".repeat(2_000);
    let polls = ["zzz-pnpres", "a.*-pnpres", "a..*-pnpres"]
        .map(|names| world.wait(&format!("/v2/subscribe/k/{names}/0?tt={tt}&uuid=l")));
    let before = world.core.memory_used();
    world.beat(&format!("a{dots}"), "u");
    let woken = world.core.take_woken();
    assert_eq!(polls.map(|poll| woken.contains(&poll)), [false, true, true]);
    let took = world.core.memory_used() - before;
    assert!(took < 100 * dots.len(), "{took} bytes for a name of {}", dots.len());
}

#[test]
fn attack_02e_what_a_filter_hides_is_looked_at_once() {
    let mut world = World::new(Settings::default());
    for n in 0..600 {
        for _ in 0..3 {
            world.ok(&format!("/publish/p/k/0/a.{n}/0/%22x%22"));
        }
    }
    let url = "/v2/subscribe/k/a.*/0?tt=1&filter-expr=meta.never%20%3D%3D%20%22x%22";
    let polls: Vec<herenow::service::PollId> = (0..5).map(|_| world.wait(url)).collect();
    world.core.take_woken();
    for n in 0..5 {
        world.ok(&format!("/publish/p/k/0/a.{n}/0/1"));
        assert!(world.core.take_woken().is_empty(), "whom a filter hides it from is not even woken");
        assert!(polls.iter().all(|poll| world.core.resume(*poll, false, world.now).is_none()), "and nothing is left");
    }
    let sent = world.ok("/publish/p/k/0/a.7/0/1?meta=%7B%22never%22%3A%22x%22%7D")[2].clone();
    for poll in polls {
        let body: Value = serde_json::from_str(&world.core.resume(poll, false, world.now).unwrap()).unwrap();
        assert_eq!((body["m"].as_array().unwrap().len(), &body["t"]["t"]), (1, &sent));
    }
}
