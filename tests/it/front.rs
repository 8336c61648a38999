//! What comes over a socket before anything is understood of it: request lines as other clients write them, and heads
//! that could be read in two ways.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use herenow::{presence::rules::LARGEST_URL, service::RequestLedger};

use crate::raw_service::Service;

/// The status line and the body of what is answered to these bytes, to the end of the connection.
fn ask(service: &Service, bytes: &[u8]) -> (String, String) {
    let mut stream = service.connect();
    // It may have said enough before all is sent.
    let _ = stream.write_all(bytes);
    read_answer(stream)
}

fn read_answer(mut stream: TcpStream) -> (String, String) {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    (head.lines().next().unwrap().to_owned(), body.to_owned())
}

/// What is answered to a request line as it stands.
fn ask_for(service: &Service, line: &str) -> (String, String) {
    ask(service, format!("{line}\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").as_bytes())
}

fn ok(body: &str) -> (String, String) {
    ("HTTP/1.1 200 OK".to_owned(), body.to_owned())
}

fn refusal(status: &str, message: &str) -> (String, String) {
    let code = &status[..3];
    let body = format!("{{\"status\":{code},\"error\":true,\"message\":\"{message}\",\"service\":\"Presence\"}}");
    (format!("HTTP/1.1 {status}"), body)
}

const HEARTBEAT: &str = r#"{"status":200,"message":"OK","service":"Presence"}"#;

#[test]
fn difference_02_a_state_may_stand_in_the_request_line_as_it_is() {
    let service = Service::plain();
    let line = r#"GET /v2/presence/sub-key/s/channel/c/heartbeat?uuid=u&state={"c":{"x":"<1> \^`|"}} HTTP/1.1"#;
    assert_eq!(ask_for(&service, &line.replace('\\', r"\\")), ok(HEARTBEAT));
    let state =
        r#"{"status":200,"uuid":"u","service":"Presence","message":"OK","payload":{"x":"<1> \\^`|"},"channel":"c"}"#;
    assert_eq!(ask_for(&service, "GET /v2/presence/sub-key/s/channel/c/uuid/u HTTP/1.1"), ok(state));
    let line = r#"GET /v2/subscribe/s/d/0?uuid=u&tt=0&state={"d":{"y":"ä"}} HTTP/1.1"#;
    let (status, body) = ask_for(&service, line);
    assert!(status == "HTTP/1.1 200 OK" && body.ends_with(",\"m\":[]}"), "{status} {body}");
    let state = r#"{"status":200,"uuid":"u","service":"Presence","message":"OK","payload":{"y":"ä"},"channel":"d"}"#;
    assert_eq!(ask_for(&service, "GET /v2/presence/sub-key/s/channel/d/uuid/u HTTP/1.1"), ok(state));
}

#[test]
fn difference_02_a_path_may_hold_whatever_is_no_control_character() {
    let service = Service::plain();
    let since = service.now();
    for message in [r#"{"text":"a <b> c^d`e|f"}"#, "\"ä €\"", "\"%3Cä\"", r#""a\"b""#] {
        let (status, body) = ask_for(&service, &format!("GET /publish/p/s/0/c/0/{message}?uuid=u HTTP/1.1"));
        assert!(status == "HTTP/1.1 200 OK" && body.starts_with("[1,\"Sent\",\""), "{message}: {status} {body}");
    }
    let told = ask_for(&service, &format!("GET /v2/subscribe/s/c/0?tt={since} HTTP/1.1")).1;
    for message in [r#"{"text":"a <b> c^d`e|f"}"#, "\"ä €\"", r#""a\"b""#] {
        assert!(told.contains(&format!("\"d\":{message}")), "{message}: {told}");
    }
}

#[test]
fn a_request_line_may_hold_the_whole_url() {
    let service = Service::plain();
    let port = service.at.port();
    let path = "/v2/presence/sub-key/s/channel/c/heartbeat?uuid=u";
    for before in [format!("http://127.0.0.1:{port}"), "http://localhost".to_owned(), format!("HTTP://[::1]:{port}")] {
        assert_eq!(ask_for(&service, &format!("GET {before}{path} HTTP/1.1")), ok(HEARTBEAT));
    }
    let neither = refusal("400 Bad Request", "The target is neither a path nor a URL");
    assert_eq!(ask_for(&service, &format!("GET ftp://127.0.0.1{path} HTTP/1.1")), neither);
    assert_eq!(ask_for(&service, "GET v2/presence HTTP/1.1"), neither);
    let unread = refusal("400 Bad Request", "The host of the URL can't be read");
    assert_eq!(ask_for(&service, &format!("GET http://u@127.0.0.1{path} HTTP/1.1")), unread);
}

#[test]
fn difference_12_a_url_that_is_too_long_is_refused_as_the_balancer_does() {
    let service = Service::plain();
    let line = |length: usize, fill: &str| format!("GET /{} HTTP/1.1", fill.repeat((length - 1) / fill.len()));
    let body = r#"{"status":414,"service":"Balancer","error":true,"message":"Request URI Too Long"}"#;
    let too_long = ("HTTP/1.1 414 URI Too Long".to_owned(), body.to_owned());
    let unknown = refusal("404 Not Found", "Not Found");
    for fill in ["x", "\"", " ", "ä"] {
        assert_eq!(ask_for(&service, &line(LARGEST_URL - 1, fill)), unknown, "{fill}");
        assert_eq!(ask_for(&service, &line(LARGEST_URL + 4, fill)), too_long, "{fill}");
    }
    assert_eq!(ask_for(&service, &line(LARGEST_URL, "x")), unknown);
    assert_eq!(ask_for(&service, &line(LARGEST_URL + 1, "x")), too_long);
    assert_eq!(ask_for(&service, &line(200 * 1024, "x")), too_long);
    // A page that may use it can read that, too.
    let long = format!("{}\r\nHost: localhost\r\nOrigin: http://localhost:3000\r\n\r\n", line(LARGEST_URL + 1, "x"));
    let reply = service.raw(long.as_bytes()).unwrap();
    assert_eq!((reply.status, reply.header("access-control-allow-origin")), (414, Some("http://localhost:3000")));
    // One that never ends.
    assert_eq!(ask(&service, format!("GET /{}", "x".repeat(64 * 1024)).as_bytes()), too_long);
}

