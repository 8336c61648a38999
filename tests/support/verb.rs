//! A service to ask, and a verb to run.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::{
    process::{Command, Output, Stdio},
    sync::LazyLock,
    time::Duration,
};

use herenow::{
    client::{Client, Keyset, Origin},
    clock::Clock,
    presence::{Channel, State, SubscribeKey, Subscription, UserId},
    service::{RunningService, ServiceOptions},
};
use tokio::net::TcpSocket;

/// A service, and what is needed to ask it.
pub struct World {
    pub runtime: tokio::runtime::Runtime,
    pub running: RunningService,
    pub client: Client,
}

impl World {
    pub fn new() -> Self {
        Self::with(ServiceOptions::default())
    }

    pub fn with(plan: ServiceOptions) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let clock = runtime.block_on(async { Clock::start() });
        let running = runtime.block_on(plan.start_on(clock)).unwrap();
        let keyset = Keyset {
            origin: Origin::loopback(running.address),
            subscribe_key: SubscribeKey::from_wire("demo"),
            user: UserId::from_wire("herenow"),
            auth: None,
        };
        let client = Client::new(keyset, 10_000, clock).unwrap();
        Self { runtime, running, client }
    }

    pub fn command(&self, args: &[&str]) -> Command {
        command(&format!("http://{}", self.running.address), args)
    }

    /// Run a verb to its end.
    pub fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// A verb prints exactly this, and nothing on stderr.
    #[track_caller]
    pub fn says(&self, args: &[&str], expected: &str) {
        let output = self.run(args);
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert_eq!((output.status.code(), out.as_str(), err.as_str()), (Some(0), expected, ""), "{args:?}");
    }

    /// A verb fails with a sentence that holds all of `words`, and prints nothing.
    #[track_caller]
    pub fn refuses(&self, args: &[&str], code: i32, words: &[&str]) {
        fails(&self.run(args), code, words);
    }

    pub fn present(&self, channel: &str, user: &str, state: Option<&str>) {
        let place = [Subscription::Channel(Channel::from_wire(channel))];
        let user = self.client.as_user(UserId::from_wire(user));
        self.runtime.block_on(user.heartbeat(&place, Duration::from_secs(300))).unwrap();
        if let Some(state) = state {
            self.runtime.block_on(user.set_state(&place, &State::parse(state).unwrap())).unwrap();
        }
    }

    /// Until somebody has an open poll and has asked here now.
    pub fn until_watched(&self) {
        use std::io::{Read, Write};
        for _ in 0..100_000 {
            let mut asking = std::net::TcpStream::connect(self.running.address).unwrap();
            asking.write_all(b"GET /herenow/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
            let mut answer = String::new();
            asking.read_to_string(&mut answer).unwrap();
            let body = answer.split_once("\r\n\r\n").unwrap().1;
            let status: serde_json::Value = serde_json::from_str(body).unwrap();
            if status["open_polls"] != 0 && status["requests"]["here now"].as_u64().is_some_and(|asked| asked > 0) {
                return;
            }
        }
        panic!("nobody watches");
    }

    pub fn places_of(&self, user: &str) -> Vec<Channel> {
        self.runtime.block_on(self.client.where_now(&UserId::from_wire(user))).unwrap()
    }
}

/// An origin that refuses every connection. Its port is bound, so that nobody else is given it, and never
/// listened on.
pub fn nowhere() -> &'static str {
    static NOWHERE: LazyLock<(TcpSocket, String)> = LazyLock::new(|| {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        let origin = format!("http://{}", socket.local_addr().unwrap());
        (socket, origin)
    });
    &NOWHERE.1
}

pub fn command(origin: &str, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_herenow"));
    for name in herenow::config::WATCHED_ENVIRONMENT.iter().chain(&["HERENOW_CONFIG"]) {
        command.env_remove(name);
    }
    for name in ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"] {
        command.env(name, concat!(env!("CARGO_TARGET_TMPDIR"), "/home"));
    }
    command.env("TZ", "UTC");
    command.env("HERENOW_SUBSCRIBE_KEY", "demo").env("HERENOW_ORIGIN", origin);
    command.args(args).stdin(Stdio::null());
    command
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[track_caller]
pub fn fails(output: &Output, code: i32, words: &[&str]) {
    let said = text(&output.stderr);
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(code), ""), "{said}");
    for word in words {
        assert!(said.contains(word), "it should say {word:?}: {said}");
    }
    assert!(!said.chars().any(|c| c.is_control() && c != '\n') && !said.contains("panicked"), "{said:?}");
}

/// A pipe that nobody reads any more.
pub fn closed_pipe() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}
