//! A receiver of webhooks, written from their description: it takes POSTs, keeps their bodies, and answers as it is told.

use std::{
    collections::VecDeque,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex},
    thread,
    time::Duration,
};

use serde_json::Value;

/// How a POST is answered.
#[derive(Debug, Clone, Copy)]
pub enum HookAnswer {
    /// With this status.
    Status(u16),
    /// The connection is closed without an answer.
    HangUp,
    /// Not at all, while the receiver lives.
    Silence,
}

#[derive(Default)]
struct Taken {
    /// Every body, whatever it was answered with.
    bodies: Vec<String>,
    /// How the next POSTs are answered; after them, with 200.
    answers: VecDeque<HookAnswer>,
    held: Vec<TcpStream>,
}

/// Listens until the process ends.
pub struct HookReceiver {
    pub at: SocketAddr,
    taken: Arc<(Mutex<Taken>, Condvar)>,
}

impl HookReceiver {
    pub fn start(answers: impl IntoIterator<Item = HookAnswer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = listener.local_addr().unwrap();
        let answers = answers.into_iter().collect();
        let taken = Arc::new((Mutex::new(Taken { answers, ..Taken::default() }), Condvar::new()));
        let keeping = taken.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                take_post(stream, &keeping);
            }
        });
        Self { at, taken }
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook?token=MARKER", self.at)
    }

    /// The bodies, as soon as they are what is waited for.
    #[track_caller]
    pub fn wait_for(&self, what: impl Fn(&[String]) -> bool) -> Vec<String> {
        let (taken, rung) = &*self.taken;
        let guard = taken.lock().unwrap();
        let (guard, over) =
            rung.wait_timeout_while(guard, Duration::from_secs(30), |taken| !what(&taken.bodies)).unwrap();
        assert!(!over.timed_out(), "it never came: {:#?}", guard.bodies);
        guard.bodies.clone()
    }

    /// As [`wait_for`](Self::wait_for), for events: each with the name in its schema.
    #[track_caller]
    pub fn wait_for_events(&self, what: impl Fn(&[(String, Value)]) -> bool) -> Vec<(String, Value)> {
        list_events(&self.wait_for(|bodies| what(&list_events(bodies))))
    }
}

/// The events of bodies without an envelope: `("user.channel.joined", {"id": …})`.
pub fn list_events(bodies: &[String]) -> Vec<(String, Value)> {
    let mut events = Vec::new();
    for body in bodies {
        let body: Value = serde_json::from_str(body).unwrap();
        let schema = body["dataSchema"].as_str().unwrap();
        let name = schema.strip_prefix("pubnub.com/schemas/events/presence.").unwrap();
        let name = name.strip_suffix("?v=1.0.0").unwrap();
        events.extend(body["data"].as_array().unwrap().iter().map(|event| (name.to_owned(), event.clone())));
    }
    events
}

fn take_post(stream: TcpStream, taken: &(Mutex<Taken>, Condvar)) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut line, mut length) = (String::new(), 0);
    reader.read_line(&mut line).unwrap();
    assert!(line.starts_with("POST /hook?token=MARKER HTTP/1.1"), "{line}");
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        let header = line.trim().to_ascii_lowercase();
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if let Some(value) = header.strip_prefix("content-type:") {
            assert_eq!(value.trim(), "application/json");
        }
        if header.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let (lock, rung) = taken;
    let mut guard = lock.lock().unwrap();
    guard.bodies.push(String::from_utf8(body).unwrap());
    match guard.answers.pop_front().unwrap_or(HookAnswer::Status(200)) {
        HookAnswer::Status(status) => {
            let head = format!(
                "HTTP/1.1 {status} X\r\nlocation: /elsewhere\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            );
            let _ = (&stream).write_all(head.as_bytes());
        }
        HookAnswer::HangUp => {}
        HookAnswer::Silence => guard.held.push(stream),
    }
    rung.notify_all();
}
