//! The service as bytes on a socket: what HTTP adds to its answers, and what it does to clients that
//! ask too much, too slowly, or from the wrong place.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use flate2::{Compression, read::GzDecoder, write::ZlibEncoder};
use herenow::service::{Bounds, RequestLedger};

use crate::raw_service::{Reply, Service};

const HERE_NOW: &str = "/v2/presence/sub-key/demo/channel/lobby";

#[test]
fn large_answers_are_packed_for_those_who_read_that() {
    let service = Service::plain();
    for n in 0..100 {
        service.get(&format!("{HERE_NOW}/heartbeat?uuid=user-with-a-long-name-{n:03}"));
    }
    let plain = service.get(HERE_NOW);
    let packed = service.send("GET", HERE_NOW, "accept-encoding: gzip, deflate\r\n", b"").unwrap();
    assert_eq!((plain.header("content-encoding"), packed.header("content-encoding")), (None, Some("gzip")));
    assert!(packed.body.len() * 3 < plain.body.len());
    let mut unpacked = String::new();
    GzDecoder::new(&packed.body[..]).read_to_string(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain.text());
}

#[test]
fn a_message_can_be_posted_packed_or_not() {
    let service = Service::plain();
    let since = service.now();
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(b"\"packed\"").unwrap();
    let packed = packed.finish().unwrap();
    let to = "/publish/p/demo/0/lobby/0";
    assert_eq!(service.send("POST", to, "", b"\"plain\"").unwrap().status, 200);
    assert_eq!(service.send("POST", to, "content-encoding: deflate\r\n", &packed).unwrap().status, 200);
    assert_eq!(service.send("POST", to, "content-encoding: br\r\n", b"x").unwrap().status, 415);
    assert_eq!(service.send("POST", to, "content-encoding: gzip\r\n", b"no gzip").unwrap().status, 400);
    let told = service.get(&format!("/v2/subscribe/demo/lobby/0?tt={since}")).text();
    assert!(told.contains("\"d\":\"plain\"") && told.contains("\"d\":\"packed\""), "{told}");
}

#[test]
fn what_is_too_large_or_unknown_is_refused_in_words() {
    let service = Service::plain();
    let long = "x".repeat(33 * 1024);
    let status = |method: &str, target: &str, body: &[u8]| {
        let reply = service.send(method, target, "", body).unwrap();
        assert!(reply.header("content-type").is_some(), "{method} {target}");
        reply.status
    };
    assert_eq!(status("GET", &format!("/v2/presence/sub-key/demo/channel/{long}"), b""), 414);
    assert_eq!(status("POST", "/publish/p/demo/0/lobby/0", "x".repeat(70 * 1024).as_bytes()), 413);
    assert_eq!(status("GET", "/v3/tea", b""), 404);
    assert_eq!(status("DELETE", HERE_NOW, b""), 405);
    // What a page sends by `sendBeacon` when it is closed.
    assert_eq!(status("POST", "/v2/presence/sub_key/demo/channel/lobby/leave?uuid=ann", b""), 200);
    assert_eq!(status("POST", "/v2/presence/sub_key/demo/channel/lobby/leave?uuid=ann", b"{}"), 200);
    assert_eq!(status("GET", "/v2/subscribe/demo/lobby/0?tt=tea", b""), 400);
    // A bomb: a small body that would become a large one.
    let mut bomb = ZlibEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(&vec![b'0'; 10 << 20]).unwrap();
    let bomb = bomb.finish().unwrap();
    let reply = service.send("POST", "/publish/p/demo/0/lobby/0", "content-encoding: deflate\r\n", &bomb).unwrap();
    assert_eq!(reply.status, 413);
}

