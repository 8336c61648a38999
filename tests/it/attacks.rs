//! The worst request of each kind, sent to a running service: what it costs is bounded by its size, and neighbours
//! are answered meanwhile.

use std::{
    io::{Read, Write},
    time::Duration,
};

use flate2::read::GzDecoder;
use herenow::service::Bounds;
use serde_json::Value;

use crate::raw_service::{Reply, Service};

const ALL: &str = "/v2/presence/sub-key/demo";

/// Let so many users come to the channels `c0`, `c1`, … with one request each.
fn fill(service: &Service, users: usize, channels: usize) {
    let names: Vec<String> = (0..channels).map(|n| format!("c{n}")).collect();
    for user in 0..users {
        let target = format!("{ALL}/channel/{}/heartbeat?uuid=user-{user}&heartbeat=3600", names.join(","));
        assert_eq!(service.get(&target).status, 200);
    }
}

/// Check that an answer for all channels agrees with itself, and return who is present.
#[track_caller]
fn count_present(body: &[u8]) -> u64 {
    let answer: Value = serde_json::from_slice(body).unwrap();
    let payload = &answer["payload"];
    let channels = payload["channels"].as_object().unwrap();
    for channel in channels.values() {
        assert_eq!(channel["occupancy"].as_u64().unwrap(), channel["uuids"].as_array().unwrap().len() as u64);
    }
    let sum = channels.values().map(|channel| channel["occupancy"].as_u64().unwrap()).sum::<u64>();
    assert_eq!(payload["total_occupancy"], sum);
    assert_eq!(payload["total_channels"], channels.len());
    sum
}

#[test]
fn attack_02c_a_here_now_for_everything_is_sent_in_pieces() {
    let service = Service::plain();
    fill(&service, 40, 200);
    let reply = service.get(ALL);
    assert_eq!((reply.header("content-length"), reply.header("transfer-encoding")), (None, Some("chunked")));
    assert!(reply.whole);
    assert_eq!(count_present(&reply.body), 8_000);
    let packed = service.send("GET", ALL, "accept-encoding: gzip\r\n", b"").unwrap();
    assert_eq!((packed.whole, packed.header("content-encoding")), (true, Some("gzip")));
    let mut plain = Vec::new();
    GzDecoder::new(&packed.body[..]).read_to_end(&mut plain).unwrap();
    assert_eq!(plain, reply.body);
    // One page of one channel, and counts, are as whole as ever.
    let one = service.get(&format!("{ALL}/channel/c7"));
    assert!(one.header("content-length").is_some() && one.text().contains("\"occupancy\":40"));
    let counts = service.get(&format!("{ALL}?disable_uuids=1"));
    assert!(counts.text().ends_with("\"total_channels\":200,\"total_occupancy\":8000}}"), "{}", counts.text());
}

