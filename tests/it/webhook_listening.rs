//! Webhooks that are sent to us: which channels they bring into view, what is then known of those, and what a listener does
//! with what is no webhook.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, Stdio},
    time::Duration,
};

use herenow::{
    client::{Client, Keyset, Origin},
    clock::Clock,
    engine::{Engine, Io},
    presence::{Channel, SubscribeKey, UserId},
    service::{WebhookOptions, WebhookUrl},
    source::WebhookListener,
    world::{Certainty, World as PresenceWorld},
};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    happen::session,
    raw_service::{Reply, Service},
    verb::{World, command, fails, text},
};

/// POST a body; the answer, or `None` if the connection was closed without one.
fn post(at: SocketAddr, headers: &str, body: &[u8]) -> Option<Reply> {
    let mut stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let head =
        format!("POST /hook HTTP/1.1\r\nhost: tunnel.example\r\n{headers}content-length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).unwrap();
    // It may be refused before all of it was written.
    let _ = stream.write_all(body);
    Reply::read(stream)
}

fn joined(id: u64, channel: &str, user: &str, key: &str) -> Value {
    json!({"schema": "pubnub.com/schemas/events/presence.user.channel.joined?v=1.0.0", "data": [
        {"id": id.to_string(), "channel": channel, "userId": user, "occupancy": 1, "subKey": key}]})
}

/// A world that watches nothing but what webhooks tell of, of a service with these faults.
struct Told {
    service: Service,
    listener: WebhookListener,
    engine: Engine<()>,
    runtime: tokio::runtime::Runtime,
    _tasks: JoinSet<()>,
}

impl Told {
    fn start(faults: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let mut tasks = JoinSet::new();
        let at = "127.0.0.1:0".parse().unwrap();
        let key = SubscribeKey::from_wire("demo");
        let (listener, found) = runtime.block_on(WebhookListener::start(at, key.clone(), &mut tasks)).unwrap();
        let service = Service::start(|plan| {
            let to = format!("http://{}/", listener.address);
            let mut webhooks = WebhookOptions::new(WebhookUrl::parse(&to, false).unwrap());
            (webhooks.batch, webhooks.batch_time) = (3, Duration::from_millis(50));
            webhooks.retry_wait = Duration::from_millis(1)..=Duration::from_millis(5);
            plan.webhooks = Some(webhooks);
        });
        service.faults(faults);
        let origin = Origin::loopback(service.at);
        let keyset = Keyset { origin, subscribe_key: key, user: UserId::from_wire("herenow"), auth: None };
        let clock = Clock::start();
        let client = Client::new(keyset, 1_000, clock).unwrap();
        let inside = runtime.enter();
        let io = Io::open(client, &[], None, CancellationToken::new(), &mut tasks);
        drop(inside);
        let world = PresenceWorld::new(session("herenow", Vec::new()), Duration::from_secs(300), clock.now());
        let mut engine = Engine::new(io, world, ());
        engine.watch_found(Some(found));
        Self { service, listener, engine, runtime, _tasks: tasks }
    }

    fn beat(&self, channel: &str, user: &str) {
        let url = format!("/v2/presence/sub-key/demo/channel/{channel}/heartbeat?uuid={user}");
        assert_eq!(self.service.get(&url).status, 200);
    }

    /// Who is there by the service's own account, by channel.
    fn truth(&self) -> BTreeMap<String, BTreeSet<String>> {
        let all: Value = serde_json::from_str(&self.service.get("/v2/presence/sub-key/demo").text()).unwrap();
        let channels = all["payload"]["channels"].as_object().unwrap();
        let names = |one: &Value| -> BTreeSet<String> {
            one["uuids"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
        };
        channels.iter().map(|(channel, one)| (channel.clone(), names(one))).collect()
    }

    /// The lists that count as exact.
    fn exact(&self) -> BTreeMap<String, BTreeSet<String>> {
        let (world, now) = (&self.engine.watcher.world, self.engine.now());
        let exact = world.channels.iter().filter(|watched| world.certainty(watched, now) == Certainty::Exact);
        exact
            .map(|watched| {
                let names = watched.roster.iter().map(|(user, _)| user.as_str().to_owned()).collect();
                (watched.channel.as_str().to_owned(), names)
            })
            .collect()
    }

    /// Go on until these channels are exact and true. Where nothing else happens, what is exact has to be true each time.
    fn reconcile(&mut self, channels: &BTreeSet<String>, quiet: bool) {
        let truth = self.truth();
        let deadline = self.engine.now().plus(Duration::from_secs(30));
        loop {
            let exact = self.exact();
            for (channel, names) in exact.iter().filter(|_| quiet) {
                assert_eq!(Some(names), truth.get(channel), "{channel}");
            }
            if channels.iter().all(|channel| exact.contains_key(channel) && exact.get(channel) == truth.get(channel)) {
                return;
            }
            assert!(self.engine.now() < deadline, "{exact:?} is not {truth:?} for {channels:?}");
            self.runtime.block_on(self.engine.step(Some(deadline))).unwrap();
        }
    }
}

#[test]
fn a_list_is_exact_only_when_here_now_has_told_it_however_webhooks_come() {
    for faults in
        ["webhook-late=100ms chance=50%", "webhook-twice", "webhook-lost chance=30%", "webhook-lost chance=0%"]
    {
        let mut told = Told::start(faults);
        assert!(told.exact().is_empty());
        let name = |n: usize| format!("room-{n}");
        for n in 0..24 {
            told.beat(&name(n % 6), &format!("user-{n}"));
        }
        // Who left before anybody watched is on no list.
        told.service.get("/v2/presence/sub-key/demo/channel/room-0/leave?uuid=user-0");
        let loses = faults.contains("lost chance=30%");
        let told_of: BTreeSet<String> = if loses { [name(0)].into() } else { (0..6).map(name).collect() };
        if loses {
            // One at least comes through of all that happens there.
            told.service.faults("webhook-twice chance=0%");
            told.beat(&name(0), "user-24");
        }
        told.reconcile(&told_of, true);
        // A channel that is new, and a change of one that is known.
        told.beat("another", "ann");
        told.service.get("/v2/presence/sub-key/demo/channel/room-0/leave?uuid=user-6");
        let more = told_of.into_iter().chain(["another".to_owned()]).collect();
        told.reconcile(&more, false);
        let counts = told.listener.counts();
        assert_eq!((counts.repeats > 0, counts.refused), (faults == "webhook-twice", 0), "{faults}: {counts}");
    }
}

#[test]
fn what_is_no_webhook_is_refused_and_harms_nobody() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let mut tasks = JoinSet::new();
    let key = SubscribeKey::from_wire("demo");
    let at = "127.0.0.1:0".parse().unwrap();
    let (listener, mut found) = runtime.block_on(WebhookListener::start(at, key, &mut tasks)).unwrap();
    let status = |headers: &str, body: &[u8]| post(listener.address, headers, body).map(|reply| reply.status);
    let good = joined(1, "lobby", "ann", "demo").to_string();
    let deep = format!("{}{}", r#"{"event":"#.repeat(400_000), "}".repeat(400_000));
    for (headers, body, refused) in [
        ("", &b""[..], 400),
        ("", b"not JSON", 400),
        ("", &good.as_bytes()[..good.len() - 3], 400),
        ("", b"{\"data\":[\"\xff\"]}", 400),
        ("", b"\x1b[2J", 400),
        ("", deep.as_bytes(), 400),
        ("", &vec![b'['; 3 << 20], 400),
        ("", &vec![b' '; 5 << 20], 413),
        ("content-encoding: gzip\r\n", good.as_bytes(), 415),
        ("origin: https://example.com\r\n", good.as_bytes(), 403),
    ] {
        let answered = status(headers, body);
        let shown = String::from_utf8_lossy(&body[..body.len().min(40)]);
        assert!(answered == Some(refused) || (refused == 413 && answered.is_none()), "{answered:?} for {shown}");
    }
    let mut stream = TcpStream::connect(listener.address).unwrap();
    stream.write_all(b"GET /hook HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    assert_eq!(Reply::read(stream).unwrap().status, 405);
    // What can be read is taken, whatever else there is.
    let odd = json!([{"data": 7}, joined(2, "a\u{1b}[2J", "ann", "demo"), joined(3, "lobby", "ann", "other"), joined(4, "b", "x", "demo")]);
    assert_eq!(status("", odd.to_string().as_bytes()), Some(200));
    assert_eq!(status("", good.as_bytes()), Some(200));
    assert_eq!(status("", good.as_bytes()), Some(200));
    let mut channels = Vec::new();
    while channels.len() < 2 {
        channels.extend(runtime.block_on(found.recv()).unwrap());
    }
    let names: Vec<&str> = channels.iter().map(Channel::as_str).collect();
    assert_eq!(names, ["b", "lobby"]);
    let counts = listener.counts();
    assert_eq!((counts.events, counts.repeats, counts.of_others, counts.garbled, counts.refused), (2, 1, 1, 2, 11));
    // Once nobody takes channels any more, whoever sends is not told that all is well.
    drop(found);
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while status("", good.as_bytes()) != Some(503) {
        assert!(std::time::Instant::now() < deadline, "it is still taken");
    }
}

/// A verb that takes webhooks.
struct Taking {
    child: Child,
    at: SocketAddr,
    err: BufReader<std::process::ChildStderr>,
}

impl Taking {
    fn start(world: &World, args: &[&str]) -> Self {
        let args = [args, &["--webhook-listen", "127.0.0.1:0"]].concat();
        let mut command = world.command(&args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut err = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("webhooks: http://") {
            line.clear();
            assert!(err.read_line(&mut line).unwrap() > 0, "it says where it listens");
        }
        let at = line.trim().rsplit("http://").next().unwrap().trim_end_matches('/').parse().unwrap();
        Self { child, at, err }
    }
}

#[test]
fn a_stream_without_channels_follows_those_that_webhooks_tell_of() {
    let world = World::new();
    world.present("lobby", "ann", None);
    world.present("other", "bob", None);
    let file = std::env::temp_dir().join(format!("herenow-webhooks-{}.jsonl", std::process::id()));
    let file = file.to_str().unwrap();
    let mut taking = Taking::start(&world, &["events", "--until", "ann present in lobby", "--record", file]);
    let stranger = joined(1, "other", "eve", "sub-c-another").to_string();
    assert_eq!(post(taking.at, "", stranger.as_bytes()).unwrap().status, 200);
    // A webhook may say what it wants of who is there.
    let lies = joined(2, "lobby", "mallory\u{1b}[2J", "demo").to_string();
    assert_eq!(post(taking.at, "", lies.as_bytes()).unwrap().status, 200);
    let truth = joined(3, "lobby", "mallory", "demo").to_string();
    assert_eq!(post(taking.at, "", truth.as_bytes()).unwrap().status, 200);
    let mut out = String::new();
    taking.child.stdout.take().unwrap().read_to_string(&mut out).unwrap();
    let mut err = String::new();
    taking.err.read_to_string(&mut err).unwrap();
    assert_eq!(taking.child.wait().unwrap().code(), Some(0), "{err}");
    let lines: Vec<Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let added = lines.iter().find(|line| line["what"] == "added").unwrap();
    assert_eq!(added["channels"], json!(["lobby"]), "{out}");
    let first = lines.iter().find(|line| line["type"] == "snapshot").unwrap();
    assert_eq!(first["channel"], json!("lobby"), "{out}");
    assert!(!out.contains("mallory") && !out.contains('\u{1b}'), "{out}");
    assert!(err.contains("webhooks: 1 event of 1 channel; 1 of another subscribe key; 1 unreadable"), "{err}");
    // What webhooks brought into view is an order like any other, so it is replayed as it was.
    let replayed = command("http://127.0.0.1:9", &["events", "--from", file]).output().unwrap();
    assert_eq!(text(&replayed.stdout), out, "{}", text(&replayed.stderr));
    std::fs::remove_file(file).unwrap();
}

#[test]
fn a_stream_that_no_webhook_came_to_has_nothing_to_complain_of() {
    let world = World::new();
    let taking = Taking::start(&world, &["events", "--for", "1ms"]);
    let output = taking.child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
}

#[test]
fn a_dashboard_without_channels_watches_those_that_webhooks_tell_of() {
    let world = World::new();
    world.present("lobby", "ann", None);
    let mut taking = Taking::start(&world, &["watch", "--plain"]);
    let mut out = BufReader::new(taking.child.stdout.take().unwrap());
    let mut read_until = |words: &[&str]| {
        let mut seen = String::new();
        while !words.iter().all(|word| seen.contains(word)) {
            let mut line = String::new();
            assert!(out.read_line(&mut line).unwrap() > 0, "{seen}");
            seen.push_str(&line);
        }
    };
    read_until(&["Now: waiting for webhooks to tell of a channel"]);
    assert_eq!(post(taking.at, "", joined(1, "lobby", "x", "demo").to_string().as_bytes()).unwrap().status, 200);
    read_until(&["watching lobby", "1 person on 1 channel; lists exact"]);
    taking.child.stdin.take().unwrap().write_all(b"quit\n").unwrap();
    let mut err = String::new();
    taking.err.read_to_string(&mut err).unwrap();
    assert!(err.contains("webhooks: 1 event of 1 channel"), "{err}");
    assert_eq!(taking.child.wait().unwrap().code(), Some(0));
}

#[test]
fn another_machine_sends_no_webhooks_unless_that_is_said_in_words() {
    let world = World::new();
    for verb in ["events", "watch"] {
        let words = ["other machines can reach 0.0.0.0:9000", "--webhook-listen-anywhere"];
        let plain = if verb == "watch" { "--plain" } else { "--json" };
        world.refuses(&[verb, plain, "--webhook-listen", "0.0.0.0:9000"], 2, &words);
    }
    let taken = world.running.address.to_string();
    world.refuses(&["events", "--webhook-listen", &taken], 1, &["webhooks can't be taken at", "--webhook-listen"]);
    let past = command("http://127.0.0.1:9", &["events", "--from", "x.jsonl", "--webhook-listen", "127.0.0.1:0"]);
    fails(&{ past }.output().unwrap(), 2, &["a recording is over"]);
}
