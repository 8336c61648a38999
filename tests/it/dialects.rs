//! What official SDKs that can't be run here write on the wire, byte for byte, and the bytes that they are answered
//! with; made from the protocol. Only what time decides is masked: `TT` is a timetoken, `S` and `MS` are the seconds
//! and milliseconds of an event.

use crate::raw_service::Service;

/// A service, and how the clients of one SDK speak to it.
struct Dialect {
    service: Service,
    /// The headers that come after `Host`.
    headers: &'static str,
}

/// An answer: its status, and its body with all that time decides masked.
#[derive(Debug, PartialEq)]
struct Said {
    status: u16,
    masked: String,
    /// The first timetoken in the body.
    timetoken: String,
}

/// Mask each number that is a time, and find the first timetoken.
fn mask_times(body: &str) -> (String, String) {
    let (mut masked, mut timetoken, mut rest) = (String::new(), String::new(), body);
    while let Some(c) = rest.chars().next() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (part, after) = rest.split_at(digits.max(c.len_utf8()));
        masked.push_str(match digits {
            17 => "TT",
            13 => "MS",
            10 => "S",
            _ => part,
        });
        if digits == 17 && timetoken.is_empty() {
            timetoken.push_str(part);
        }
        rest = after;
    }
    (masked, timetoken)
}

impl Dialect {
    fn new(headers: &'static str) -> Self {
        Self { service: Service::plain(), headers }
    }

    /// Send a request line and the headers.
    fn send(&self, request_line: &str) -> Said {
        let head = format!("{request_line}\r\nHost: {}\r\n{}\r\n", self.service.at, self.headers);
        let reply = self.service.raw(head.as_bytes()).unwrap();
        let (masked, timetoken) = mask_times(&reply.text());
        Said { status: reply.status, masked, timetoken }
    }

    /// Get a target; the body has to be this one. Returns the first timetoken in it.
    #[track_caller]
    fn get(&self, target: &str, status: u16, body: &str) -> String {
        let said = self.send(&format!("GET {target} HTTP/1.1"));
        assert_eq!((said.status, said.masked.as_str()), (status, body), "{target}");
        said.timetoken
    }

