//! Two SDKs that cannot be run here, Swift's and C#'s: every request as each writes it, sent as bytes, in the
//! order of an app's life and on one connection, and every field that its parser insists on.

mod rows;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
};

use flate2::read::GzDecoder;
use rows::{C_SHARP_END, C_SHARP_LIFE, ENVELOPE, EVENT, SENT, SWIFT_END, SWIFT_LIFE};
use serde_json::{Value, json};

use super::raw_service::Service;

/// What a parser insists on at a place in the body.
#[derive(Debug, Clone, Copy)]
enum Field {
    Text,
    /// Whole and not negative.
    Number,
    List,
    Object,
    /// Exactly this JSON.
    Is(&'static str),
}

impl Field {
    fn matches(self, found: &Value) -> bool {
        match self {
            Self::Text => found.is_string(),
            Self::Number => found.is_u64(),
            Self::List => found.is_array(),
            Self::Object => found.is_object(),
            Self::Is(json) => *found == serde_json::from_str::<Value>(json).unwrap(),
        }
    }
}

/// A request line without its version, and what the SDK reads of the answer, by JSON pointers.
struct Row(&'static str, &'static [(&'static str, Field)]);

/// Foundation's `URLSession`, with the headers that the SDK sets.
const SWIFT: &str = "Accept: */*\r\nAccept-Language: en-US,en;q=0.9\r\nConnection: keep-alive\r\n\
    Accept-Encoding: br;q=1.0, gzip;q=0.9, deflate;q=0.8\r\n\
    User-Agent: com.example.chat/2.1 (iOS 18.1.0) PubNubSwift/8.3.1\r\n";

/// .NET's `HttpClient`, which says little.
const C_SHARP: &str = "Accept-Encoding: gzip, deflate\r\n";

/// One connection of an app to a service of its own.
struct App {
    headers: &'static str,
    host: String,
    stream: BufReader<TcpStream>,
    _service: Service,
}

impl App {
    fn start(headers: &'static str) -> Self {
        let service = Service::plain();
        Self { headers, host: service.at.to_string(), stream: BufReader::new(service.connect()), _service: service }
    }

    fn write(&mut self, line: &str, more: &str) {
        let Self { headers, host, .. } = self;
        let request = format!("{line} HTTP/1.1\r\nHost: {host}\r\n{headers}{more}\r\n");
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
    }

    /// Read a head: its status, and the value of each header that is asked for.
    fn read_head(&mut self) -> (u16, Vec<(String, String)>) {
        let mut lines = std::iter::from_fn(|| {
            let mut line = String::new();
            self.stream.read_line(&mut line).unwrap();
            (!line.trim().is_empty()).then(|| line.trim().to_owned())
        });
        let status = lines.next().expect("an answer").split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.map(|line| {
            let (name, value) = line.split_once(':').unwrap();
            (name.to_ascii_lowercase(), value.trim().to_owned())
        });
        (status, headers.collect())
    }

    /// Read an answer as the SDK does: unpacked, and only if it says that it is JSON.
    fn read(&mut self, line: &str) -> String {
        let (status, headers) = self.read_head();
        let header = |name: &str| headers.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value);
        let mut body = vec![0; header("content-length").parse().expect("a length")];
        self.stream.read_exact(&mut body).unwrap();
        let text = match header("content-encoding") {
            "gzip" => std::io::read_to_string(GzDecoder::new(&body[..])).unwrap(),
            "" => String::from_utf8(body).unwrap(),
            other => panic!("{line}: packed by {other}"),
        };
        assert_eq!(status, 200, "{line}: {text}");
        let kind = header("content-type");
        assert!(kind.contains("javascript") || kind.contains("json"), "{line}: {kind}");
        text
    }

    fn ask(&mut self, line: &str) -> String {
        self.write(line, "");
        self.read(line)
    }

    /// Send each request, and look for everything that is read of its answer. The bodies.
    fn live(&mut self, rows: &[Row]) -> Vec<String> {
        let answers = rows.iter().map(|Row(line, reads)| {
            let text = self.ask(line);
            check(line, &parse(&text), reads);
            text
        });
        answers.collect()
    }

    /// Poll from the handshake's cursor until a signal has come. All envelopes.
    fn hear(&mut self, handshake: &str, poll: impl Fn(&str) -> String) -> Vec<Value> {
        let (mut reply, mut heard) = (parse(handshake), Vec::new());
        while !heard.iter().any(|envelope: &Value| envelope["e"] == 1) {
            let line = poll(reply["t"]["t"].as_str().unwrap());
            reply = parse(&self.ask(&line));
            heard.extend(reply["m"].as_array().unwrap().iter().cloned());
        }
        heard
    }
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

#[track_caller]
fn check(about: &str, body: &Value, reads: &[(&str, Field)]) {
    for (pointer, field) in reads {
        let found = body.pointer(pointer).unwrap_or(&Value::Null);
        assert!(field.matches(found), "{about}\n{pointer} must be {field:?}: {body}");
    }
}

/// What every listener of these apps has to be told: both joins, the state, the messages and the signal.
fn told_everything(heard: &[Value], user: &str, hears_fire: bool) {
    for envelope in heard {
        check("an envelope", envelope, ENVELOPE);
        let presence = envelope["c"].as_str().unwrap().ends_with("-pnpres");
        if presence {
            check("a presence event", envelope, EVENT);
        }
        assert_eq!(presence, envelope["i"].is_null(), "who published it: {envelope}");
    }
    let told = |like: &dyn Fn(&Value) -> bool| heard.iter().any(like);
    for channel in ["lobby-pnpres", "hall-pnpres"] {
        let joined = |e: &Value| e["d"]["action"] == "join" && e["d"]["uuid"] == user && e["c"] == channel;
        assert!(told(&joined), "no join on {channel}: {heard:?}");
    }
    assert!(told(&|e| e["d"]["action"] == "state-change" && e["d"]["data"]["mood"] == "busy"), "{heard:?}");
    let message = heard.iter().find(|e| e["d"]["text"].is_string()).expect("the message");
    assert_eq!(message["d"], json!({ "text": "a+b?/c@ż" }));
    assert_eq!((&message["u"], &message["cmt"], &message["i"]), (&json!({ "k": "a+b" }), &json!("note"), &json!(user)));
    // With `norep=true` it reaches no subscriber.
    assert_eq!(told(&|e| e["d"] == "fire"), hears_fire, "{heard:?}");
    assert!(told(&|e| e["d"] == "typing" && e["e"] == 1), "{heard:?}");
}

#[test]
fn an_app_written_in_swift_lives_its_life() {
    let mut app = App::start(SWIFT);
    let answers = app.live(SWIFT_LIFE);
    let handshake = answers.iter().find(|text| text.contains("\"m\":[]")).unwrap();
    // Where a reply can't be read, the SDK saves its cursor from the first 37 bytes, the last of them replaced.
    let saved = parse(&format!("{}}}", &handshake[..36]));
    assert_eq!(saved["t"], parse(handshake)["t"]);
    let heard = app.hear(handshake, |cursor| {
        format!(
            "GET /v2/subscribe/demo/lobby,lobby-pnpres/0?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1&channel-group=staff,\
             staff-pnpres&tt={cursor}&tr=1&heartbeat=300&ee"
        )
    });
    told_everything(&heard, "ann-1", true);
    app.live(SWIFT_END);
}

#[test]
fn an_app_written_in_c_sharp_lives_its_life() {
    let mut app = App::start(C_SHARP);
    let answers = app.live(C_SHARP_LIFE);
    let handshake = answers.iter().find(|text| text.contains("\"m\":[]")).unwrap();
    let heard = app.hear(handshake, |cursor| {
        format!(
            "GET /v2/subscribe/demo/lobby,lobby-pnpres/0?channel-group=staff%2Cstaff-pnpres&heartbeat=300\
             &pnsdk=NETCoreCSharp8.0.5&tr=1&tt={cursor}&uuid=ann-2"
        )
    });
    told_everything(&heard, "ann-2", false);
    app.live(C_SHARP_END);
}

const POSTED: &str = "{\"text\":\"żółw & 100%\"}";

/// What was posted, as a listener gets it.
fn posted(app: &mut App, cursor: &str) -> Value {
    let heard = parse(&app.ask(&format!("GET /v2/subscribe/demo/lobby/0?tt={cursor}&uuid=ann")));
    heard["m"][0]["d"].clone()
}

fn cursor(app: &mut App) -> String {
    let reply = parse(&app.ask("GET /v2/subscribe/demo/lobby/0?tt=0"));
    reply["t"]["t"].as_str().unwrap().to_owned()
}

/// `URLSession` calls a body a form unless it is told otherwise, and the SDK does not tell.
#[test]
fn swift_posts_json_and_calls_it_a_form() {
    let mut app = App::start(SWIFT);
    let before = cursor(&mut app);
    let line = "POST /publish/demo/demo/0/lobby/0?pnsdk=PubNubSwift-iOS/8.3.1&uuid=ann-1&store=1";
    let length = POSTED.len();
    app.write(line, &format!("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n"));
    app.stream.get_mut().write_all(POSTED.as_bytes()).unwrap();
    check(line, &parse(&app.read(line)), SENT);
    assert_eq!(posted(&mut app, &before), parse(POSTED));
}

/// .NET Framework sends no body before it has been told to go on.
#[test]
fn c_sharp_asks_before_it_posts() {
    let mut app = App::start(C_SHARP);
    let before = cursor(&mut app);
    let line = "POST /publish/demo/demo/0/lobby/0?pnsdk=NET461CSharp8.0.5&uuid=ann-2";
    let length = POSTED.len();
    app.write(line, &format!("Content-Type: application/json\r\nContent-Length: {length}\r\nExpect: 100-continue\r\n"));
    assert_eq!(app.read_head().0, 100);
    app.stream.get_mut().write_all(POSTED.as_bytes()).unwrap();
    check(line, &parse(&app.read(line)), SENT);
    assert_eq!(posted(&mut app, &before), parse(POSTED));
}
