//! What verbs say when they do not do what was asked.

use herenow::service::ServiceOptions;

use crate::verb::{World, closed_pipe, command, fails, nowhere, text};

#[test]
fn what_is_asked_wrongly_is_refused_before_any_request() {
    let world = World::new();
    let refuses = |args: &[&str], words: &[&str]| world.refuses(args, 2, words);
    refuses(&["here-now"], &["no channel to ask about", "--all"]);
    refuses(&["here-now", "match.*"], &["`match.*` is a pattern", "herenow watch"]);
    refuses(&["here-now", ""], &["the channel is empty"]);
    refuses(&["here-now", "a\u{1b}[31mb"], &["U+001B"]);
    refuses(&["here-now", "--group", "", "lobby"], &["the channel group is empty"]);
    refuses(&["here-now", "--limit", "1001", "lobby"], &["1001", "1..=1000"]);
    refuses(&["here-now", "--count", "--limit", "1", "lobby"], &["cannot be used with"]);
    refuses(&["here-now", "--all", "lobby"], &["cannot be used with"]);
    refuses(&["where-now", ""], &["the user id is empty"]);
    refuses(&["where-now", "a\nb"], &["U+000A"]);
    refuses(&["heartbeat", "lobby"], &["no user id", "HERENOW_USER_ID"]);
    refuses(&["heartbeat", "--user-id", "ann"], &["no channel", "herenow heartbeat"]);
    refuses(&["heartbeat", "--user-id", "ann", "--every=2", "lobby"], &["3 to 3600"]);
    refuses(&["heartbeat", "--user-id", "ann", "--every=300", "lobby"], &["comes too late for a timeout of 300 s"]);
    refuses(&["leave", "lobby"], &["no user id"]);
    refuses(&["state", "get", "lobby"], &["no user id"]);
    refuses(&["state", "set", "--user-id", "ann", "lobby", "{"], &["the state is not JSON", "try"]);
    refuses(&["state", "set", "--user-id", "ann", "lobby", "[1]"], &["must be a JSON object"]);
    refuses(&["group", "add", "all"], &["<CHANNEL>"]);
    refuses(&["group", "add", "all", "match.*"], &["is a pattern"]);
    refuses(&["man", "dance"], &["no verb `dance`", "here-now"]);
    let mut no_key = world.command(&["where-now", "ann"]);
    fails(&no_key.env_remove("HERENOW_SUBSCRIBE_KEY").output().unwrap(), 2, &["no subscribe key", "--subscribe-key"]);
    let sent = world.runtime.block_on(world.client.here_now(&[])).unwrap();
    assert!(sent.is_empty());
}

#[test]
fn what_the_service_or_the_network_refuses_is_said() {
    let mut plan = ServiceOptions::default();
    plan.access.deny("secret".to_owned());
    plan.settings.global_here_now = false;
    let world = World::with(plan);
    world.refuses(&["here-now", "secret"], 1, &["access refused (403) for secret", "token"]);
    world.refuses(&["heartbeat", "--user-id", "ann", "lobby", "secret"], 1, &["403", "secret"]);
    world.refuses(&["here-now", "--all"], 1, &["(402)", "here now for all channels is not enabled"]);

    let output = command(nowhere(), &["where-now", "ann"]).output().unwrap();
    fails(&output, 1, &["can't be reached", "connection refused", "check the network"]);
}

#[test]
fn a_reader_who_is_gone_is_no_failure() {
    let world = World::new();
    for args in [
        &["here-now", "--all"][..],
        &["where-now", "--json", "ann"],
        &["completions", "bash"],
        &["man"],
        &["config", "show"],
    ] {
        let output = world.command(args).stdout(closed_pipe()).output().unwrap();
        assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""), "{args:?}");
    }
    // There is something to leave all the same.
    let args = ["heartbeat", "--user-id", "ann", "--every", "lobby"];
    let output = world.command(&args).stdout(closed_pipe()).output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));
    assert_eq!(world.places_of("ann"), []);
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_can_not_be_written_is_a_failure() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = World::new().command(&["here-now", "lobby"]).stdout(full).output().unwrap();
    fails(&output, 1, &["the answer can't be written", "No space left on device"]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = World::new().command(&["config", "show"]).stdout(full).output().unwrap();
    fails(&output, 1, &["the answer can't be written", "No space left on device"]);
}
