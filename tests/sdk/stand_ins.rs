//! The adapters for SDKs that are not here, each with a stand-in for its SDK: that it builds, calls what it is
//! told to call, and says what it hears. `tests/sdk/stubs/README.md` tells what a stand-in is.

use std::path::Path;

use serde_json::{Value, json};

use super::{
    adapter::{Client, Sdk},
    sdks::{ccore_with, go_in, here, php_with, ruby_by},
};

/// Something is listened to that is never asked.
const NOWHERE: &str = "127.0.0.1:1";

/// What is special about an SDK.
struct Expected<'a> {
    /// The beginning of what is recorded of the first subscribe.
    subscribe: &'a str,
    /// What is recorded of leaving everything.
    leave: &'a str,
    /// Whether its here now can ask for states and for counts alone.
    options: bool,
}

const USUAL: Expected = Expected { subscribe: "subscribe a,b g presence", leave: "leave b g", options: true };

/// The calls that were made, in order: each "subscribe" by itself, as a process may make it.
fn calls(client: &Client) -> (Vec<String>, Vec<String>) {
    let told = client.tell("where now", json!({ "user": "ann-1" })).unwrap();
    let told = told.as_array().unwrap().iter().map(|call| call.as_str().unwrap().to_owned());
    // The C one's polls go on by themselves.
    told.filter(|call| !call.starts_with("heartbeat")).partition(|call| call.starts_with("subscribe"))
}

/// What whoever subscribes hears of a stand-in.
fn hears_everything(client: &Client) {
    let join = client.hears("join", "a", "ann-1").unwrap();
    assert_eq!((join.occupancy, join.state, join.subscription), (Some(1), json!({ "mood": "new" }), None));
    assert!(join.joined.is_empty() && join.left.is_empty() && join.timed_out.is_empty());

    let interval = client.hears_of("an interval", |event| event.action == "interval").unwrap();
    assert_eq!((interval.channel.as_str(), interval.subscription.as_deref()), ("a", Some("g")));
    assert_eq!((interval.occupancy, interval.user), (Some(30), None));
    assert_eq!([&interval.joined[..], &interval.left, &interval.timed_out], [["u1"], ["u2"], ["u3"]]);

    let message = client.hears_of("a message", |event| event.kind == "message").unwrap();
    assert_eq!((message.message, message.user.as_deref()), (json!({ "text": "hi" }), Some("u1")));
    assert_eq!((message.channel.as_str(), message.subscription), ("a", None));

    let signal = client.hears_of("a signal", |event| event.kind == "signal").unwrap();
    assert_eq!((signal.message, signal.subscription.as_deref()), (json!("typing"), Some("g")));
}

fn asks_here_now(client: &Client, with_options: bool) {
    let told = json!({ "occupancy": 2, "channels":
        { "a": { "occupancy": 2, "users": { "u1": null, "u2": { "mood": "idle" } } } } });
    let ask = |channels: Value, groups: Value, with_state: bool, limit: Value, offset: Value| {
        client.tell(
            "here now",
            json!({ "channels": channels, "groups": groups, "with_users": true,
            "with_state": with_state, "limit": limit, "offset": offset }),
        )
    };
    let (nothing, one) = (json!([]), json!(["a"]));
    assert_eq!(ask(one.clone(), nothing.clone(), with_options, json!(null), json!(null)).as_ref(), Ok(&told));
    assert_eq!(ask(json!(["a", "b"]), json!(["g"]), false, json!(2), json!(4)).as_ref(), Ok(&told));
    assert!(
        ask(one.clone(), nothing.clone(), false, json!(1001), json!(null)).is_err(),
        "told as if it were an answer"
    );
    if !with_options {
        let refused = ask(one, nothing, true, json!(null), json!(null)).unwrap_err();
        assert!(refused.contains("no option"), "{refused}");
    }
}

fn asks_the_rest(client: &Client) {
    let tell = |what: &str, words: Value| client.tell(what, words).unwrap();
    let state = json!({ "n": 1, "mood": "żywy" });
    tell("set state", json!({ "channels": ["a"], "groups": ["g"], "state": state }));
    let states = tell("get state", json!({ "channels": ["a", "b"], "groups": ["g"], "user": "ann-2" }));
    assert_eq!(states, json!({ "a": { "mood": "idle" } }));
    tell("publish", json!({ "channel": "a", "message": { "text": "hi" }, "post": false }));
    tell("publish", json!({ "channel": "a", "message": 7, "post": true }));
    tell("signal", json!({ "channel": "a", "message": "typing" }));
    tell("add to group", json!({ "group": "g", "channels": ["a", "b"] }));
    tell("remove from group", json!({ "group": "g", "channels": ["a"] }));
    assert_eq!(tell("list group", json!({ "group": "g" })), json!(["a", "b"]));
    tell("delete group", json!({ "group": "g" }));
    tell("unsubscribe", json!({ "channels": ["a"], "groups": [] }));
    tell("leave", json!({}));
    assert!(client.tell("dance", json!({})).is_err(), "a word that no SDK knows");
}

fn speaks(sdk: &Sdk, expected: &Expected) {
    let process = sdk.start(NOWHERE);
    let client = process.connect("ann", "ann-1", 60).unwrap();
    client.subscribe(&["a", "b"], &["g"]).unwrap();
    hears_everything(&client);
    asks_here_now(&client, expected.options);
    asks_the_rest(&client);

    let (subscribes, others) = calls(&client);
    assert!(subscribes[0].starts_with(expected.subscribe), "{}", subscribes[0]);
    let state = others.iter().find_map(|call| call.strip_prefix("set state a g ")).unwrap();
    let state: Value = serde_json::from_str(state).unwrap();
    assert_eq!(state, json!({ "n": 1, "mood": "żywy" }), "the state as the SDK got it");
    let others: Vec<_> = others.iter().filter(|call| !call.starts_with("set state")).collect();
    assert_eq!(
        others,
        [
            "here now a  limit= offset=",
            "here now a,b g limit=2 offset=4",
            "here now a  limit=1001 offset=",
            "get state a,b g ann-2",
            "publish a {\"text\":\"hi\"} GET",
            "publish a 7 POST",
            "signal a \"typing\"",
            "add g a,b",
            "remove g a",
            "list g",
            "delete g",
            "leave a ",
            expected.leave,
        ]
    );
}

#[test]
fn the_adapter_for_c_speaks() {
    let stubs = here("stubs/ccore");
    let include = |folder: &Path| format!("-I{}", folder.display()).into();
    let words =
        ["-Werror=implicit-function-declaration", "-Werror=incompatible-pointer-types"].map(Into::into).into_iter();
    let words = words.chain([include(&stubs), include(&stubs.join("core")), stubs.join("pubnub.c").into()]);
    let sdk = ccore_with("ccore-stand-in", &words.collect::<Vec<_>>());
    speaks(&sdk, &Expected { subscribe: "subscribe a,b,a-pnpres,b-pnpres g,g-pnpres heartbeat=60", ..USUAL });
}

#[test]
#[ignore = "needs go"]
fn the_adapter_for_go_speaks() {
    speaks(&go_in(&here("stubs/go")), &Expected { leave: "leave all", ..USUAL });
}

#[test]
#[ignore = "needs php"]
fn the_adapter_for_php_speaks() {
    speaks(&php_with(&here("stubs/php/autoload.php")), &USUAL);
}

#[test]
#[ignore = "needs ruby"]
fn the_adapter_for_ruby_speaks() {
    let sdk = ruby_by(vec!["ruby".into(), "-I".into(), here("stubs/ruby").into()]);
    speaks(&sdk, &Expected { options: false, ..USUAL });
}