#[test]
fn more_faults_than_can_be_in_force_are_refused_as_a_whole() {
    let service = Service::plain();
    let lines = |count: usize| (1..=count).map(|ms| format!("delay={ms}ms on=time")).collect::<Vec<_>>().join("\n");
    let put = |count: usize| service.send("POST", "/herenow/faults", "", lines(count).as_bytes()).unwrap();
    let refused = put(101);
    assert!(refused.status == 400 && refused.text().contains("at most 100 faults"), "{}", refused.text());
    assert_eq!(service.get("/herenow/faults").text(), r#"{"faults":[],"status":200}"#);
    assert_eq!(put(60).status, 200);
    assert_eq!(put(41).status, 400);
    assert_eq!(put(40).status, 200);
}

#[test]
fn no_bytes_stop_it() {
    let service = Service::plain();
    let endless = format!("GET /{} HTTP/1.1\r\n", "x".repeat(100 * 1024));
    let headers = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(20_000));
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"\0\0\0\0\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /%FF%FE/\xff HTTP/1.1\r\n\r\n",
        b"POST /publish/p/demo/0/lobby/0 HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"GET /v2/subscribe/demo/%00,%ff/0?tt=%&state=%7B&heartbeat=-1 HTTP/1.1\r\nhost: localhost\r\n\r\n",
        endless.as_bytes(),
        headers.as_bytes(),
    ] {
        let mut stream = service.connect();
        // It may stop reading, and say so by closing, before all is sent.
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let _ = stream.read_to_end(&mut Vec::new());
    }
    assert_eq!(service.get(HERE_NOW).status, 200);
}

#[test]
fn who_asks_or_reads_too_slowly_is_cut_off() {
    let short = Duration::from_millis(200);
    let service = Service::start(|plan| {
        plan.settings.bounds = Bounds { slow_asker: short, slow_reader: short, ..Bounds::default() };
    });
    // A head that never ends; hyper may say 408 first.
    let mut stream = service.connect();
    stream.write_all(b"GET /time/0 HTTP/1.1\r\nhost:").unwrap();
    stream.read_to_end(&mut Vec::new()).unwrap();
    // A body that never comes.
    let mut stream = service.connect();
    stream
        .write_all(b"POST /publish/p/demo/0/lobby/0 HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n\"")
        .unwrap();
    assert_eq!(Reply::read(stream).unwrap().status, 408);
    // Far more answers than the buffers on the way can hold, and nobody who takes them.
    for n in 0..500 {
        service.get(&format!("{HERE_NOW}/heartbeat?uuid=user-with-a-name-of-forty-characters-{n:03}"));
    }
    let stream = service.connect();
    let mut writer = stream.try_clone().unwrap();
    let asking = std::thread::spawn(move || {
        let request = format!("GET {HERE_NOW} HTTP/1.1\r\nhost: localhost\r\n\r\n").repeat(100);
        while writer.write_all(request.as_bytes()).is_ok() {}
    });
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while !asking.is_finished() {
        assert!(std::time::Instant::now() < deadline, "it was never cut off");
        std::thread::yield_now();
    }
    asking.join().unwrap();
    assert_eq!(service.get(HERE_NOW).status, 200);
}

#[test]
fn more_connections_than_fit_are_closed() {
    let service = Service::start(|plan| plan.settings.bounds.connections = 2);
    let first = service.connect();
    let second = service.connect();
    let third = service.raw(b"GET /time/0 HTTP/1.1\r\nhost: localhost\r\n\r\n");
    assert!(third.is_none());
    drop((first, second));
    let deadline = std::time::Instant::now() + Duration::from_secs(10);
    while service.send("GET", "/time/0", "", b"").is_none() {
        assert!(std::time::Instant::now() < deadline, "there is room again, but not for us");
    }
}

