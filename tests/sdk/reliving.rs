//! A recording that lives again on `herenow serve --from`: an SDK hears what was heard then, and in that order.

use std::{collections::HashSet, process::Command};

use serde_json::Value;

use super::{
    adapter::{Event, Sdk},
    scene::CALM,
    service::Service,
};

const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/recordings/format-1.0.jsonl.gz");

/// What happens to users; intervals come when the service makes them.
const KINDS: &str = "join,leave,timeout,state-change";

/// `join lobby ann`
fn name_event(kind: &str, channel: &str, user: &str) -> String {
    format!("{kind} {channel} {user}")
}

/// What was heard when it was recorded, and on which channels.
fn list_recorded() -> (Vec<String>, Vec<String>) {
    let mut ask = Command::new(env!("CARGO_BIN_EXE_herenow"));
    ask.args(["events", "--json", "--kind", KINDS, "--from", RECORDED]);
    let output = ask.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (mut events, mut channels) = (Vec::new(), Vec::new());
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let word = |name: &str| line[name].as_str().unwrap().to_owned();
        // Who is back soon after leaving has joined.
        let kind = word("type").replace("flap", "join");
        events.push(name_event(&kind, &word("channel"), &word("user")));
        channels.push(word("channel"));
    }
    let mut seen = HashSet::new();
    channels.retain(|channel| seen.insert(channel.clone()));
    (events, channels)
}

/// What an SDK makes of an event.
fn name_as_heard(sdk: &Sdk, event: &str) -> String {
    // Whatever has "data", as a timeout has, is a state-change to the crate; see the table of the exam.
    if sdk.name == "rust" { event.replacen("timeout ", "state-change ", 1) } else { event.to_owned() }
}

/// The SDK is on each channel itself, so that each has one more than when it was recorded: the announce max, which was
/// 20, as well.
pub fn hear_again(sdk: &Sdk) {
    let (expected, channels) = list_recorded();
    assert!(expected.len() > 100 && expected.iter().any(|event| event.starts_with("timeout")), "{expected:#?}");
    let expected: Vec<String> = expected.iter().map(|event| name_as_heard(sdk, event)).collect();
    let service = Service::start(&["--from", RECORDED, "--speed", "5", "--announce-max", "21"]);
    let process = sdk.start(&service.origin);
    let listener = process.connect("listener", "the-listener", CALM).unwrap();
    let channels: Vec<&str> = channels.iter().map(String::as_str).collect();
    listener.subscribe(&channels, &[]).unwrap();
    let is_of_user = |event: &Event| {
        event.kind == "presence"
            && KINDS.split(',').any(|kind| kind == event.action)
            && event.user.as_deref() != Some("the-listener")
    };
    let name = |event: &Event| name_event(&event.action, &event.channel, event.user.as_deref().unwrap_or_default());
    let heard = listener.hears_many(expected.len(), is_of_user).unwrap_or_else(|why| panic!("{}: {why}", sdk.name));
    assert_eq!(heard.iter().map(name).collect::<Vec<_>>(), expected, "{}", sdk.name);
}
