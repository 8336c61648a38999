//! Webhooks of presence: what the service sends, to a receiver that was written from their description.

use std::{collections::BTreeSet, time::Duration};

use herenow::service::{ServiceOptions, WebhookForm, WebhookOptions, WebhookUrl};
use serde_json::{Value, json};

use crate::{
    hook_receiver::{HookAnswer, HookReceiver, list_events},
    raw_service::Service,
    verb::World,
};

const PRESENCE: &str = "/v2/presence/sub-key/demo/channel/lobby";

const SHORT: Duration = Duration::from_millis(1);

/// A service that tells this receiver, one by one and without long waits, but for what `change` says.
fn serve(receiver: &HookReceiver, change: impl FnOnce(&mut ServiceOptions, &mut WebhookOptions)) -> Service {
    Service::start(|plan| {
        let mut webhooks = WebhookOptions::new(WebhookUrl::parse(&receiver.url(), false).unwrap());
        (webhooks.batch, webhooks.retry_wait) = (1, SHORT..=SHORT);
        change(plan, &mut webhooks);
        plan.webhooks = Some(webhooks);
    })
}

fn join(service: &Service, user: &str) {
    assert_eq!(service.get(&format!("{PRESENCE}/heartbeat?uuid={user}&heartbeat=60")).status, 200);
}

fn counts(service: &Service) -> Value {
    let status: Value = serde_json::from_str(&service.get("/herenow/status").text()).unwrap();
    status["webhooks"].clone()
}

/// Wait until what the service counted is as it should be.
#[track_caller]
fn wait_for_counts(service: &Service, what: impl Fn(&Value) -> bool) -> Value {
    let deadline = std::time::Instant::now() + Duration::from_secs(30);
    loop {
        let counts = counts(service);
        if what(&counts) {
            return counts;
        }
        assert!(std::time::Instant::now() < deadline, "it never came to that: {counts}");
    }
}

fn names(events: &[(String, Value)]) -> Vec<String> {
    events.iter().map(|(name, event)| format!("{name} {}", event["userId"].as_str().unwrap_or("-"))).collect()
}