#[test]
fn faults_come_and_go_by_the_admin_endpoint() {
    let service = Service::plain();
    let reply = |line: &str| {
        service.faults(&format!("{line} on=here-now"));
        service.send("GET", HERE_NOW, "", b"")
    };
    assert!(reply("drop").is_none());
    assert!(reply("lose-answer").is_none());
    let forbidden = reply("403").unwrap();
    assert!(forbidden.status == 403 && forbidden.text().contains("\"channels\":[\"lobby\"]"));
    // As recorded.
    assert_eq!(forbidden.header("cache-control"), Some("no-cache, no-store, must-revalidate"));
    assert_eq!(forbidden.header("content-type"), Some("text/javascript; charset=UTF-8"));
    let many = reply("429=7").unwrap();
    assert_eq!((many.status, many.header("retry-after")), (429, Some("7")));
    assert_eq!(reply("500").unwrap().status, 500);
    let page = reply("500-html").unwrap();
    assert_eq!((page.status, page.header("content-type")), (500, Some("text/html")));
    assert!(page.text().starts_with("<html>"));
    let whole = service.get("/v2/presence/sub-key/demo/uuid/ann").body.len();
    assert!(whole > 0);
    let truncated = reply("truncate").unwrap();
    assert!(truncated.whole && serde_json::from_slice::<serde_json::Value>(&truncated.body).is_err());
    assert!(!reply("cut").unwrap().whole);
    assert!(serde_json::from_slice::<serde_json::Value>(&reply("garbage").unwrap().body).is_err());
    assert_eq!(reply("empty").unwrap().body.len(), 0);
    assert!(reply("slow=100000").unwrap().whole);
    assert_eq!(reply("delay=1ms").unwrap().status, 200);
    let listed = service.get("/herenow/faults").text();
    assert!(listed.contains("\"fault\":\"delay=1ms on=here-now\",\"struck\":1"), "{listed}");
    assert_eq!(service.send("DELETE", "/herenow/faults", "", b"").unwrap().status, 200);
    assert_eq!(service.get(HERE_NOW).status, 200);
    // All of them or none, and not for pages in a browser.
    assert_eq!(service.send("POST", "/herenow/faults", "", b"drop\nlevitate").unwrap().status, 400);
    assert_eq!(service.send("POST", "/herenow/faults", "origin: http://evil\r\n", b"drop").unwrap().status, 403);
    assert_eq!(service.get("/herenow/faults").text(), "{\"faults\":[],\"status\":200}");
}

#[test]
fn the_stream_can_lose_repeat_and_step_back() {
    let service = Service::plain();
    let since = service.now();
    for n in 0..5 {
        service.get(&format!("{HERE_NOW}/heartbeat?uuid=u{n}"));
    }
    let poll = |line: &str| {
        service.faults(line);
        let body = service.get(&format!("/v2/subscribe/demo/lobby-pnpres/0?tt={since}")).text();
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        let cursor: u64 = body["t"]["t"].as_str().unwrap().parse().unwrap();
        let last = body["m"].as_array().unwrap().iter().map(|m| m["p"]["t"].as_str().unwrap().parse().unwrap()).max();
        (body["m"].as_array().unwrap().len(), last.map(|last: u64| i128::from(cursor) - i128::from(last)))
    };
    assert_eq!(poll("lose times=2").0, 3);
    assert_eq!(poll("lose"), (0, None));
    assert_eq!(poll("duplicate"), (10, Some(0)));
    assert_eq!(poll("step-back=5s"), (5, Some(-50_000_000)));
    assert_eq!(poll("reorder").0, 5);
}

