//! What a stream may bring that is none, or too much, against a scripted origin.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::{
    origin::{Answer, Origin, respond},
    verb::{command, text},
};

const TT: u64 = 17_000_000_000_000_001;

/// A stream of replies with these payloads, each in an envelope of its own, then silence.
fn stream(payloads: Vec<Vec<u8>>, here: &'static str) -> Origin {
    let turn = AtomicUsize::new(0);
    let reply = |n: u64, envelopes: &[u8]| {
        let head = format!(r#"{{"t":{{"t":"{}","r":1}},"m":["#, TT + n);
        [head.as_bytes(), envelopes, b"]}"].concat()
    };
    let bytes = |body: Vec<u8>| {
        let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
        Answer::Bytes([head.as_bytes(), &body].concat())
    };
    Origin::start(move |path| match path {
        handshake if handshake.contains("tt=0&") => bytes(reply(0, b"")),
        poll if poll.starts_with("/v2/subscribe/") => {
            let n = turn.fetch_add(1, Ordering::Relaxed);
            let Some(payload) = payloads.get(n) else { return Answer::Hold };
            let at = TT + n as u64 + 1;
            let head = format!(r#"{{"p":{{"t":"{at}","r":1}},"k":"demo","c":"lobby-pnpres","d":"#);
            let envelope = [head.as_bytes(), payload, b"}"];
            bytes(reply(n as u64 + 1, &envelope.concat()))
        }
        _ => respond("200 OK", "", here),
    })
}

const NOBODY: &str = r#"{"status":200,"uuids":[],"occupancy":0}"#;

/// What `events` tells of these kinds until there is so much of them, and its summary.
fn events(origin: &Origin, kinds: &str, count: usize) -> (Vec<Value>, String) {
    let args = ["events", "--kind", kinds, "--count", &count.to_string(), "lobby"];
    let output = command(&origin.url(), &args).output().unwrap();
    let lines = text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (lines, text(&output.stderr))
}

fn join(user: &[u8]) -> Vec<u8> {
    [br#"{"action":"join","occupancy":1,"uuid":""#, user, b"\"}"].concat()
}

#[test]
fn exam_10_not_text() {
    let garbled = [join(b"a\xff\xfe"), join(b"\\ud800"), join(b"\xed\xa0\x80"), join(b"\\udc00\\ud800")];
    for bad in garbled {
        let origin = stream(vec![bad.clone(), join(b"bob")], NOBODY);
        let (lines, said) = events(&origin, "join,garbled", 2);
        assert_eq!((&lines[0]["type"], &lines[1]["user"]), (&"garbled".into(), &"bob".into()), "{bad:?}: {said}");
        assert!(said.contains("1 not readable"), "counted: {said}");
    }
}

#[test]
fn exam_09_newline_id_is_one_line_for_programs() {
    let origin = stream(vec![join(br"two\nlines\r\t\u2028and\u0000nul\u0085"), join(b"bob")], NOBODY);
    let args = ["events", "--kind", "join", "--count", "2", "lobby"];
    let output = command(&origin.url(), &args).output().unwrap();
    let out = text(&output.stdout);
    assert_eq!(out.split(['\n', '\r', '\u{85}', '\u{2028}']).count(), 3, "{out:?}");
    let first: Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    assert_eq!(first["user"], "two\nlines\r\t\u{2028}and\0nul\u{85}");
}

#[test]
fn exam_16_unknown_action() {
    let payloads = [
        r#"{"action":"levitate","uuid":"ann","occupancy":1,"height":{"m":[2]},"uuid2":null}"#,
        r#"{"action":"levitate"}"#,
        r#"{"action":"join","occupancy":1}"#,
        r#"{"action":"join","uuid":"bob","occupancy":1,"extra":[1e9],"more":{}}"#,
    ];
    let origin = stream(payloads.map(|payload| payload.as_bytes().to_vec()).into(), NOBODY);
    let (lines, said) = events(&origin, "join,unknown,garbled", 4);
    let kinds: Vec<&str> = lines.iter().map(|line| line["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["unknown", "unknown", "garbled", "join"], "{said}");
    assert!(lines[0].to_string().contains("levitate") && lines[1].to_string().contains("levitate"), "{lines:?}");
    assert_eq!(lines[3]["user"], "bob", "the only one who came");
    // And on the list: nobody levitates.
    let rosters = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("exam-16.json");
    let payloads = [r#"{"action":"levitate","uuid":"ann"}"#, r#"{"action":"join","uuid":"bob","occupancy":1}"#];
    let origin = stream(payloads.map(|payload| payload.as_bytes().to_vec()).into(), NOBODY);
    let args = ["events", "--kind", "join", "--count", "1", "--roster-file", rosters.to_str().unwrap(), "lobby"];
    assert!(command(&origin.url(), &args).output().unwrap().status.success());
    let kept: Value = serde_json::from_slice(&std::fs::read(&rosters).unwrap()).unwrap();
    assert_eq!(kept["channels"]["lobby"]["uuids"], serde_json::json!({"bob": null}));
}

/// The largest amount of memory that a process has used, in bytes.
#[cfg(target_os = "linux")]
fn peak(child: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{child}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() << 10
}

#[cfg(target_os = "linux")]
#[test]
fn exam_11_giant_id() {
    use std::{
        io::{BufRead, BufReader},
        process::Stdio,
    };
    let giant = crate::hostile::giant();
    let payloads = (0..8).map(|n| join(format!("{n}{giant}").as_bytes())).chain([join(b"bob")]).collect();
    let origin = stream(payloads, NOBODY);
    let args = ["events", "--format", "people", "--kind", "join", "lobby"];
    let mut child = command(&origin.url(), &args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut told = Vec::new();
    for line in lines {
        let line = line.unwrap();
        told.push(line);
        if told.last().unwrap().contains("bob") {
            break;
        }
    }
    assert_eq!(told.len(), 9, "eight giants and bob");
    let most = peak(child.id());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(most < 250 << 20, "{most} bytes");
    // Shown cut, with a mark.
    assert!(told[0].len() < 1_000 && told[0].contains('…'), "{} bytes: {:.200}", told[0].len(), told[0]);
}
