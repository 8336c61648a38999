//! Services that say what none should: nothing of it is obeyed by a terminal, and no key or token is repeated.

use std::{
    fmt::Write as _,
    fs,
    path::PathBuf,
    process::{Command, Output},
};

use herenow::presence::must_be_named;

use crate::{
    fake::FakeOrigin,
    verb::{command, nowhere, text},
};

/// All that a terminal might obey, reorder or hide, raw and with the escapes of JSON.
const OBEYED: &str =
    "\\u001b]0;PWN\\u0007\\u001b[2J\\u007f\u{7f}\u{9b}31m\\u009d\u{202e}\\u2066\u{e0041}\u{200b}\u{feff}";
const KEY: &str = "sub-c-MARKKEY1-2222-3333-4444-KEYMARKER555";
const TOKEN: &str = "qEF2MARKTOKEN/abcdef+1234567890==";

#[track_caller]
fn assert_safe(what: &str, output: &Output) {
    for said in [&output.stdout, &output.stderr].map(|bytes| text(bytes)) {
        let found = said.chars().find(|c| *c != '\n' && must_be_named(*c));
        assert_eq!(found, None, "{what}: {said:?}");
        assert!(!said.contains("panicked"), "{what}: {said}");
    }
}

/// Every verb that asks.
const QUESTIONS: &[&[&str]] = &[
    &["here-now", "lobby"],
    &["here-now", "--json", "--state", "lobby"],
    &["where-now", "ann"],
    &["heartbeat", "--user-id", "ann", "lobby"],
    &["leave", "--user-id", "ann", "lobby"],
    &["state", "get", "--user-id", "ann", "lobby"],
    &["state", "set", "--user-id", "ann", "lobby", "{}"],
    &["group", "list", "all"],
    &["group", "add", "all", "lobby"],
    &["group", "delete", "all"],
];