#[test]
fn all_seven_kinds_are_told_with_what_belongs_to_them() {
    let receiver = HookReceiver::start([]);
    let service = serve(&receiver, |plan, _| {
        plan.settings.announce_max = 2;
        plan.settings.deltas = true;
        plan.settings.interval = Duration::from_millis(100);
        plan.settings.timeout_grace = SHORT;
    });
    join(&service, "ann");
    service.get(&format!("{PRESENCE}/uuid/ann/data?state=%7B%22mood%22%3A%22busy%22%7D"));
    join(&service, "bob");
    for user in ["cat", "dan"] {
        join(&service, user);
    }
    let counted = |events: &[(String, Value)]| events.iter().any(|(name, _)| name == "channel.occupancy.counted");
    receiver.wait_for_events(counted);
    for user in ["cat", "dan", "bob"] {
        service.get(&format!("{PRESENCE}/leave?uuid={user}"));
    }
    // From here on ann has a second.
    service.get(&format!("{PRESENCE}/heartbeat?uuid=ann&heartbeat=1"));
    let gone = |events: &[(String, Value)]| events.iter().any(|(name, _)| name == "user.timedout.in.channel");
    let events = receiver.wait_for_events(gone);
    let kinds: BTreeSet<&str> = events.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "channel.occupancy.counted",
        "channel.state.active",
        "channel.state.inactive",
        "channel.user.state.in.changed",
        "user.channel.joined",
        "user.channel.left",
        "user.timedout.in.channel",
    ];
    assert_eq!(kinds, expected.into());
    assert_eq!(
        names(&events)[..4],
        [
            "channel.state.active -",
            "user.channel.joined ann",
            "channel.user.state.in.changed ann",
            "user.channel.joined bob"
        ]
    );
    let first = |name: &str| events.iter().find(|(found, _)| found == name).unwrap().1.clone();
    let state = first("channel.user.state.in.changed");
    assert_eq!((&state["data"], &state["occupancy"]), (&json!({"mood": "busy"}), &json!(1)));
    let counts: Vec<&Value> =
        events.iter().filter(|(name, _)| name == "channel.occupancy.counted").map(|(_, event)| event).collect();
    let counted: BTreeSet<&str> =
        counts.iter().flat_map(|count| count["usersJoined"].as_array().unwrap()).filter_map(Value::as_str).collect();
    assert_eq!(counted, ["cat", "dan"].into());
    assert!(counts.iter().all(|count| count["occupancy"].is_string() && count.get("usersTimedout").is_none()));
    assert!(first("channel.state.active").get("occupancy").is_none());
    // Above the announce max nobody is named one by one.
    let joined = names(&events).into_iter().filter(|event| event.starts_with("user.channel.joined"));
    assert_eq!(joined.collect::<Vec<_>>(), ["user.channel.joined ann", "user.channel.joined bob"]);
    let ids: BTreeSet<&str> = events.iter().map(|(_, event)| event["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), events.len());
    for (_, event) in &events {
        assert_eq!((&event["channel"], &event["subKey"]), (&json!("lobby"), &json!("demo")));
        let time = event["timestamp"].as_str().unwrap();
        assert!(time.len() == 24 && time.ends_with('Z') && event.get("timetoken").is_none(), "{event}");
    }
}

#[test]
fn a_batch_is_sent_when_it_is_full_or_has_waited_and_holds_one_kind() {
    let receiver = HookReceiver::start([]);
    let mut service = serve(&receiver, |_, webhooks| {
        (webhooks.batch, webhooks.batch_time) = (3, Duration::from_secs(600));
    });
    (0..7).for_each(|n| join(&service, &format!("user-{n}")));
    receiver.wait_for(|bodies| list_events(bodies).len() == 6);
    // What waits for more is sent at the end.
    service.end();
    let bodies = receiver.wait_for(|bodies| list_events(bodies).len() == 8);
    let sizes = |name: &str| -> Vec<usize> {
        let batches = bodies.iter().map(|body| list_events(std::slice::from_ref(body)));
        batches.filter(|batch| batch[0].0 == name).map(|batch| batch.len()).collect()
    };
    assert_eq!((sizes("user.channel.joined"), sizes("channel.state.active")), (vec![3, 3, 1], vec![1]));

    let receiver = HookReceiver::start([]);
    let service = serve(&receiver, |_, webhooks| {
        (webhooks.batch, webhooks.batch_time) = (100, Duration::from_millis(50));
    });
    join(&service, "ann");
    let delivered = wait_for_counts(&service, |counts| counts["delivered"] == 2);
    assert_eq!((&delivered["posts"], &delivered["waiting"]), (&json!(2), &json!(0)));
}

#[test]
fn whatever_is_no_2xx_has_the_whole_batch_sent_again_four_times_at_most() {
    use HookAnswer::{HangUp, Silence, Status};
    let receiver = HookReceiver::start([Status(500), HangUp, Silence, Status(301)]);
    let service = serve(&receiver, |_, webhooks| {
        (webhooks.batch, webhooks.patience) = (2, Duration::from_secs(2));
        webhooks.batch_time = Duration::from_secs(600);
    });
    // One channel after the other becomes active: a batch of two, and one of two joins.
    let beat = |channel: &str| service.get(&format!("/v2/presence/sub-key/demo/channel/{channel}/heartbeat?uuid=ann"));
    for channel in ["a", "b"] {
        assert_eq!(beat(channel).status, 200);
    }
    let bodies = receiver.wait_for(|bodies| bodies.len() == 6);
    let different: BTreeSet<&String> = bodies.iter().collect();
    assert_eq!(different.len(), 2, "whole batches: {bodies:#?}");
    let counts = wait_for_counts(&service, |counts| counts["delivered"] == 4);
    assert_eq!((&counts["failed_posts"], &counts["posts"], &counts["given_up"]), (&json!(4), &json!(2), &json!(0)));
    assert_eq!(counts["trouble"], Value::Null);

    let receiver = HookReceiver::start(vec![Status(404); 5]);
    let service = serve(&receiver, |_, webhooks| webhooks.batch = 1);
    service.get(&format!("{PRESENCE}/heartbeat?uuid=ann"));
    let given_up = wait_for_counts(&service, |counts| counts["waiting"] == 0);
    assert_eq!((&given_up["given_up"], &given_up["delivered"]), (&json!(0), &json!(2)), "5 of 10 tries failed");
    let receiver = HookReceiver::start(vec![Status(404); 100]);
    let service = serve(&receiver, |_, webhooks| webhooks.batch = 1);
    service.get(&format!("{PRESENCE}/heartbeat?uuid=ann"));
    let given_up = wait_for_counts(&service, |counts| counts["waiting"] == 0 && counts["given_up"] == 2);
    assert_eq!((&given_up["failed_posts"], &given_up["delivered"]), (&json!(10), &json!(0)));
    assert_eq!(given_up["trouble"], json!("it was answered with 404"));
    assert_eq!(receiver.wait_for(|_| true).len(), 10, "each was sent, and sent again four times");
}

#[test]
fn a_receiver_that_never_answers_costs_the_service_nothing_and_what_does_not_fit_is_counted() {
    let receiver = HookReceiver::start(vec![HookAnswer::Silence; 10]);
    let service = serve(&receiver, |_, webhooks| webhooks.patience = Duration::from_secs(600));
    let states: Vec<String> =
        (0..2).map(|n| format!("%7B%22n%22%3A%22{}%22%7D", n.to_string().repeat(30_000))).collect();
    join(&service, "ann");
    receiver.wait_for(|bodies| bodies.len() == 1);
    // 16 MiB of states, and more.
    for n in 0..700 {
        let url = format!("{PRESENCE}/uuid/ann/data?state={}", states[n % 2]);
        assert_eq!(service.get(&url).status, 200);
    }
    let counts = counts(&service);
    let (waiting, dropped) = (counts["waiting"].as_u64().unwrap(), counts["dropped"].as_u64().unwrap());
    assert_eq!(waiting + dropped, 702, "{counts}");
    assert!(dropped > 100 && waiting > 400, "{counts}");
    assert!(service.get(PRESENCE).text().contains("ann"), "it goes on");
}

#[test]
fn at_the_end_what_was_never_sent_is_sent_once() {
    let receiver = HookReceiver::start([]);
    let mut service = serve(&receiver, |_, webhooks| {
        (webhooks.batch, webhooks.batch_time) = (100, Duration::from_secs(600));
    });
    join(&service, "ann");
    assert_eq!(counts(&service)["waiting"], json!(2));
    service.end();
    let events = receiver.wait_for_events(|events| events.len() == 2);
    assert_eq!(names(&events), ["channel.state.active -", "user.channel.joined ann"]);
}

#[test]
fn faults_have_webhooks_come_late_twice_and_never() {
    let receiver = HookReceiver::start([]);
    let mut service = serve(&receiver, |_, _| {});
    let joined = |user: &str| format!("user.channel.joined {user}");
    join(&service, "ann");
    receiver.wait_for_events(|events| events.len() == 2);
    service.faults("webhook-lost times=1");
    join(&service, "bob");
    assert_eq!(wait_for_counts(&service, |counts| counts["waiting"] == 0)["lost"], json!(1));
    service.faults("webhook-twice times=1");
    join(&service, "cat");
    let events = receiver.wait_for_events(|events| events.len() == 4);
    assert_eq!(names(&events)[2..], [joined("cat"), joined("cat")]);
    assert_eq!(events[2].1["id"], events[3].1["id"]);
    service.faults("webhook-late=1h times=1");
    for user in ["dan", "eve"] {
        join(&service, user);
    }
    receiver.wait_for_events(|events| events.len() == 5);
    // A fault of webhooks strikes no request.
    service.faults("webhook-lost");
    assert_eq!(service.get(PRESENCE).status, 200);
    assert!(service.get("/herenow/faults").text().contains("webhook-lost"));
    service.end();
    let events = receiver.wait_for_events(|events| events.len() == 6);
    assert_eq!(names(&events)[4..], [joined("eve"), joined("dan")]);
    assert!(!names(&events).contains(&joined("bob")));
}

#[test]
fn every_envelope_can_be_asked_for() {
    for (name, form) in WebhookForm::NAMES {
        let receiver = HookReceiver::start([]);
        let service = serve(&receiver, |_, webhooks| webhooks.form = form);
        join(&service, "ann");
        let bodies = receiver.wait_for(|bodies| bodies.len() == 2);
        let body: Value = serde_json::from_str(&bodies[1]).unwrap();
        let schema = "pubnub.com/schemas/events/presence.user.channel.joined?v=1.0.0";
        let (data, said) = match name {
            "none" => (&body["data"][0], &body["dataSchema"]),
            "none-schema" => (&body["data"][0], &body["schema"]),
            "1.0" => (&body["event"]["eventPayload"], &body["event"]["eventType"]),
            _ => (&body["event"]["payload"]["data"][0], &body["event"]["payload"]["dataSchema"]),
        };
        assert_eq!(data["userId"], json!("ann"), "{name}: {body}");
        assert!(schema.contains(said.as_str().unwrap()), "{name}: {body}");
    }
}

fn with_serve<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["serve", "--port", "0"], more].concat()
}

#[test]
fn another_machine_is_told_nothing_unless_that_is_said_in_words() {
    let world = World::new();
    let elsewhere = ["--webhook", "http://192.0.2.7:9000/hook"];
    world.refuses(&with_serve(&elsewhere), 2, &["--webhook: `192.0.2.7` is another machine", "--webhook-anywhere"]);
    world.refuses(&with_serve(&["--webhook", "hook"]), 2, &["`hook` is not a URL"]);
    world.refuses(&with_serve(&["--webhook-batch", "5"]), 2, &["--webhook-batch: no webhooks are sent"]);
    let here = ["--webhook", "http://localhost:9/"];
    for (wrong, why) in [
        (["--webhook-batch", "0"], "0 is not between 1 and 10000"),
        (["--webhook-retries", "5"], "5 is not between 0 and 4"),
        (["--webhook-envelope", "3"], "`3` is no envelope; there are none, none-schema, 1.0, 2.0, 2.1"),
        (["--webhook-most-wait", "1s"], "1s is not between 10s and 86400s"),
    ] {
        world.refuses(&with_serve(&[&here[..], &wrong].concat()), 2, &[why]);
    }
}
