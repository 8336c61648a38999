//! Failures of every verb that has `--json`: one line of JSON on stderr, nothing on stdout, the exit code as ever.

use std::{collections::BTreeSet, process::Output};

use clap::CommandFactory;
use herenow::{cli::Args, service::ServiceOptions};
use serde_json::Value;

use crate::verb::{World, command, nowhere, text};

/// The error, the reason and the hint on stderr.
#[track_caller]
fn read_failure(output: &Output, code: i32) -> [String; 3] {
    let said = text(&output.stderr);
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(code), ""), "{said}");
    let last = said.lines().last().unwrap();
    let told: Value = serde_json::from_str(last).unwrap_or_else(|why| panic!("{why}: {said}"));
    let keys: Vec<&String> = told.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["version", "error", "because", "hint"], "{said}");
    assert_eq!(told["version"], 1);
    assert!(!told["error"].as_str().unwrap().is_empty(), "{said}");
    ["error", "because", "hint"].map(|key| match &told[key] {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => panic!("{other}"),
    })
}

/// Every verb that has `--json`, such as `state get`.
fn verbs_with_json() -> BTreeSet<String> {
    fn collect(command: &clap::Command, path: &str, found: &mut BTreeSet<String>) {
        if command.get_arguments().any(|argument| argument.get_long() == Some("json")) {
            found.insert(path.to_owned());
        }
        for verb in command.get_subcommands() {
            collect(verb, format!("{path} {}", verb.get_name()).trim_start(), found);
        }
    }
    let mut found = BTreeSet::new();
    collect(&Args::command(), "", &mut found);
    found
}

/// What a verb is given so that it fails after its arguments were read, with its exit code and what is said of it.
const FAILURES: &[(&str, &[&str], i32, &str)] = &[
    ("check", &["alice presnt in lobby"], 2, "byte 6"),
    ("diff", &["/nowhere/a.jsonl", "+0s", "+1s"], 2, "/nowhere/a.jsonl"),
    ("events", &["--origin", "ftp://x", "lobby"], 2, "is not an origin"),
    ("group add", &["all", "lobby"], 1, "can't be reached"),
    ("group delete", &["all"], 1, "can't be reached"),
    ("group list", &["all"], 1, "can't be reached"),
    ("group remove", &["all", "lobby"], 1, "can't be reached"),
    ("heartbeat", &["--user-id", "ann", "lobby"], 1, "can't be reached"),
    ("here-now", &["lobby"], 1, "can't be reached"),
    ("leave", &["--user-id", "ann", "lobby"], 1, "can't be reached"),
    ("replay", &["--verify", "/nowhere/a.jsonl"], 2, "/nowhere/a.jsonl"),
    ("state get", &["--of", "ann", "lobby"], 1, "can't be reached"),
    ("state set", &["--user-id", "ann", "lobby", "{"], 2, "is not JSON"),
    ("wait", &["--timeout", "1s", "ann is here in"], 2, "byte"),
    ("when", &["/nowhere/a.jsonl", "ann present in lobby"], 2, "/nowhere/a.jsonl"),
    ("where-now", &["ann"], 1, "can't be reached"),
];

#[test]
fn every_verb_tells_its_failures_as_json() {
    let listed: BTreeSet<String> = FAILURES.iter().map(|(verb, ..)| (*verb).to_owned()).collect();
    assert_eq!(listed, verbs_with_json(), "each verb with --json is given something that fails");
    for (verb, given, code, words) in FAILURES {
        let ask = |given: &[&str]| {
            let line: Vec<&str> = verb.split(' ').chain(["--json"]).chain(given.iter().copied()).collect();
            command(nowhere(), &line).output().unwrap()
        };
        let told = read_failure(&ask(given), *code).join(" | ");
        assert!(told.contains(words), "{verb} should say {words:?}: {told}");
        let [error, _, hint] = read_failure(&ask(&["--no-such-flag"]), 2);
        assert!(error.contains("--no-such-flag") && !hint.is_empty(), "{verb}: {error}; {hint}");
    }
}

#[test]
fn what_why_and_what_to_try_are_told_apart() {
    let mut plan = ServiceOptions::default();
    plan.access.deny("secret".to_owned());
    let world = World::with(plan);
    let parts = |args: &[&str], code: i32| read_failure(&world.run(args), code);
    let [error, because, hint] = parts(&["here-now", "--json", "secret"], 1);
    assert_eq!((error.as_str(), because.as_str()), ("access refused (403) for secret", "Forbidden"));
    assert!(hint.contains("HERENOW_AUTH_TOKEN"), "{hint}");
    let [error, because, hint] = parts(&["here-now", "--json", "--limit", "1001", "lobby"], 2);
    assert_eq!(because, "1001 is not in 1..=1000");
    assert!(error.contains("--limit") && hint.contains("--help"), "{error}; {hint}");
    let [error, because, _] = parts(&["where-now", "--json", "a\nb"], 2);
    assert!(error.contains("U+000A") || because.contains("U+000A"), "{error}: {because}");
    let [error, because, _] = parts(&["here-now", "--json", "--subscribe-key", "a/b", "lobby"], 2);
    assert!(format!("{error}: {because}").contains("the subscribe key"), "{error}: {because}");
    let [error, because, hint] = parts(&["heartbeat", "--json", "lobby"], 2);
    assert_eq!(error, "no user id");
    assert!(because.contains("has to know") && hint.contains("--user-id"), "{because}; {hint}");

    let [error, because, hint] =
        read_failure(&command(nowhere(), &["where-now", "--json", "ann"]).output().unwrap(), 1);
    assert!(error.ends_with("can't be reached") && because.contains("refused"), "{error}: {because}");
    assert!(hint.contains("check the network"), "{hint}");
    let unset =
        world.command(&["events", "--format", "json", "a"]).env_remove("HERENOW_SUBSCRIBE_KEY").output().unwrap();
    assert_eq!(read_failure(&unset, 2)[0], "no subscribe key");
}

#[test]
fn a_recording_that_can_not_tell_says_so_as_json() {
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/recordings/format-1.0.jsonl.gz");
    let early = ["here-now", "--json", "--from", sample, "--at", "1999-01-01T00:00:00Z", "lobby"];
    let [error, because, _] = read_failure(&command(nowhere(), &early).output().unwrap(), 3);
    assert!(error.ends_with("is not known") && because.contains("begins at"), "{error}: {because}");
    let broken = concat!(env!("CARGO_TARGET_TMPDIR"), "/no-recording.jsonl");
    std::fs::write(broken, "{\"a\":1}\n").unwrap();
    let [error, because, _] =
        read_failure(&command(nowhere(), &["when", "--json", broken, "a present in b"]).output().unwrap(), 2);
    assert!(error.contains("is no recording"), "{error}: {because}");
}

#[test]
fn without_it_failures_are_sentences_also_behind_the_end_of_flags() {
    let output = command(nowhere(), &["here-now", "--", "--json"]).output().unwrap();
    assert!(text(&output.stderr).starts_with("herenow: "), "{output:?}");
}