#[test]
fn attack_19_a_head_of_64_kib_is_read_and_one_byte_more_is_not() {
    let service = Service::plain();
    let head =
        "GET /v2/presence/sub-key/s/channel/c/heartbeat?uuid=u HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: ";
    let of = |length: usize| format!("{head}{}\r\n\r\n", "x".repeat(length - head.len() - 4));
    assert_eq!(ask(&service, of(64 * 1024).as_bytes()), ok(HEARTBEAT));
    let refused = refusal("431 Request Header Fields Too Large", "Request Header Fields Too Large");
    assert_eq!(ask(&service, of(64 * 1024 + 1).as_bytes()), refused);
    assert_eq!(ask(&service, of(400 * 1024).as_bytes()), refused);
    let headers = |count: usize| format!("{head}x\r\n{}\r\n", "a: b\r\n".repeat(count - 3));
    assert_eq!(ask(&service, headers(100).as_bytes()), ok(HEARTBEAT));
    assert_eq!(ask(&service, headers(101).as_bytes()), refused);
}

/// A request that a reader of the one before it may take for a body, or the other way round.
const HIDDEN: &str = "GET /v2/presence/sub-key/s/channel/c/heartbeat?uuid=hidden HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// What was asked for, by who asked.
fn users(ledger: &str) -> Vec<String> {
    let lines = ledger.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    lines.map(|line| line["user"].as_str().unwrap_or(line["kind"].as_str().unwrap()).to_owned()).collect()
}

#[test]
fn attack_22_a_head_with_two_meanings_is_refused_in_words_and_nothing_behind_it_is_read() {
    let path = std::env::temp_dir().join(format!("herenow-front-{}.jsonl", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let mut service = Service::start(|plan| {
        plan.ledger = Some(RequestLedger::open(&path, |e| panic!("{e}")).unwrap());
    });
    let post = "POST /publish/p-secret/s/0/c/0?auth=secret HTTP/1.1\r\n";
    let both = "There are both a Content-Length and a Transfer-Encoding";
    let coding = "The only Transfer-Encoding is chunked, once, in HTTP/1.1";
    let cases = [
        ("Host: localhost\r\nHost: localhost\r\n", "There are several Hosts"),
        ("X: y\r\n", "There is no Host"),
        ("Host: localhost\r\nContent-Length: 1\r\nContent-Length: 1\r\n", "The Content-Length is not one number"),
        ("Host: localhost\r\nContent-Length: +1\r\n", "The Content-Length is not one number"),
        ("Host: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n", both),
        ("Host: localhost\r\nTransfer-Encoding: gzip, chunked\r\n", coding),
        ("Host: localhost\r\nTransfer-Encoding: identity\r\n", coding),
        ("Host: localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", coding),
        ("Host: localhost\r\nTransfer-Encoding : chunked\r\n", "A header can't be read"),
        ("Host: localhost\r\nX: y\r\n Transfer-Encoding: chunked\r\n", "A header can't be read"),
        ("Host: localhost\nX: y\r\n", "A line feed stands alone"),
        ("Host: localhost\r\nX: y\rz\r\n", "A carriage return stands alone"),
        ("Host: localhost\r\nX: y\u{b}z\r\n", "The head holds a control character"),
    ];
    for (headers, why) in cases {
        let bytes = format!("{post}{headers}\r\n0\r\n\r\n{HIDDEN}");
        assert_eq!(ask(&service, bytes.as_bytes()), refusal("400 Bad Request", why), "{headers:?}");
    }
    let counted = service.get("/herenow/status").text();
    assert!(counted.contains(&format!("\"requests\":{{\"unread\":{}}}", cases.len())), "{counted}");
    service.end();
    let ledger = std::fs::read_to_string(&path).unwrap();
    assert_eq!(users(&ledger), vec!["unread"; cases.len()], "{ledger}");
    assert!(ledger.contains("\"path\":\"/publish/…\",\"with_token\":false,\"status\":400"), "{ledger}");
    assert!(!ledger.contains("secret"), "{ledger}");
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn attack_22_a_request_in_a_body_stays_a_body() {
    let service = Service::plain();
    let post = "POST /publish/p/s/0/c/0 HTTP/1.1\r\nHost: localhost\r\n";
    let time = "GET /time/0 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    for body in [
        format!("Content-Length: {}\r\n\r\n{HIDDEN}", HIDDEN.len()),
        format!("Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{HIDDEN}\r\n0\r\n\r\n", HIDDEN.len()),
    ] {
        let answers = ask(&service, format!("{post}{body}{time}").as_bytes());
        assert_eq!(answers.0, "HTTP/1.1 400 Bad Request", "no message is a request: {answers:?}");
        assert!(answers.1.contains("\r\n\r\n[1"), "the one behind it is answered: {answers:?}");
    }
    // A chunk that is none ends it.
    let broken = format!("{post}Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n{HIDDEN}");
    assert_eq!(ask(&service, broken.as_bytes()), refusal("400 Bad Request", "Bad body"));
    assert!(service.get("/v2/presence/sub-key/s/uuid/hidden").text().contains("\"channels\":[]"));
}
