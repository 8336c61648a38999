//! The worst request of each kind, sent to a running service: what it costs is bounded by its size, and neighbours
//! are answered meanwhile.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
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
    fill(&service, 60, 300);
    let reply = service.get(ALL);
    assert_eq!((reply.header("content-length"), reply.header("transfer-encoding")), (None, Some("chunked")));
    assert!(reply.whole);
    assert_eq!(count_present(&reply.body), 18_000);
    let packed = service.send("GET", ALL, "accept-encoding: gzip\r\n", b"").unwrap();
    assert_eq!((packed.whole, packed.header("content-encoding")), (true, Some("gzip")));
    let mut plain = Vec::new();
    GzDecoder::new(&packed.body[..]).read_to_end(&mut plain).unwrap();
    assert_eq!(plain, reply.body);
    // The largest page of one channel is sent whole.
    let names = |part: usize| (0..50).map(move |n| format!("u{part}-{n}"));
    for user in (0..20).flat_map(names) {
        service.get(&format!("{ALL}/channel/hall/heartbeat?uuid={user}&heartbeat=3600"));
    }
    let page = service.get(&format!("{ALL}/channel/hall"));
    assert!(page.header("content-length").is_some() && page.text().ends_with("\"occupancy\":1000}"));
    // One page of one channel, and counts, are as whole as ever.
    let one = service.get(&format!("{ALL}/channel/c7"));
    assert!(one.header("content-length").is_some() && one.text().contains("\"occupancy\":60"));
    let counts = service.get(&format!("{ALL}?disable_uuids=1"));
    assert!(counts.text().ends_with("\"total_channels\":301,\"total_occupancy\":19000}}"), "{}", counts.text());
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
    fill(&service, 40, 400);
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
fn attack_11_heads_and_bodies_that_are_never_whole_are_a_part_of_the_memory() {
    for (first, more) in [
        ("GET /time/0 HTTP/1.1\r\nhost: localhost\r\nx: ", 60_000),
        ("POST /publish/p/demo/0/lobby/0 HTTP/1.1\r\nhost: localhost\r\ncontent-length: 60000\r\n\r\n", 59_000),
    ] {
        let service = Service::start(|plan| plan.settings.bounds.memory = 8 << 20);
        let bytes = format!("{first}{}", "x".repeat(more));
        let mut held: Vec<_> = (0..100).map(|_| service.connect()).collect();
        let deadline = std::time::Instant::now() + Duration::from_secs(20);
        for stream in &mut held {
            stream.write_all(bytes.as_bytes()).unwrap();
        }
        while memory_of(&service) < 2 << 20 {
            assert!(std::time::Instant::now() < deadline, "{} bytes only", memory_of(&service));
        }
        // They get half of the memory, and a small request is answered.
        assert!(memory_of(&service) <= 4 << 20, "{}", memory_of(&service));
        assert_eq!(service.get("/v2/presence/sub-key/demo/channel/lobby/heartbeat?uuid=ann").status, 200);
        // Refused, and told so.
        let is_told = |stream: &TcpStream| stream.peek(&mut [0; 1]).is_ok_and(|count| count > 0);
        for stream in &held {
            stream.set_nonblocking(true).unwrap();
        }
        let told = loop {
            assert!(Instant::now() < deadline, "nobody is refused");
            if let Some(told) = held.iter().position(is_told) {
                break held.swap_remove(told);
            }
        };
        told.set_nonblocking(false).unwrap();
        assert_eq!(Reply::read(told).unwrap().status, 503);
        drop(held);
        while memory_of(&service) > 1 << 20 {
            assert!(std::time::Instant::now() < deadline, "{} bytes are not given back", memory_of(&service));
        }
    }
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

/// A neighbour who asks for the time and sends heartbeats all the while.
struct Neighbour {
    ends: Arc<AtomicBool>,
    asking: JoinHandle<Vec<Duration>>,
}

/// Ask on a connection that is kept.
fn ask(stream: &mut TcpStream, target: &str) -> u16 {
    let request = format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    Reply::read(stream.try_clone().unwrap()).unwrap().status
}

impl Neighbour {
    fn move_in(service: &Service) -> Self {
        let (mut stream, ends) = (service.connect(), Arc::new(AtomicBool::new(false)));
        stream.set_nodelay(true).unwrap();
        let over = ends.clone();
        let asking = std::thread::spawn(move || {
            let mut delays = Vec::new();
            while !over.load(Ordering::Relaxed) {
                for target in ["/time/0", "/v2/presence/sub-key/other/channel/lobby/heartbeat?uuid=ann&heartbeat=300"] {
                    let begun = Instant::now();
                    assert_eq!(ask(&mut stream, target), 200);
                    delays.push(begun.elapsed());
                }
            }
            delays
        });
        Self { ends, asking }
    }

    /// What the neighbour waited for answers: in the middle, at the 99th percentile, and at most.
    fn move_out(self) -> [Duration; 3] {
        self.ends.store(true, Ordering::Relaxed);
        let mut delays = self.asking.join().unwrap();
        delays.sort_unstable();
        [delays[delays.len() / 2], delays[delays.len() * 99 / 100], delays[delays.len() - 1]]
    }
}

/// Bytes of this process that are in memory, in MiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// Let `attack` run again and again for a second, or once if it takes longer, beside a neighbour. Prints what it cost,
/// and returns what the neighbour waited at the 99th percentile.
fn measure(name: &str, service: &Service, mut attack: impl FnMut(usize)) -> (String, Duration) {
    let (before, begun, neighbour) = (resident(), Instant::now(), Neighbour::move_in(service));
    let mut times = 0;
    while times == 0 || begun.elapsed() < Duration::from_secs(1) {
        attack(times);
        times += 1;
    }
    let each = begun.elapsed() / u32::try_from(times).unwrap();
    let [middle, most, longest] = neighbour.move_out();
    let grown = resident().saturating_sub(before);
    println!(
        "{name:44} {each:>10.1?} each; the neighbour waits {middle:>8.1?}, {most:>8.1?}, {longest:>8.1?}; {grown:>4} MiB"
    );
    (name.to_owned(), most)
}

fn list_names(prefix: &str, count: usize) -> String {
    (0..count).map(|n| format!("{prefix}{n}")).collect::<Vec<_>>().join(",")
}

/// Open so many polls; none is answered.
fn open_polls(service: &Service, count: usize, target: &str) -> Vec<TcpStream> {
    let streams: Vec<TcpStream> = (0..count).map(|_| service.connect()).collect();
    for (n, mut stream) in streams.iter().enumerate() {
        write!(stream, "GET {target}&uuid=poll-{n} HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    }
    service.open_polls(count);
    streams
}

const GROUPS: &str = "/v1/channel-registration/sub-key/demo/channel-group";

fn attack_with_names(found: &mut Vec<(String, Duration)>) {
    let service = Service::start(|plan| plan.settings.lenient = true);
    let _polls = open_polls(&service, 500, "/v2/subscribe/demo/a.*-pnpres/0?tt=17999999999999999&heartbeat=300");
    let dots = ".".repeat(2_000);
    found.push(measure("a name of 2,000 dots", &service, |n| {
        service.get(&format!("{ALL}/channel/a{dots}/heartbeat?uuid=u{n}&heartbeat=300"));
    }));
    let service = Service::plain();
    let many = list_names("c", 2_000);
    found.push(measure("a heartbeat on 2,000 channels", &service, |n| {
        service.get(&format!("{ALL}/channel/{many}/heartbeat?uuid=u{n}&heartbeat=3"));
    }));
    for group in 0..100 {
        for part in 0..2 {
            let names = list_names(&format!("g{group}-{part}-"), 1_000);
            assert_eq!(service.get(&format!("{GROUPS}/g{group}?add={names}")).status, 200);
        }
    }
    let groups = list_names("g", 100);
    found.push(measure("a heartbeat for 100 groups of 2,000 channels", &service, |n| {
        service.get(&format!("{ALL}/channel/,/heartbeat?channel-group={groups}&uuid=v{n}&heartbeat=300"));
    }));
}

fn attack_with_lists(found: &mut Vec<(String, Duration)>) {
    let service = Service::start(|plan| plan.settings.bounds.channels = 20_000);
    for user in 0..400 {
        let target = format!("{ALL}/channel/{}/heartbeat?uuid=user-{user}&heartbeat=3600", list_names("c", 1_000));
        assert_eq!(service.get(&target).status, 200);
    }
    found.push(measure("four here nows for 400,000 presences at once", &service, |_| {
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut stream = service.connect();
                    write!(stream, "GET {ALL} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
                    assert!(std::io::copy(&mut stream, &mut std::io::sink()).unwrap() > 4_000_000);
                });
            }
        });
    }));
    let zeros = format!("%7B%22a%22:[{}0]%7D", "0,".repeat(15_500));
    for user in 0..1_000 {
        let target = format!("{ALL}/channel/hall/heartbeat?uuid=u{user}&heartbeat=3600&state=%7B%22hall%22:{zeros}%7D");
        assert_eq!(service.get(&target).status, 200);
    }
    found.push(measure("here now with 1,000 states of 31 KB", &service, |_| {
        let mut stream = service.connect();
        write!(stream, "GET {ALL}/channel/hall?state=1 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            .unwrap();
        assert!(std::io::copy(&mut stream, &mut std::io::sink()).unwrap() > 30_000_000);
    }));
    let many = list_names("s", 2_000);
    for part in [0, 1_000] {
        let names = (part..part + 1_000).map(|n| format!("s{n}")).collect::<Vec<_>>().join(",");
        assert_eq!(service.get(&format!("{GROUPS}/states?add={names}")).status, 200);
    }
    service.get(&format!("{ALL}/channel/{many}/heartbeat?uuid=ann&heartbeat=3600"));
    found.push(measure("set state on a group of 2,000", &service, |n| {
        let state = zeros.replacen('0', &n.to_string(), 1);
        let target = format!("{ALL}/channel/,/uuid/ann/data?channel-group=states&state={state}");
        assert_eq!(service.get(&target).status, 200);
    }));
}