    /// Something is published by somebody else.
    #[track_caller]
    fn publish(&self, channel: &str, json: &str) {
        self.get(&format!("/publish/p/s/0/{channel}/0/{json}?uuid=w"), 200, r#"[1,"Sent","TT"]"#);
    }

    #[track_caller]
    fn add_to_group(&self, group: &str, channels: &str) {
        let target = format!("/v1/channel-registration/sub-key/s/channel-group/{group}?add={channels}");
        self.get(&target, 200, GROUP_CHANGED);
    }
}

const HANDSHAKE: &str = r#"{"t":{"t":"TT","r":1},"m":[]}"#;
const GROUP_CHANGED: &str = r#"{"status":200,"message":"OK","service":"channel-registry","error":false}"#;
const BEATEN: &str = r#"{"status":200,"message":"OK","service":"Presence"}"#;
const LEFT: &str = r#"{"status":200,"action":"leave","message":"OK","service":"Presence"}"#;

/// What a join of `a` is, as version 2 sends it to somebody who asked for several names.
fn join_envelope(user: &str, occupancy: usize) -> String {
    let facts = format!(
        r#"{{"pn_action":"join","pn_channel":"a","pn_ispresence":1,"pn_occupancy":{occupancy},"pn_timestamp":S,"pn_precise_timestamp":MS,"pn_uuid":"{user}"}}"#
    );
    let payload = join_payload(user, occupancy);
    format!(
        r#"{{"a":"1","f":514,"p":{{"t":"TT","r":1}},"k":"s","c":"a-pnpres","u":{facts},"d":{payload},"b":"a-pnpres"}}"#
    )
}

fn join_payload(user: &str, occupancy: usize) -> String {
    format!(r#"{{"action":"join","uuid":"{user}","timestamp":S,"precise_timestamp":MS,"occupancy":{occupancy}}}"#)
}

#[test]
fn ruby_carries_its_cursor_as_json_and_begins_with_a_number() {
    let ruby = Dialect::new("User-Agent: HTTPClient/1.0 (2.8.3, ruby 3.2.2)\r\nAccept: */*\r\n");
    let sdk = "pnsdk=PubNub-Ruby/5.6.0";
    let path = format!("/v2/subscribe/s/a,a-pnpres/0?heartbeat=9&{sdk}");
    let begin = ruby.get(&format!("{path}&t=%7B%22r%22%3A0%2C%22t%22%3A0%7D&uuid=u"), 200, HANDSHAKE);
    let poll = format!("{path}&t=%7B%22r%22%3A1%2C%22t%22%3A%22{begin}%22%7D&uuid=u");
    let joined = format!(r#"{{"t":{{"t":"TT","r":1}},"m":[{}]}}"#, join_envelope("u", 1));
    let next = ruby.get(&poll, 200, &joined);
    assert!(next > begin);
    // Whichever way round, and wherever the cursor stands.
    ruby.publish("a", "%22x%22");
    for t in [
        format!("%7B%22t%22%3A%22{next}%22%2C%22r%22%3A1%7D"),
        format!("%7B%22t%22%3A{next}%2C%22r%22%3A%221%22%7D"),
        format!("%7B%22r%22%3A1%2C%22t%22%3A%22{next}%22%7D"),
    ] {
        let envelope = r#"{"a":"1","f":514,"i":"w","p":{"t":"TT","r":1},"k":"s","c":"a","d":"x","b":"a"}"#;
        ruby.get(&format!("{path}&t={t}&uuid=u"), 200, &format!(r#"{{"t":{{"t":"TT","r":1}},"m":[{envelope}]}}"#));
    }
    ruby.get(&format!("/v2/presence/sub-key/s/channel/a/heartbeat?heartbeat=9&{sdk}&uuid=u"), 200, BEATEN);
    let state = r#"{"status":200,"uuid":"u","service":"Presence","message":"OK","payload":{},"channel":"a"}"#;
    ruby.get(&format!("/v2/presence/sub_key/s/channel/a/uuid/u?{sdk}&uuid=u"), 200, state);
    ruby.get(&format!("/v2/presence/sub-key/s/channel/a/leave?{sdk}&uuid=u"), 200, LEFT);
    // Ruby leaves punctuation as it is.
    ruby.publish("a!@%23$%25^&*()", "%22x%22");
    ruby.get("/publish/p/s/0/,/0/%22x%22?uuid=u", 400, r#"[0,"Invalid Character in Channel Name","TT"]"#);
}

#[test]
fn c_core_subscribes_in_version_1() {
    let c_core = Dialect::new("User-Agent: PubNub-C-core/7.2.2\r\nConnection: Keep-Alive\r\n");
    let sdk = "pnsdk=PubNub-C-core%2F7.2.2&uuid=u";
    // One channel.
    let tt = c_core.get(&format!("/subscribe/s/a/0/0?{sdk}"), 200, r#"[[],"TT"]"#);
    c_core.publish("a", "%7B%22n%22%3A1.10%7D");
    c_core.publish("a", "%22b%2Cc%22");
    let next = c_core.get(&format!("/subscribe/s/a/0/{tt}?{sdk}"), 200, r#"[[{"n":1.10},"b,c"],"TT"]"#);
    assert!(next > tt);
    // The payload of a join stands bare: their own, which comes a little after the answer.
    let joins = format!("/subscribe/s/a-pnpres/0/{tt}?{sdk}");
    c_core.get(&joins, 200, &format!(r#"[[{}],"TT"]"#, join_payload("u", 1)));
    // Several channels.
    let several = format!("/subscribe/s/b,a-pnpres/0/{tt}?{sdk}&heartbeat=20");
    c_core.publish("b", "1");
    c_core.get(&several, 200, &format!(r#"[[{},1],"TT","a-pnpres,b"]"#, join_payload("u", 1)));
    let encoded = format!("/subscribe/s/b%2Ca-pnpres/0/{tt}?{sdk}");
    c_core.get(&encoded, 200, &format!(r#"[[{},1],"TT","a-pnpres,b"]"#, join_payload("u", 1)));
    // A group alone, beside a channel, and one that holds nothing.
    c_core.add_to_group("g", "a,b");
    let group = format!("/subscribe/s/,/0/{next}?{sdk}&channel-group=g");
    c_core.get(&group, 200, r#"[[1],"TT","g","b"]"#);
    c_core.get(&format!("/subscribe/s/b/0/{next}?{sdk}&channel-group=g"), 200, r#"[[1,1],"TT","b,g","b,b"]"#);
    c_core.get(&format!("/subscribe/s/,/0/0?{sdk}&channel-group=g"), 200, r#"[[],"TT"]"#);
    let empty = r#"{"status":400,"error":true,"message":"Channel group or groups result in empty subscription set","service":"PubSub","payload":{"channel-groups":["none"]}}"#;
    c_core.get(&format!("/subscribe/s/,/0/0?{sdk}&channel-group=none"), 400, empty);
    c_core.get(&format!("/v2/subscribe/s/,/0?{sdk}&channel-group=none&tt=0"), 400, empty);
    // Version 1 counts as a subscribe, and its user is present.
    let status = c_core.send("GET /herenow/status HTTP/1.1");
    assert!(status.masked.contains(r#""subscribe":10"#), "{status:?}");
    c_core.get(
        &format!("/v2/presence/sub-key/s/channel/a?{sdk}"),
        200,
        r#"{"status":200,"message":"OK","service":"Presence","uuids":["u"],"occupancy":1}"#,
    );
}

#[test]
fn c_core_subscribes_in_version_2_too() {
    let c_core = Dialect::new("User-Agent: PubNub-C-core/7.2.2\r\nConnection: Keep-Alive\r\n");
    let path = "/v2/subscribe/s/a%2Ca-pnpres/0?pnsdk=PubNub-C-core%2F7.2.2&tt=";
    let tt = c_core.get(&format!("{path}0&tr=0&uuid=u&heartbeat=270"), 200, HANDSHAKE);
    let joined = format!(r#"{{"t":{{"t":"TT","r":1}},"m":[{}]}}"#, join_envelope("u", 1));
    c_core.get(&format!("{path}{tt}&tr=1&uuid=u&heartbeat=270"), 200, &joined);
}

#[test]
fn go_says_null_for_no_state_and_writes_a_hyphen() {
    let go = Dialect::new("User-Agent: Go-http-client/1.1\r\nAccept-Encoding: gzip\r\n");
    let sdk = "pnsdk=PubNub-Go%2F9.0.3&uuid=u";
    let beat = format!("/v2/presence/sub-key/s/channel/a/heartbeat?heartbeat=20&state=null&{sdk}");
    go.get(&beat, 200, BEATEN);
    go.get(&format!("/v2/subscribe/s/a/0?heartbeat=20&state=null&tt=0&{sdk}"), 200, HANDSHAKE);
    let here_now = format!("/v2/presence/sub-key/s/channel/a?{sdk}");
    go.get(
        &format!("{here_now}&disable-uuids=0&state=0&limit=1000"),
        200,
        r#"{"status":200,"message":"OK","service":"Presence","uuids":["u"],"occupancy":1}"#,
    );
    let counted = r#"{"status":200,"message":"OK","service":"Presence","occupancy":1}"#;
    go.get(&format!("{here_now}&disable-uuids=1&state=0&limit=1000"), 200, counted);
    let by_channel = r#"{"status":200,"message":"OK","service":"Presence","payload":{"channels":{"a":{"occupancy":1}},"total_channels":1,"total_occupancy":1}}"#;
    go.get(&format!("/v2/presence/sub-key/s/channel/a,b?{sdk}&disable-uuids=1"), 200, by_channel);
    go.get(&format!("/v2/presence/sub-key/s?{sdk}&disable-uuids=1"), 200, by_channel);
}

#[test]
fn php_writes_a_hyphen_and_a_lone_comma() {
    let php = Dialect::new("User-Agent: PubNub-PHP/9.0.3\r\nAccept: application/json\r\n");
    let sdk = "pnsdk=PubNub-PHP%2F9.0.3&uuid=u";
    php.add_to_group("g", "a,b");
    php.get(&format!("/v2/subscribe/s/%2C/0?{sdk}&channel-group=g&tt=0&heartbeat=300"), 200, HANDSHAKE);
    php.get(&format!("/v2/presence/sub-key/s/channel/,/heartbeat?{sdk}&channel-group=g&heartbeat=300"), 200, BEATEN);
    let counted = r#"{"status":200,"message":"OK","service":"Presence","payload":{"channels":{"a":{"occupancy":1},"b":{"occupancy":1}},"total_channels":2,"total_occupancy":2}}"#;
    php.get(&format!("/v2/presence/sub-key/s/channel/%2C?{sdk}&channel-group=g&disable-uuids=1"), 200, counted);
    php.get(&format!("/v2/presence/sub-key/s/channel/,/leave?{sdk}&channel-group=g"), 200, LEFT);
}

#[test]
fn dart_says_sub_key_with_an_underscore() {
    let dart = Dialect::new("user-agent: Dart/3.5 (dart:io)\r\naccept-encoding: gzip\r\n");
    let sdk = "pnsdk=PubNub-Dart%2F5.2.0&uuid=u";
    let tt = dart.get(&format!("/v2/subscribe/s/a,a-pnpres/0?tt=0&heartbeat=300&{sdk}"), 200, HANDSHAKE);
    let joined = format!(r#"{{"t":{{"t":"TT","r":1}},"m":[{}]}}"#, join_envelope("u", 1));
    dart.get(&format!("/v2/subscribe/s/a,a-pnpres/0?tt={tt}&tr=1&heartbeat=300&{sdk}"), 200, &joined);
    dart.get(&format!("/v2/presence/sub_key/s/channel/a/heartbeat?heartbeat=300&{sdk}"), 200, BEATEN);
    let listed = r#"{"status":200,"message":"OK","service":"Presence","uuids":[{"uuid":"u"}],"occupancy":1}"#;
    dart.get(&format!("/v2/presence/sub_key/s/channel/a?disable_uuids=0&state=1&limit=1000&{sdk}"), 200, listed);
    let everywhere = r#"{"status":200,"message":"OK","service":"Presence","payload":{"channels":{"a":{"uuids":["u"],"occupancy":1}},"total_channels":1,"total_occupancy":1}}"#;
    dart.get(&format!("/v2/presence/sub_key/s/channel/,?disable_uuids=0&{sdk}"), 200, everywhere);
    dart.get(&format!("/v2/presence/sub_key/s/channel/a/leave?{sdk}"), 200, LEFT);
}

#[test]
fn objective_c_leaves_the_slashes_of_an_encrypted_message() {
    let objc = Dialect::new("User-Agent: PubNub-ObjC/5.8.0\r\nAccept-Encoding: gzip, deflate\r\n");
    let tt = objc.get("/time/0", 200, "[TT]");
    objc.publish("a", "%22Vh/c2/Pn+Q==%22");
    let poll = format!("/v2/subscribe/s/a/0?tt={tt}&uuid=u");
    let envelope = r#"{"a":"1","f":514,"i":"w","p":{"t":"TT","r":1},"k":"s","c":"a","d":"Vh/c2/Pn+Q=="}"#;
    let next = objc.get(&poll, 200, &format!(r#"{{"t":{{"t":"TT","r":1}},"m":[{envelope}]}}"#));
    // States by the name of a group, and a timeout that the next heartbeat does not change.
    objc.add_to_group("g", "c");
    let state = "%7B%22g%22%3A%7B%22mood%22%3A%22busy%22%7D%7D";
    objc.get(&format!("/v2/presence/sub-key/s/channel/,/heartbeat?channel-group=g&state={state}&uuid=u"), 200, BEATEN);
    let set =
        r#"{"status":200,"uuid":"u","service":"Presence","message":"OK","payload":{"mood":"busy"},"channel":"c"}"#;
    objc.get("/v2/presence/sub-key/s/channel/c/uuid/u", 200, set);
    assert!(next > tt);
}