#[test]
fn attack_02c_who_reads_nothing_holds_up_nobody() {
    let service = Service::plain();
    fill(&service, 40, 500);
    let before = memory_of(&service);
    let mut slow: Vec<_> = (0..4).map(|_| service.connect()).collect();
    for stream in &mut slow {
        write!(stream, "GET {ALL} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    }
    for n in 0..20 {
        let beat = format!("{ALL}/channel/c{n}/heartbeat?uuid=user-1&heartbeat=3600");
        assert_eq!(service.get(&beat).status, 200);
    }
    assert!(memory_of(&service) < before + 100_000, "answers under way take no memory of their own");
    for stream in slow {
        let reply = Reply::read(stream).unwrap();
        assert!(reply.whole);
        assert_eq!(count_present(&reply.body), 20_000);
    }
}

fn memory_of(service: &Service) -> u64 {
    let status: Value = serde_json::from_slice(&service.get("/herenow/status").body).unwrap();
    status["memory"].as_u64().unwrap()
}

#[test]
fn attack_02c_faults_spoil_an_answer_in_pieces_as_well() {
    let service = Service::plain();
    fill(&service, 20, 300);
    let full = service.get(ALL).body;
    let get = |fault: &str| {
        service.faults(&format!("{fault} on=here-now"));
        service.get(ALL)
    };
    let reply = get("truncate");
    assert!(reply.whole && reply.body == full[..full.len() / 2], "{} of {}", reply.body.len(), full.len());
    let reply = get("cut");
    assert!(!reply.whole && full.starts_with(&reply.body));
    assert_eq!((get("empty").body, get("empty").whole), (vec![], true));
    assert!(get("garbage").body.starts_with(b"\0"));
    assert!(get("500-html").text().starts_with("<html>"));
    let reply = get("slow=5000000");
    assert!(reply.whole && reply.body == full);
}

#[test]
fn attack_02d_states_are_copied_as_they_are_and_sent_in_pieces() {
    let service = Service::plain();
    let zeros = format!("%7B%22a%22:[{}0]%7D", "0,".repeat(15_000));
    for n in 0..40 {
        let target = format!("{ALL}/channel/lobby/heartbeat?uuid=u{n}&heartbeat=3600&state=%7B%22lobby%22:{zeros}%7D");
        assert_eq!(service.get(&target).status, 200);
    }
    let before = memory_of(&service);
    let reply = service.get(&format!("{ALL}/channel/lobby?state=1"));
    assert!(reply.whole && reply.header("transfer-encoding") == Some("chunked"));
    let answer: Value = serde_json::from_slice(&reply.body).unwrap();
    let users = answer["uuids"].as_array().unwrap();
    assert_eq!((users.len(), &answer["occupancy"]), (40, &Value::from(40)));
    assert!(users.iter().all(|user| user["state"]["a"].as_array().unwrap().len() == 15_001));
    assert!(memory_of(&service) < before + 100_000);
    // One state on many channels is kept once, and read back in pieces.
    let many: Vec<String> = (0..300).map(|n| format!("m{n}")).collect();
    let many = many.join(",");
    let set = format!("{ALL}/channel/{many}/uuid/ann/data?state={zeros}");
    assert_eq!(service.get(&format!("{ALL}/channel/{many}/heartbeat?uuid=ann")).status, 200);
    let before = memory_of(&service);
    assert_eq!(service.get(&set).status, 200);
    assert!(memory_of(&service) < before + 1_000_000, "{} more", memory_of(&service) - before);
    let reply = service.get(&format!("{ALL}/channel/{many}/uuid/ann"));
    assert!(reply.whole && reply.body.len() > 9_000_000);
    let answer: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!(answer["payload"]["channels"].as_object().unwrap().len(), 300);
}

#[test]
fn attack_02_a_user_on_thousands_of_channels_is_told_in_pieces() {
    let service = Service::start(|plan| plan.settings.bounds = Bounds { channels: 2_000, ..Bounds::default() });
    for part in 0..4 {
        let names: Vec<String> = (0..1_500).map(|n| format!("p{part}-{n}")).collect();
        let target = format!("{ALL}/channel/{}/heartbeat?uuid=ann&heartbeat=3600", names.join(","));
        assert_eq!(service.get(&target).status, 200);
    }
    let reply = service.get(&format!("{ALL}/uuid/ann"));
    let answer: Value = serde_json::from_slice(&reply.body).unwrap();
    assert!(reply.whole);
    assert_eq!(answer["payload"]["channels"].as_array().unwrap().len(), 6_000);
}

#[test]
fn attack_11_answers_that_nobody_takes_are_a_part_of_the_memory() {
    let service = Service::start(|plan| {
        plan.settings.backlog = 300;
        plan.settings.bounds.memory = 32 << 20;
        plan.settings.bounds.slow_reader = Duration::from_secs(60);
    });
    let text = format!("\"{}\"", "x".repeat(30_000));
    for _ in 0..300 {
        assert_eq!(service.send("POST", "/publish/p/demo/0/lobby/0", "", text.as_bytes()).unwrap().status, 200);
    }
    // Polls that are answered with 9 MB each, more than the system keeps for them, and never read.
    let poll = "GET /v2/subscribe/demo/lobby/0?tt=1 HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let unread: Vec<_> = (0..6).map(|_| service.connect()).collect();
    for mut stream in &unread {
        stream.write_all(poll.as_bytes()).unwrap();
    }
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while memory_of(&service) < 24 << 20 {
        assert!(std::time::Instant::now() < deadline, "{} bytes only", memory_of(&service));
    }
    let refused = service.get("/v2/subscribe/demo/lobby/0?tt=1");
    assert_eq!(refused.status, 503);
    assert!(memory_of(&service) <= 32 << 20);
    drop(unread);
    while memory_of(&service) > 10 << 20 {
        assert!(std::time::Instant::now() < deadline, "{} bytes are not given back", memory_of(&service));
    }
    let reply = service.get("/v2/subscribe/demo/lobby/0?tt=1");
    assert_eq!((reply.status, reply.whole), (200, true));
}