#[test]
fn no_answer_to_a_question_is_obeyed() {
    let bodies = [
        format!(r#"{{"status":"{OBEYED}"}}"#),
        format!(r#"{{"status":403,"message":"{OBEYED}","service":"{OBEYED}","payload":{{"channels":["{OBEYED}"]}}}}"#),
        format!(r#"{{"error":{{"message":"{OBEYED}"}}}}"#),
        format!(r#"{{"uuids":["{OBEYED}"],"occupancy":"{OBEYED}","channels":"{OBEYED}"}}"#),
        format!(r#"{{"uuids":["{OBEYED}"],"occupancy":1,"payload":{{"channels":["{OBEYED}"],"a":"{OBEYED}"}}}}"#),
        format!(r#"[0,"{OBEYED}"]"#),
        OBEYED.to_owned(),
    ];
    for body in bodies {
        for status in [200, 400, 403, 500] {
            let body = body.clone();
            let fake = FakeOrigin::start(move |_| Some((status, body.clone())));
            for args in QUESTIONS {
                assert_safe(&format!("{args:?} {status}"), &command(&fake.origin, args).output().unwrap());
            }
        }
    }
}

#[test]
fn no_reply_to_a_poll_is_obeyed() {
    let cursor = format!(r#"{{"t":{{"t":"{OBEYED}","r":1}},"m":[]}}"#);
    let fake = FakeOrigin::start(move |_| Some((200, cursor.clone())));
    for args in [
        &["check", "--patience", "1s", "occupancy of lobby > 0"][..],
        &["wait", "--timeout", "1s", "occupancy of lobby > 0"],
        &["events", "--for", "1s", "lobby"],
        &["events", "--for", "1s", "--format", "people", "lobby"],
    ] {
        assert_safe(&format!("{args:?}"), &command(&fake.origin, args).output().unwrap());
    }
    let event = |d: &str| format!(r#"{{"p":{{"t":"17000000000000002","r":1}},"c":"{OBEYED}-pnpres","d":{d}}}"#);
    let events = [
        event(&format!(r#"{{"action":"join","uuid":"{OBEYED}","occupancy":1,"data":{{"{OBEYED}":"{OBEYED}"}}}}"#)),
        event(&format!(r#"{{"action":"{OBEYED}","uuid":"{OBEYED}"}}"#)),
        event(&format!(r#"{{"action":"join","uuid":"","x":"{OBEYED}"}}"#)),
        format!(r#"{{"{OBEYED}":"{OBEYED}"}}"#),
    ];
    let fake = FakeOrigin::with(&events, Vec::new());
    for format in ["json", "people"] {
        let roster = folder("obeyed").join("roster.json");
        let path = roster.display().to_string();
        let args = ["events", "--for", "1s", "--roster", "--format", format, "--roster-file", &path, "lobby"];
        assert_safe(format, &command(&fake.origin, &args).output().unwrap());
        let written = fs::read_to_string(&roster).unwrap();
        assert!(!written.trim_end().contains(must_be_named), "{written:?}");
    }
}

#[test]
fn no_argument_is_obeyed_that_is_said_again() {
    let evil = "\u{1b}]0;PWN\u{7}\u{9b}31m\u{7f}\u{202e}\u{e0041}";
    for args in [
        &[evil][..],
        &["events", evil, "--for", evil, "lobby"],
        &["events", "--filter", evil, "lobby"],
        &["events", "--until", evil, "lobby"],
        &["events", "--kind", evil, "lobby"],
        &["here-now", &format!("--{evil}"), "lobby"],
        &["here-now", "--limit", evil, "lobby"],
        &["here-now", evil],
        &["where-now", evil],
        &["check", evil],
        &["man", evil],
        &["completions", evil],
        &["serve", "--port", evil],
        &["serve", "--fault", evil],
        &["serve", "--deny", evil],
        &["config", "show", "--keyset", evil],
        &["config", "check", "--config", evil],
        &["here-now", "--origin", evil, "lobby"],
        &["demo", "--crowd", evil],
    ] {
        let output = command(nowhere(), args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {output:?}");
        assert_safe(&format!("{args:?}"), &output);
    }
}

/// A folder of its own.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("hostile-{}-{name}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn with_secrets(origin: &str, args: &[&str]) -> Command {
    let mut command = command(origin, args);
    command.env("HERENOW_SUBSCRIBE_KEY", KEY).env("HERENOW_AUTH_TOKEN", TOKEN);
    command
}

/// Not twelve characters of the key or the token are in it.
#[track_caller]
fn assert_no_secret(what: &str, said: &str) {
    for secret in [KEY, TOKEN, &percent_encode(TOKEN), &percent_encode(TOKEN).to_ascii_lowercase()] {
        for run in secret.as_bytes().windows(12).map(|run| str::from_utf8(run).unwrap()) {
            assert!(!said.contains(run), "{what}: {run} in {said}");
        }
    }
}

fn percent_encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        let _ = if byte.is_ascii_alphanumeric() { write!(out, "{}", byte as char) } else { write!(out, "%{byte:02X}") };
    }
    out
}

/// What a service or a gateway says that repeats our request.
fn repeat_request() -> Vec<String> {
    let (whole, cut) = (percent_encode(TOKEN), &TOKEN[..28]);
    let escaped = TOKEN.replace('/', "\\/").replace('+', "\\u002b");
    let url =
        format!("http://gw/v1/channel-registration/sub-key/{KEY}/x?auth={whole}&y={}", whole.to_ascii_lowercase());
    [&url, TOKEN, &escaped, &whole, &format!("Invalid token <{cut}>..."), &format!("key {}", &KEY[3..30]), &url[..70]]
        .map(str::to_owned)
        .into()
}

/// The secrets hunt of the exam, through questions and their refusals.
#[test]
fn exam_63_no_answer_makes_a_question_tell_a_secret() {
    for said in repeat_request() {
        let bodies = [
            format!(r#"{{"status":"{said}"}}"#),
            format!(
                r#"{{"status":403,"message":"{said}","service":"{said}","payload":{{"channels":["{said}","lobby"],"channel-groups":["{said}"]}}}}"#
            ),
            format!(r#"{{"message":"a {said} b","error":true,"status":"x{said}"}}"#),
            format!(r#"{{"uuids":"{said}","channels":"{said}","occupancy":"{said}"}}"#),
            format!("<html>{said}</html>"),
        ];
        for body in bodies {
            for status in [200, 403] {
                let told = body.clone();
                let fake = FakeOrigin::start(move |_| Some((status, told.clone())));
                for args in QUESTIONS {
                    let output = with_secrets(&fake.origin, args).output().unwrap();
                    assert_no_secret(
                        &format!("{args:?} {status} {body}"),
                        &(text(&output.stdout) + &text(&output.stderr)),
                    );
                }
            }
        }
    }
}

/// The secrets hunt of the exam, through the stream and all that is written of it.
#[test]
fn exam_63_no_event_makes_the_stream_tell_a_secret() {
    let mut events = Vec::new();
    for said in repeat_request() {
        events.push(format!(
            r#"{{"p":{{"t":"17000000000000002","r":1}},"k":"{KEY}","c":"lobby-pnpres","d":{{"action":"join","uuid":"","x":"{said}"}}}}"#
        ));
        events.push(format!(
            r#"{{"p":{{"t":"17000000000000003","r":1}},"k":"{KEY}","c":"lobby-pnpres","d":{{"action":"{said}","uuid":"ann","x":"{said}"}}}}"#
        ));
        events.push(format!(r#"{{"k":"{KEY}","{said}":"{said}"}}"#));
    }
    let refusal = format!(r#"{{"status":403,"message":"no {TOKEN}","payload":{{"channels":["{TOKEN}","{KEY}"]}}}}"#);
    let fake = FakeOrigin::with(&events, vec![("/v2/presence/", 403, refusal)]);
    let folder = folder("secrets");
    let path = |name: &str| folder.join(name).display().to_string();
    let (log, roster, junit) = (path("x.log"), path("roster.json"), path("junit.xml"));
    let count = events.len().to_string();
    for args in [
        &["events", "--for", "20s", "--kind", "garbled,unknown", "--count", &count, "--format", "json", "lobby"][..],
        &["events", "--for", "20s", "--kind", "garbled,unknown", "--count", &count, "--format", "people", "lobby"],
        &["events", "--for", "20s", "--kind", "refused", "--count", "1", "lobby"],
        &[
            "events",
            "--for",
            "20s",
            "--kind",
            "garbled",
            "--count",
            "1",
            "--quiet",
            "--json",
            "--roster-file",
            &roster,
            "lobby",
        ],
        &["check", "--patience", "1s", "--junit", &junit, "occupancy of lobby > 0"],
        &["check", "--patience", "1s", "--json", "occupancy of lobby > 0"],
    ] {
        let args = [&["--log", &log, "--log-level", "trace"], args].concat();
        let output = with_secrets(&fake.origin, &args).output().unwrap();
        let said = text(&output.stdout) + &text(&output.stderr);
        assert!(!said.is_empty(), "{args:?}");
        assert_no_secret(&format!("{args:?}"), &said);
    }
    for file in [log, roster, junit] {
        assert_no_secret(&file, &fs::read_to_string(&file).unwrap());
    }
    fs::remove_dir_all(folder).unwrap();
}
