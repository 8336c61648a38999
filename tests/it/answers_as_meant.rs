//! Answers of other senders than PubNub, which mean the same and write it otherwise, by the real binary against a
//! scripted origin.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::{
    origin::{Answer, Origin, ok},
    verb::{command, text},
};

const TT: u64 = 17_000_000_000_000_001;

/// A stream of these replies, then silence; and what is answered to a here now.
fn stream(replies: Vec<String>, here: &'static str) -> Origin {
    let turn = AtomicUsize::new(0);
    Origin::start(move |path| match path {
        handshake if handshake.contains("tt=0&") => ok(&format!(r#"{{"t":{{"t":{TT},"r":"1"}},"m":[]}}"#)),
        poll if poll.starts_with("/v2/subscribe/") => match replies.get(turn.fetch_add(1, Ordering::Relaxed)) {
            Some(reply) => ok(reply),
            None => Answer::Hold,
        },
        _ => ok(here),
    })
}

/// A reply `n` ticks later, with these envelopes.
fn reply(n: u64, envelopes: &[String]) -> String {
    format!(r#"{{"t":{{"t":{},"r":1.0}},"m":[{}]}}"#, TT + n, envelopes.join(","))
}

/// An event on the lobby, `n` ticks after the handshake, for a subscription.
fn event(n: u64, b: &str, d: &str) -> String {
    format!(r#"{{"a":"1","f":"0","p":{{"t":{},"r":1}},"k":"demo","c":"lobby-pnpres","b":"{b}","d":{{{d}}}}}"#, TT + n)
}

/// What `events` tells until there is as much of a kind, and its summary.
fn events(origin: &Origin, count: usize, args: &[&str]) -> (Vec<Value>, String) {
    let count = count.to_string();
    let args = [&["events", "--kind", "join,leave,interval,garbled", "--count", &count], args].concat();
    let output = command(&origin.url(), &args).output().unwrap();
    let lines = text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (lines, text(&output.stderr))
}

#[test]
fn timetokens_without_quotes_are_followed() {
    let join = |n: u64, user: &str, occupancy: &str| {
        reply(n, &[event(n, "lobby-pnpres", &format!(r#""action":"join","uuid":{user},"occupancy":{occupancy}"#))])
    };
    let replies = vec![join(1, "\"ann\"", "1"), join(2, "7", "\"2\""), join(3, "\"cat\"", "3.0")];
    let origin = stream(replies, r#"{"status":"200","uuids":[],"occupancy":"0"}"#);
    let (lines, said) = events(&origin, 3, &["lobby"]);
    let told = |line: &Value| (line["user"].as_str().unwrap().to_owned(), line["occupancy"].as_u64());
    let expected = [("ann".to_owned(), Some(1)), ("7".to_owned(), Some(2)), ("cat".to_owned(), Some(3))];
    assert_eq!(lines.iter().map(told).collect::<Vec<_>>(), expected, "{said}");
    let polls: Vec<String> = origin.asked().into_iter().filter(|path| path.starts_with("/v2/subscribe/")).collect();
    assert!(polls[1].contains(&format!("tt={TT}&tr=1&")), "no digit is lost: {polls:?}");
    assert!(polls[2].contains(&format!("tt={}&tr=1&", TT + 1)), "{polls:?}");
}

#[test]
fn a_bad_number_beside_is_told_and_the_event_counts() {
    let bad = |n: u64, d: &str| reply(n, &[event(n, "lobby-pnpres", d)]);
    let replies = vec![
        bad(1, r#""action":"join","uuid":"ann","occupancy":-1"#),
        bad(2, r#""action":"interval","timestamp":"soon","occupancy":1,"here_now_refresh":true"#),
    ];
    let origin = stream(replies, r#"{"status":200,"uuids":["ann"],"occupancy":1}"#);
    let (lines, said) = events(&origin, 4, &["lobby"]);
    let kinds: Vec<&str> = lines.iter().map(|line| line["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["join", "garbled", "interval", "garbled"], "{said}");
    assert_eq!((&lines[0]["user"], &lines[2]["refresh"]), (&"ann".into(), &true.into()), "{lines:?}");
    for (line, field) in [(&lines[1], "its occupancy is `-1`"), (&lines[3], "its timestamp is `\"soon\"`")] {
        assert!(line.to_string().contains(&field.replace('"', "\\\"")), "{line}");
    }
    assert!(said.contains("2 not readable"), "{said}");
}

#[test]
fn exam_17_copies_for_each_subscription_are_no_duplicates_and_repeats_are() {
    let join = r#""action":"join","uuid":"ann","occupancy":1"#;
    let both = [event(1, "lobby-pnpres", join), event(1, "vips-pnpres", join)];
    let leave = event(2, "lobby-pnpres", r#""action":"leave","uuid":"ann","occupancy":0"#);
    let here = r#"{"status":200,"payload":{"channels":[]}}"#;
    let args = ["--group", "vips", "lobby"];
    let (_, said) = events(&stream(vec![reply(1, &both), reply(2, std::slice::from_ref(&leave))], here), 2, &args);
    assert!(said.contains("0 duplicates dropped, 1 copy for further subscriptions, "), "{said}");
    // The cursor stepped back, and all comes again.
    let again = vec![reply(1, &both), reply(1, &both), reply(2, &[leave])];
    let (lines, said) = events(&stream(again, here), 2, &args);
    assert_eq!(lines.len(), 2);
    assert!(said.contains("2 duplicates dropped, 1 copy for further subscriptions, "), "{said}");
}

#[test]
fn what_could_not_be_read_is_said_and_nobody_is_said_to_have_left() {
    let here = r#"{"status":200,"occupancy":4,"uuids":["ann",{"uuid":"ann","state":{"n":1}},{"uuid":"bob","state":[]},["x"],null]}"#;
    let origin = Origin::start(move |_| ok(here));
    let output = command(&origin.url(), &["here-now", "--state", "lobby"]).output().unwrap();
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(text(&output.stdout), "lobby  4 here\n  ann  n 1\n  bob\n");
    let unread = "2 names could not be read, such as `[\"x\"]`";
    assert_eq!(said, format!("herenow: lobby: 2 users are listed and 4 counted, as {unread}\n"));
    let origin = Origin::start(|_| ok(r#"{"status":200,"payload":{"channels":["lobby",7,null]}}"#));
    let output = command(&origin.url(), &["where-now", "ann"]).output().unwrap();
    assert_eq!(text(&output.stderr), "herenow: 1 name left out that could not be read\n");
    assert_eq!(text(&output.stdout), "ann is on 2 channels\n  7\n  lobby\n");
}

#[test]
fn an_empty_array_is_an_empty_object_for_every_question() {
    let asked: &[(&[&str], &str, &str)] = &[
        (&["here-now", "--all"], r#"{"status":200,"payload":{"channels":[]}}"#, "total  0 here on 0 channels\n"),
        (&["here-now", "lobby"], r#"{"status":200,"payload":{"channels":[]}}"#, "lobby  0 here\n"),
        (&["where-now", "ann"], r#"{"status":"200","payload":{"channels":{}}}"#, "ann is on no channel\n"),
        (&["group", "list", "vips"], r#"{"status":200.0,"payload":{"channels":{}}}"#, "vips  0 channels\n"),
        (&["state", "get", "--of", "ann", "--json", "lobby"], r#"{"status":200,"payload":[]}"#, "\"lobby\":null"),
        (&["leave", "--user-id", "ann", "lobby"], "\u{feff}{\"status\":\"200\",\"error\":\"false\"}", "ann left lobby"),
    ];
    for (args, body, expected) in asked {
        let origin = Origin::start(move |_| ok(body));
        let output = command(&origin.url(), args).output().unwrap();
        let said = text(&output.stderr);
        assert_eq!((output.status.code(), said.as_str()), (Some(0), ""), "{args:?}");
        assert!(text(&output.stdout).contains(expected), "{args:?}: {}", text(&output.stdout));
    }
}

#[test]
fn what_is_refused_at_the_start_is_waited_for() {
    let (turn, here) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let denied = r#"{"status":403,"message":"Forbidden","payload":{"channels":["lobby-pnpres"]},"error":true}"#;
    let origin = Origin::start(move |path| match path {
        poll if poll.starts_with("/v2/subscribe/") => match turn.fetch_add(1, Ordering::Relaxed) {
            0 => ok(denied),
            1 => ok(&format!(r#"{{"t":{{"t":"{TT}","r":1}},"m":[]}}"#)),
            _ => Answer::Hold,
        },
        _ if here.fetch_add(1, Ordering::Relaxed) == 0 => ok(r#"{"status":403,"payload":{"channels":["lobby"]}}"#),
        _ => ok(r#"{"status":200,"uuids":["ann"],"occupancy":1}"#),
    });
    let output = command(&origin.url(), &["wait", "--timeout", "20s", "ann present in lobby"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
}
