//! Who may do what, changed over `/herenow/access` while the service runs: as bytes on a socket.

use std::io::Write;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use herenow::service::ServiceOptions;
use minicbor::Encoder;
use serde_json::{Value, json};

use crate::raw_service::{Reply, Service};

const LOBBY: &str = "/v2/presence/sub-key/demo/channel/lobby";

fn post(service: &Service, lines: &str) -> (u16, Value) {
    let reply = service.send("POST", "/herenow/access", "", lines.as_bytes()).unwrap();
    (reply.status, serde_json::from_slice(&reply.body).unwrap())
}

#[test]
fn rules_are_put_in_force_listed_and_ended() {
    let service = Service::plain();
    assert_eq!(service.get("/herenow/access").text(), r#"{"access":"open","rules":[],"status":200,"tokens":[]}"#);
    let lines =
        "deny secret\n\n deny vip.* \r\nallow vip.lobby\ntoken qEF2AkF0GmEI03xDdHRs\ntoken abc for=60s\nrevoke old";
    let (status, told) = post(&service, lines);
    assert_eq!((status, &told["rules"]), (200, &json!(["deny secret", "deny vip.*", "allow vip.lobby"])));
    let tokens = told["tokens"].as_array().unwrap();
    let shown = |is: &str, token: &str| tokens.iter().any(|told| told["is"] == is && told["token"] == token);
    assert!(shown("good", "…") && shown("revoked", "…") && shown("good", "qEF2…Rs"), "{told}");
    assert!(tokens.iter().any(|told| (55..=60).contains(&told["seconds_left"].as_u64().unwrap_or(0))), "{told}");
    assert!(!told.to_string().contains("abc") && !told.to_string().contains("AkF0"), "{told}");

    let refused = r#"{"status":403,"error":true,"message":"Forbidden","service":"Access Manager","payload":{"channels":["secret"]}}"#;
    let secret = LOBBY.replace("lobby", "secret,vip.lobby");
    assert_eq!(service.get(&format!("{secret}?auth=abc")).text(), refused);
    assert_eq!(service.get(&format!("{LOBBY}?auth=abc")).status, 200);
    assert_eq!(service.get(LOBBY).status, 403);
    assert_eq!(post(&service, "allow secret").0, 200);
    assert_eq!(service.get(&format!("{secret}?auth=abc")).status, 200);
    assert_eq!(service.send("DELETE", "/herenow/access", "", b"").unwrap().status, 200);
    assert_eq!(service.get(LOBBY).status, 200);
}

#[test]
fn one_mistake_refuses_all_and_no_browser_may() {
    let service = Service::plain();
    for (lines, why) in [
        ("", "holds no rule"),
        ("deny secret\nMARKER", "line 2: that is no rule of access"),
        ("deny secret\n\ntoken MARKER for=ever", "line 3: `ever` is not a length of time"),
        ("deny secret\ndeny a,b", "line 2: the channel `a,b` holds `,`"),
    ] {
        let (status, told) = post(&service, lines);
        let said = told["message"].as_str().unwrap();
        assert!(status == 400 && said.contains(why) && !said.contains("MARKER"), "{lines:?}: {told}");
    }
    for (method, headers) in
        [("POST", "origin: http://evil\r\n"), ("DELETE", "origin: null\r\n"), ("GET", "origin: x\r\n")]
    {
        assert_eq!(service.send(method, "/herenow/access", headers, b"deny lobby").unwrap().status, 403, "{method}");
    }
    assert_eq!(service.send("PUT", "/herenow/access", "", b"deny lobby").unwrap().status, 405);
    assert_eq!(service.get(LOBBY).status, 200);
}

#[test]
fn a_poll_that_is_held_on_what_is_denied_is_answered_at_once() {
    let service = Service::plain();
    let cursor = service.now();
    let target = format!("/v2/subscribe/demo/lobby/0?uuid=ann&tt={cursor}");
    let mut stream = service.connect();
    write!(stream, "GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    service.open_polls(1);
    assert_eq!(post(&service, "deny lobby").0, 200);
    let reply = Reply::read(stream).unwrap();
    assert_eq!((reply.status, reply.text()), (200, format!(r#"{{"t":{{"t":"{cursor}","r":1}},"m":[]}}"#)));
    assert_eq!(service.get(&target).status, 403);
    service.open_polls(0);
}

#[test]
fn a_token_that_a_test_made_is_held_to_what_it_grants() {
    let service = Service::start(|wanted: &mut ServiceOptions| wanted.access.read_tokens());
    let now: u64 = service.now().parse().unwrap();
    let mut cbor = Encoder::new(Vec::new());
    cbor.map(5).unwrap();
    cbor.bytes(b"v").unwrap().u8(2).unwrap();
    cbor.bytes(b"t").unwrap().u64(now / 10_000_000).unwrap();
    cbor.bytes(b"ttl").unwrap().u8(5).unwrap();
    cbor.bytes(b"res").unwrap().map(1).unwrap().bytes(b"chan").unwrap().map(1).unwrap();
    cbor.str("lobby").unwrap().u8(1).unwrap();
    cbor.bytes(b"uuid").unwrap().str("ann").unwrap();
    let token = URL_SAFE_NO_PAD.encode(cbor.into_writer());
    for (target, status) in [
        (format!("{LOBBY}/heartbeat?uuid=ann&auth={token}"), 200),
        (format!("{LOBBY}/heartbeat?uuid=bob&auth={token}"), 403),
        (format!("{LOBBY},other?uuid=ann&auth={token}"), 403),
        (format!("{LOBBY}?uuid=ann"), 403),
        (format!("{LOBBY}/leave?uuid=ann"), 200),
        ("/time/0".to_owned(), 200),
    ] {
        assert_eq!(service.get(&target).status, status, "{target}");
    }
    assert_eq!(post(&service, &format!("revoke {token}")).0, 200);
    let reply = service.get(&format!("{LOBBY}?uuid=ann&auth={token}"));
    let revoked = r#"{"status":403,"error":true,"message":"Token is revoked","service":"Access Manager"}"#;
    assert_eq!((reply.status, reply.text()), (403, revoked.to_owned()));
}
