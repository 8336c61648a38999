//! Going over from keyset to keyset in the real program, each a real service on loopback.

use std::{
    net::TcpStream,
    path::PathBuf,
    time::{Duration, Instant},
};

use herenow::{
    client::{Client, Keyset, Origin},
    clock::Clock,
    presence::{SubscribeKey, Subscription, UserId},
    service::{RunningService, ServiceOptions},
};

use crate::pty::{Session, Start};

/// A service of its own key, in a thread of its own, with one person on its lobby.
struct Service {
    running: RunningService,
    runtime: tokio::runtime::Runtime,
    key: &'static str,
}

impl Service {
    fn start(key: &'static str, person: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let running = runtime.block_on(async {
            let clock = Clock::start();
            let running = ServiceOptions::default().start_on(clock).await.unwrap();
            let place = Subscription::parse("lobby").unwrap();
            let client = client(&running, key, person, clock);
            client.heartbeat(std::slice::from_ref(&place), Duration::from_secs(300)).await.unwrap();
            running
        });
        Self { running, runtime, key }
    }

    /// Where somebody is, as the service says.
    fn where_now(&self, user: &str) -> Vec<String> {
        let client = client(&self.running, self.key, user, Clock::start());
        let places = self.runtime.block_on(client.where_now(&client.keyset().user)).unwrap();
        places.iter().map(ToString::to_string).collect()
    }
}

fn client(running: &RunningService, key: &str, user: &str, clock: Clock) -> Client {
    let keyset = Keyset {
        origin: Origin::loopback(running.address),
        subscribe_key: SubscribeKey::from_wire(key),
        user: UserId::from_wire(user),
        auth: None,
    };
    Client::new(keyset, 1_000, clock).unwrap()
}

/// A configuration with these keysets, the first of them the default.
fn configuration(test: &str, keysets: &[(&str, &Service)]) -> PathBuf {
    let head = format!("default-keyset = \"{}\"\n[notifications]\nwatch = [\"user zoe\"]\n", keysets[0].0);
    let keyset = |(name, service): &(&str, &Service)| {
        let (key, address) = (service.key, service.running.address);
        format!("[keyset.{name}]\nsubscribe-key = \"{key}\"\norigin = \"http://{address}\"\nchannels = [\"lobby\"]\n")
    };
    let text: String = std::iter::once(head).chain(keysets.iter().map(keyset)).collect();
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("switching-{test}.toml"));
    std::fs::write(&file, text).unwrap();
    file
}

fn open(test: &str, keysets: &[(&str, &Service)], args: &[&str]) -> Session {
    let file = configuration(test, keysets);
    Start::herenow(args).env("HERENOW_CONFIG", file.to_str().unwrap()).start()
}

#[test]
fn one_leaves_here_and_looks_there_and_takes_the_watch_list_along() {
    let (blue, green) = (Service::start("sub-blue", "ann"), Service::start("sub-green", "bob"));
    let mut session = open("both", &[("blue", &blue), ("green", &green)], &["watch", "--user-id", "me"]);
    session.shows("● live").shows_line(&["   ann "]).shows("blue");
    session.keys("H").shows("✓ present on lobby as me").shows("PRESENT");
    assert_eq!(blue.where_now("me"), ["lobby"]);

    session.keys("K").shows("switch keyset").shows_line(&["blue", "this one"]);
    session.keys("\r").shows("leave lobby for green?");
    session.keys("y").shows_line(&["   bob "]).shows_no_line(&["   ann "]);
    session.shows("green").shows("watching only");
    // We are nowhere any more: not where we were, and not where we look.
    assert_eq!((blue.where_now("me"), green.where_now("me")), (vec![], vec![]));
    session.keys("W").shows("watch list · 1").shows_line(&["user", "zoe"]);
    session.keys("\x1b").shows_no_line(&["watch list ·"]);

    // And back, where there is nothing to leave.
    session.keys("K").shows_line(&["green", "this one"]);
    session.keys("\r").shows_line(&["   ann "]).shows_no_line(&["   bob "]);
    session.keys("H").shows("✓ present on lobby as me");
    assert_eq!(blue.where_now("me"), ["lobby"]);
    assert!(session.keys("q").ended().success());
    session.assert_restored();
    assert_eq!(blue.where_now("me"), [""; 0]);
}

#[test]
fn the_demo_ends_when_one_goes_over_to_a_keyset() {
    let blue = Service::start("sub-blue", "ann");
    let mut session = open("demo", &[("blue", &blue)], &["demo", "--people", "30"]);
    session.shows("● live");
    let demo = session.origin();
    assert!(TcpStream::connect(&demo).is_ok());
    session.keys("K").shows("switch keyset");
    session.keys("\r").shows("leave the demo, which ends, for blue?");
    session.keys("y").shows_line(&["   ann "]).shows_no_line(&["crowd: "]);
    // Its port closes a moment after the picture has changed.
    let closed = || TcpStream::connect(&demo).is_err();
    let patience = Instant::now() + Duration::from_secs(60);
    while !closed() {
        assert!(Instant::now() < patience, "the demo's service still listens");
        std::thread::yield_now();
    }
    session.keys("H").shows("✓ present on lobby as");
    assert!(session.keys("q").ended().success());
    session.assert_restored();
}
