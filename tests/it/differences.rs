//! Where the service once differed from PubNub: each difference by its number, in virtual time. What official SDKs send
//! of it, byte for byte, is in `dialects`.

use std::time::Duration;

use herenow::{
    presence::Moment,
    service::{Decision, Guesses, Settings},
};
use serde_json::{Value, json};

use crate::service_core::World;

const REGISTRY: &str = "/v1/channel-registration/sub-key/k/channel-group";

/// How many are present on a channel.
fn occupancy(world: &mut World, channel: &str) -> Value {
    world.ok(&format!("/v2/presence/sub-key/k/channel/{channel}"))["occupancy"].clone()
}

fn state_of(world: &mut World, channel: &str) -> Value {
    world.ok(&format!("/v2/presence/sub-key/k/channel/{channel}/uuid/ann"))["payload"].clone()
}

/// What a poll that was woken is answered with.
fn resume(world: &mut World, poll: herenow::service::PollId) -> Value {
    let body = world.core.resume(poll, false, world.now).expect("it is answered");
    serde_json::from_str(&body).unwrap()
}

#[test]
fn difference_01_a_cursor_is_digits_or_text_in_any_order() {
    let mut world = World::new(Settings::default());
    let since = world.now_token();
    world.ok("/publish/p/k/0/a/0/1");
    for handshake in
        [r#"{"r":0,"t":0}"#, r#"{"t":0,"r":0}"#, r#"{"t":"0","r":"0"}"#, r#"{"t":0}"#, r#"{"r":null,"t":"0"}"#]
    {
        assert_eq!(world.ok(&format!("/v2/subscribe/k/a/0?t={handshake}"))["m"], json!([]), "{handshake}");
    }
    for cursor in [format!(r#"{{"r":1,"t":{since}}}"#), format!(r#"{{"t":"{since}","r":"1"}}"#)] {
        let encoded = cursor.replace('"', "%22").replace('{', "%7B").replace('}', "%7D");
        for t in [cursor, encoded] {
            assert_eq!(world.ok(&format!("/v2/subscribe/k/a/0?t={t}"))["m"].as_array().unwrap().len(), 1, "{t}");
        }
    }
}

#[test]
fn difference_03_null_is_no_state() {
    let mut world = World::new(Settings::default());
    let since = world.now_token();
    for state in ["null", "%20null", "{}", "", "%7B%22a%22%3Anull%7D"] {
        world.ok(&format!("/v2/presence/sub-key/k/channel/a/heartbeat?uuid=ann&state={state}"));
        world.ok(&format!("/v2/subscribe/k/a/0?uuid=ann&state={state}"));
    }
    assert_eq!(world.told("a-pnpres", &since), ["join ann 1"]);
    // Nor does it take away a state that was set.
    world.ok("/v2/presence/sub-key/k/channel/a/heartbeat?uuid=ann&state={\"a\":{\"n\":1}}");
    world.ok("/v2/presence/sub-key/k/channel/a/heartbeat?uuid=ann&state={\"a\":null}");
    assert_eq!(state_of(&mut world, "a"), json!({"n": 1}));
    for bad in ["7", "[]", "nul", "{\"a\":7}"] {
        assert_eq!(world.get(&format!("/v2/presence/sub-key/k/channel/a/heartbeat?uuid=ann&state={bad}")).0, 400);
    }
}

#[test]
fn difference_04_subscribe_v1_joins_and_holds_its_poll_as_v2_does() {
    let mut world = World::new(Settings::default());
    let since = world.now_token();
    let first = world.ok("/subscribe/k/a,a-pnpres/0/0?uuid=ann&heartbeat=20");
    let cursor = first[1].as_str().unwrap().to_owned();
    assert_eq!((first[0].clone(), first.as_array().unwrap().len()), (json!([]), 2));
    let poll = world.wait(&format!("/subscribe/k/a,a-pnpres/0/{cursor}?uuid=ann&heartbeat=20"));
    world.pass(1.0);
    assert_eq!(world.core.take_woken(), [poll].into());
    let reply = resume(&mut world, poll);
    assert_eq!(
        (&reply[0][0]["action"], &reply[0][0]["uuid"], &reply[2]),
        (&json!("join"), &json!("ann"), &json!("a-pnpres"))
    );
    assert_eq!(reply.as_array().unwrap().len(), 3);
    // An empty poll is answered by its window, and renews.
    let poll = world.wait(&format!("/subscribe/k/a/0/{}?uuid=ann", reply[1].as_str().unwrap()));
    let body = world.core.resume(poll, true, world.now).unwrap();
    assert!(body.starts_with("[[],\"1"), "{body}");
    world.pass(19.0);
    assert_eq!(occupancy(&mut world, "a"), 1);
    world.pass(2.0);
    assert_eq!(world.told("a-pnpres", &since), ["join ann 1", "timeout ann 0"]);
    // Refused as v2 is.
    for refused in
        [",/0/0?", ",/0/0?channel-group=none", "a/0/0?filter-expr=a%20%3D", "a/0/0?state=7", "a/0/0?state={\"a\":7}"]
    {
        assert_eq!(world.get(&format!("/subscribe/k/{refused}&uuid=ann")).0, 400, "{refused}");
    }
    let bad = herenow::wire::Request::parse("/subscribe/k/a/0/now", "");
    assert!(bad.is_err());
}

#[test]
fn difference_04_subscribe_v1_names_what_each_message_came_for() {
    let mut world = World::new(Settings::default());
    world.ok(&format!("{REGISTRY}/g?add=news.eu,b"));
    let since = world.now_token();
    for (channel, message) in [("a", "1"), ("news.eu", "%7B%22x%22%3A1.5%7D"), ("b", "%22two%22")] {
        world.ok(&format!("/publish/p/k/0/{channel}/0/{message}"));
    }
    let mut lists = |names: &str| {
        let reply =
            world.ok(&format!("/subscribe/k/{names}/0/{since}?{}", if names == "," { "channel-group=g" } else { "" }));
        let mut parts = reply.as_array().unwrap().clone();
        parts.remove(1);
        Value::from(parts)
    };
    assert_eq!(lists("a"), json!([[1]]));
    assert_eq!(lists("a,b"), json!([[1, "two"], "a,b"]));
    assert_eq!(lists("news.*"), json!([[{"x": 1.5}], "news.*", "news.eu"]));
    assert_eq!(lists("news.*,a"), json!([[1, {"x": 1.5}], "a,news.*", "a,news.eu"]));
    assert_eq!(lists(","), json!([[{"x": 1.5}, "two"], "g,g", "news.eu,b"]));
}

#[test]
fn difference_05_groups_without_channels_are_an_empty_set() {
    let mut world = World::new(Settings::default());
    let refusal = |groups: &[&str]| {
        let message = "Channel group or groups result in empty subscription set";
        let payload = json!({"channel-groups": groups});
        json!({"status": 400, "error": true, "message": message, "service": "PubSub", "payload": payload})
    };
    let tt = world.now_token();
    for at in ["0", &tt] {
        let ask = |groups: &str| format!("/v2/subscribe/k/,/0?uuid=ann&tt={at}&channel-group={groups}");
        assert_eq!(world.get(&ask("none")), (400, refusal(&["none"])));
        assert_eq!(world.get(&ask("none-pnpres")), (400, refusal(&["none-pnpres"])));
        assert_eq!(world.get(&ask("none,none-pnpres,other")), (400, refusal(&["none", "none-pnpres", "other"])));
    }
    // Beside a channel, or a group that holds one, an empty group is harmless.
    world.ok(&format!("{REGISTRY}/g?add=a"));
    world.ok("/v2/subscribe/k/a/0?channel-group=none");
    world.ok("/v2/subscribe/k/a-pnpres/0?channel-group=none");
    world.ok("/v2/subscribe/k/,/0?channel-group=none,g-pnpres");
    // Nobody joined by what was refused.
    world.pass(1.0);
    assert_eq!(world.ok("/v2/presence/sub-key/k/uuid/ann")["payload"]["channels"], json!([]));
}

#[test]
fn difference_05_who_waits_for_a_group_is_told_when_it_is_emptied() {
    let mut world = World::new(Settings::default());
    world.ok(&format!("{REGISTRY}/g?add=a"));
    let tt = world.now_token();
    let url = format!("/v2/subscribe/k/,/0?uuid=ann&tt={tt}&channel-group=g");
    let poll = world.wait(&url);
    world.ok(&format!("{REGISTRY}/g/remove"));
    assert_eq!(resume(&mut world, poll), json!({"t": {"t": tt, "r": 1}, "m": []}));
    assert_eq!(world.get(&url).0, 400);
}

#[test]
fn difference_06_all_behind_the_callback_is_the_message() {
    let mut world = World::new(Settings::default());
    let since = world.now_token();
    for message in ["%22a/b%22", "%22//c/%22", "%22%2F%252F/%22", "[1,%22http://x/y%22]"] {
        world.ok(&format!("/publish/p/k/0/a/0/{message}"));
    }
    world.ok("/signal/p/k/0/a/0/%22d/e%22");
    assert_eq!(
        world.heard("a", &since),
        [json!("a/b"), json!("//c/"), json!("/%2F/"), json!([1, "http://x/y"]), json!("d/e")]
    );
    assert_eq!(world.get("/publish/p/k/0/a/0/%22a/b").0, 400);
}

#[test]
fn difference_07_the_state_of_a_group_goes_to_its_channels() {
    let mut world = World::new(Settings::default());
    world.ok(&format!("{REGISTRY}/g?add=a,b"));
    world.ok("/v2/subscribe/k/,/0?uuid=ann&channel-group=g&state={\"g\":{\"n\":1}}");
    world.pass(1.0);
    assert_eq!((state_of(&mut world, "a"), state_of(&mut world, "b")), (json!({"n": 1}), json!({"n": 1})));
    assert_eq!(state_of(&mut world, "g"), json!({}));
    let since = world.now_token();
    world.ok(
        "/v2/presence/sub-key/k/channel/,/heartbeat?uuid=ann&channel-group=g&state={\"g\":{\"n\":2},\"b\":{\"n\":3}}",
    );
    assert_eq!((state_of(&mut world, "a"), state_of(&mut world, "b")), (json!({"n": 2}), json!({"n": 3})));
    assert_eq!(world.told("a-pnpres,b-pnpres", &since), ["state-change ann 1", "state-change ann 1"]);
    // A name that is both is both.
    world.ok("/v2/presence/sub-key/k/channel/g/heartbeat?uuid=ann&channel-group=g&state={\"g\":{\"n\":4}}");
    assert_eq!(["a", "b", "g"].map(|c| state_of(&mut world, c)), [json!({"n": 4}), json!({"n": 4}), json!({"n": 4})]);
}

#[test]
fn difference_08_who_beats_as_often_as_their_timeout_stays() {
    let mut world = World::new(Settings::default());
    let since = world.now_token();
    for _ in 0..20 {
        world.ok("/v2/presence/sub-key/k/channel/a/heartbeat?uuid=ann&heartbeat=9");
        world.pass(9.006);
    }
    assert_eq!(world.told("a-pnpres", &since), ["join ann 1"]);
    let timed_out_after = |grace: u64| {
        let mut world = World::new(Settings { timeout_grace: Duration::from_millis(grace), ..Settings::default() });
        world.ok("/v2/presence/sub-key/k/channel/a/heartbeat?uuid=ann&heartbeat=9");
        let due = world.core.next_deadline().unwrap();
        let late = due.since(world.now).as_millis();
        world.now = Moment::from_micros(due.micros() - 1);
        // Who is asked about just before is there, wherever that is asked.
        assert_eq!(occupancy(&mut world, "a"), 1);
        assert_eq!(world.ok("/v2/presence/sub-key/k/uuid/ann")["payload"]["channels"], json!(["a"]));
        world.now = due;
        assert_eq!(occupancy(&mut world, "a"), 0);
        assert_eq!(world.ok("/v2/presence/sub-key/k/uuid/ann")["payload"]["channels"], json!([]));
        late
    };
    assert_eq!([timed_out_after(100), timed_out_after(0), timed_out_after(10_000)], [9_100, 9_000, 19_000]);
}

#[test]
fn difference_09_a_timeout_carries_data_and_a_pattern_is_encoded_in_the_metadata() {
    let mut world = World::new(Settings::default());
    let since = world.now_token();
    for channel in ["a%20%2A", "w%20x.%2A"] {
        world.ok(&format!("/v2/subscribe/k/{channel}/0?uuid=ann&heartbeat=5"));
        world.pass(0.1);
        world.pass(6.0);
    }
    world.ok("/v2/presence/sub-key/k/channel/b/heartbeat?uuid=ann&heartbeat=5");
    world.leave("b", "ann");
    let Decision::Answer(200, body) =
        world.ask(&format!("/v2/subscribe/k/a%20%2A-pnpres,w%20x.%2A-pnpres,b-pnpres/0?tt={since}"))
    else {
        panic!("it is answered")
    };
    let body: Value = serde_json::from_str(&body).unwrap();
    let told: Vec<_> = body["m"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            (text(&m["d"]["action"]), m["d"].get("data").cloned(), text(&m["c"]), text(&m["u"]["pn_channel"]))
        })
        .collect();
    let event = |action: &str, data: Option<Value>, channel: &str, named: &str| {
        (action.to_owned(), data, channel.to_owned(), named.to_owned())
    };
    assert_eq!(
        told,
        [
            event("join", None, "a *-pnpres", "a *"),
            event("timeout", Some(json!({})), "a *-pnpres", "a *"),
            event("join", None, "w x.*-pnpres", "w%20x.%2A"),
            event("timeout", Some(json!({})), "w x.*-pnpres", "w%20x.%2A"),
            event("join", None, "b-pnpres", "b"),
            event("leave", None, "b-pnpres", "b"),
        ]
    );
}

#[test]
fn difference_09_a_change_of_a_group_ends_the_wait_for_it() {
    let mut world = World::new(Settings::default());
    world.ok(&format!("{REGISTRY}/g?add=a"));
    world.ok(&format!("{REGISTRY}/other?add=a"));
    let tt = world.now_token();
    world.pass(3.0);
    let ask = |groups: &str| format!("/v2/subscribe/k/,/0?uuid=ann&tt={tt}&channel-group={groups}");
    for change in ["g?add=b", "g?remove=b", "g?add=c,a", "g?remove=a"] {
        let polls = ["g", "g-pnpres", "other"].map(|groups| world.wait(&ask(groups)));
        world.ok(&format!("{REGISTRY}/{change}"));
        let woken = world.core.take_woken();
        assert_eq!(polls.map(|poll| woken.contains(&poll)), [true, true, false], "{change}");
        for poll in [polls[0], polls[1]] {
            assert_eq!(resume(&mut world, poll), json!({"t": {"t": tt, "r": 1}, "m": []}), "{change}");
        }
        world.core.abandon(polls[2], world.now);
    }
    // What changes nothing wakes nobody.
    let poll = world.wait(&ask("g"));
    for nothing in ["g?add=c", "g?remove=x", "unknown?remove=c", "unknown/remove"] {
        world.ok(&format!("{REGISTRY}/{nothing}"));
    }
    assert!(world.core.take_woken().is_empty() && world.core.resume(poll, false, world.now).is_none());
    // In version 1, too; and what was published goes first.
    let old = world.wait(&format!("/subscribe/k/,/0/{tt}?channel-group=g"));
    world.ok("/publish/p/k/0/c/0/1");
    world.ok(&format!("{REGISTRY}/g?add=d"));
    assert_eq!(resume(&mut world, old)[0], json!([1]));
    assert_eq!(resume(&mut world, poll)["m"].as_array().unwrap().len(), 1);
    let old = world.wait(&format!("/subscribe/k/,/0/{}?channel-group=g", world.now.micros() * 10 + 10_000_000));
    world.ok(&format!("{REGISTRY}/g?add=e"));
    assert_eq!(resume(&mut world, old)[0], json!([]));
}

#[test]
fn difference_10_a_comma_is_no_name_and_a_star_alone_is_no_pattern() {
    let mut world = World::new(Settings::default());
    for (channel, why) in [
        (",", "Invalid Character in Channel Name"),
        ("%2C", "Invalid Character in Channel Name"),
        ("a,b", "Invalid Character in Channel Name"),
        ("a.*", "Invalid Channel"),
        ("a.b.%2A", "Invalid Channel"),
        ("a-pnpres", "Invalid Channel"),
        ("a.*-pnpres", "Invalid Channel"),
    ] {
        for verb in ["publish", "signal"] {
            let (status, body) = world.get(&format!("/{verb}/p/k/0/{channel}/0/%22x%22"));
            assert_eq!((status, &body[0], &body[1]), (400, &json!(0), &json!(why)), "{channel}");
            assert!(body[2].as_str().is_some_and(|tt| tt.len() == 17), "{body}");
        }
    }
    let since = world.now_token();
    for channel in ["a!@%23$%25^&*()", "a*b", "a*"] {
        assert_eq!(world.ok(&format!("/publish/p/k/0/{channel}/0/%22x%22"))[1], "Sent", "{channel}");
        assert_eq!(world.heard(channel, &since), ["x"], "{channel}");
    }
}

#[test]
fn difference_11_user_ids_are_left_out_in_either_spelling() {
    let mut world = World::new(Settings::default());
    world.beat("a", "ann");
    let mut listed = |query: &str| {
        ["channel/a", "channel/a,b", ""].map(|path| {
            let body = world.ok(&format!("/v2/presence/sub-key/k/{path}?{query}"));
            body.to_string().contains("\"uuids\"")
        })
    };
    assert_eq!(listed("disable_uuids=1"), [false; 3]);
    assert_eq!(listed("disable-uuids=1"), [false; 3]);
    assert_eq!(listed("disable-uuids=0&disable_uuids=0"), [true; 3]);
}

#[test]
fn difference_14_filters_know_lists_and_arrays() {
    let mut world = World::new(Settings::default());
    let since = world.now_token();
    let meta = r#"{"role":"admin","privileges":["message-read","message-write"]}"#;
    world.ok(&format!("/publish/p/k/0/a/0/1?meta={meta}"));
    world.ok("/publish/p/k/0/a/0/2?meta={\"role\":\"guest\",\"privileges\":[\"message-read\"]}");
    let mut heard = |filter: &str| {
        let filter = filter.replace(' ', "%20").replace('&', "%26").replace('=', "%3D");
        let body = world.ok(&format!("/v2/subscribe/k/a/0?tt={since}&filter-expr={filter}"));
        body["m"].as_array().unwrap().iter().map(|m| m["d"].clone()).collect::<Vec<_>>()
    };
    for filter in [
        "('admin','super-user') contains role",
        "privileges like '*write'",
        "('admin','super-user') contains role && privileges like '*write' && !(('guest','none') contains role)",
    ] {
        assert_eq!(heard(filter), [json!(1)], "{filter}");
    }
    assert_eq!(heard("('guest','super-user') contains role"), [json!(2)]);
}

#[test]
fn a_subscribe_renews_presence_unless_implicit_heartbeats_are_off() {
    // As it was recorded twice: a join, an answered poll, a new handshake, and no heartbeat.
    let timed_out_after = |guesses| {
        let mut world = World::guessing(guesses);
        let since = world.now_token();
        world.ok("/v2/subscribe/k/a/0?uuid=ann&heartbeat=20");
        world.pass(0.05);
        world.pass(0.05);
        let poll = world.wait(&format!("/v2/subscribe/k/a/0?uuid=ann&heartbeat=20&tt={since}"));
        world.pass(3.7);
        world.ok("/publish/p/k/0/a/0/1");
        assert!(world.core.resume(poll, false, world.now).is_some());
        world.pass(0.7);
        world.ok("/v2/subscribe/k/a/0?uuid=ann&heartbeat=20");
        assert_eq!(world.told("a-pnpres", &since), ["join ann 1"], "it joins either way");
        let begun = Moment::from_micros(1_800_000_000_000_000);
        let due = world.core.next_deadline().unwrap();
        world.now = due;
        assert_eq!(world.told("a-pnpres", &since), ["join ann 1", "timeout ann 0"]);
        due.since(begun).as_millis()
    };
    assert_eq!(timed_out_after(Guesses::default()), 4_500 + 20_100);
    let off = Guesses { subscribe_renews_presence: false, ..Guesses::default() };
    assert_eq!(timed_out_after(off), 50 + 20_100);
    // A heartbeat renews all the same, and a subscribe does not even change the timeout.
    let mut world = World::guessing(off);
    world.ok("/v2/presence/sub-key/k/channel/a/heartbeat?uuid=ann&heartbeat=10");
    world.pass(9.0);
    world.ok("/v2/presence/sub-key/k/channel/a/heartbeat?uuid=ann&heartbeat=10");
    world.ok("/v2/subscribe/k/a/0?uuid=ann&heartbeat=300");
    world.pass(9.0);
    assert_eq!(occupancy(&mut world, "a"), 1);
    world.pass(2.0);
    assert_eq!(occupancy(&mut world, "a"), 0);
}

#[test]
fn dart_writes_both_words_of_a_group_change_and_one_of_them_counts() {
    let mut world = World::new(Settings::default());
    let listed = |world: &mut World| world.ok(&format!("{REGISTRY}/g"))["payload"]["channels"].clone();
    world.ok(&format!("{REGISTRY}/g?uuid=w&add=a,b&remove"));
    assert_eq!(listed(&mut world), json!(["a", "b"]));
    world.ok(&format!("{REGISTRY}/g?uuid=w&add&remove=a"));
    assert_eq!(listed(&mut world), json!(["b"]));
    let both = herenow::wire::Request::parse(&format!("{REGISTRY}/g"), "add=c&remove=b");
    assert!(both.is_err(), "neither is done by half");
    assert_eq!(listed(&mut world), json!(["b"]));
}

#[test]
fn a_here_now_may_name_groups_without_a_word_of_channels() {
    let mut world = World::new(Settings::default());
    world.ok(&format!("{REGISTRY}/g?add=a"));
    world.ok("/v2/presence/sub-key/k/channel/a,b/heartbeat?uuid=ann");
    let all = world.ok("/v2/presence/sub-key/k?channel-group=g");
    assert_eq!(all["payload"]["channels"], json!({"a": {"uuids": ["ann"], "occupancy": 1}}));
    assert_eq!(world.ok("/v2/presence/sub-key/k")["payload"]["total_channels"], 2);
}

#[test]
fn what_is_fired_reaches_no_subscriber() {
    let mut world = World::new(Settings::default());
    let since = world.now_token();
    assert_eq!(world.ok("/publish/p/k/0/a/0/1?norep=true&store=0")[1], "Sent");
    world.ok("/publish/p/k/0/a/0/2?norep=false");
    let heard = world.ok(&format!("/v2/subscribe/k/a/0?tt={since}"))["m"].clone();
    assert_eq!(heard.as_array().unwrap().iter().map(|one| one["d"].clone()).collect::<Vec<_>>(), [json!(2)]);
}

#[test]
fn who_subscribes_to_a_pattern_may_send_heartbeats_for_it() {
    let mut world = World::new(Settings::default());
    let heartbeat = "/v2/presence/sub-key/k/channel/x.*/heartbeat?uuid=ann&heartbeat=300";
    assert_eq!(world.get(heartbeat).0, 400);
    world.ok("/v2/subscribe/k/x.*/0?uuid=ann");
    world.ok(heartbeat);
    assert_eq!(world.get("/v2/presence/sub-key/k/channel/x.*,y.*/heartbeat?uuid=ann").0, 400);
    assert_eq!(world.get(&heartbeat.replace("uuid=ann", "uuid=bob")).0, 400);
}