fn attack_with_polls(found: &mut Vec<(String, Duration)>) {
    let service = Service::plain();
    let text = format!("\"{}\"", "x".repeat(500));
    for n in 0..20_000 {
        service.send("POST", &format!("/publish/p/demo/0/a.{}/0", n % 600), "", text.as_bytes());
    }
    let terms = vec!["data%20LIKE%20%22*y*z*%22"; 200].join("||");
    found.push(measure("a filter of 200 terms over full backlogs", &service, |_| {
        let mut stream = service.connect();
        let target = format!("/v2/subscribe/demo/a.*/0?tt=1&filter-expr={terms}");
        write!(stream, "GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
        service.open_polls(1);
        drop(stream);
        service.open_polls(0);
    }));
    let polls = open_polls(&service, 1_000, "/v2/subscribe/demo/a.*/0?tt=1&filter-expr=meta.never%20%3D%3D%20%22x%22");
    found.push(measure("a message for 1,000 polls whose filters hide it", &service, |_| {
        service.send("POST", "/publish/p/demo/0/a.1/0", "", text.as_bytes());
    }));
    drop(polls);
    service.open_polls(0);
    let tt = service.now();
    let mut polls = Vec::new();
    found.push(measure("a message for 1,000 polls", &service, |n| {
        polls = open_polls(&service, 1_000, &format!("/v2/subscribe/demo/b.{n}/0?tt={tt}&heartbeat=300"));
        service.send("POST", &format!("/publish/p/demo/0/b.{n}/0"), "", text.as_bytes());
    }));
    drop(polls);
    service.get(&format!("{GROUPS}/g?add=x"));
    let names = [0, 1_000].map(|from| (from..from + 1_000).map(|n| format!("y{n}")).collect::<Vec<_>>().join(","));
    let mut polls = Vec::new();
    found.push(measure("2,000 channels more in a group of 1,000 polls", &service, |_| {
        polls = open_polls(&service, 1_000, &format!("/v2/subscribe/demo/,/0?channel-group=g&tt={tt}&heartbeat=300"));
        for names in &names {
            service.get(&format!("{GROUPS}/g?add={names}"));
        }
        for names in &names {
            service.get(&format!("{GROUPS}/g?remove={names}"));
        }
    }));
}

fn attack_with_timeouts(found: &mut Vec<(String, Duration)>) {
    let service = Service::plain();
    let many = list_names("c", 2_000);
    for user in 0..50 {
        service.get(&format!("{ALL}/channel/{many}/heartbeat?uuid=user-{user}&heartbeat=15"));
    }
    found.push(measure("100,000 timeouts within some seconds", &service, |_| {
        while !service.get("/herenow/status").text().contains("\"present\":1,") {
            std::thread::yield_now();
        }
    }));
}

#[test]
#[ignore = "measures: cargo test --release attack_ -- --ignored --nocapture"]
fn attack_of_every_kind_leaves_the_neighbours_their_answers() {
    let mut found = Vec::new();
    attack_with_names(&mut found);
    attack_with_lists(&mut found);
    attack_with_polls(&mut found);
    attack_with_timeouts(&mut found);
    let late: Vec<_> = found.iter().filter(|(_, waited)| *waited > Duration::from_millis(50)).collect();
    assert!(late.is_empty(), "the neighbour waits too long: {late:?}");
}
