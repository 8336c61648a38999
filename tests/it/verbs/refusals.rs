//! Asked wrongly, or failed: one sentence on stderr that says what, why and what to try; exit code 2
//! or 1; nothing on stdout.

use std::process::{Command, Output, Stdio};

fn herenow(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_herenow"));
    for name in herenow::config::WATCHED_ENVIRONMENT.iter().chain(&["HERENOW_CONFIG"]) {
        command.env_remove(name);
    }
    for name in ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"] {
        command.env(name, concat!(env!("CARGO_TARGET_TMPDIR"), "/home"));
    }
    command.args(args).stdin(Stdio::null()).output().unwrap()
}

#[track_caller]
fn refused(args: &[&str], code: i32, words: &[&str]) {
    let output = herenow(args);
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {said}");
    assert!(output.stdout.is_empty(), "{args:?}");
    for word in words {
        assert!(said.contains(word), "{args:?} should say {word:?}: {said}");
    }
    assert!(!said.contains('\u{1b}'), "{said:?}");
    assert!(!said.contains("panicked"), "{said}");
}

const KEY: &[&str] = &["watch", "--subscribe-key", "demo"];

#[test]
fn what_is_asked_wrongly_is_said_with_what_to_try() {
    let with = |more: &[&'static str]| [KEY, more].concat();
    refused(&["watch", "lobby"], 2, &["no subscribe key", "--subscribe-key", "herenow demo"]);
    refused(&with(&[]), 2, &["no channel to watch", "name at least one"]);
    refused(&with(&["a,b"]), 2, &["`a,b` holds `,`", "separate arguments"]);
    refused(&with(&[""]), 2, &["the channel is empty"]);
    refused(&with(&[".."]), 2, &["can't be sent in a URL"]);
    refused(&with(&["a.*.b"]), 2, &["a pattern ends in `.*`"]);
    refused(&with(&["a\u{1b}[31mb"]), 2, &["U+001B"]);
    refused(&with(&["--user-id", "", "lobby"]), 2, &["the user id is empty"]);
    refused(&with(&["--origin", "ftp://x", "lobby"]), 2, &["`ftp://x` is not an origin", "http://"]);
    refused(&with(&["--origin", "user:secret@host", "lobby"]), 2, &["holds an `@`", "without user or password"]);
    refused(&with(&["--keyset", "staging", "lobby"]), 2, &["there is no keyset `staging`"]);
    refused(&with(&["--config", "/nowhere/config.toml", "lobby"]), 2, &["/nowhere/config.toml"]);
    refused(&["dance"], 2, &["dance", "--help"]);
}

#[test]
fn output_that_is_no_terminal_is_refused_before_anything_is_drawn() {
    refused(&["demo"], 2, &["standard output is not one", "without a pipe"]);
    refused(&[], 2, &["standard output is not one"]);
    refused(&[KEY, &["lobby"]].concat(), 2, &["standard output is not one"]);
}

#[test]
fn a_port_that_is_taken_is_said_with_another_way() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    refused(&["serve", "--port", &port], 1, &["is taken by another program", "--port", &port]);
}

#[test]
fn a_scenario_that_can_not_be_played_is_said_with_why_and_where() {
    let serve = |scenario: &str, words: &[&str]| refused(&["serve", "--port", "0", "--scenario", scenario], 2, words);
    let folder = env!("CARGO_TARGET_TMPDIR");
    let file = |name: &str, bytes: &[u8]| {
        let path = format!("{folder}/{name}");
        std::fs::write(&path, bytes).unwrap();
        path
    };
    serve("no-such-evening", &["`no-such-evening` is not there", "TOML file", "product-launch"]);
    serve(folder, &["is a directory"]);
    serve(&file("binary.toml", &[0xff, 0xfe, 0, 1]), &["is in UTF-16"]);
    serve(&file("giant.toml", &vec![b'#'; (1 << 20) + 1]), &["larger than 1 MiB"]);
    let wrong = "title = \"x\"\n[[scene]]\nat = \"1s\"\nprofile = \"party\"\n";
    serve(&file("wrong.toml", wrong.as_bytes()), &["wrong.toml, line 4", "no profile `party`", "rush-hour"]);
    refused(&["serve", "--crowd", "steady", "--scenario", "day"], 2, &["cannot be used with"]);
    refused(&["serve", "--people", "100001"], 2, &["100001", "100000"]);
    refused(&["serve", "--speed", "nan"], 2, &["0.1 to 100"]);
}