#[test]
fn the_ledger_has_a_line_for_each_request_and_no_token() {
    let path = std::env::temp_dir().join(format!("herenow-ledger-{}.jsonl", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let mut service = Service::start(|plan| {
        plan.ledger = Some(RequestLedger::open(&path, |e| panic!("{e}")).unwrap());
    });
    service.get(&format!("{HERE_NOW}/heartbeat?uuid=ann&heartbeat=20&auth=top-secret"));
    service.get("/v2/subscribe/demo/lobby,lobby-pnpres/0?uuid=ann&tt=0&auth=top-secret");
    service.get("/v2/presence/sub-key/demo/channel/,/leave?uuid=ann&channel-group=vip");
    service.get("/v3/tea?auth=top-secret");
    let since = service.now();
    let mut aborted = service.connect();
    write!(aborted, "GET /v2/subscribe/demo/lobby/0?tt={since} HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    service.open_polls(1);
    drop(aborted);
    service.open_polls(0);
    service.end();
    let written = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<serde_json::Value> = written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let kinds: Vec<_> = lines.iter().map(|line| line["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["heartbeat", "subscribe", "leave", "unread", "time", "subscribe"]);
    assert_eq!((&lines[3]["path"], &lines[3]["status"]), (&"/v3/…".into(), &404.into()));
    assert_eq!(lines[5]["status"], serde_json::Value::Null, "hung up before it was answered");
    assert_eq!(
        (&lines[0]["timeout"], &lines[1]["timetoken"], &lines[2]["groups"][0]),
        (&20.into(), &"0".into(), &"vip".into())
    );
    assert!(!written.contains("top-secret"));
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn the_last_requests_of_a_user_say_why_one_was_refused() {
    let service = Service::plain();
    service.get(&format!("{HERE_NOW}/heartbeat?uuid=ann&heartbeat=20&auth=top-secret"));
    service.get(&format!("{HERE_NOW}/uuid/ann/data?uuid=ann&state=%7Bmood"));
    service.get(&format!("{HERE_NOW}/heartbeat?uuid=ann&heartbeat=soon"));
    service.get(&format!("{HERE_NOW}/heartbeat?uuid=bob"));
    let ask = |query: &str| {
        let reply = service.get(&format!("/herenow/ledger?{query}"));
        (reply.status, serde_json::from_str::<serde_json::Value>(&reply.text()).unwrap())
    };
    let (status, told) = ask("user=ann");
    assert_eq!((status, &told["presence_timeout"]), (200, &300.into()));
    let said: Vec<_> = told["requests"].as_array().unwrap().iter().map(|one| (&one["kind"], &one["status"])).collect();
    let expected = [("unread", 400), ("set state", 400), ("heartbeat", 200)];
    assert!(
        said.iter()
            .map(|(kind, status)| (kind.as_str(), status.as_u64()))
            .eq(expected.map(|(k, s)| (Some(k), Some(s)))),
        "{told}"
    );
    assert!(told["requests"][0]["why"].as_str().unwrap().contains("heartbeat is not a number"), "{told}");
    assert!(told["requests"][1]["why"].as_str().unwrap().contains("not JSON"), "{told}");
    assert!(!told.to_string().contains("top-secret"));
    assert_eq!(ask("user=ann&limit=1&key=demo").1["requests"].as_array().unwrap().len(), 1);
    assert_eq!(ask("user=nobody").1["requests"], serde_json::json!([]));
    assert_eq!((ask("").0, ask("user=ann&limit=0").0), (400, 400));
    let from_a_page = service.send("GET", "/herenow/ledger?user=ann", "origin: http://localhost\r\n", b"").unwrap();
    assert_eq!(from_a_page.status, 403);
}

#[test]
fn its_end_answers_the_polls_that_are_open() {
    let mut service = Service::plain();
    let since = service.now();
    let mut stream = service.connect();
    let poll = format!("GET /v2/subscribe/demo/lobby/0?tt={since} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    stream.write_all(poll.as_bytes()).unwrap();
    service.open_polls(1);
    service.end();
    let reply = Reply::read(stream).expect("an answer, not a closed connection");
    assert!(reply.status == 200 && reply.text().ends_with("\"m\":[]}"), "{}", reply.text());
}

#[test]
fn a_poll_that_is_hung_up_is_forgotten() {
    let service = Service::plain();
    let since = service.now();
    let polls: Vec<TcpStream> = (0..5)
        .map(|_| {
            let mut stream = service.connect();
            write!(stream, "GET /v2/subscribe/demo/lobby/0?tt={since} HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
            stream
        })
        .collect();
    service.open_polls(5);
    drop(polls);
    service.open_polls(0);
}
