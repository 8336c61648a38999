//! A page of some other site, in a browser on this machine: it reads nothing, and what it asks for has no
//! effect. (A page on another port of localhost is an app under development, and takes the exam.)

use serde_json::{Value, json};

use super::{
    adapter::{Client, Sdk},
    scene::CALM,
    sdks::{browser, told},
    service::Service,
};

/// What a page can ask for to learn something.
const READS: &[&str] = &[
    "/v2/presence/sub-key/demo/channel/lobby?state=1",
    "/v2/presence/sub-key/demo",
    "/v2/presence/sub-key/demo/uuid/ann",
    "/v2/presence/sub-key/demo/channel/lobby/uuid/ann",
    "/v1/channel-registration/sub-key/demo/channel-group/staff",
    "/v2/subscribe/demo/spied-pnpres/0?tt=0",
    "/herenow/status",
    "/herenow/faults",
];

/// What a page can ask for to change something; none of it needs a preflight.
const CHANGES: &[&str] = &[
    "/v2/presence/sub-key/demo/channel/lobby/heartbeat?uuid=mallory&heartbeat=60",
    "/v2/subscribe/demo/lobby/0?tt=0&uuid=mallory",
    "/v2/presence/sub-key/demo/channel/lobby/leave?uuid=ann",
    "/v2/presence/sub-key/demo/channel/lobby/uuid/ann/data?state=%7B%22mood%22%3A%22forged%22%7D",
    "/publish/demo/demo/0/lobby/0/%22forged%22?uuid=mallory",
    "/signal/demo/demo/0/lobby/0/%22forged%22?uuid=mallory",
    "/v1/channel-registration/sub-key/demo/channel-group/staff?add=spied",
    "/v1/channel-registration/sub-key/demo/channel-group/staff?remove=lobby",
    "/v1/channel-registration/sub-key/demo/channel-group/staff/remove",
];

/// Have the page fetch something; null where the browser let it read nothing.
fn fetch(page: &Client, request: &Value) -> Value {
    page.tell("fetch", json!({ "request": request })).unwrap()
}

/// Everything a page may try, by all the ways it has.
fn attack(page: &Client, origin: &str) {
    let url = |target: &str| format!("http://{origin}{target}");
    for target in READS {
        let read = fetch(page, &json!({ "url": url(target) }));
        assert!(read.is_null(), "a foreign page reads {target}: {read}");
    }
    for target in CHANGES {
        // Both ask; with the second the page does not even hope to read.
        fetch(page, &json!({ "url": url(target) }));
        fetch(page, &json!({ "url": url(target), "mode": "no-cors" }));
        fetch(page, &json!({ "url": url(target), "mode": "no-cors", "referrerPolicy": "no-referrer" }));
    }
    let post = json!({ "url": url("/publish/demo/demo/0/lobby/0?uuid=mallory"), "method": "POST",
        "mode": "no-cors", "headers": { "content-type": "text/plain" }, "body": "\"forged\"" });
    fetch(page, &post);
    let fault = json!({ "url": url("/herenow/faults"), "method": "POST", "mode": "no-cors", "body": "500" });
    fetch(page, &fault);
    for (call, words) in [
        (
            "here now",
            json!({ "channels": ["lobby"], "groups": [], "with_users": true, "with_state": true,
            "limit": null, "offset": null }),
        ),
        ("publish", json!({ "channel": "lobby", "message": "forged", "post": false })),
        ("publish", json!({ "channel": "lobby", "message": "forged", "post": true })),
        ("delete group", json!({ "group": "staff" })),
    ] {
        let answer = page.tell(call, words);
        assert!(answer.is_err(), "the SDK of a foreign page can {call}: {answer:?}");
    }
}

/// What happened on the lobby until somebody new had joined there: what the page did came before.
fn events_until_bob(service: &Service, mut cursor: String) -> Vec<Value> {
    service.get("/v2/subscribe/demo/lobby/0?tt=0&uuid=bob").unwrap();
    let mut heard = Vec::new();
    while !heard.iter().any(|event: &Value| event["uuid"] == "bob") {
        let reply = service.get(&format!("/v2/subscribe/demo/lobby,lobby-pnpres/0?tt={cursor}")).unwrap();
        reply["t"]["t"].as_str().unwrap().clone_into(&mut cursor);
        heard.extend(reply["m"].as_array().unwrap().iter().map(|envelope| envelope["d"].clone()));
    }
    heard
}

fn attack_by_page(sdk: &Sdk, attacked: &Service) -> Vec<Value> {
    attacked.arrives("ann", &["lobby"], CALM).unwrap();
    attacked.add_to_group("staff", &["lobby"]).unwrap();
    let reply = attacked.get("/v2/subscribe/demo/lobby,lobby-pnpres/0?tt=0").unwrap();
    let process = sdk.start(&attacked.origin);
    let page = process.connect("mallory", "mallory", CALM).unwrap();
    attack(&page, &attacked.origin);
    events_until_bob(attacked, reply["t"]["t"].as_str().unwrap().to_owned())
}

#[test]
#[ignore = "needs HERENOW_CHROMIUM and HERENOW_NODE_MODULES"]
fn a_page_of_another_site_reads_nothing_and_changes_nothing() {
    told("HERENOW_CHROMIUM");
    let service = Service::start(&[]);
    let heard = attack_by_page(&browser("evil.test", "classic"), &service);
    assert_eq!(heard.len(), 1, "the page did something: {heard:?}");
    let here = service.here("lobby").unwrap();
    assert_eq!(here.keys().collect::<Vec<_>>(), ["ann", "bob"]);
    assert!(here["ann"].is_null(), "the page set a state: {}", here["ann"]);
    assert_eq!(service.group("staff").unwrap(), json!(["lobby"]));
    let faults = service.get("/herenow/faults").unwrap();
    assert!(!faults.to_string().contains("500"), "the page broke the service: {faults}");
}

/// The same page where it is allowed: so it was the service that kept it out before.
#[test]
#[ignore = "needs HERENOW_CHROMIUM and HERENOW_NODE_MODULES"]
fn a_page_of_another_site_reads_and_changes_where_it_is_allowed() {
    told("HERENOW_CHROMIUM");
    let service = Service::start(&["--cors", "*"]);
    service.arrives("ann", &["lobby"], CALM).unwrap();
    let process = browser("evil.test", "classic").start(&service.origin);
    let page = process.connect("mallory", "mallory", CALM).unwrap();
    let url = format!("http://{}/v2/presence/sub-key/demo/channel/lobby", service.origin);
    let read = fetch(&page, &json!({ "url": url }));
    assert!(read["body"].as_str().unwrap().contains("\"ann\""), "{read}");
    fetch(&page, &json!({ "url": format!("{url}/leave?uuid=ann"), "mode": "no-cors" }));
    assert!(service.here("lobby").unwrap().is_empty());
    // Whoever runs the service is asked by programs, not by pages.
    let status = fetch(&page, &json!({ "url": format!("http://{}/herenow/status", service.origin) }));
    assert!(status.is_null() || status["status"] == 403, "{status}");
}
